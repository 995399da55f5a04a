"""What the tests of commitments share: instants, an agent, subjects, and a memory without yesterday's rules."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from frontline.commitments import policy
from frontline.kernel.actors import Actor, ActorKind, Role
from frontline.kernel.facts import Subject


@pytest.fixture(autouse=True)
def _no_memory() -> Iterator[None]:
    policy.forget()
    yield
    policy.forget()


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
