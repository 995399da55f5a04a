"""Rows for tests of people, made as plainly as possible."""

from datetime import UTC, date, datetime, time
from typing import Any

from frontline.kernel.actors import Actor, ActorKind, Role
from frontline.people.models import Account, Leave, Membership, Organisation, Person, RoleGrant, Shift, Team
from frontline.people.queries import actor_of_person

#: a Monday in winter, 10:00 in Berlin
NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


def organisation(name: str = "Meridian", kind: str = "internal", **more: Any) -> Organisation:
    return Organisation.objects.create(name=name, kind=kind, **more)


def person(name: str = "Anna Meier", *, org: Organisation | None = None, **more: Any) -> Person:
    owner = org or Organisation.objects.filter(kind="internal").first() or organisation()
    more.setdefault("email", name.lower().replace(" ", ".") + "@meridian.example")
    return Person.objects.create(name=name, organisation=owner, created_at=NOW, **more)


def staff(name: str, role: Role, **more: Any) -> Person:
    row = person(name, **more)
    RoleGrant.objects.create(person=row, role=role.value, since=NOW)
    return row


def actor(row: Person) -> Actor:
    found = actor_of_person(person_id=row.pk, now=NOW)
    assert found.kind != ActorKind.ANONYMOUS
    return found


def account(row: Person, password: str = "correct horse battery") -> Account:
    made = Account(person=row, login=row.email, created_at=NOW)
    made.set_password(password)
    made.save()
    return made


def team(name: str = "Service desk", **more: Any) -> Team:
    return Team.objects.create(name=name, **more)


def member(row: Person, of: Team) -> Membership:
    return Membership.objects.create(person=row, team=of, since=NOW)


def shift(
    row: Person,
    of: Team,
    weekday: int = 0,
    starts: time = time(8),
    ends: time = time(16),
    zone: str = "Europe/Berlin",
    **more: Any,
) -> Shift:
    return Shift.objects.create(
        person=row,
        team=of,
        weekday=weekday,
        starts=starts,
        ends=ends,
        timezone=zone,
        valid_from=date(2025, 1, 1),
        **more,
    )


def leave(row: Person, since: datetime, until: datetime, stand_in: Person | None = None) -> Leave:
    return Leave.objects.create(person=row, since=since, until=until, stand_in=stand_in)
