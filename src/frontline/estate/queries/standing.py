"""How far services, items and contact reasons are set up: counted, with what is missing. For the page of set-up."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from frontline.foundation import access
from frontline.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class EstateStanding:
    """Counts of what is in use. `critical` services are those of the highest criticality."""

    services: int
    critical: int
    ownerless: int
    teamless: int
    items: int
    used_items: int
    reasons: int
    checked_reasons: int


_COUNTS = """
SELECT s.*, i.*, r.* FROM (
    SELECT count(*), count(*) FILTER (WHERE criticality = 1), count(*) FILTER (WHERE owner_id IS NULL),
        count(*) FILTER (WHERE team_id IS NULL) FROM estate_service WHERE active) s,
    (SELECT count(*), count(person_id) FROM estate_item WHERE status <> 'retired') i,
    (SELECT count(*), count(*) FILTER (WHERE sensitive) FROM estate_contact_reason
     WHERE valid_from <= %(now)s AND (valid_until IS NULL OR valid_until > %(now)s)) r
"""


def estate_standing(*, actor: Actor, now: datetime) -> EstateStanding:
    """One query."""
    access.require(actor, "estate.manage")
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"now": now})
        return EstateStanding(*cursor.fetchone())
