"""Does a chain of promises keep the promise made to the customer, for every possible start second?

Stage i turns an instant x into its due instant F_i(x); the chain ends at R = F_n(… F_1(start)). What the
customer feels is g(s) = W(R(s)) - W(s) on the customer's own calendar W. Every F_i never decreases, so a
stage that finishes early never makes the end later: full targets are the true worst case.

On whole seconds every F_i, and so R, consists of pieces that are constant or rise second by second. The
pieces are composed exactly, one walk along the intervals a stage; no second is sampled and none is
missed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from frontline.commitments.logic.calendar import Calendar, CalendarError, due
from frontline.commitments.logic.openings import Table


class Stage(NamedTuple):
    """A promise within a chain: seconds of working time on a calendar."""

    calendar: Calendar
    target_seconds: int


class Piece(NamedTuple):
    """For starts s of [lo, hi): the chain is at `base + slope * s`; the slope is 0 or 1."""

    lo: int
    hi: int
    slope: int
    base: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstChain:
    """Over all start seconds; instants in seconds since 1970, durations in seconds.

    Where starts from some second on never finish because a stage's calendar opens no more, they are the
    worst: `worst_elapsed`, `worst_slack`, `finish` and `worst_wall` are None, both first starts are that
    second, and they count as breaching. `best_elapsed` is that of the starts that finish, None if none
    does.
    """

    feasible: bool
    worst_elapsed: int | None
    worst_slack: int | None
    best_elapsed: int | None
    first_worst_start: int
    finish: int | None
    breaching_starts: int
    starts: int
    worst_wall: int | None
    first_worst_wall_start: int


def worst_chain(sla: Stage, stages: Sequence[Stage], start: int, end: int) -> WorstChain:
    """The worst case of a chain over every start second of [start, end).

    Raises CalendarError for an empty span and for negative targets.
    """
    if start >= end:
        raise CalendarError("There is no start second to look at: start_until must lie after start_from.")
    if any(stage.target_seconds < 0 for stage in (sla, *stages)):
        raise CalendarError("A target is negative. Give the seconds of working time as 0 or more.")
    pieces = [Piece(start, end, 1, 0)]
    for stage in stages:
        if stage.target_seconds and pieces:
            pieces = compose(pieces, stage)
    finishing = pieces[-1].hi if pieces else start
    summary = _Summary(sla.target_seconds)
    if pieces:
        last = pieces[-1]
        table = sla.calendar.cover(start, max(finishing, last.base + last.slope * last.hi) + 1)
        for lo, hi, elapsed, slope, wall in _elapsed_pieces(pieces, table):
            summary.add(lo, hi, elapsed, slope, wall)
    if finishing < end:
        return WorstChain(
            feasible=False,
            worst_elapsed=None,
            worst_slack=None,
            best_elapsed=summary.best,
            first_worst_start=finishing,
            finish=None,
            breaching_starts=summary.breaching + end - finishing,
            starts=end - start,
            worst_wall=None,
            first_worst_wall_start=finishing,
        )
    assert summary.worst is not None
    index = bisect_right(pieces, summary.worst_start, key=lambda piece: piece.lo) - 1
    return WorstChain(
        feasible=summary.worst <= sla.target_seconds,
        worst_elapsed=summary.worst,
        worst_slack=sla.target_seconds - summary.worst,
        best_elapsed=summary.best,
        first_worst_start=summary.worst_start,
        finish=pieces[index].base + pieces[index].slope * summary.worst_start,
        breaching_starts=summary.breaching,
        starts=end - start,
        worst_wall=summary.wall,
        first_worst_wall_start=summary.wall_start,
    )


def compose(pieces: Sequence[Piece], stage: Stage) -> list[Piece]:
    """The pieces after one more stage, whose target is above 0. Starts from which it never ends are left
    out; as later starts cannot end earlier, those are the last ones.
    """
    last = pieces[-1]
    first_at, last_at = (
        pieces[0].base + pieces[0].slope * pieces[0].lo,
        last.base + last.slope * (last.hi - 1),
    )
    due(stage.calendar, last_at, stage.target_seconds)  # compiles as far as the last start needs
    table = stage.calendar.cover(first_at, last_at + 1)
    _, _, opens, closes, totals, bases = table
    target, count = stage.target_seconds, len(totals)
    here = bisect_right(opens, first_at) - 1
    there = bisect_left(totals, table.work_before(first_at) + target)
    result: list[Piece] = []
    for lo, hi, slope, base in pieces:
        at, stop = (base + lo, base + hi) if slope else (base, base + 1)
        while at < stop:
            while here + 1 < count and opens[here + 1] <= at:
                here += 1
            is_open = at < closes[here]
            level = target + (bases[here] + at if is_open else totals[here])
            while there < count and totals[there] < level:
                there += 1
            if there == count:
                return result
            reached = level - bases[there]
            if not slope:
                _append(result, lo, hi, 0, reached)
                break
            if is_open:
                following = min(stop, closes[here], at + totals[there] - level + 1)
                _append(result, at - base, following - base, 1, reached - at + base)
            else:
                following = min(stop, opens[here + 1]) if here + 1 < count else stop
                _append(result, at - base, following - base, 0, reached)
            at = following
    return result


def _append(pieces: list[Piece], lo: int, hi: int, slope: int, base: int) -> None:
    if pieces and pieces[-1].slope == slope and pieces[-1].base == base:
        lo = pieces.pop().lo
    pieces.append(Piece(lo, hi, slope, base))


def _elapsed_pieces(pieces: Sequence[Piece], table: Table) -> Iterator[tuple[int, int, int, int, int]]:
    """Pieces (lo, hi, elapsed at lo, slope of elapsed, wall seconds at lo) of the customer's elapsed
    time.
    """
    _, _, opens, closes, totals, bases = table
    count = len(opens)
    here = bisect_right(opens, pieces[0].lo) - 1
    there = here
    for lo, hi, slope, base in pieces:
        at = lo
        while at < hi:
            finish = base + slope * at
            while here + 1 < count and opens[here + 1] <= at:
                here += 1
            while there + 1 < count and opens[there + 1] <= finish:
                there += 1
            at_open, finish_open = at < closes[here], finish < closes[there]
            following = hi
            if at_open:
                following = min(following, closes[here])
            elif here + 1 < count:
                following = min(following, opens[here + 1])
            if slope and finish_open:
                following = min(following, closes[there] - base)
            elif slope and there + 1 < count:
                following = min(following, opens[there + 1] - base)
            elapsed = bases[there] + finish if finish_open else totals[there]
            elapsed -= bases[here] + at if at_open else totals[here]
            yield at, following, elapsed, (slope if finish_open else 0) - at_open, finish - at
            at = following


class _Summary:
    """Extremes with their earliest starts, and how many starts exceed the target, piece by piece."""

    __slots__ = ("best", "breaching", "target", "wall", "wall_start", "worst", "worst_start")

    def __init__(self, target: int) -> None:
        self.target = target
        self.worst: int | None = None
        self.best: int | None = None
        self.wall: int | None = None
        self.worst_start = self.wall_start = self.breaching = 0

    def add(self, lo: int, hi: int, elapsed: int, slope: int, wall: int) -> None:
        length = hi - lo
        other = elapsed + slope * (length - 1)
        top, bottom = (other, elapsed) if slope > 0 else (elapsed, other)
        if self.worst is None or top > self.worst:
            self.worst, self.worst_start = top, hi - 1 if slope > 0 else lo
        if self.best is None or bottom < self.best:
            self.best = bottom
        # within a piece the finish moves with the start or stands still: its first second waits longest
        if self.wall is None or wall > self.wall:
            self.wall, self.wall_start = wall, lo
        if slope:
            self.breaching += min(max(top - self.target, 0), length)
        elif elapsed > self.target:
            self.breaching += length
