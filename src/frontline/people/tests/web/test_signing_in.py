"""Signing in: right, wrong, too often, from elsewhere, everywhere out."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from frontline.foundation.models import FactRow
from frontline.kernel.actors import Role
from frontline.people.models import Account, SignInAttempt
from frontline.people.tests.building import account, person, staff
from frontline.people.usecases import sign_in
from frontline.people.usecases.sign_in import NotSignedIn, TooManySignIns, account_for

PASSWORD = "correct horse battery"
AT = datetime(2026, 1, 12, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def post(client, login="anna.meier@meridian.example", password=PASSWORD, **more):
    return client.post("/sign-in", {"login": login, "password": password, **more})


def test_the_right_password_leads_back_to_the_page_that_asked():
    account(person())
    client = Client()
    assert client.get("/me")["Location"] == "/sign-in?next=/me"
    answer = post(client, login=" Anna.Meier@MERIDIAN.example ", next="/me")
    assert (answer.status_code, answer["Location"]) == (302, "/me")
    page = client.get("/me")
    assert page.status_code == 200
    assert b"Anna Meier" in page.content


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/sign-out"]
)
def test_nobody_is_led_to_another_site(target):
    account(person())
    assert post(Client(), next=target)["Location"] == "/"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("anna.meier@meridian.example", "wrong"),
        ("nobody@meridian.example", PASSWORD),
        ("closed@x.example", PASSWORD),
    ],
)
def test_every_failure_looks_the_same(login, password):
    account(person())
    closed = account(person("Carl Closed", email="closed@x.example"))
    Account.objects.filter(pk=closed.pk).update(active=False)
    answer = post(Client(), login=login, password=password)
    assert answer.status_code == 422
    assert b"E-mail and password do not match" in answer.content
    assert login.encode() in answer.content


def test_an_unknown_login_costs_as_many_hashes_as_a_known_one(monkeypatch):
    account(person())
    checked = []
    real = sign_in.check_password
    monkeypatch.setattr(sign_in, "check_password", lambda *a, **k: checked.append(a[1][:9]) or real(*a, **k))
    for login in ("anna.meier@meridian.example", "nobody@x.example", ""):
        with pytest.raises(NotSignedIn):
            account_for(login=login, password="wrong", address="198.51.100.7", now=AT)
    assert checked == ["argon2$ar"] * 3


def test_five_failures_lock_the_login_for_a_while_even_for_the_right_password():
    account(person())
    client = Client()
    for _ in range(5):
        assert post(client, password="wrong").status_code == 422
    answer = post(client)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 15 * 60 + 1
    assert SignInAttempt.objects.count() == 5


def test_a_login_that_does_not_exist_is_locked_the_same_way():
    for _ in range(5):
        assert post(Client(), login="nobody@x.example").status_code == 422
    assert post(Client(), login="nobody@x.example").status_code == 429


def test_the_lock_ends_by_itself_and_a_right_password_wipes_the_failures():
    account(person())
    for minute in range(5):
        with pytest.raises(NotSignedIn):
            account_for(
                login="anna.meier@meridian.example",
                password="wrong",
                address="198.51.100.7",
                now=AT + timedelta(minutes=minute),
            )
    with pytest.raises(TooManySignIns) as refused:
        account_for(
            login="anna.meier@meridian.example",
            password=PASSWORD,
            address="203.0.113.9",
            now=AT + timedelta(minutes=5),
        )
    assert refused.value.params["seconds"] == 10 * 60 + 1
    later = AT + timedelta(minutes=16)
    found = account_for(login="anna.meier@meridian.example", password=PASSWORD, address="x", now=later)
    assert found.person.name == "Anna Meier"
    assert SignInAttempt.objects.count() == 0


def test_one_address_trying_many_logins_is_slowed_down_too():
    for number in range(50):
        SignInAttempt.objects.create(login=f"l{number}@x.example", address="198.51.100.7", at=AT)
    with pytest.raises(TooManySignIns):
        account_for(
            login="new@x.example", password="x", address="198.51.100.7", now=AT + timedelta(minutes=1)
        )
    with pytest.raises(NotSignedIn):
        account_for(
            login="new@x.example", password="x", address="198.51.100.8", now=AT + timedelta(minutes=1)
        )


def test_old_failures_are_forgotten():
    SignInAttempt.objects.create(login="a", address="b", at=AT - timedelta(days=2))
    SignInAttempt.objects.create(login="a", address="b", at=AT)
    assert sign_in.prune(now=AT) == 1


def test_signing_out_everywhere_ends_the_sessions_of_all_devices():
    account(person())
    here, there = Client(), Client()
    post(here)
    post(there)
    assert here.post("/me/sign-out-everywhere")["Location"] == "/sign-in"
    assert there.get("/me").status_code == 302
    assert FactRow.objects.filter(kind="people.SignedOutEverywhere").count() == 1


def test_a_new_password_keeps_this_session_and_ends_the_others():
    account(person())
    here, there = Client(), Client()
    post(here)
    post(there)
    wrong = here.post("/me/password", {"p-current": "wrong", "p-password": "a quite new phrase"})
    assert wrong.status_code == 422
    assert b"current password is not right" in wrong.content
    weak = here.post("/me/password", {"p-current": PASSWORD, "p-password": "password12"})
    assert weak.status_code == 422
    assert b"among the first that anybody tries" in weak.content
    assert (
        here.post("/me/password", {"p-current": PASSWORD, "p-password": "a quite new phrase"}).status_code
        == 302
    )
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 302
    assert post(Client(), password=PASSWORD).status_code == 422


def test_an_account_closed_while_signed_in_is_out_at_once():
    kept = account(person())
    client = Client()
    post(client)
    Account.objects.filter(pk=kept.pk).update(active=False)
    assert client.get("/me").status_code == 302


def test_signing_out_is_a_post_that_ends_this_session():
    account(staff("Ben Kraus", Role.AGENT))
    client = Client()
    post(client, login="ben.kraus@meridian.example")
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/me").status_code == 302
