"""The dialogs of the ticket page: a dozen on every page, so their frame is written out here."""

from html import escape
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontline.foundation.ui.templatetags.desk import icon

register = template.Library()


@register.simple_block_tag(takes_context=True, end_name="endact")
def act(  # noqa: PLR0917 - by name in templates
    context: Context, content: str, verb: str, form: Any, title: Any, send: Any, draft: Any = ""
) -> SafeString:
    """A dialog that does `verb` to the ticket of the page; `form` says whether it is open and what was wrong."""
    ref, seen, token = (escape(str(v)) for v in (context["row"].ref, context["seen"], context["csrf_token"]))
    ident = f"do-{verb}"
    saved = f' data-draft-url="/desk/drafts/ticket:{ref}:{verb}"' if draft else ""
    wrong = (
        render_to_string("tickets/acts/problems.html", {"f": form, "row": context["row"]})
        if form.errors
        else ""
    )
    return SafeString(
        f'<dialog id="{ident}" class="desk-act" aria-labelledby="{ident}-title" data-act{" open" if form.open else ""}>'
        f'<div class="dialog-head"><h2 id="{ident}-title">{conditional_escape(title)}</h2>'
        f'<a class="btn btn-quiet btn-icon" href="/desk/tickets/{ref}" data-closes aria-label="{escape(_("Close"))}">'
        f"{icon('x')}</a></div>\n"
        f'<form class="dialog-body stack" method="post" action="/desk/tickets/{ref}/{verb}"{saved}>'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        f'<input type="hidden" name="seen" value="{seen}">\n{wrong}\n{content}\n'
        f'<div class="form-actions"><button class="btn btn-primary">{conditional_escape(send)}</button>'
        f'<a class="btn" href="/desk/tickets/{ref}" data-closes>{escape(_("Cancel"))}</a>'
        f'<span class="draft-state push" data-draft-state></span></div></form></dialog>'
    )
