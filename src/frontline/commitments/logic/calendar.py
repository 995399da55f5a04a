"""Working time: when doors are open, how long they were, and when a budget of open seconds is used up.

W(t) is the open time before t. Elapsed time is a difference of W less the open time of pauses; a due
instant is an inverse of it. W stands still while closed, so the inverse has two ends, and both are
needed: `due_at` is the first instant at which the target is used up (what people are shown),
`breach_after` the last one at which it is not exceeded (what a watch waits for). They differ when a
target ends exactly on a closing time.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, Self

from frontline.commitments.logic.instants import DAY, EARLIEST, LATEST
from frontline.commitments.logic.openings import Table, build
from frontline.commitments.logic.rules import CalendarError, UnknownZone, Version, parse_versions

__all__ = ["Calendar", "CalendarError", "Due", "HorizonError", "UnknownZone", "due", "elapsed"]

Pauses = Sequence[tuple[int, int]]
_YEAR: Final = 366 * DAY


class HorizonError(CalendarError):
    """This reaches beyond the years 1 to 9999, so it is not computed."""


class Due(NamedTuple):
    """Seconds since 1970, or None for never. `due_at`: the earliest t with elapsed >= target.
    `breach_after`: the last t with elapsed <= target."""

    due_at: int | None
    breach_after: int | None


class Calendar:
    """Opening hours in their own time zone, compiled as far as anybody has asked.

    `table` covers the years asked for so far and is only ever replaced by a wider one, so readers in other
    threads are safe. What lies outside is compiled first: no answer is guessed.
    """

    __slots__ = ("arrays", "settled", "table", "versions")

    def __init__(self, versions: tuple[Version, ...]) -> None:
        self.versions = versions
        #: from here on only the last version's plain weeks repeat; two days allow for any offset from UTC
        last = versions[-1]
        self.settled: int = max(
            last.effective_from or EARLIEST, max((day + 2 for day in last.special), default=0) * DAY
        )
        self.table = Table(0, -1, [], [], [], [])
        #: the same as numpy arrays, kept by `fleet`
        self.arrays: Any = None

    @classmethod
    def parse(cls, document: Any, where: str = "calendar") -> Self:
        """From the CALENDAR shape of CONTRACTS section 4; raises CalendarError."""
        return cls(parse_versions(document, where))

    def cover(self, lo: int, hi: int) -> Table:
        """A table that covers [lo, hi], with room around so that the next question finds it ready."""
        table = self.table
        if table.lo <= lo and hi <= table.hi:
            return table
        if lo < EARLIEST or hi > LATEST:
            raise HorizonError
        if table.hi < table.lo:
            lo, hi = lo - _YEAR, hi + 3 * _YEAR
        else:
            lo = table.lo if table.lo <= lo else lo - _YEAR
            hi = table.hi if hi <= table.hi else hi + 3 * _YEAR
        table = build(self.versions, max(lo, EARLIEST), min(hi, LATEST))
        self.table = table
        return table

    def further(self, table: Table) -> Table | None:
        """A table that reaches well beyond this one, or None if nothing ever opens there.

        Raises HorizonError at the end of the year 9999.
        """
        if table.hi >= self.settled and not self.versions[-1].opens_weekly:
            return None
        if table.hi >= LATEST:
            raise HorizonError
        return self.cover(table.lo, min(table.hi + max(3 * _YEAR, table.hi - table.lo), LATEST))

    def work_seconds(self, start: int, end: int) -> int:
        """Open seconds in [start, end); raises CalendarError when the end lies before the start."""
        if end < start:
            raise CalendarError("The end lies before the start. Swap them.")
        table = self.cover(start, end)
        return table.work_before(end) - table.work_before(start)

    def is_open(self, at: int) -> bool:
        """Whether the second that begins at this instant is worked."""
        table = self.cover(at, at + 1)
        return at < table.ends[bisect_right(table.starts, at) - 1]

    def next_open(self, at: int) -> int | None:
        """The first open instant at or after this one; None if it never opens again."""
        table: Table | None = self.cover(at, at + 1)
        while table is not None:
            index = bisect_right(table.starts, at) - 1
            if at < table.ends[index]:
                return at
            if index + 1 < len(table.starts):
                return table.starts[index + 1]
            table = self.further(table)
        return None

    def open_spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """The open intervals inside [start, end), clipped, in order."""
        if end <= start:
            return []
        table = self.cover(start, end)
        first, last = bisect_right(table.ends, start), bisect_left(table.starts, end)
        return [
            (max(opens, start), min(closes, end))
            for opens, closes in zip(table.starts[first:last], table.ends[first:last], strict=True)
            if opens < closes
        ]


@lru_cache(maxsize=512)
def calendar_of(text: str) -> Calendar:
    """The calendar of a JSON text, parsed and compiled once a process; raises CalendarError."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise CalendarError("This is not JSON: {why}.", where="calendar", why=error) from error
    return Calendar.parse(document)


