"""A clock is a fold over its marks: the same marks on the same calendar always give the same reading.

Nothing is counted up and stored; an audit can replay any clock. A new target keeps the start and all
pauses. A clock that is resumed after it stopped (a ticket reopened) goes on as the same clock, and the
time in between is a pause with the reason `solved`. A breach is `elapsed > target`, never "finished after
the due instant".

When a new priority brings other hours, fold with the calendar now in force: the whole clock is then
judged by it. Fold before and after the mark to show both due instants.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from frontline.commitments.logic.calendar import Calendar, due, elapsed
from frontline.commitments.logic.instants import EARLIEST, LATEST, format_instant
from frontline.kernel.errors import DeskError

#: the reason of the pause between a stop and the resume that undoes it
SOLVED: Final = "solved"
#: a warning is given when this share of the target is used up
WARN_PERCENT: Final = 75


class ClockError(DeskError):
    """These marks make no clock."""


class MarkKind(StrEnum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RETARGET = "retarget"
    STOP = "stop"


class State(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to a clock. `at` is in seconds since 1970.

    `target_seconds` (working time) belongs to start and retarget; `reason` is a code and belongs to a
    pause.
    """

    kind: MarkKind
    at: int
    target_seconds: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """A span [since, until) in which a clock stood still, and the code that says why."""

    since: int
    until: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a clock shows at an instant. Instants are seconds since 1970, durations seconds of working
    time.

    While paused, `due_at`, `breach_after` and `warn_at` are None unless they lay before the pause: they
    depend on when it resumes. After a stop they are what would have held had it gone on. None also means
    "never": the calendar does not open for that long again. So each can be stored as it is, and stays
    true until the next mark.
    """

    state: State
    started_at: int
    target_seconds: int
    elapsed_seconds: int
    due_at: int | None
    breach_after: int | None
    warn_at: int | None
    breached: bool
    warned: bool
    paused_since: int | None
    pause_reason: str
    pauses: tuple[Pause, ...]
    stopped_at: int | None
    #: the next opening, when the clock runs but its doors are closed: "clock waits until …", not "paused"
    waits_until: int | None

    @property
    def remaining_seconds(self) -> int:
        """Working time left; negative when breached."""
        return self.target_seconds - self.elapsed_seconds

    @property
    def kept(self) -> bool | None:
        """Whether a stopped clock kept its target; None while it has not stopped."""
        return None if self.stopped_at is None else not self.breached


class _Hand:
    """The state of the fold between two marks."""

    __slots__ = ("halted_at", "pauses", "reason", "started_at", "state", "target_seconds")

    def __init__(self, first: Mark) -> None:
        if first.kind is not MarkKind.START:
            raise ClockError("A clock begins with start; this one begins with {kind}.", kind=first.kind.value)
        self.started_at = first.at
        self.target_seconds = _target_of(first)
        self.state = State.RUNNING
        self.halted_at: int | None = None
        self.reason = ""
        self.pauses: list[Pause] = []

    def step(self, mark: Mark) -> None:
        allowed = _ALLOWED[self.state]
        if mark.kind not in allowed:
            raise ClockError(
                "A clock that is {state} cannot take {kind} (at {at}). It takes {allowed}.",
                state=self.state.value,
                kind=mark.kind.value,
                at=format_instant(mark.at),
                allowed=tuple(allowed),
            )
        if mark.kind is MarkKind.RETARGET:
            self.target_seconds = _target_of(mark)
            return
        if self.halted_at is not None:
            # a resume ends the pause or undoes the stop; a stop ends the pause it falls into
            self.pauses.append(Pause(self.halted_at, mark.at, self.reason))
        self.state = _BECOMES[mark.kind]
        self.halted_at = None if mark.kind is MarkKind.RESUME else mark.at
        self.reason = {MarkKind.PAUSE: mark.reason, MarkKind.STOP: SOLVED}.get(mark.kind, "")


_ALLOWED: Final[dict[State, tuple[MarkKind, ...]]] = {
    State.RUNNING: (MarkKind.PAUSE, MarkKind.RETARGET, MarkKind.STOP),
    State.PAUSED: (MarkKind.RESUME, MarkKind.RETARGET, MarkKind.STOP),
    State.STOPPED: (MarkKind.RESUME,),
}
_BECOMES: Final = {
    MarkKind.PAUSE: State.PAUSED,
    MarkKind.RESUME: State.RUNNING,
    MarkKind.STOP: State.STOPPED,
}


def fold(marks: Iterable[Mark], calendar: Calendar, at: int, *, warn_percent: int = WARN_PERCENT) -> Reading:
    """The reading of a clock at an instant, in seconds since 1970. Marks later than `at` have not
    happened yet.

    Raises ClockError for marks that cannot follow each other, that go back in time or lack a target, and
    when the clock has not started by `at`.
    """
    if not 1 <= warn_percent <= 100:
        raise ClockError(
            "A warning is given between 1 and 100 per cent of a target, not at {percent}.",
            percent=warn_percent,
        )
    hand = _replay(marks, until=at)
    if hand is None:
        raise ClockError("This clock has not started by {at}.", at=format_instant(at))
    return _read(hand, calendar, at, warn_percent)


def check(marks: Iterable[Mark]) -> None:
    """Raises ClockError unless these marks, all of them, make a clock."""
    if _replay(marks, until=LATEST) is None:
        raise ClockError("A clock begins with start; this one has no marks.")


def _replay(marks: Iterable[Mark], *, until: int) -> _Hand | None:
    hand, before = None, EARLIEST
    for mark in marks:
        if mark.at < before:
            raise ClockError(
                "The mark {kind} at {at} lies before the one it follows, at {before}. "
                "Marks come in their order.",
                kind=mark.kind.value,
                at=format_instant(mark.at),
                before=format_instant(before),
            )
        before = mark.at
        if mark.at > until:
            continue
        if hand is None:
            hand = _Hand(mark)
        else:
            hand.step(mark)
    return hand


def _read(hand: _Hand, calendar: Calendar, at: int, warn_percent: int) -> Reading:
    spans = [(pause.since, pause.until) for pause in hand.pauses]
    until = at if hand.halted_at is None else hand.halted_at
    spent = elapsed(calendar, hand.started_at, until, spans)
    warn_seconds = -(-hand.target_seconds * warn_percent // 100)
    due_at, breach_after = due(calendar, hand.started_at, hand.target_seconds, spans)
    warn_at = due(calendar, hand.started_at, warn_seconds, spans).due_at
    if hand.state is State.PAUSED:
        # an open pause has no end: only what was reached before it can be told
        due_at = due_at if spent >= hand.target_seconds else None
        breach_after = breach_after if spent > hand.target_seconds else None
        warn_at = warn_at if spent >= warn_seconds else None
    running = hand.state is State.RUNNING
    return Reading(
        state=hand.state,
        started_at=hand.started_at,
        target_seconds=hand.target_seconds,
        elapsed_seconds=spent,
        due_at=due_at,
        breach_after=breach_after,
        warn_at=warn_at,
        breached=spent > hand.target_seconds,
        warned=spent >= warn_seconds,
        paused_since=hand.halted_at if hand.state is State.PAUSED else None,
        pause_reason=hand.reason if hand.state is State.PAUSED else "",
        pauses=tuple(hand.pauses),
        stopped_at=hand.halted_at if hand.state is State.STOPPED else None,
        waits_until=calendar.next_open(at) if running and not calendar.is_open(at) else None,
    )


def _target_of(mark: Mark) -> int:
    if mark.target_seconds is None or mark.target_seconds < 0:
        raise ClockError(
            "The mark {kind} at {at} has no target. Give it the seconds of working time as 0 or more.",
            kind=mark.kind.value,
            at=format_instant(mark.at),
        )
    return mark.target_seconds
