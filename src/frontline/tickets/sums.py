"""Sums over one ticket's custody on everybody's own calendar: what was time at work and what was dead time."""

from collections.abc import Sequence
from datetime import datetime

from frontline.commitments import queries as commitments
from frontline.commitments.logic.alignment import gap
from frontline.commitments.logic.calendar import Calendar
from frontline.estate import queries as estate
from frontline.tickets.logic.custody import Share, shares
from frontline.tickets.queries import CustodyRow, TicketRow

#: these hold it as part of the user's own time; the user's clock rests or is theirs to spend
NOT_OURS = frozenset({"requester"})


def shares_of(ticket: TicketRow, custody: Sequence[CustodyRow], *, now: datetime) -> list[Share]:
    """Seconds and dead seconds by holder. Dead: the service was open for the user and the holder was closed."""
    users = users_hours(ticket)
    keys = {c.holder_id: c.calendar_key for c in custody}
    chain = [c.segment() for c in custody]

    def dead(party: int | None, kind: str, since: datetime, until: datetime) -> int:
        key = keys.get(party, "")
        if kind in NOT_OURS or not key:
            return 0
        return dead_seconds(users, commitments.calendar(key), since, until)

    return shares(chain, now=now, dead=dead)


def users_hours(ticket: TicketRow) -> Calendar:
    """When the user's clock runs: the calendar of the resolution promise, else round the clock."""
    service = None if ticket.service_id is None else estate.service_row(ticket.service_id)
    targets = commitments.targets_for(
        service_id=ticket.service_id,
        organisation_id=ticket.organisation_id,
        criticality=None if service is None else service.criticality,
        calendar_key="" if service is None else service.calendar_key,
        priority=ticket.priority,
        at=ticket.opened_at,
    )
    resolve = next((t for t in targets if t.measure == "resolve"), None)
    return commitments.hours(None if resolve is None else resolve.calendar_id).calendar


def dead_seconds(users: Calendar, holders: Calendar, since: datetime, until: datetime) -> int:
    """Seconds in which the user's hours were open and the holder's were not."""
    start, end = int(since.timestamp()), int(until.timestamp())
    return gap(users, holders, start, end).a_only_seconds
