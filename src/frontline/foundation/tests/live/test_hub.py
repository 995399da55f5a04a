"""The hub and one stream in this process, with time made short."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from frontline.foundation.facts import dispatch, place
from frontline.foundation.live import events, hub, stream
from frontline.foundation.live.hub import Listener
from frontline.foundation.models import FactRow
from frontline.foundation.tests.probe.people import sign_up
from frontline.kernel.actors import SYSTEM
from frontline.people.models import ApiToken, RoleGrant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("told")]


@pytest.fixture(autouse=True)
def _own_process(monkeypatch):
    """A hub and threads of this test's own; their connections are closed with it."""
    monkeypatch.setattr(stream._Process, "hub", None)
    with ThreadPoolExecutor(2) as threads:
        monkeypatch.setattr(hub, "_THREADS", threads)
        yield
        both = threading.Barrier(2)
        for closed in [threads.submit(lambda: (both.wait(5), connections.close_all())) for _ in range(2)]:
            closed.result()


class Browser:
    """One ASGI request; what came is in `body`, the status in `status`."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/api/v1/live",
            "query_string": b"",
            "headers": [
                (b"host", b"localhost"),
                *((k.lower().encode(), v.encode()) for k, v in headers.items()),
            ],
        }
        self.body = b""
        self.status = 0
        self.gone = asyncio.Event()
        self.task = asyncio.create_task(stream.live(self.scope, self.receive, self.send))

    async def receive(self) -> dict:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")

    async def until(self, text: bytes) -> None:
        deadline = time.monotonic() + 20
        while text not in self.body:
            assert time.monotonic() < deadline, (self.status, self.body, self.task)
            await asyncio.sleep(0.01)


def _in_thread(work):
    try:
        return work()
    finally:
        connections.close_all()


async def aside(work) -> None:
    """In a thread with a connection of its own, which is closed at its end."""
    await asyncio.to_thread(_in_thread, work)


def play(scene) -> None:
    async def run() -> None:
        try:
            await scene()
        finally:
            await stream.shut_down()

    asyncio.run(run())


def test_a_silent_stream_gets_heartbeats(monkeypatch):
    monkeypatch.setattr(hub, "HEARTBEAT_SECONDS", 0.05)
    agent = sign_up("agent")

    async def scene() -> None:
        browser = Browser(agent.bearer)
        await browser.until(events.HEARTBEAT * 3)
        browser.gone.set()
        await asyncio.wait_for(browser.task, 5)

    play(scene)


@pytest.mark.parametrize("loss", ["token", "role"])
def test_a_stream_ends_when_its_reader_is_no_longer_who_they_were(monkeypatch, loss, poke):
    monkeypatch.setattr(stream, "RECHECK_SECONDS", 0)
    monkeypatch.setattr(hub, "HEARTBEAT_SECONDS", 0.05)
    agent = sign_up("agent")

    def lose() -> None:
        if loss == "token":
            ApiToken.objects.update(revoked_at="2026-01-01T00:00:00Z")
        else:
            RoleGrant.objects.all().delete()

    async def scene() -> None:
        browser = Browser(agent.bearer)
        await browser.until(b"event: hello")
        await aside(lose)
        await asyncio.wait_for(browser.task, 10)
        assert browser.status == 200

    play(scene)


def test_closing_the_process_ends_every_stream():
    agent = sign_up("agent")

    async def scene() -> None:
        browsers = [Browser(agent.bearer) for _ in range(3)]
        for browser in browsers:
            await browser.until(b"event: hello")
        await stream.shut_down()
        await asyncio.wait_for(asyncio.gather(*(b.task for b in browsers)), 5)

    play(scene)


def test_a_connection_that_breaks_is_made_again(monkeypatch, poke):
    """Between the two nothing is lost: what happened meanwhile is looked for at once."""
    from frontline.foundation import manifest
    from frontline.foundation.tests.probe import capability
    from frontline.foundation.tests.probe.database import rows

    monkeypatch.setattr(manifest, "live_subjects", lambda: {"probe": capability.MANIFEST.live[0]})
    monkeypatch.setattr(hub, "_RECONNECT_SECONDS", 0.1)
    monkeypatch.setattr(hub, "LOOK_SECONDS", 60)
    agent = sign_up("agent")

    def cut() -> None:
        assert rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
        )
        poke(1, code="while-cut")

    async def scene() -> None:
        browser = Browser(agent.bearer)
        await browser.until(b"event: hello")
        await asyncio.sleep(0.3)
        await aside(cut)
        await browser.until(b"while-cut")
        await aside(lambda: poke(2, code="afterwards"))
        await browser.until(b"afterwards")
        browser.gone.set()
        await asyncio.wait_for(browser.task, 5)

    play(scene)
    assert FactRow.objects.count() == 2


def test_a_page_says_up_to_where_it_is_true_and_a_stream_goes_on_from_there(monkeypatch, poke):
    from frontline.foundation import manifest
    from frontline.foundation.tests.probe import capability

    monkeypatch.setattr(manifest, "live_subjects", lambda: {"probe": capability.MANIFEST.live[0]})
    agent = sign_up("agent")
    assert place.reached() == ""

    async def scene() -> None:
        stream.start()
        await aside(lambda: poke(1, code="before"))
        (last,) = await asyncio.to_thread(_in_thread, lambda: dispatch.read_after(0, 0))
        deadline = time.monotonic() + 10
        while (shown := place.reached()) != f"{last.xid}-{last.id}":
            assert time.monotonic() < deadline, shown
            await asyncio.sleep(0.01)
        await aside(lambda: poke(2, code="meanwhile"))
        browser = Browser({**agent.bearer, "Last-Event-ID": shown})
        await browser.until(b"meanwhile")
        assert b"before" not in browser.body
        browser.gone.set()
        await asyncio.wait_for(browser.task, 5)

    play(scene)


def test_a_listener_that_falls_behind_is_lost_and_holds_nothing():
    async def scene() -> None:
        listener = Listener(SYSTEM, None)
        listener.give([b"x"] * hub.MOST_WAITING)
        assert not listener.lost
        assert await listener.take() == b"x" * hub.MOST_AT_ONCE
        listener.give([b"y"] * hub.MOST_WAITING)
        assert listener.lost
        assert (listener.waiting.qsize(), await listener.take()) == (1, None)
        listener.give([b"z"])
        assert listener.waiting.empty()

    asyncio.run(scene())
