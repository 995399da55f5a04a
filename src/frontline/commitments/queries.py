"""Questions about promises. The rules answer from memory (see `policy`), the clocks from one query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from frontline.commitments import access, policy
from frontline.commitments.logic.calendar import Calendar
from frontline.commitments.logic.instants import instant_of, seconds_of
from frontline.commitments.planning import Hours, TargetRow
from frontline.kernel.actors import Actor
from frontline.kernel.facts import Subject


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock as it is stored. Instants are aware, durations seconds of working time on its calendar."""

    id: int
    uid: UUID
    subject_kind: str
    subject_id: int
    measure: str
    party_kind: str
    agreement_id: int | None
    calendar_id: int | None
    calendar_version_id: int | None
    organisation_id: int | None
    confidential: bool
    warn_percent: int
    origin: str
    state: str
    target_seconds: int
    started_at: datetime
    due_at: datetime | None
    breach_after: datetime | None
    warn_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    elapsed_seconds: int | None
    next_look: datetime | None

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)


COLUMNS: Final = tuple(ClockRow.__slots__)
SELECT: Final = ", ".join(COLUMNS)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands at an instant. `remaining_seconds` of working time is negative when overdue.

    `waits_until` is the next opening when the clock runs but its doors are closed: "waits until", not "paused".
    """

    elapsed_seconds: int
    remaining_seconds: int
    waits_until: datetime | None
    warned: bool
    breached: bool


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


_CLOCKS = f"""
SELECT {SELECT} FROM commitments_clock
WHERE (subject_kind, subject_id) IN (SELECT * FROM unnest(%s::text[], %s::bigint[])) AND party_kind = ANY(%s)
ORDER BY subject_kind, subject_id, id
"""  # noqa: S608 - the columns are ours


def clocks_of(*, subjects: Iterable[Subject], actor: Actor) -> dict[Subject, list[ClockRow]]:
    """The clocks on these subjects, oldest first; a subject without any has an empty list. One query.

    The caller has narrowed the subjects to those the actor may see; this narrows the kinds of clock.
    """
    found: dict[Subject, list[ClockRow]] = {subject: [] for subject in subjects}
    if not found:
        return found
    with connection.cursor() as cursor:
        kinds, ids = [s.kind for s in found], [s.id for s in found]
        cursor.execute(_CLOCKS, [kinds, ids, list(access.party_kinds(actor))])
        for row in rows(cursor.fetchall()):
            found[row.subject].append(row)
    return found


def standing(row: ClockRow, *, now: datetime) -> Standing:
    """How a clock stands, from its row alone: no query, no marks."""
    calendar_of_clock = hours(row.calendar_id, row.calendar_version_id).calendar
    at = max(seconds_of(now), seconds_of(row.started_at))
    if row.elapsed_seconds is not None:
        spent = row.elapsed_seconds
    else:
        spent = row.target_seconds - _remaining(row, calendar_of_clock, at)
    closed = row.state == "running" and not calendar_of_clock.is_open(at)
    opens = calendar_of_clock.next_open(at) if closed else None
    return Standing(
        elapsed_seconds=spent,
        remaining_seconds=row.target_seconds - spent,
        waits_until=None if opens is None else instant_of(opens),
        warned=spent * 100 >= row.target_seconds * row.warn_percent,
        breached=spent > row.target_seconds,
    )


def _remaining(row: ClockRow, hours_of_clock: Calendar, at: int) -> int:
    """Of a running clock: nothing pauses it from here on, so it is the open time between now and its due."""
    if row.due_at is None:
        # never due: what it still wants is more than the calendar has, and it has nothing after this
        return row.target_seconds
    due_at = seconds_of(row.due_at)
    if at <= due_at:
        return hours_of_clock.work_seconds(at, due_at)
    return -hours_of_clock.work_seconds(due_at, at)


def next_due() -> datetime | None:
    """When the watch has something to do next. One query on an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(next_look) FROM commitments_clock WHERE next_look IS NOT NULL")
        found: datetime | None = cursor.fetchone()[0]
    return found


def rows(found: Iterable[Sequence[Any]]) -> list[ClockRow]:
    """Rows read with SELECT."""
    return [ClockRow(*values) for values in found]
