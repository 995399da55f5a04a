"""Two calendars side by side: when one is open and the other is not, and how long one waits for the
other.
"""

from collections.abc import Iterator
from typing import NamedTuple

from frontline.commitments.logic.calendar import Calendar


class Gap(NamedTuple):
    """Seconds in which only the first calendar is open, and in which both are."""

    a_only_seconds: int
    both_seconds: int


class Wait(NamedTuple):
    """The longest wait in seconds and the first instant it begins at (since 1970).

    `seconds` is None when the wait that begins at `first_at` never ends; both are None when nobody waits
    because the first calendar is never open.
    """

    seconds: int | None
    first_at: int | None


def gap(a: Calendar, b: Calendar, start: int, end: int) -> Gap:
    """How [start, end) divides where `a` is open."""
    open_seconds = a.work_seconds(start, end)
    alone = sum(until - since for since, until in _alone(a, b, start, end))
    return Gap(alone, open_seconds - alone)


def max_wait(a: Calendar, b: Calendar, start: int, end: int) -> Wait:
    """Over every second of [start, end) in which `a` is open, the longest wait for the next open second
    of `b`.

    A wait shrinks second by second, so it is longest where `a` opens, or `b` closes, with `b` closed.
    """
    first = a.open_spans(start, end)[:1]
    longest = Wait(0, first[0][0]) if first else Wait(None, None)
    for since, _ in _alone(a, b, start, end):
        opens = b.next_open(since)
        if opens is None:
            return Wait(None, since)
        if longest.seconds is None or opens - since > longest.seconds:
            longest = Wait(opens - since, since)
    return longest


def _alone(a: Calendar, b: Calendar, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The intervals of [start, end) in which `a` is open and `b` is not, in order."""
    others = b.open_spans(start, end)
    index = 0
    for opens, until in a.open_spans(start, end):
        since = opens
        while index < len(others) and others[index][1] <= since:
            index += 1
        at = index
        while at < len(others) and others[at][0] < until:
            if since < others[at][0]:
                yield since, others[at][0]
            since = others[at][1]
            at += 1
        if since < until:
            yield since, until
