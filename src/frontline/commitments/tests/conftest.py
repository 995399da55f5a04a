"""What the tests of commitments share: instants, an agent, subjects, and a memory without yesterday's rules."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from django.test import Client

from frontline.commitments import policy
from frontline.foundation import clock
from frontline.kernel.actors import Actor, ActorKind, Role
from frontline.kernel.facts import Subject


@pytest.fixture(autouse=True)
def _no_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What processes look at anew every second is read once a test, so that queries can be counted."""
    monkeypatch.setattr(clock, "_REREAD_SECONDS", 3600.0)
    monkeypatch.setattr(policy, "REREAD_SECONDS", 3600.0)
    policy.forget()
    clock.forget()
    yield
    policy.forget()
    clock.forget()


@pytest.fixture
def agent() -> Actor:
    return Actor(kind=ActorKind.PERSON, id=7, person_id=7, organisation_id=1, roles=frozenset({Role.AGENT}))


@pytest.fixture
def administrator() -> Actor:
    return Actor(
        kind=ActorKind.PERSON, id=8, person_id=8, organisation_id=1, roles=frozenset({Role.ADMINISTRATOR})
    )


@pytest.fixture
def subject() -> Subject:
    return Subject("ticket", 1001)


@pytest.fixture
def utc() -> Callable[[str], datetime]:
    """`utc("2026-03-02 08:00")`: Monday 2 March 2026; the summer time of Europe begins on the 29th."""
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC)


class Caller:
    """The API as a program sees it: (status, body) of each call; `etag` is the last one seen."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.etag = ""

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        answer = self.client.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else json.dumps(body).encode(),
            "application/json",
            headers=headers,
        )
        self.etag = answer.headers.get("ETag", self.etag)
        return answer.status_code, answer.json()


@pytest.fixture
def api(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Caller]:
    """`api("administrator")` calls the API with a token of that role; the token is its name and scopes."""
    module = ModuleType("commitments_test_tokens")

    def actor_of_token(*, token: str, **_: object) -> Actor:
        role, _, scopes = token.partition("|")
        return Actor(
            kind=ActorKind.TOKEN,
            id=9,
            person_id=9,
            organisation_id=1,
            roles=frozenset({Role(role)}),
            scopes=frozenset(scopes.split()),
        )

    module.actor_of_token = actor_of_token  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    settings.ACTOR_OF_TOKEN = f"{module.__name__}.actor_of_token"
    return lambda role, scopes="*": Caller(Client(headers={"authorization": f"Bearer {role}|{scopes}"}))


@pytest.fixture
def browser(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[Actor], Client]:
    """`browser(administrator)` is a browser in which this actor is signed in."""
    from frontline.people.models import Account, Organisation, Person

    def signed_in(actor: Actor) -> Client:
        module = ModuleType("commitments_test_accounts")
        module.actor_of_account = lambda **_: actor  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        settings.ACTOR_OF_ACCOUNT = f"{module.__name__}.actor_of_account"
        now = datetime(2026, 3, 1, tzinfo=UTC)
        organisation = Organisation.objects.create(name="Ours", kind="internal")
        person = Person.objects.create(name="Signed In", organisation=organisation, created_at=now)
        client = Client()
        client.force_login(Account.objects.create(person=person, login="signed@in.example", created_at=now))
        return client

    return signed_in
