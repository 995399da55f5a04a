"""What every desk starts with (CONTRACTS section 3): the matrix, the house targets, business hours and the calendar
that is always open. The migration writes them through here as well."""

from datetime import UTC, datetime
from typing import Any, Final

from frontline.commitments import policy
from frontline.commitments.logic.targets import DEFAULT_MATRIX, DEFAULT_TARGETS, matrix_to_json
from frontline.commitments.models import Agreement, Calendar, CalendarVersion, PriorityMatrix, Target
from frontline.commitments.planning import ALWAYS_RULES
from frontline.commitments.policy import BUSINESS_HOURS, ROUND_THE_CLOCK
from frontline.foundation.transactions import use_case

#: from ever, so that imported history finds its targets too
ALWAYS_SINCE: Final = datetime(1970, 1, 1, tzinfo=UTC)
SOURCE: Final = "default"

BUSINESS_RULES: Final = {
    "tz": "UTC",
    "weekly": {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": [],
    "exceptions": [],
}
_CALENDARS: Final = (
    (BUSINESS_HOURS, "Business hours", BUSINESS_RULES),
    (ROUND_THE_CLOCK, "Round the clock", ALWAYS_RULES),
)


@use_case
def ensure_defaults(*, now: datetime) -> None:
    """Write what is missing; what is there stays. The migration did it already: this is for emptied databases."""
    written = write_defaults(
        calendars=Calendar.objects,
        versions=CalendarVersion.objects,
        matrices=PriorityMatrix.objects,
        agreements=Agreement.objects,
        targets=Target.objects,
        created_at=now,
    )
    if written:
        policy.touch()


def write_defaults(
    *, calendars: Any, versions: Any, matrices: Any, agreements: Any, targets: Any, created_at: datetime
) -> bool:
    """Write what is missing through these managers; True when anything was."""
    written = False
    ids = {}
    for key, name, rules in _CALENDARS:
        calendar, new = calendars.get_or_create(key=key, defaults={"name": name})
        ids[key] = calendar.id
        if new:
            versions.create(calendar_id=calendar.id, effective_from=None, rules=rules, created_at=created_at)
        written |= new
    if not matrices.exists():
        matrices.create(cells=matrix_to_json(DEFAULT_MATRIX), valid_from=ALWAYS_SINCE)
        written = True
    if not agreements.filter(source=SOURCE).exists():
        house = _agreement(agreements, "Standard service levels", criticality=None)
        top = _agreement(agreements, "Tier-1 services, P1 and P2 round the clock", criticality=1)
        for (aim, priority), seconds in DEFAULT_TARGETS.items():
            _target(targets, house, aim.value, priority, seconds, calendar_id=None)
            if priority in {"P1", "P2"}:
                _target(targets, top, aim.value, priority, seconds, calendar_id=ids[ROUND_THE_CLOCK])
        written = True
    return written


def _agreement(agreements: Any, name: str, *, criticality: int | None) -> int:
    row = agreements.create(
        kind="sla", name=name, criticality=criticality, valid_from=ALWAYS_SINCE, source=SOURCE
    )
    pk: int = row.id
    return pk


def _target(
    targets: Any, agreement_id: int, measure: str, priority: str, seconds: int, *, calendar_id: int | None
) -> None:
    targets.create(
        agreement_id=agreement_id,
        measure=measure,
        priority=priority,
        seconds=seconds,
        calendar_id=calendar_id,
        valid_from=ALWAYS_SINCE,
    )
