"""One hub a process: hears that there are new facts, reads them once, and hands each listener what it may hear."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
import structlog
from django.db import close_old_connections, connection

from frontline.foundation import clock
from frontline.foundation.facts import dispatch, place
from frontline.foundation.facts.dispatch import Heard, Position
from frontline.foundation.live import events, rights
from frontline.foundation.live.announcer import CHANNEL
from frontline.foundation.live.rights import Wanted
from frontline.kernel.actors import Actor

log = structlog.get_logger(__name__)
T = TypeVar("T")

#: events that may wait for one listener; a slower one is dropped and told to look at everything anew. They are the
#: same bytes for all, so what waits costs little; it must hold several batches, or a bulk change would drop everybody
MOST_WAITING = 10 * dispatch.BATCH
HEARTBEAT_SECONDS = 15.0
#: how long the end of the process waits for the hub's own tasks
CLOSE_SECONDS = 3.0
#: events written in one piece
MOST_AT_ONCE = 100
#: without a NOTIFY (no watch runs, or the connection is just being made again) the hub looks this often
LOOK_SECONDS = 2.0
#: facts a returning listener is given; who missed more looks at everything anew
MOST_MISSED = 2000
_RECONNECT_SECONDS = 1.0

#: the database is asked here, never in the event loop
_THREADS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="live")


async def in_thread(function: Callable[..., T], *arguments: Any) -> T:
    """Run what asks the database in one of the few threads that have a connection for it."""

    def run() -> T:
        close_old_connections()
        try:
            return function(*arguments)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_THREADS, run)


@dataclass(eq=False)
class Listener:
    """One open stream. `waiting` holds ready events; None at its end means "closed"; `lost` that it was too slow."""

    actor: Actor
    wanted: Wanted
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING + 1))
    lost: bool = False
    #: everything up to here was told before it joined, or is what it asks for as missed
    joined: Position = dispatch.START

    def give(self, items: list[bytes]) -> None:
        if self.lost:
            return
        if self.waiting.qsize() + len(items) > MOST_WAITING:
            self.lose()
            return
        for item in items:
            self.waiting.put_nowait(item)

    async def take(self) -> bytes | None:
        """What waits, as one piece; None at the end."""
        first = await self.waiting.get()
        pieces = [] if first is None else [first]
        while pieces and len(pieces) < MOST_AT_ONCE and not self.waiting.empty():
            following = self.waiting.get_nowait()
            if following is None:
                self.waiting.put_nowait(None)
                break
            pieces.append(following)
        return b"".join(pieces) or None

    def lose(self) -> None:
        """Too slow: what waits is thrown away, and the stream ends after a reset."""
        self.lost = True
        self.close()

    def close(self) -> None:
        while self.lost and not self.waiting.empty():
            self.waiting.get_nowait()
        if not self.waiting.full():
            self.waiting.put_nowait(None)


class Hub:
    """Lives in one event loop. `join` a listener, `leave` with it; the rest happens by itself."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.position: Position | None = None
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._joining = asyncio.Lock()
        self._closed = False

    def start(self) -> None:
        """Follow the facts from now on, also while nobody listens: pages say which position they show."""
        if not self._tasks:
            parts = (self._listen(), self._tell(), self._beat())
            self._tasks = [asyncio.create_task(part) for part in parts]

    async def join(self, listener: Listener) -> None:
        """From here on it gets what is newer than `listener.joined`."""
        self.start()
        async with self._joining:
            if self.position is None:
                self.position = await in_thread(_last)
            listener.joined = self.position
            self.listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)

    async def close(self) -> None:
        """End every stream and stop."""
        self._closed = True
        place.note("")
        for listener in list(self.listeners):
            listener.close()
        self._wake.set()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_SECONDS)
        self._tasks = []

    @property
    def is_closed(self) -> bool:
        return self._closed

    async def _beat(self) -> None:
        """A comment for each listener that nothing waits for, so that both ends know the other lives."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            for listener in self.listeners:
                if listener.waiting.empty():
                    listener.give([events.HEARTBEAT])

    async def _tell(self) -> None:
        while not self._closed:
            # asyncio.timeout, for wait_for of Python 3.11 can lose a cancellation
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            try:
                while await self._tell_new():
                    pass
            except Exception:
                log.exception("the live stream could not read new facts; it tries again")
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _tell_new(self) -> bool:
        """Read one batch and hand it out; True when there may be more."""
        if not self.listeners:
            async with self._joining:
                if not self.listeners:  # nobody to read them for: who comes next starts from the present
                    self._reach(await in_thread(_last))
            return False
        assert self.position is not None
        facts = await in_thread(dispatch.read_after, *self.position)
        if not facts:
            return False
        # No await between these two: who joins now gets the batch from its own look back, not from here.
        self._reach((facts[-1].xid, facts[-1].id))
        told = set(self.listeners)
        await self._hand_out(told, facts)
        return len(facts) == dispatch.BATCH

    def _reach(self, position: Position) -> None:
        self.position = position
        place.note(events.write_id(position))

    async def _hand_out(self, told: set[Listener], facts: list[Heard]) -> None:
        wishes: dict[Actor, Wanted] = {}
        for listener in told:
            wishes[listener.actor] = _both(wishes, listener)
        try:
            ready = await in_thread(_ready, wishes, facts)
        except Exception:
            log.exception("the rights to new facts could not be asked; all listeners look anew")
            for listener in told:
                listener.lose()
            return
        for listener in told:
            mine = ready.get(listener.actor, [])
            listener.give([b for fact, b in mine if rights.is_wanted(fact, listener.wanted)])

    async def _listen(self) -> None:
        """The one connection that waits for NOTIFY; made again whenever it breaks."""
        parameters = await in_thread(_parameters)
        while not self._closed:
            try:
                async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as waiting:
                    await waiting.execute(f"LISTEN {CHANNEL}")
                    self._wake.set()  # something may have happened while nobody listened
                    async for _ in waiting.notifies():
                        self._wake.set()
            except psycopg.Error as error:
                log.warning("the live stream lost its connection", error=str(error).strip())
            await asyncio.sleep(_RECONNECT_SECONDS)


def _both(wishes: Mapping[Actor, Wanted], listener: Listener) -> Wanted:
    """What a person wants over all their streams; each stream then takes its own."""
    if listener.actor not in wishes:
        return listener.wanted
    before = wishes[listener.actor]
    return None if before is None or listener.wanted is None else before | listener.wanted


def _ready(wishes: Mapping[Actor, Wanted], facts: list[Heard]) -> dict[Actor, list[tuple[Heard, bytes]]]:
    hearings = {actor: heard for actor, heard in rights.visible(wishes, facts).items() if heard}
    encoded = events.encode(hearings)
    return {actor: list(zip(heard, encoded[actor], strict=True)) for actor, heard in hearings.items()}


def missed(actor: Actor, wanted: Wanted, since: Position, until: Position) -> list[bytes] | None:
    """Events after `since` up to and with `until`; None when they are too many or `since` is not of this desk."""
    if since > until:
        return None
    result: list[bytes] = []
    seen, place = 0, since
    while place < until:
        facts = [f for f in dispatch.read_after(*place) if (f.xid, f.id) <= until]
        if not facts:
            break
        seen += len(facts)
        if seen > MOST_MISSED:
            return None
        ready = _ready({actor: wanted}, facts).get(actor, [])
        result.extend(b for _, b in ready)
        place = (facts[-1].xid, facts[-1].id)
    return result


def _last() -> Position:
    return dispatch.look(clock.real_now()).last


def _parameters() -> dict[str, Any]:
    parameters: dict[str, Any] = connection.get_connection_params()
    return {k: v for k, v in parameters.items() if k not in {"cursor_factory", "context"}}
