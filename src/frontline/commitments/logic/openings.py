"""Turn opening rules into sorted, disjoint open intervals in UTC seconds.

Every span of time in which a zone keeps one offset maps local time to UTC by a plain shift, so each is
laid out on its own: a repeated hour is laid out twice, a missing hour never, and no ambiguous local time
is ever resolved.
"""

from bisect import bisect_right
from calendar import isleap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from frontline.commitments.logic.instants import DAY, EARLIEST, EPOCH, LATEST, SECOND, instant_of
from frontline.commitments.logic.rules import Version, weekday_of

_PROBE = 6 * 3600
#: time zone data lists no single change after this year, only rules that repeat; a span of forty years from here
#: holds a year of every kind
_REGULAR_YEAR = 2201


class Table(NamedTuple):
    """Open intervals and their sums over the covered span [lo, hi).

    `starts[i]`, `ends[i]` bound interval i. `totals[i]` is the open time since `lo` at its end; `bases[i]
    + t` is the same at an instant t inside it. Interval 0 is empty and lies at `lo`, so that every
    covered instant has an interval at or before it.
    """

    lo: int
    hi: int
    starts: list[int]
    ends: list[int]
    totals: list[int]
    bases: list[int]

    def work_before(self, at: int) -> int:
        """Open seconds from `lo` to an instant of [lo, hi]."""
        index = bisect_right(self.starts, at) - 1
        return self.totals[index] if at >= self.ends[index] else self.bases[index] + at


def build(versions: Sequence[Version], lo: int, hi: int) -> Table:
    """The table of [lo, hi). An instant before the first version is closed: no rule opens it."""
    starts, ends = [lo], [lo]
    for index, version in enumerate(versions):
        since = lo if version.effective_from is None else max(lo, version.effective_from)
        after = versions[index + 1].effective_from if index + 1 < len(versions) else None
        _lay_out(version, since, hi if after is None else min(hi, after), starts, ends)
    totals, bases, total = [], [], 0
    for start, end in zip(starts, ends, strict=True):
        bases.append(total - start)
        total += end - start
        totals.append(total)
    return Table(lo, hi, starts, ends, totals, bases)


def _lay_out(version: Version, lo: int, hi: int, starts: list[int], ends: list[int]) -> None:
    if lo >= hi:
        return
    touched = max((day + 2 for day in version.special), default=0) * DAY
    regular = _new_year(max(_REGULAR_YEAR, instant_of(max(lo, min(touched, hi - 1))).year + 1))
    for start, end in _spans(version, lo, min(hi, regular)):
        _append(starts, ends, start, end)
    if hi > regular:
        for start, end in _regular_spans(version, regular, hi):
            _append(starts, ends, start, min(end, hi))


def _append(starts: list[int], ends: list[int], start: int, end: int) -> None:
    # the empty interval at the front stays as it is, so that index 0 is always the sentinel
    if start == ends[-1] and len(ends) > 1:
        ends[-1] = end
    else:
        starts.append(start)
        ends.append(end)


def _spans(version: Version, lo: int, hi: int) -> Iterator[tuple[int, int]]:
    """The open intervals of [lo, hi) in order; touching ones may still be apart."""
    weekly, special = version.weekly, version.special
    for since, until, offset in offsets(version.zone, lo, hi):
        for day in range((since + offset) // DAY, (until + offset - 1) // DAY + 1):
            midnight = day * DAY - offset
            for opens, closes in special[day] if day in special else weekly[weekday_of(day)]:
                start, end = max(midnight + opens, since), min(midnight + closes, until)
                if start < end:
                    yield start, end


def _regular_spans(version: Version, lo: int, hi: int) -> Iterator[tuple[int, int]]:
    """The same from a new year on after which nothing is listed: years of one kind are all alike.

    There are fourteen kinds (the weekday they begin on, leap or not), so far centuries cost a copy a year.
    """
    kinds: dict[tuple[int, bool], list[tuple[int, int]]] = {}
    year = instant_of(lo).year
    while (new_year := _new_year(year)) < hi:
        kind = _kind_of_year(year)
        if kind not in kinds:
            model = next(y for y in range(_REGULAR_YEAR, _REGULAR_YEAR + 40) if _kind_of_year(y) == kind)
            begin = _new_year(model)
            plain = replace(version, special={})
            spans = _spans(plain, begin, _new_year(model + 1))
            kinds[kind] = [(start - begin, end - begin) for start, end in spans]
        for start, end in kinds[kind]:
            if new_year + start >= hi:
                return
            yield new_year + start, new_year + end
        year += 1


def _kind_of_year(year: int) -> tuple[int, bool]:
    return date(year, 1, 1).weekday(), isleap(year)


def offsets(zone: ZoneInfo, lo: int, hi: int) -> Iterator[tuple[int, int, int]]:
    """Spans (since, until, offset in seconds) that cover [lo, hi) in order, each with one offset from
    UTC.
    """
    if lo >= hi:
        return
    last = instant_of(hi - 1).year
    for year in range(instant_of(lo).year, last + 1):
        for since, until, offset in _offsets_of_year(zone, year):
            if until > lo and since < hi:
                yield max(since, lo), min(until, hi), offset


@lru_cache(maxsize=4096)
def _offsets_of_year(zone: ZoneInfo, year: int) -> tuple[tuple[int, int, int], ...]:
    """Probes every six hours and halves its way to the second of each change."""
    lo, hi = _new_year(year), _new_year(year + 1)
    spans: list[tuple[int, int, int]] = []
    since, offset = lo, _offset_at(zone, lo)
    at = lo
    while at < hi:
        probe = min(at + _PROBE, hi - 1)
        if _offset_at(zone, probe) == offset:
            at = probe if probe < hi - 1 else hi
            continue
        same, other = at, probe
        while other - same > 1:
            middle = (same + other) // 2
            if _offset_at(zone, middle) == offset:
                same = middle
            else:
                other = middle
        spans.append((since, other, offset))
        since, offset, at = other, _offset_at(zone, other), other
    spans.append((since, hi, offset))
    return tuple(spans)


def _new_year(year: int) -> int:
    return LATEST if year > 9999 else (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // SECOND


def _offset_at(zone: ZoneInfo, at: int) -> int:
    # a day from either end of time a local date could not be written; nobody changes offset there
    at = min(max(at, EARLIEST + DAY), LATEST - DAY - 1)
    offset = instant_of(at).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // timedelta(seconds=1)
