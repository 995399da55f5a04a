"""Parts drawn by the dozen look like their components, and what is kept holds nothing of one reader."""

from django.template import Context, Template
from django.utils import translation

from frontline.foundation.ui.templatetags.parts import MOST_KEPT

FIELD = (
    '{% control "ho-to" label=label help=help error=error optional=optional hide_label=hidden %}<b>{{ x }}</b>'
    "{% endcontrol %}"
)


def drawn(source: str, **values) -> str:
    return Template(source).render(Context(values))


def test_a_control_is_escaped_and_labelled():
    html = drawn(FIELD, label="<To>", help="A & B", error="<no>", optional="1", x="<i>")
    assert html == (
        '<div class="field">\n<label for="ho-to">&lt;To&gt; <span class="field-optional">(optional)</span></label>\n'
        '<div class="field-help" id="ho-to-help">A &amp; B</div>\n<b>&lt;i&gt;</b>\n'
        '<div class="field-error" id="ho-to-error"><svg class="icon" aria-hidden="true">'
        '<use href="/static/vendor/icons.svg#alert-circle"/></svg><span>&lt;no&gt;</span></div>\n</div>'
    )
    assert drawn(FIELD, label="To", hidden=1, x="") == (
        '<div class="field">\n<label for="ho-to" class="sr-only">To</label>\n<b></b>\n</div>'
    )


def test_options_are_escaped_and_one_is_chosen():
    html = drawn("{% options choices chosen %}", choices=[(1, "<one>"), ("a&b", "two")], chosen="1")
    assert html == '<option value="1" selected>&lt;one&gt;</option><option value="a&amp;b">two</option>'


def test_what_is_kept_is_drawn_once_a_language_and_value_and_sees_nothing_else():
    calls = []
    template = Template('{% kept n=n %}{{ n }}{{ secret }}{{ count }}{% translate "Cancel" %}{% endkept %}')

    def read(language, n):
        with translation.override(language):
            return template.render(Context({"n": n, "secret": "s", "count": lambda: calls.append(n)}))

    assert [read("en", 1), read("de", 1), read("en", 2), read("en", 1)] == [
        "1Cancel",
        "1Abbrechen",
        "2Cancel",
        "1Cancel",
    ]
    assert calls == []


def test_values_without_end_do_not_fill_the_memory():
    template = Template("{% kept n=n %}{{ n }}{% endkept %}")
    assert [template.render(Context({"n": n})) for n in range(3 * MOST_KEPT)] == [
        str(n) for n in range(3 * MOST_KEPT)
    ]
    assert len(template.nodelist[0].drawn) <= MOST_KEPT
