"""`GET /api/v1/live`: server-sent events, natively on ASGI.

Events: `hello` (the position one stands at), `fact`, and `reset` (too much was missed: load everything anew). Each
carries an id; a client that comes back with it as Last-Event-ID gets what it missed, once and in order.
"""

import asyncio
import contextlib
import time
from collections import Counter
from typing import Any
from urllib.parse import parse_qs

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.utils.translation import override
from prometheus_client import Gauge

from frontline.foundation import access
from frontline.foundation.http.problems import desk_problem
from frontline.foundation.http.refusals import BadHost, NotReady, SignInFirst
from frontline.foundation.live import callers, events
from frontline.foundation.live.hub import Hub, Listener, in_thread, missed
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError, TooMany

log = structlog.get_logger(__name__)

#: rights and sign-in of an open stream are looked up anew this often
RECHECK_SECONDS = 60.0
#: open streams of one person in one process; a browser needs one
MOST_STREAMS = 10

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
]


STREAMS = Gauge("frontline_live_streams", "Open live streams of this process")


class _Process:
    """The hub of this process, and how many streams each person has open here."""

    hub: Hub | None = None
    open: Counter[tuple[str, int]] = Counter()


async def live(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer one request: a stream, or a problem document."""
    language = settings.LANGUAGE_CODE
    try:
        language = callers.language_of(scope)
        _check_method(scope["method"])
        query = parse_qs(scope["query_string"].decode("latin-1"))
        actor = await in_thread(callers.caller, scope)
        language = actor.language
        access.require(actor, callers.PERMISSION)
        wanted = await in_thread(callers.wanted, actor, query.get("subject", []))
        if scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send({"type": "http.response.body", "body": b""})
            return
        with _counted(actor):
            last = _last_event_id(scope, query)
            await _Stream(scope, send, Listener(actor, wanted)).run(receive, last)
    except DeskError as error:
        await _refuse(send, error, language)
    except DisallowedHost:
        await _refuse(send, BadHost(), language)
    except Exception:
        log.exception("a live stream could not start")
        await _refuse(send, NotReady(), language)


class OnlyGet(DeskError):
    """The live stream is read with GET."""

    status = 405


def _check_method(method: str) -> None:
    if method not in {"GET", "HEAD"}:
        raise OnlyGet


class _Stream:
    """One open stream, from the first byte to the last."""

    def __init__(self, scope: dict[str, Any], send: Any, listener: Listener) -> None:
        self._scope = scope
        self._send = send
        self._listener = listener
        self._checked_at = time.monotonic()

    async def run(self, receive: Any, last: str | None) -> None:
        hub = start()
        await hub.join(self._listener)
        try:
            before = await self._look_back(last)
            await self._send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await self._write(b"retry: 2000\n" + b"".join(before))
            await self._follow(receive)
        finally:
            hub.leave(self._listener)

    async def _look_back(self, last: str | None) -> list[bytes]:
        """The first events: what was missed, or a hello with the place one stands at."""
        joined = self._listener.joined
        hello = events.event("hello", {"id": events.write_id(joined)}, at=joined)
        if last is None:
            return [hello]
        since = events.read_id(last)
        listener = self._listener
        found = (
            None if since is None else await in_thread(missed, listener.actor, listener.wanted, since, joined)
        )
        return [_reset("missed too much", joined)] if found is None else [*found, hello]

    async def _follow(self, receive: Any) -> None:
        """Write what comes until the client or the hub ends it. The hub sends heartbeats too, so one wait is enough."""
        listener = self._listener
        gone = asyncio.create_task(_until_gone(receive, listener))
        try:
            while (item := await listener.take()) is not None and not gone.done():
                await self._write(item)
                if not await self._still_allowed():
                    break
            if listener.lost:
                await self._write(_reset("too slow", None))
        finally:
            gone.cancel()
            with contextlib.suppress(Exception):
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _still_allowed(self) -> bool:
        """Roles and scopes may be taken, sessions end: a changed actor ends the stream, and coming back asks anew."""
        if time.monotonic() - self._checked_at < RECHECK_SECONDS:
            return True
        self._checked_at = time.monotonic()
        try:
            return await in_thread(callers.caller, self._scope) == self._listener.actor
        except SignInFirst:
            return False

    async def _write(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Any, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.close()


def _reset(why: str, at: tuple[int, int] | None) -> bytes:
    return events.event("reset", {"reset": True, "why": why}, at=at)


def _last_event_id(scope: dict[str, Any], query: dict[str, list[str]]) -> str | None:
    """The header, or for clients that cannot send it the parameter `last_event_id`."""
    for name, value in scope["headers"]:
        if name.lower() == b"last-event-id":
            text: str = value.decode("latin-1").strip()
            return text or None
    return query["last_event_id"][0] if "last_event_id" in query else None


@contextlib.contextmanager
def _counted(actor: Actor) -> Any:
    key = (actor.kind, actor.id)
    if _Process.open[key] >= MOST_STREAMS:
        raise TooMany(seconds=5)
    _Process.open[key] += 1
    STREAMS.inc()
    try:
        yield
    finally:
        STREAMS.dec()
        _Process.open[key] -= 1
        if not _Process.open[key]:
            del _Process.open[key]


async def _refuse(send: Any, error: DeskError, language: str) -> None:
    with override(language):
        response = desk_problem(error)
    headers = [(k.lower().encode(), v.encode()) for k, v in response.headers.items()]
    with contextlib.suppress(Exception):  # the stream may have begun, or the client be gone
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": response.content})


def start() -> Hub:
    """The hub of this process; called when it begins, inside its event loop."""
    hub = _Process.hub
    if hub is None or hub.is_closed:
        hub = _Process.hub = Hub()
    hub.start()
    return hub


async def shut_down() -> None:
    """The process ends: every stream is closed, so that nobody is waited for."""
    if _Process.hub is not None:
        await _Process.hub.close()
