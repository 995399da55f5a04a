"""How far calendars, agreements and priorities are set up: counted, with what is missing. For the page of set-up."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from frontline.commitments import access
from frontline.commitments.policy import BUSINESS_HOURS
from frontline.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class CommitmentsStanding:
    """`house` is the calendar of the house's business hours; `delivered`: its hours are still those every desk starts
    with; `closed_days` are those it names from today on. `agreements` counts what is in force by kind. `strays` are
    services that name hours which do not exist; `changed_at` is when the priority matrix was last changed, if ever.
    """

    calendars: int
    house: UUID | None
    delivered: bool
    closed_days: int
    strays: int
    agreements: Mapping[str, int]
    suppliers: int
    uncontracted: int
    changed_at: datetime | None


_COUNTS = """
WITH house AS (SELECT c.id, c.uid, v.rules, v.created_by FROM commitments_calendar c
    JOIN commitments_calendar_version v ON v.calendar_id = c.id
    WHERE c.key = %(house)s AND (v.effective_from IS NULL OR v.effective_from <= %(now)s)
    ORDER BY v.effective_from DESC NULLS LAST LIMIT 1),
held AS (SELECT kind, organisation_id FROM commitments_agreement
    WHERE active AND valid_from <= %(now)s AND (valid_until IS NULL OR valid_until > %(now)s))
SELECT (SELECT count(*) FROM commitments_calendar WHERE active),
    (SELECT uid FROM house),
    COALESCE((SELECT created_by IS NULL AND rules ->> 'tz' = 'UTC' FROM house), false),
    (SELECT count(*) FROM house, jsonb_array_elements_text(rules -> 'holidays') day WHERE day >= %(today)s),
    (SELECT count(*) FROM estate_service s WHERE active AND calendar_key <> ''
        AND NOT EXISTS (SELECT FROM commitments_calendar c WHERE c.key = s.calendar_key)),
    (SELECT COALESCE(json_object_agg(kind, n), '{}') FROM (SELECT kind, count(*) AS n FROM held GROUP BY kind) k),
    (SELECT count(*) FROM people_organisation WHERE active AND kind = 'supplier'),
    (SELECT count(*) FROM people_organisation o WHERE active AND kind = 'supplier'
        AND NOT EXISTS (SELECT FROM held WHERE held.kind = 'contract' AND held.organisation_id = o.id)),
    (SELECT max(valid_from) FROM commitments_priority_matrix WHERE valid_from > '1970-01-01T00:00:00Z')
"""


def commitments_standing(*, actor: Actor, now: datetime) -> CommitmentsStanding:
    """One query."""
    access.require_read(actor)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"house": BUSINESS_HOURS, "now": now, "today": now.date().isoformat()})
        calendars, house, delivered, closed, strays, kinds, suppliers, uncontracted, changed = (
            cursor.fetchone()
        )
    held: dict[str, Any] = json.loads(kinds) if isinstance(kinds, str) else kinds
    return CommitmentsStanding(
        calendars, house, delivered, closed, strays, held, suppliers, uncontracted, changed
    )
