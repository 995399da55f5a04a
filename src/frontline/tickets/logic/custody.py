"""Sums over the chain of custody: who had it how long, when nobody's door was open, how often it bounced."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Segment:
    """One span in one pair of hands. `party` is None for the requester's or a change's own time."""

    holder_kind: str
    party: int | None
    worker: int | None
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """What one holder had: wall seconds, and dead seconds (their doors closed while the user's clock ran)."""

    holder_kind: str
    party: int | None
    seconds: int
    dead_seconds: int
    visits: int


#: (party, holder_kind, since, until) -> seconds the holder was closed while the user's clock ran
Dead = Callable[[int | None, str, datetime, datetime], int]


def shares(chain: Sequence[Segment], *, now: datetime, dead: Dead) -> list[Share]:
    """Seconds by holder in order of first appearance; they add up to the life of the ticket exactly."""
    found: dict[tuple[str, int | None], list[int]] = {}
    last: tuple[str, int | None] | None = None
    for segment in chain:
        key = (segment.holder_kind, segment.party)
        until = segment.until or max(now, segment.since)
        entry = found.setdefault(key, [0, 0, 0])
        entry[0] += whole_seconds(segment.since, until)
        entry[1] += dead(segment.party, segment.holder_kind, segment.since, until)
        entry[2] += key != last
        last = key
    return [Share(kind, party, *entry) for (kind, party), entry in found.items()]


def whole_seconds(since: datetime, until: datetime) -> int:
    """Differences of floored instants, so that the parts of a chain add up without rounding."""
    return int(until.timestamp()) - int(since.timestamp())


WORKING = frozenset({"desk", "team", "supplier"})


def bounces(chain: Sequence[Segment]) -> int:
    """How often it came back to a working party that had already handed it on (A → B → A is one bounce)."""
    visited: list[tuple[str, int | None]] = []
    for segment in chain:
        key = (segment.holder_kind, segment.party)
        if segment.holder_kind in WORKING and (not visited or visited[-1] != key):
            visited.append(key)
    return sum(1 for index, key in enumerate(visited) if key in visited[:index])
