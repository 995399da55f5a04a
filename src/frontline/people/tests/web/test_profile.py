"""My profile: what is saved, what the browser is told, my tokens."""

import re

import pytest
from django.test import Client

from frontline.people.models import ApiToken, Person
from frontline.people.tests.building import account, person

pytestmark = pytest.mark.django_db

SENT = {
    "shown_name": "Anna M.",
    "language": "de",
    "timezone": "America/New_York",
    "theme": "dark",
    "density": "compact",
    "quiet_from": "20:00",
    "quiet_until": "07:00",
    "quiet_weekend": "on",
    "keys_on": "on",
    "key_reply": "e",
}


@pytest.fixture
def client():
    made = Client()
    made.force_login(account(person()))
    return made


def test_choices_are_saved_and_the_browser_follows(client):
    answer = client.post("/me", SENT)
    assert answer.status_code == 302
    saved = Person.objects.get()
    assert (saved.shown_name, saved.language, saved.timezone, saved.version) == (
        "Anna M.",
        "de",
        "America/New_York",
        2,
    )
    assert saved.preferences == {
        "theme": "dark",
        "density": "compact",
        "keys": {"on": True, "map": {"reply": "e"}},
        "quiet": {"starts": "20:00", "ends": "07:00", "weekend": True},
    }
    assert answer.cookies["frontline_theme"].value == "dark"
    page = client.get("/me").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-zone="America/New_York"' in page
    assert '<html lang="de"' in page


def test_choices_come_along_to_a_new_browser(client):
    client.post("/me", SENT)
    other = Client()
    signed = other.post(
        "/sign-in", {"login": "anna.meier@meridian.example", "password": "correct horse battery"}
    )
    assert signed.cookies["frontline_density"].value == "compact"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("timezone", "Mars/Olympus", "no time zone"),
        ("key_solve", "e", "given twice"),
        ("key_solve", " ", ""),
        ("theme", "pink", "pink"),
        ("quiet_from", "25:00", "time"),
    ],
)
def test_what_cannot_be_saved_is_said_and_kept(client, field, value, words):
    answer = client.post("/me", {**SENT, field: value})
    if not words:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert 'value="Anna M."' in page
    assert Person.objects.get().version == 1


def test_a_token_is_shown_once_and_revoked_by_a_click(client):
    made = client.post("/me/tokens", {"t-name": "My script", "t-scopes": "people:read", "t-days": "30"})
    secret = re.search(r"<code>(fl_[\w-]{40})</code>", made.content.decode())[1]
    assert made["Cache-Control"] == "no-store"
    assert secret not in client.get("/me").content.decode()
    token = ApiToken.objects.get()
    assert (token.scopes, len(token.digest)) == (["people:read"], 32)
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    assert api.get("/api/v1/people/me").json()["name"] == "Anna Meier"
    assert client.post(f"/me/tokens/{token.uid}/revoke").status_code == 302
    assert api.get("/api/v1/people/me").status_code == 401


def test_a_scope_nobody_knows_makes_no_token(client):
    answer = client.post("/me/tokens", {"t-name": "x", "t-scopes": "everything:do", "t-days": "30"})
    assert answer.status_code == 422
    assert "is no scope" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_nobody_revokes_the_token_of_somebody_else(client):
    client.post("/me/tokens", {"t-name": "x", "t-scopes": "people:read", "t-days": "30"})
    other = Client()
    other.force_login(account(person("Omar Haddad")))
    assert other.post(f"/me/tokens/{ApiToken.objects.get().uid}/revoke").status_code == 404
    assert ApiToken.objects.get().revoked_at is None
