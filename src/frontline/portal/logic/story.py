"""The story of a parcel: moments in order, made of what was said, who had it and what was promised. Pure.

Moments are codes with names, instants and texts; `present` words them when they are shown. What only the desk may
know (why it was handed on, internal notes, who inside a team …) never comes in here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

#: moves inside one pair of hands, and moves that a message tells better
QUIET: Final = frozenset({"opened", "taken", "answered", "closed", "imported"})
#: a message belongs to a move or a promise of the same step when they lie no further apart
SAME_STEP: Final = timedelta(seconds=2)
#: at one instant: what was said comes before what it led to
ORDER: Final = (
    "received",
    "owned",
    "said",
    "owner_changed",
    "promised",
    "asked",
    "moved",
    "back",
    "solved",
    "broken",
)


@dataclass(frozen=True, slots=True)
class Said:
    """A public message. `by` is user, desk, supplier or automatic; `mine`: the reader wrote it."""

    at: datetime
    by: str
    name: str
    text: str
    channel: str = ""
    html: str = ""
    files: tuple[Any, ...] = ()
    mine: bool = False
    delivery: str = ""
    why_nothing_new: str = ""
    comes_next: str = ""


@dataclass(frozen=True, slots=True)
class Hands:
    """A span in one pair of hands: kind and name of the holder, and why it came there."""

    since: datetime
    until: datetime | None
    kind: str
    name: str
    cause: str


@dataclass(frozen=True, slots=True)
class Promised:
    """Word promised: `state` open, kept, broken or withdrawn."""

    made_at: datetime
    due_at: datetime
    state: str
    settled_at: datetime | None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody was asked to take it on. `state` offered, accepted, returned or withdrawn."""

    at: datetime
    receiver: str
    state: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story. `due_at` is a promise made with it, `kept` says that it kept one."""

    code: str
    at: datetime
    name: str = ""
    kind: str = ""
    said: Said | None = None
    due_at: datetime | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is told. `first_owner` had it first, when ownership has moved."""

    opened_at: datetime
    channel: str
    owner: str
    first_owner: str = ""
    state: str
    closed_at: datetime | None = None
    said: Sequence[Said] = ()
    hands: Sequence[Hands] = ()
    promises: Sequence[Promised] = ()
    asked: Sequence[Asked] = field(default=())


def tell(case: Case) -> list[Moment]:
    """The moments of a parcel, oldest first."""
    opening, rest = _opening(case)
    moves = _moves(case)
    spoken = [_spoken(said, case.promises) for said in rest]
    moves, spoken = _merge(moves, spoken)
    moments = [
        *opening,
        *moves,
        *spoken,
        *_promises(case.promises, {m.at for m in spoken if m.due_at is not None}),
        *(Moment("asked", a.at, name=a.receiver) for a in case.asked if a.state in {"offered", "returned"}),
        *(Moment("returned", at, name=a.receiver) for a in case.asked if (at := _came_back(a)) is not None),
    ]
    if case.state in {"closed", "cancelled"} and case.closed_at is not None:
        moments.append(Moment(case.state, case.closed_at))
    return sorted(moments, key=lambda m: (m.at, _rank(m.code)))


def _came_back(asked: Asked) -> datetime | None:
    return asked.answered_at if asked.state == "returned" else None


def _rank(code: str) -> int:
    return ORDER.index(code) if code in ORDER else len(ORDER)


def _opening(case: Case) -> tuple[list[Moment], list[Said]]:
    """Received, and owned from the same instant; the first words of the user stand with it."""
    first = case.said[0] if case.said and case.said[0].by == "user" else None
    opening = [
        Moment("received", case.opened_at, kind=case.channel, said=first),
        Moment("owned", case.opened_at, name=case.first_owner or case.owner),
    ]
    return opening, list(case.said[1:] if first else case.said)


def _moves(case: Case) -> list[Moment]:
    """Where it went; steps inside one pair of hands are left out."""
    moments: list[Moment] = []
    before: tuple[str, str] | None = None
    for hands in case.hands:
        here = (hands.kind, hands.name)
        code = {"solved": "solved", "reopened": "back", "waiting": "your_turn"}.get(hands.cause, "moved")
        told = code != "moved" or (here != before and hands.cause not in QUIET)
        if told and before is not None:
            moments.append(Moment(code, hands.since, name=hands.name, kind=hands.kind))
        before = here
    return moments


def _spoken(said: Said, promises: Iterable[Promised]) -> Moment:
    code = "said"
    if said.channel == "owner_changed":
        code = "owner_changed"
    elif said.channel == "thanks":
        code = "thanks"
    elif said.by == "automatic":
        code = "automatic"
    if said.by not in {"desk", "supplier"}:
        return Moment(code, said.at, name=said.name, kind=said.by, said=said)
    made = next((p.due_at for p in promises if _near(p.made_at, said.at)), None)
    kept = any(
        p.state == "kept" and p.settled_at is not None and _near(p.settled_at, said.at) for p in promises
    )
    return Moment(code, said.at, name=said.name, kind=said.by, said=said, due_at=made, kept=kept)


def _near(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= SAME_STEP


def _merge(moves: list[Moment], spoken: list[Moment]) -> tuple[list[Moment], list[Moment]]:
    """The words of a solution stand with "solved", those of "still broken" with "back"."""
    whose = {"solved": ("desk",), "back": ("user",), "your_turn": ("desk",)}
    for n, move in enumerate(moves):
        fits = [
            s
            for s in spoken
            if s.code == "said" and s.kind in whose.get(move.code, ()) and _near(s.at, move.at)
        ]
        if fits:
            spoken = [s for s in spoken if s is not fits[-1]]
            last = fits[-1]
            moves[n] = replace(
                move, said=last.said, name=last.name or move.name, due_at=last.due_at, kept=last.kept
            )
    return moves, spoken


def _promises(promises: Iterable[Promised], told: set[datetime]) -> list[Moment]:
    """Promises that no message tells, and those that were broken."""
    moments = []
    for promise in promises:
        if not any(_near(promise.made_at, at) for at in told):
            moments.append(Moment("promised", promise.made_at, name=promise.by, due_at=promise.due_at))
        if promise.state == "broken":
            moments.append(Moment("broken", promise.due_at, name=promise.by, due_at=promise.due_at))
    return moments
