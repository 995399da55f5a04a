"""Plan the rows of clocks: what a live door writes for one and what an importer copies for many. Pure.

A clock's row is the fold of its marks, kept beside them. Everything in it follows from the marks and the calendar
version it was computed with, except how far the watch has come: whether a warning or breach that is due has been
given yet. `settled` gives the row right after the last mark, `looked` after the watch came by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict
from uuid import UUID

from frontline.commitments.logic.calendar import Calendar
from frontline.commitments.logic.clock import ClockError, Mark, MarkKind, Reading, State, fold
from frontline.commitments.logic.instants import instant_of, seconds_of
from frontline.commitments.logic.rules import WEEKDAYS
from frontline.kernel.actors import Actor
from frontline.kernel.facts import Origin, Subject
from frontline.kernel.ids import uuid7

SECOND: Final = timedelta(seconds=1)
WARN_PERCENT: Final = 75

MEASURES: Final = ("respond", "acknowledge", "next_update", "restore", "resolve", "fulfil")
PARTY_KINDS: Final = ("sla", "ola", "contract", "promise")


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One promise ready to run: `seconds` of working time on a calendar (None: round the clock)."""

    measure: str
    seconds: int
    calendar_id: int | None
    agreement_id: int | None
    warn_percent: int
    party_kind: str


@dataclass(frozen=True, slots=True)
class Hours:
    """A calendar compiled, with the newest version that went into it."""

    calendar_id: int | None
    version_id: int | None
    calendar: Calendar


ALWAYS_RULES: Final = {
    "tz": "UTC",
    "weekly": {day: [["00:00", "24:00"]] for day in WEEKDAYS},
    "holidays": [],
    "exceptions": [],
}
#: round the clock: no calendar
ALWAYS: Final = Hours(None, None, Calendar.parse(ALWAYS_RULES))


@dataclass(frozen=True, slots=True)
class MarkSpec:
    """What happened to a clock and when. `target_seconds` belongs to start and retarget, `reason` is a code."""

    kind: MarkKind
    at: datetime
    target_seconds: int | None = None
    reason: str = ""


class Cache(TypedDict):
    """The columns of a clock that follow from its marks."""

    state: str
    target_seconds: int
    started_at: datetime
    due_at: datetime | None
    breach_after: datetime | None
    warn_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    elapsed_seconds: int
    marked_at: datetime
    next_look: datetime | None


CACHE_COLUMNS: Final = tuple(Cache.__annotations__)


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """A clock to be written: its row without the id, and its marks without the clock's id."""

    uid: UUID
    clock: dict[str, Any]
    marks: list[dict[str, Any]]


def promise_until(
    *, due_at: datetime, now: datetime, measure: str = "next_update", warn_percent: int = WARN_PERCENT
) -> TargetRow:
    """ "By 15:00" as a target: the wall seconds until then, round the clock. Raises ClockError for the past."""
    seconds = seconds_of(due_at) - seconds_of(now)
    if seconds < 0:
        raise ClockError("A promise lies ahead; {due} is before {now}.", due=due_at, now=now)
    return TargetRow(measure, seconds, None, None, warn_percent, "promise")


def plan_clock(
    *,
    subject: Subject,
    target: TargetRow,
    hours: Hours,
    started_at: datetime,
    actor: Actor,
    organisation_id: int | None = None,
    confidential: bool = False,
    origin: Origin = Origin.LIVE,
    history: Sequence[MarkSpec] = (),
) -> ClockPlan:
    """The rows of a clock that starts, or of one with a `history` of later marks; raises ClockError.

    Round the clock (`target.calendar_id` None) takes `ALWAYS` as its hours.
    """
    if hours.calendar_id != target.calendar_id:
        raise ClockError("The hours given are not those of the target's calendar.")
    start = MarkSpec(MarkKind.START, started_at, target.seconds)
    marks = (start, *history)
    uid = uuid7()
    clock: dict[str, Any] = {
        "uid": uid,
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "measure": target.measure,
        "party_kind": target.party_kind,
        "agreement_id": target.agreement_id,
        "calendar_id": target.calendar_id,
        "calendar_version_id": hours.version_id,
        "organisation_id": organisation_id,
        "confidential": confidential,
        "warn_percent": target.warn_percent,
        "origin": origin.value,
        **settled(marks, hours, warn_percent=target.warn_percent, origin=origin.value),
    }
    return ClockPlan(uid, clock, [mark_row(mark, seq, actor) for seq, mark in enumerate(marks, 1)])


def mark_row(mark: MarkSpec, seq: int, actor: Actor) -> dict[str, Any]:
    return {
        "seq": seq,
        "kind": mark.kind.value,
        "at": mark.at,
        "target_seconds": mark.target_seconds,
        "reason": mark.reason,
        "actor_kind": actor.kind.value,
        "actor_id": actor.id,
    }


def settled(marks: Sequence[MarkSpec], hours: Hours, *, warn_percent: int, origin: str) -> Cache:
    """The row right after its last mark: what was reached by then counts as given. Raises ClockError."""
    aimed_at = next(mark.at for mark in reversed(marks) if mark.target_seconds is not None)
    reading = fold(
        [Mark(mark.kind, seconds_of(mark.at), mark.target_seconds, mark.reason) for mark in marks],
        hours.calendar,
        seconds_of(marks[-1].at),
        warn_percent=warn_percent,
    )
    cache = Cache(
        state=reading.state.value,
        target_seconds=reading.target_seconds,
        started_at=marks[0].at,
        due_at=_moment(reading.due_at),
        breach_after=_moment(reading.breach_after),
        warn_at=_moment(reading.warn_at),
        warned_at=_moment(reading.warn_at) if reading.warned else None,
        breached_at=_breach(reading),
        stopped_at=None if reading.stopped_at is None else marks[-1].at,
        elapsed_seconds=reading.elapsed_seconds,
        marked_at=marks[-1].at,
        next_look=None,
    )
    # a new target may have been missed long before it was set: it is missed from then on
    if cache["warned_at"] is not None:
        cache["warned_at"] = max(cache["warned_at"], aimed_at)
    if cache["breached_at"] is not None:
        cache["breached_at"] = max(cache["breached_at"], aimed_at)
    cache["next_look"] = next_look(cache, origin=origin)
    return cache


def looked(cache: Cache, *, warned: bool, breached: bool, origin: str) -> Cache:
    """The same row after the watch came by and gave the warning, the breach or both."""
    after = cache.copy()
    if warned and after["warned_at"] is None:
        after["warned_at"] = after["warn_at"]
    if breached and after["breached_at"] is None and after["breach_after"] is not None:
        after["breached_at"] = after["breach_after"] + SECOND
    after["next_look"] = next_look(after, origin=origin)
    return after


def next_look(cache: Cache, *, origin: str) -> datetime | None:
    """When the watch has to look: at the warning, and in the first second with elapsed > target."""
    if cache["state"] != State.RUNNING or origin == Origin.HISTORY:
        return None
    ahead = []
    if cache["warned_at"] is None and cache["warn_at"] is not None:
        ahead.append(cache["warn_at"])
    if cache["breached_at"] is None and cache["breach_after"] is not None:
        ahead.append(cache["breach_after"] + SECOND)
    return min(ahead, default=None)


def _breach(reading: Reading) -> datetime | None:
    if not reading.breached or reading.breach_after is None:
        return None
    return instant_of(reading.breach_after + 1)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else instant_of(seconds)
