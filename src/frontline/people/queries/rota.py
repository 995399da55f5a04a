"""Shifts and leave as they are planned: for the week on screen and the API."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from frontline.kernel.actors import Actor
from frontline.people.access import scope
from frontline.people.logic.duty import WeeklyShift, turns_of
from frontline.people.logic.preferences import quiet_hours_of
from frontline.people.models import Leave, Membership, Person, Shift


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A weekly shift as planned. Local times of `timezone`; dates it may start on, the last excluded."""

    id: int
    person_id: int
    person_uid: UUID
    person_name: str
    team_id: int
    team_uid: UUID
    team_name: str
    weekday: int
    starts: time
    ends: time
    timezone: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class LeaveRow:
    uid: UUID
    person_id: int
    person_uid: UUID
    person_name: str
    since: datetime
    until: datetime
    reason: str
    stand_in_uid: UUID | None
    stand_in_name: str | None


@dataclass(frozen=True, slots=True)
class WeekCell:
    """One person's day: their turns as (from, to) instants, and whether they are away for part of it."""

    day: date
    turns: list[tuple[datetime, datetime]]
    away: bool


@dataclass(frozen=True, slots=True)
class WeekLine:
    person_id: int
    person_uid: UUID
    person_name: str
    cells: list[WeekCell]


SHIFT = (
    "id",
    "person_id",
    "person__uid",
    "person__name",
    "team_id",
    "team__uid",
    "team__name",
    "weekday",
    "starts",
    "ends",
    "timezone",
    "valid_from",
    "valid_until",
)


def shifts_page(
    *,
    actor: Actor,
    on: date | None = None,
    team_uid: UUID | str | None = None,
    person_uid: UUID | str | None = None,
    after_id: int | None = None,
    limit: int = 200,
) -> list[ShiftRow]:
    """Planned weekly shifts of people the actor may see, valid on or after a date. One query."""
    seen = Person.objects.filter(scope(actor))
    wanted = Shift.objects.filter(person__in=seen)
    if on is not None:
        wanted = wanted.filter(Q(valid_until=None) | Q(valid_until__gt=on))
    if team_uid is not None:
        wanted = wanted.filter(team__uid=team_uid)
    if person_uid is not None:
        wanted = wanted.filter(person__uid=person_uid)
    if after_id is not None:
        wanted = wanted.filter(pk__gt=after_id)
    return [ShiftRow(*row) for row in wanted.order_by("id").values_list(*SHIFT)[:limit]]


LEAVE = (
    "uid",
    "person_id",
    "person__uid",
    "person__name",
    "since",
    "until",
    "reason",
    "stand_in__uid",
    "stand_in__name",
)


def leave_ahead(*, actor: Actor, now: datetime, person_uid: UUID | str | None = None) -> list[LeaveRow]:
    """Leave under way and ahead of people the actor may see, soonest first. One query."""
    wanted = Leave.objects.filter(until__gt=now, person__in=Person.objects.filter(scope(actor)))
    if person_uid is not None:
        wanted = wanted.filter(person__uid=person_uid)
    rows = wanted.order_by("since", "id").values_list(*LEAVE)
    return [LeaveRow(*row) for row in rows]


def week_of(*, team_id: int, monday: date, zone: str, actor: Actor, now: datetime) -> list[WeekLine]:
    """The week of a team in a zone: everybody in it or with a shift in it, day by day. Three queries."""
    where = ZoneInfo(zone)
    days = [monday + timedelta(days=n) for n in range(8)]
    edges = [datetime.combine(day, time(), tzinfo=where) for day in days]
    shifts = Shift.objects.filter(team=team_id).filter(
        Q(valid_until=None) | Q(valid_until__gt=monday - timedelta(days=2)), valid_from__lt=days[-1]
    )
    by_person: dict[int, list[WeeklyShift]] = {}
    for row in shifts:
        by_person.setdefault(row.person_id, []).append(
            WeeklyShift(
                person_id=row.person_id,
                team_id=row.team_id,
                weekday=row.weekday,
                starts=row.starts,
                ends=row.ends,
                zone=row.timezone,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
            )
        )
    belong = Membership.objects.filter(Q(until=None) | Q(until__gt=now), team=team_id).values("person")
    people = Person.objects.filter(scope(actor), Q(pk__in=by_person) | Q(pk__in=belong), left_at=None)
    names = list(people.order_by("name", "id").values_list("id", "uid", "name"))
    away: dict[int, list[tuple[datetime, datetime]]] = {}
    leaves = (
        Leave.objects.filter(person__in=[n[0] for n in names], until__gt=edges[0], since__lt=edges[-1])
        .order_by("since")
        .values_list("person_id", "since", "until")
    )
    for person_id, since, until in leaves:
        away.setdefault(person_id, []).append((since, until))
    return [
        WeekLine(pk, uid, name, _cells(days, edges, by_person.get(pk, ()), away.get(pk, ())))
        for pk, uid, name in names
    ]


def _cells(
    days: list[date],
    edges: list[datetime],
    shifts: Iterable[WeeklyShift],
    leaves: Iterable[tuple[datetime, datetime]],
) -> list[WeekCell]:
    """Seven days; a turn is shown on the day it starts."""
    turns = sorted(
        (turn.since, turn.until)
        for shift in shifts
        for turn in turns_of(shift, since=edges[0], until=edges[-1])
    )
    return [
        WeekCell(
            day,
            [turn for turn in turns if begin <= turn[0] < end],
            any(since < end and until > begin for since, until in leaves),
        )
        for day, begin, end in zip(days[:-1], edges[:-1], edges[1:], strict=True)
    ]


def quiet_until(*, person_ids: Iterable[int], at: datetime) -> dict[int, datetime]:
    """Who does not want to be told anything just now, and until when; others are left out. One query."""
    rows = Person.objects.filter(pk__in=set(person_ids)).values_list(
        "id", "preferences", "timezone", "place__timezone"
    )
    found = {}
    for person_id, preferences, own, place in rows:
        quiet = quiet_hours_of(preferences)
        if quiet is not None and (over := quiet.over_at(at, ZoneInfo(own or place or "UTC"))) > at:
            found[person_id] = over
    return found