def elapsed(calendar: Calendar, start: int, end: int, pauses: Pauses = ()) -> int:
    """Open seconds in [start, end) that no pause [from, to) covers. Pauses may overlap and come in any
    order.
    """
    if end < start:
        raise CalendarError("The end lies before the start. Swap them.")
    table = calendar.cover(start, end)
    work = table.work_before
    seconds = work(end) - work(start)
    if pauses:
        for since, until in merge_pauses(pauses, start):
            if since >= end:
                break
            seconds -= work(min(until, end)) - work(since)
    return seconds


def due(calendar: Calendar, start: int, target_seconds: int, pauses: Pauses = ()) -> Due:
    """When a clock from `start` has used up its target of open, unpaused seconds.

    Takes seconds since 1970 and returns a Due; O(log intervals). Raises CalendarError for a negative
    target or a pause that ends before it begins.
    """
    lo, hi, starts, ends, totals, bases = calendar.table
    if pauses or target_seconds <= 0 or not lo <= start < hi:
        return _due_with_care(calendar, start, target_seconds, pauses)
    index = bisect_right(starts, start) - 1
    level = target_seconds + (bases[index] + start if start < ends[index] else totals[index])
    index = bisect_left(totals, level, index)
    # the last interval is left to the careful way: what follows it may not be compiled yet
    if index + 1 >= len(totals):
        return _due_with_care(calendar, start, target_seconds, pauses)
    due_at = level - bases[index]
    if level == totals[index]:
        return tuple.__new__(Due, (due_at, starts[index + 1]))
    return tuple.__new__(Due, (due_at, due_at))


def _due_with_care(calendar: Calendar, start: int, target_seconds: int, pauses: Pauses) -> Due:
    """The same with pauses, empty targets and a horizon that may have to be extended."""
    if target_seconds < 0:
        raise CalendarError("The target is negative. Give the seconds of working time as 0 or more.")
    if start + target_seconds > LATEST and calendar.versions[-1].opens_weekly:
        raise HorizonError
    merged = merge_pauses(pauses, start)
    reach = merged[-1][1] if merged else start
    table: Table | None = calendar.cover(start, reach)
    due_at = None if target_seconds else start
    while table is not None:
        work = table.work_before
        used_up = exceeded = work(start) + target_seconds
        # a pause moves what has not been reached when it begins
        for since, until in merged:
            before = work(since)
            if before > exceeded:
                break
            length = work(until) - before
            exceeded += length
            if before < used_up:
                used_up += length
        if due_at is None and used_up <= table.totals[-1]:
            index = bisect_left(table.totals, used_up)
            due_at = used_up - table.bases[index]
        if exceeded < table.totals[-1]:
            index = bisect_right(table.totals, exceeded)
            return Due(due_at, exceeded - table.bases[index])
        table = calendar.further(table)
    return Due(due_at, None)


def merge_pauses(pauses: Pauses, start: int) -> list[tuple[int, int]]:
    """Disjoint pauses in order, those before `start` cut off; raises CalendarError for one that runs
    backwards.
    """
    merged: list[tuple[int, int]] = []
    for since, until in sorted(pauses):
        if until < since:
            raise CalendarError("A pause ends before it begins. Swap its two instants.")
        if until <= start or until == since:
            continue
        if merged and since <= merged[-1][1]:
            if until > merged[-1][1]:
                merged[-1] = (merged[-1][0], until)
        else:
            merged.append((max(since, start), until))
    return merged
