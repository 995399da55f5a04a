"""The custody ribbon of one ticket: who held it, when their doors were closed, what fell due."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.utils.translation import gettext as _

from frontline.commitments import queries as commitments
from frontline.commitments.logic.calendar import Calendar
from frontline.commitments.logic.instants import instant_of, seconds_of
from frontline.foundation.ui.ribbon import ClockMark, Held, HolderKind, Ribbon, lay_out
from frontline.foundation.ui.times import reader_zone
from frontline.tickets import queries, sums, wording

#: hatched spans drawn for one ticket; a year of nights would be a grey wall
MOST_DEAD = 200


def ribbon(
    ticket: queries.TicketRow,
    chain: Sequence[queries.CustodyRow],
    clocks: Sequence[commitments.ClockRow],
    *,
    requester: str,
    now: datetime,
) -> Ribbon | None:
    """None for a ticket without custody (nothing to draw)."""
    if not chain:
        return None
    users = sums.users_hours(ticket)
    held = [_held(c, c.calendar_key, users, requester, now) for c in chain]
    if sum(len(one.dead) for one in held) > MOST_DEAD:
        held = [_held(c, "", users, requester, now) for c in chain]
    return lay_out(
        held, marks=[m for c in clocks if (m := _mark(c, now)) is not None], now=now, zone=reader_zone()
    )


def _held(c: queries.CustodyRow, key: str, users: Calendar, requester: str, now: datetime) -> Held:
    until = c.until or max(now, c.since)
    dead: list[tuple[datetime, datetime]] = []
    if key and c.holder_kind not in sums.NOT_OURS:
        dead = _closed_while_open(users, commitments.calendar(key), c.since, until)
    label = requester if c.holder_kind == "requester" else c.holder_name
    fallback = {"desk": _("Desk"), "approver": _("Approver"), "change": _("Planned change")}
    return Held(
        since=c.since,
        until=c.until,
        kind=cast(HolderKind, c.holder_kind),
        label=label or fallback.get(c.holder_kind, c.holder_kind),
        lane="" if c.lane == 0 else _("Lane %(n)s") % {"n": c.lane + 1},
        detail=c.worker_name,
        dead=dead,
    )


def _closed_while_open(
    users: Calendar, holders: Calendar, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """The spans in which the user's hours ran and the holder's doors were closed."""
    start, end = seconds_of(since), seconds_of(until)
    closed = _complement(holders.open_spans(start, end), start, end)
    found = []
    for opens, closes in users.open_spans(start, end):
        for begin, stop in closed:
            low, high = max(opens, begin), min(closes, stop)
            if low < high:
                found.append((instant_of(low), instant_of(high)))
    return found


def _complement(spans: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    found, at = [], start
    for opens, closes in spans:
        if at < opens:
            found.append((at, opens))
        at = closes
    return [*found, (at, end)] if at < end else found


def _mark(c: commitments.ClockRow, now: datetime) -> ClockMark | None:
    """Where a clock falls due, was kept or was missed."""
    if c.due_at is None or c.state == "paused":
        return None
    label = wording.word_of(wording.MEASURES, c.measure)
    if c.breached_at is not None or (c.state == "running" and c.due_at < now):
        return ClockMark(c.due_at, label, "broken")
    if c.state == "stopped":
        return None if c.stopped_at is None else ClockMark(c.stopped_at, label, "kept")
    return ClockMark(c.due_at, label, "due")
