"""A real server and a real watch on the test database."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from django.db import connections

from frontline.foundation.facts.announce import announce
from frontline.foundation.live.announcer import Announcer
from frontline.foundation.tests.probe import database
from frontline.foundation.tests.probe.capability import Poked
from frontline.foundation.transactions import transaction
from frontline.kernel.actors import SYSTEM, Actor
from frontline.kernel.facts import Audience, Origin, Subject


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """The address of a granian process; it serves the probe, people and the plumbing."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with django_db_blocker.unblock():
        process = database.start(
            "-m", "frontline", "web", "--port", str(port), data=tmp_path_factory.mktemp("data")
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/healthz")
        yield address
    finally:
        process.terminate()
        assert process.wait(60) == 0, "the server must end cleanly while streams are open"


def _wait(url: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(url)


@pytest.fixture
def told(transactional_db) -> Iterator[None]:
    """Somebody sends the NOTIFY, as the watch does."""
    stop = threading.Event()

    def tell() -> None:
        announcer = Announcer()
        while not stop.wait(0.01):
            announcer.tell()
        connections.close_all()

    thread = threading.Thread(target=tell)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def poke() -> Callable[..., None]:
    """`poke(1, 2)` announces a fact about each subject in one transaction."""

    def announce_all(
        *subjects: int,
        audience: Audience = Audience.INTERNAL,
        organisation_id: int | None = None,
        origin: Origin = Origin.LIVE,
        actor: Actor = SYSTEM,
        **values,
    ) -> None:
        with transaction():
            for subject in subjects:
                fact = Poked(
                    subject=Subject("probe", subject),
                    audience=audience,
                    organisation_id=organisation_id,
                    **values,
                )
                announce(fact, actor=actor, at=datetime.now(UTC), origin=origin)

    return announce_all
