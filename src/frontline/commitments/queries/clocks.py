"""Questions about running clocks: one query for any number of subjects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from frontline.commitments import access
from frontline.commitments.logic.instants import instant_of, seconds_of
from frontline.commitments.queries.rules import hours
from frontline.foundation.prepared import prepared
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
    #: as of the last mark
    elapsed_seconds: int
    marked_at: datetime
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
    with prepared() as cursor:
        kinds, ids = [s.kind for s in found], [s.id for s in found]
        cursor.execute(_CLOCKS, [kinds, ids, list(access.party_kinds(actor))])
        for row in rows(cursor.fetchall()):
            found[row.subject].append(row)
    return found


def standing(row: ClockRow, *, now: datetime) -> Standing:
    """How a clock stands, from its row alone: no query, no marks."""
    calendar_of_clock = hours(row.calendar_id, row.calendar_version_id).calendar
    marked_at = seconds_of(row.marked_at)
    at = max(seconds_of(now), marked_at)
    spent = row.elapsed_seconds
    if row.state == "running":
        spent += calendar_of_clock.work_seconds(marked_at, at)
    closed = row.state == "running" and not calendar_of_clock.is_open(at)
    opens = calendar_of_clock.next_open(at) if closed else None
    return Standing(
        elapsed_seconds=spent,
        remaining_seconds=row.target_seconds - spent,
        waits_until=None if opens is None else instant_of(opens),
        warned=spent * 100 >= row.target_seconds * row.warn_percent,
        breached=spent > row.target_seconds,
    )


def next_due() -> datetime | None:
    """When the watch has something to do next. One query on an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(next_look) FROM commitments_clock WHERE next_look IS NOT NULL")
        found: datetime | None = cursor.fetchone()[0]
    return found


def rows(found: Iterable[Sequence[Any]]) -> list[ClockRow]:
    """Rows read with SELECT."""
    return [ClockRow(*values) for values in found]
