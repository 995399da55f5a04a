"""Questions of the set-up screens and the API: calendars, agreements, matrices, and what one can choose from."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from frontline.commitments import access
from frontline.kernel.actors import Actor
from frontline.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class VersionRow:
    effective_from: datetime | None
    created_at: datetime
    rules: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar with its versions, oldest first. `behind` counts its clocks that still run on older hours."""

    id: int
    uid: UUID
    key: str
    name: str
    active: bool
    versions: tuple[VersionRow, ...]
    behind: int
    version: int

    def rules_at(self, at: datetime) -> dict[str, Any]:
        """The rules in force at an instant; the first ones before any."""
        held = [v for v in self.versions if v.effective_from is None or v.effective_from <= at]
        return (held[-1] if held else self.versions[0]).rules


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target as it was agreed; `calendar` is the key of its calendar, empty = the service's business hours."""

    uid: UUID
    measure: str
    priority: str
    seconds: int
    calendar: str
    warn_percent: int
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement with the targets that hold or will hold at the time of asking."""

    id: int
    uid: UUID
    kind: str
    name: str
    organisation: "Named | None"
    team: "Named | None"
    service: "Named | None"
    criticality: int | None
    active: bool
    valid_from: datetime
    valid_until: datetime | None
    targets: tuple[TargetLine, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Named:
    uid: UUID
    name: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Impact:urgency to priority from an instant on."""

    cells: dict[str, str]
    valid_from: datetime


_CALENDARS = """
SELECT c.id, c.uid, c.key, c.name, c.active,
       (SELECT json_agg(json_build_array(v.effective_from, v.created_at, v.rules)
                        ORDER BY v.effective_from NULLS FIRST)
        FROM commitments_calendar_version v WHERE v.calendar_id = c.id),
       (SELECT count(*) FROM commitments_clock k WHERE k.calendar_id = c.id AND k.state <> 'stopped'
        AND k.calendar_version_id < (SELECT max(v.id) FROM commitments_calendar_version v
                                     WHERE v.calendar_id = c.id))
FROM commitments_calendar c
"""


def calendars(*, actor: Actor, after: int = 0, limit: int = 200) -> list[CalendarRow]:
    """Calendars in the order they were made, behind the id `after`. One query."""
    access.require_read(actor)
    return _calendars("WHERE c.id > %s ORDER BY c.id LIMIT %s", [after, limit])


def calendar_row(*, uid: UUID, actor: Actor) -> CalendarRow:
    """One calendar; raises NotFound. One query."""
    access.require_read(actor)
    found = _calendars("WHERE c.uid = %s", [uid])
    if not found:
        raise NotFound("There is no calendar with this id.")
    return found[0]


def _calendars(where: str, params: list[Any]) -> list[CalendarRow]:
    with connection.cursor() as cursor:
        cursor.execute(_CALENDARS + where, params)
        found = []
        for pk, uid, key, name, active, versions, behind in cursor.fetchall():
            rows = tuple(
                VersionRow(_instant(since), datetime.fromisoformat(made), rules)
                for since, made, rules in _json(versions)
            )
            stamp = _version(key, name, active, versions)
            found.append(CalendarRow(pk, uid, key, name, active, rows, behind, stamp))
    return found


_AGREEMENTS = """
SELECT a.id, a.uid, a.kind, a.name, o.uid, o.name, t.uid, t.name, s.uid, s.name, a.criticality, a.active,
       a.valid_from, a.valid_until,
       (SELECT json_agg(json_build_array(g.uid, g.measure, g.priority, g.seconds, COALESCE(c.key, ''),
                                         g.warn_percent, g.valid_from, g.valid_until)
                        ORDER BY g.measure, g.priority, g.id)
        FROM commitments_target g LEFT JOIN commitments_calendar c ON c.id = g.calendar_id
        WHERE g.agreement_id = a.id AND (g.valid_until IS NULL OR g.valid_until > %s))
FROM commitments_agreement a
LEFT JOIN people_organisation o ON o.id = a.organisation_id
LEFT JOIN people_team t ON t.id = a.team_id
LEFT JOIN estate_service s ON s.id = a.service_id
"""


