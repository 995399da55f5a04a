"""The frame as a browser gets it."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from frontline.foundation.ui import errors, views
from frontline.foundation.ui.context import DEFAULT_KEYS, read_keys, shell
from frontline.foundation.ui.styleguide import specimen
from frontline.foundation.ui.templatetags.desk import is_under, navigation
from frontline.kernel.actors import ANONYMOUS

NOW = datetime(2026, 1, 5, 9, 48, tzinfo=UTC)


@pytest.fixture
def request_() -> HttpRequest:
    request = RequestFactory().get("/desk/views/mine")
    request.actor = ANONYMOUS
    request.now = NOW
    return request


def draw(source, request, **context):
    from django_cotton.compiler_regex import CottonCompiler

    template = engines["django"].from_string(CottonCompiler().process(source))
    return " ".join(template.render(context, request).split())


def test_the_theme_follows_the_device_until_the_reader_chooses(request_):
    assert shell(request_)["ui"].fixed_theme == ""
    request_.COOKIES["frontline_theme"] = "dark"
    assert shell(request_)["ui"].fixed_theme == "dark"
    request_.COOKIES["frontline_theme"] = "'><script>"
    assert shell(request_)["ui"].fixed_theme == ""


@pytest.mark.parametrize("raw", ["", "{", "[]", '{"map": 3}', '{"map": {"reply": "long", "nope": "x"}}'])
def test_an_unreadable_key_setting_is_the_standard(raw):
    assert read_keys(raw) == (True, DEFAULT_KEYS)


def test_readers_keep_their_own_keys():
    assert read_keys('{"on": false, "map": {"reply": "e"}}') == (False, DEFAULT_KEYS | {"reply": "e"})


def test_preferences_go_into_cookies_and_back_to_the_page():
    request = RequestFactory().post("/ui/preferences", {"theme": "dark", "next": "/desk?x=1"})
    response = views.preferences(request)
    assert (response.status_code, response["Location"]) == (302, "/desk?x=1")
    assert response.cookies["frontline_theme"].value == "dark"


def test_preferences_never_lead_to_another_site():
    request = RequestFactory().post("/ui/preferences", {"theme": "dark", "next": "//evil.example/"})
    assert views.preferences(request)["Location"] == "/"


def test_preferences_as_json_keep_only_changed_keys():
    body = json.dumps({"keys": {"on": True, "map": {"reply": "e", "note": "n"}}})
    response = views.preferences(
        RequestFactory().post("/ui/preferences", body, content_type="application/json")
    )
    assert json.loads(response.cookies["frontline_keys"].value) == {"on": True, "map": {"reply": "e"}}


@pytest.mark.parametrize("body", ["{", "[1]"])
def test_preferences_that_are_no_object_are_refused(body):
    request = RequestFactory().post("/ui/preferences", body, content_type="application/json")
    assert views.preferences(request).status_code == 400


@pytest.mark.parametrize(
    ("path", "url", "under"),
    [
        ("/desk/1", "/desk", True),
        ("/desk", "/desk/", True),
        ("/desktop", "/desk", False),
        ("/desk", "/", False),
    ],
)
def test_a_link_is_current_for_the_pages_under_it(path, url, under):
    assert is_under(path, url) is under


def test_the_most_special_link_is_the_current_one(request_):
    from django.template import Context

    nav = [{"label": "Desk", "url": "/desk"}, {"label": "Mine", "url": "/desk/views/mine"}]
    links = navigation(Context({"nav": nav, "request": request_}), "desk")
    assert [(link.label, link.current) for link in links] == [("Desk", False), ("Mine", True)]


@pytest.mark.parametrize("face", ["desk", "ticket", "door", "insight", "sign-in"])
def test_every_page_of_the_style_guide_draws_in_its_frame(request_, face):
    page = render_to_string(f"ui/styleguide/{face}.html", specimen() | {"nav": []}, request_)
    assert page.count("<main") == 1
    assert page.count("<h1") == 1
    assert 'href="#main"' in page


def test_a_field_ties_label_help_and_error_to_its_control(request_):
    class Form(forms.Form):
        subject = forms.CharField(label="What happened?", help_text="A few words.")

    html = draw('<c-field :field="form.subject" />', request_, form=Form({"subject": ""}))
    assert '<label for="id_subject">' in html
    assert 'aria-describedby="id_subject-help id_subject-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_subject-error"' in html


def test_components_escape_what_data_says(request_):
    evil = '"><script>alert(1)</script>'
    html = draw(
        '<c-person :name="name" :note="name" /><c-chip>{{ name }}</c-chip><c-panel :title="name">x</c-panel>'
        '<c-figure :label="name" :value="name" :define="name" id="f" /><c-button :label="name" icon="x" />',
        request_,
        name=evil,
    )
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") >= 8


def test_a_figure_without_enough_data_says_so(request_):
    html = draw('<c-figure label="Net effort" value="" note="4 answers" />', request_)
    assert "Not enough data" in html
    assert "4 answers" in html


def test_a_moment_says_the_contracts_zone_on_hover(request_):
    html = draw('{% moment at contract_zone="America/New_York" %}', request_, at=NOW)
    assert 'datetime="2026-01-05T09:48:00+00:00"' in html
    assert "in New York: Monday 5 January 2026, 04:48 EST" in html


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_error_pages_say_what_happened_and_where_to_go(request_, status):
    response = errors.page(request_, status=status)
    assert response.status_code == status
    assert b'<a class="btn btn-primary" href="/">' in response.content


def test_an_error_page_takes_the_errors_own_sentence(request_):
    response = errors.page(request_, status=409, message="Somebody <b>changed</b> this.")
    assert response.status_code == 409
    assert b"Somebody &lt;b&gt;changed&lt;/b&gt; this." in response.content


def test_the_page_of_500_answers_even_when_templates_are_broken(request_, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("no database")

    monkeypatch.setattr(errors, "render", broken)
    response = errors.server_error(request_)
    assert response.status_code == 500
    assert b"Something broke on our side" in response.content


def test_a_letter_reads_in_html_and_in_plain_text():
    context = {
        "ref": "INC-1",
        "action_url": "https://desk.example/p/1",
        "action_label": "Open it",
        "desk_name": "IT & Co",
    }
    html = render_to_string("ui/mail/layout.html", context)
    text = render_to_string("ui/mail/layout.txt", context)
    assert "Your ticket INC-1" in html
    assert "IT &amp; Co" in html
    assert "Open it:\nhttps://desk.example/p/1" in text
    assert "IT & Co" in text


def test_links_may_be_objects_as_well(request_):
    from django.template import Context

    nav = [SimpleNamespace(label="Desk", url="/desk", icon="inbox", key="d", count=3)]
    [link] = navigation(Context({"nav": nav, "request": request_}), "desk")
    assert (link.label, link.icon, link.key, link.count, link.current) == ("Desk", "inbox", "d", 3, True)
