"""A dispatcher with reactions of the test's own."""

from collections.abc import Callable

import pytest
from django.db import connection

from frontline.foundation import manifest
from frontline.foundation.facts.announce import announce
from frontline.foundation.manifest import Reaction
from frontline.foundation.tests.probe.capability import Poked
from frontline.foundation.transactions import transaction
from frontline.kernel.actors import SYSTEM
from frontline.kernel.facts import Origin, Subject


@pytest.fixture
def react(monkeypatch) -> Callable[..., None]:
    """`react(name=handler, …)` makes these the only reactions, each listening to Poked."""

    def use(**handlers) -> None:
        reactions = tuple(Reaction(name, (Poked,), handler) for name, handler in handlers.items())
        monkeypatch.setattr(manifest, "reactions", lambda: reactions)

    return use


@pytest.fixture
def poke() -> Callable[..., None]:
    """`poke(1, 2, 1)` announces a fact about each subject in one transaction; turns count per call."""

    def announce_all(*subjects: int, at, origin: Origin = Origin.LIVE) -> None:
        with transaction():
            for turn, subject in enumerate(subjects):
                announce(
                    Poked(subject=Subject("probe", subject), turn=turn), actor=SYSTEM, at=at, origin=origin
                )

    return announce_all


@pytest.fixture
def marks(transactional_db):
    """The table in which handlers leave a row each time they run; the test's reactions decide what it means."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE probe_mark (reaction text, fact_id bigint)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE probe_mark")