def agreements(
    *, actor: Actor, now: datetime, kind: str | None = None, after: int = 0, limit: int = 200
) -> list[AgreementRow]:
    """Agreements in the order they were made, behind the id `after`. One query."""
    access.require_read(actor)
    where = "WHERE a.id > %s AND (%s::text IS NULL OR a.kind = %s) ORDER BY a.id LIMIT %s"
    return _agreements(where, [now, after, kind, kind, limit])


def agreement_row(*, uid: UUID, actor: Actor, now: datetime) -> AgreementRow:
    """One agreement; raises NotFound. One query."""
    access.require_read(actor)
    found = _agreements("WHERE a.uid = %s", [now, uid])
    if not found:
        raise NotFound("There is no agreement with this id.")
    return found[0]


def _agreements(where: str, params: list[Any]) -> list[AgreementRow]:
    with connection.cursor() as cursor:
        cursor.execute(_AGREEMENTS + where, params)
        return [_agreement(row) for row in cursor.fetchall()]


def _agreement(row: tuple[Any, ...]) -> AgreementRow:
    pk, uid, kind, name, *named, criticality, active, since, until, listed = row
    organisation, team, service = (
        None if named[i] is None else Named(named[i], named[i + 1]) for i in (0, 2, 4)
    )
    targets = tuple(_target(values) for values in _json(listed) or ())
    return AgreementRow(
        id=pk,
        uid=uid,
        kind=kind,
        name=name,
        organisation=organisation,
        team=team,
        service=service,
        criticality=criticality,
        active=active,
        valid_from=since,
        valid_until=until,
        targets=targets,
        version=_version(name, criticality, active, until, listed),
    )


def _target(values: list[Any]) -> TargetLine:
    uid, measure, priority, seconds, calendar, warn_percent, since, until = values
    return TargetLine(
        UUID(uid),
        measure,
        priority,
        seconds,
        calendar,
        warn_percent,
        datetime.fromisoformat(since),
        _instant(until),
    )


def matrices(*, actor: Actor) -> list[MatrixRow]:
    """All priority matrices, oldest first. One query."""
    access.require_read(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cells, valid_from FROM commitments_priority_matrix ORDER BY valid_from")
        return [MatrixRow(_json(cells), since) for cells, since in cursor.fetchall()]


#: kind of choice -> its table and what narrows it
_CHOICES: Final = {
    "organisations": "people_organisation WHERE active AND kind <> 'supplier'",
    "suppliers": "people_organisation WHERE active AND kind = 'supplier'",
    "teams": "people_team WHERE active",
    "services": "estate_service WHERE active",
}


def choices(kind: str, *, actor: Actor) -> list[Named]:
    """What an agreement can be about: organisations, suppliers, teams or services, by name. One query."""
    access.require_read(actor)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT uid, name FROM {_CHOICES[kind]} ORDER BY lower(name)")  # noqa: S608 - ours
        return [Named(*row) for row in cursor.fetchall()]


def services_without_calendar(*, actor: Actor) -> list[tuple[str, str]]:
    """Services that name business hours which do not exist, as (service, key): the house's hours apply to them."""
    access.require_read(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, calendar_key FROM estate_service s WHERE active AND calendar_key <> '' "
            "AND NOT EXISTS (SELECT 1 FROM commitments_calendar c WHERE c.key = s.calendar_key) ORDER BY name"
        )
        return list(cursor.fetchall())


_IDS: Final = {
    "organisation": "SELECT id, kind FROM people_organisation WHERE uid = %s",
    "team": "SELECT id, '' FROM people_team WHERE uid = %s",
    "service": "SELECT id, '' FROM estate_service WHERE uid = %s",
}


def find_id(kind: str, uid: UUID) -> tuple[int, str] | None:
    """The row id of an organisation, team or service and, for an organisation, its kind."""
    with connection.cursor() as cursor:
        cursor.execute(_IDS[kind], [uid])
        row: tuple[int, str] | None = cursor.fetchone()
    return row


def _version(*state: object) -> int:
    """A number that changes with the state: what an ETag compares."""
    text = json.dumps(state, default=str, sort_keys=True)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
