"""Who can take a new ticket just now, and how much each already owns: read often, so kept for a moment.

The load is counted from the tickets every two seconds and this process's own new tickets are added in between, so
that a burst spreads evenly without a counter row that every opening would fight for.
"""

import time
from collections import Counter
from datetime import datetime

from django.db.models import Count

from frontline.kernel.errors import DeskError
from frontline.people import queries as people
from frontline.tickets.logic.owner import Candidate
from frontline.tickets.models import Ticket

_LOAD_SECONDS = 2.0


class NobodyAtTheDesk(DeskError):
    """Nobody could answer for this ticket: nobody is on duty and the desk has no lead. Ask an administrator."""

    status = 503


class _Load:
    read_at = -1e9
    counts: Counter[int] = Counter()


def candidates(now: datetime) -> list[Candidate]:
    """People of the desk team on duty at this instant."""
    desk = people.desk()
    return [
        Candidate(row.person_id, row.skill_ids)
        for row in people.duty_roster(now)
        if desk.team_id in row.team_ids
    ]


def load() -> Counter[int]:
    """Live tickets by owner."""
    if time.monotonic() - _Load.read_at > _LOAD_SECONDS:
        rows = (
            Ticket.objects.filter(matters_at__isnull=False)
            .values("owner")
            .annotate(n=Count("id"))
            .values_list("owner", "n")
        )
        _Load.counts = Counter(dict(rows))
        _Load.read_at = time.monotonic()
    return _Load.counts


def took(owner_id: int) -> None:
    _Load.counts[owner_id] += 1


def forget() -> None:
    """Count anew at the next look (between tests)."""
    _Load.read_at = -1e9
    _Load.counts = Counter()
