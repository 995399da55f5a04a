"""Parts that pages draw by the dozen, and what is kept once drawn: in every template without loading."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontline.foundation.ui.templatetags.desk import icon

register = template.Library()

#: drawings kept by one tag; more than these means that it was given what is different for everybody
MOST_KEPT = 100


class Kept(Node):
    """What is the same for all who read one language and share the values given is drawn once."""

    def __init__(self, nodelist: NodeList, values: dict[str, FilterExpression]) -> None:
        self.nodelist = nodelist
        self.values = values
        self.drawn: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.values.items()}
        key = (get_language(), *values.values())
        if (found := self.drawn.get(key)) is None:
            if len(self.drawn) >= MOST_KEPT:
                self.drawn.clear()
            # drawn with nothing but these values: what belongs to one reader cannot get to another
            inner = Context(values, autoescape=context.autoescape)
            inner.template = context.template
            found = self.drawn[key] = self.nodelist.render(inner)
        return found


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """`{% kept theme=ui.theme %}…{% endkept %}`: drawn once for each language and theme, and with these only."""
    bits = token.split_contents()[1:]
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"kept takes values by name; {bits[0]!r} has none.")
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist, values)


@register.simple_block_tag(name="control", end_name="endcontrol")
def control(  # noqa: PLR0917 - by name in templates
    content: str,
    id: str,  # noqa: A002 - the attribute's own name
    label: Any,
    help: Any = "",  # noqa: A002
    error: Any = "",
    optional: Any = "",
    hide_label: Any = "",
) -> SafeString:
    """A control with its label, help and error; what `c-field` draws around a control of its own."""
    ident = escape(str(id))
    hidden = ' class="sr-only"' if hide_label else ""
    parts = [f'<div class="field">\n<label for="{ident}"{hidden}>{conditional_escape(label)}']
    if optional:
        parts.append(f' <span class="field-optional">{escape(_("(optional)"))}</span>')
    parts.append("</label>\n")
    if help:
        parts.append(f'<div class="field-help" id="{ident}-help">{conditional_escape(help)}</div>\n')
    parts.append(content)
    if error:
        said = conditional_escape(error)
        parts.append(
            f'\n<div class="field-error" id="{ident}-error">{icon("alert-circle")}<span>{said}</span></div>'
        )
    parts.append("\n</div>")
    return SafeString("".join(parts))


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """The options of a select, from pairs of value and word."""
    wanted = str(chosen)
    return SafeString(
        "".join(
            f'<option value="{escape(str(value))}"{" selected" if str(value) == wanted else ""}>'
            f"{conditional_escape(word)}</option>"
            for value, word in choices
        )
    )
