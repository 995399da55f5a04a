"""Move the desk's clock, on a desk marked as demo or exercise: forward only, playing what falls due in order.

What waits on time is a row of some capability, claimed by a chore that can tell its next due instant. A move goes from
one such instant to the next, runs the chores that are due there and the reactions to what they did, and so makes
the same things happen in the same order as months of waiting would.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from frontline.foundation import clock, manifest
from frontline.foundation.facts import dispatch
from frontline.foundation.models import Desk, FactRow
from frontline.foundation.transactions import use_case
from frontline.kernel.errors import Conflict, Invalid

log = structlog.get_logger(__name__)

KINDS = ("live", "demo", "exercise")
FASTEST = 100_000.0
#: dispatching and chores go on at one instant until nothing moves, but not for ever
ROUNDS_AT_AN_INSTANT = 1000


class DeskIsLive(Conflict):
    """The clock of a live desk is not moved. Only a desk marked as demo or exercise has a movable clock."""


class TimeRunsForward(Conflict):
    """The desk's clock shows {now} already; it moves forward only."""


class NotThisDesk(Conflict):
    """A desk with live work cannot become a {kind} desk, nor one with a moved clock a live one. Use another."""


class NeverQuiet(Conflict):
    """At {at} things kept causing one another without end; the clock stands there. Look at the watch's log."""


@use_case
def mark_desk(*, kind: str) -> None:
    """Say what kind of desk this is: live, demo or exercise. Raises NotThisDesk, Invalid."""
    if kind not in KINDS:
        raise Invalid("A desk is live, demo or exercise, not {kind}.", kind=kind)
    desk = _locked()
    if kind == desk.kind:
        return
    if kind == "live" and desk.base_real is not None:
        raise NotThisDesk(kind=kind)
    if desk.kind == "live" and FactRow.objects.filter(origin="live").exists():
        raise NotThisDesk(kind=kind)
    desk.kind = kind
    desk.save(update_fields=["kind"])
    clock.forget()


def target(*, at: str | None, advance: timedelta | None) -> datetime | None:
    """The instant asked for, or None when none is."""
    if advance is not None:
        return clock.now() + advance
    if at is None:
        return None
    try:
        instant = datetime.fromisoformat(at)
    except ValueError as error:
        raise Invalid(
            "{text} is no instant; write one such as 2026-03-02T08:41:00Z.", text=at, field="at"
        ) from error
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def move(
    *, to: datetime | None, speed: float | None = None, tell: Callable[[int, str], None] | None = None
) -> int:
    """Move the clock to `to` (None: stay) and let it run with `speed` desk seconds a second from then on.

    Returns how many instants were played. `tell(count, words)` hears of each. Raises DeskIsLive, TimeRunsForward,
    Invalid, NeverQuiet. It may be stopped at any time: what was played stays, the clock stands where it came to.
    """
    if speed is not None and not 0 <= speed <= FASTEST:
        raise Invalid("The speed lies between 0 and {most}, not {speed}.", most=FASTEST, speed=speed)
    kept = _set(to=None, speed=0.0 if to is not None else speed, earliest=to)
    if to is None:
        return 0
    played = 0
    try:
        played = _play(to, tell or (lambda _count, _words: None))
    finally:
        _set(to=None, speed=kept if speed is None else speed)
    return played


def _play(to: datetime, tell: Callable[[int, str], None]) -> int:
    played = 0
    stuck: set[str] = set()
    _settle(stuck)
    while (due := _earliest(stuck)) is not None and due <= to:
        _set(to=due, speed=0.0)
        _settle(stuck)
        played += 1
        tell(played, f"{due:%Y-%m-%d %H:%M}")
    _set(to=to, speed=0.0)
    _settle(stuck)
    return played


def _earliest(stuck: set[str]) -> datetime | None:
    """The next instant something falls due; never before the present."""
    instants = [
        due
        for chore in manifest.chores()
        if chore.next_due is not None and chore.name not in stuck and (due := chore.next_due()) is not None
    ]
    return max(min(instants), clock.now()) if instants else None


def _settle(stuck: set[str]) -> None:
    """Everything due at this instant, and what follows from it, until nothing moves."""
    now = clock.now()
    for _ in range(ROUNDS_AT_AN_INSTANT):
        handled = dispatch.dispatch_once(now) + sum(chore.run(now) for chore in manifest.chores())
        if handled == 0:
            break
    else:
        raise NeverQuiet(at=now)
    for chore in manifest.chores():
        if chore.next_due is not None and (due := chore.next_due()) is not None and due <= now:
            log.warning("a chore leaves a due row alone; the clock passes it", chore=chore.name, due=due)
            stuck.add(chore.name)


@use_case
def _set(*, to: datetime | None, speed: float | None, earliest: datetime | None = None) -> float:
    """One step of the clock; returns the speed it had. `earliest` is checked under the lock of the desk's row."""
    desk = _locked()
    if desk.kind == "live":
        raise DeskIsLive
    real = clock.real_now()
    was = _movement(desk)
    current = real if was is None else was.at(real)
    if earliest is not None and earliest < current:
        raise TimeRunsForward(now=current)
    before = 1.0 if was is None else was.speed
    new = clock.moved(was, to=to or current, speed=before if speed is None else speed, real=real)
    desk.base_real, desk.base_desk, desk.speed = new.base_real, new.base_desk, new.speed
    desk.save(update_fields=["base_real", "base_desk", "speed"])
    clock.forget()
    return before


def _movement(desk: Desk) -> clock.Movement | None:
    if desk.base_real is None or desk.base_desk is None:
        return None
    return clock.Movement(base_real=desk.base_real, base_desk=desk.base_desk, speed=desk.speed)


def _locked() -> Desk:
    Desk.objects.get_or_create(id=1)
    return Desk.objects.select_for_update().get(id=1)


def describe() -> str:
    """One line: what the clock shows and how it runs."""
    desk = Desk.objects.filter(id=1).first() or Desk()
    now = clock.now()
    if desk.kind == "live":
        return f"{now:%Y-%m-%d %H:%M:%S} UTC, real time: this desk is live"
    ahead = now - clock.real_now()
    return (
        f"{now:%Y-%m-%d %H:%M:%S} UTC on this {desk.kind} desk, {_length(ahead)} ahead, speed {desk.speed:g}"
    )


def _length(ahead: timedelta) -> str:
    days, rest = divmod(max(0, round(ahead.total_seconds())), 86400)
    return f"{days} d {rest // 3600} h {rest % 3600 // 60} min"
