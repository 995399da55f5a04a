"""Questions about the rules in force: calendars, priorities, targets. Answered from memory (see `policy`)."""

from datetime import datetime

from frontline.commitments import policy
from frontline.commitments.logic.calendar import Calendar
from frontline.commitments.planning import Hours, TargetRow


def hours(calendar_id: int | None, version_id: int | None = None) -> Hours:
    """A calendar compiled, None for round the clock; raises NoSuchCalendar. No query in the steady state."""
    return policy.fresh().hours(calendar_id, version_id)


def calendar(which: int | str | None) -> Calendar:
    """The compiled calendar of an id or a key; None is round the clock. Raises NoSuchCalendar."""
    rules = policy.fresh()
    return rules.hours(rules.entry(which).id if isinstance(which, str) else which).calendar


def priority_for(*, impact: int, urgency: int, at: datetime) -> str:
    """The priority that the matrix in force at an instant gives; raises NoPriority."""
    return policy.fresh().priority_for(impact, urgency, at)


def targets_for(
    *,
    service_id: int | None,
    organisation_id: int | None,
    criticality: int | None,
    calendar_key: str,
    priority: str,
    at: datetime,
) -> tuple[TargetRow, ...]:
    """What the desk owes the customer, one target a measure, by measure.

    Service and organisation beat service, that organisation, that criticality, that the house; in one agreement
    a target for this priority beats one for all. `calendar_key` names the business hours of the service.
    """
    return policy.fresh().targets_for(
        policy.Question("sla", service_id, organisation_id, None, criticality, calendar_key, priority), at
    )


def party_targets_for(
    *,
    kind: str,
    team_id: int | None = None,
    organisation_id: int | None = None,
    service_id: int | None = None,
    criticality: int | None = None,
    calendar_key: str = "",
    priority: str,
    at: datetime,
) -> tuple[TargetRow, ...]:
    """What a team (`kind` "ola") or a supplier ("contract", its organisation) owes the desk, by measure."""
    return policy.fresh().targets_for(
        policy.Question(kind, service_id, organisation_id, team_id, criticality, calendar_key, priority), at
    )
