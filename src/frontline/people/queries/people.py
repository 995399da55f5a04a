"""Persons as rows: light ones for lists of anything, full ones for their own page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from frontline.foundation.prepared import prepared
from frontline.kernel.actors import Actor
from frontline.people.access import NoSuchPerson, scope
from frontline.people.models import Person


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person, light. `shown_name` is the name they choose to show; `timezone` falls back to their place's."""

    id: int
    uid: UUID
    name: str
    shown_name: str
    email: str
    phone: str
    organisation_id: int
    place_id: int | None
    language: str
    timezone: str
    vip: bool
    active: bool
    placeholder: bool
    title: str


@dataclass(frozen=True, slots=True)
class RequesterRow:
    """What opening a ticket needs to know about who it is for."""

    id: int
    uid: UUID
    name: str
    shown_name: str
    email: str
    organisation_id: int
    place_id: int | None
    language: str
    timezone: str
    vip: bool


LIGHT = """
SELECT p.id, p.uid, p.name, COALESCE(NULLIF(p.shown_name, ''), p.name), p.email, p.phone, p.organisation_id,
       p.place_id, p.language, COALESCE(NULLIF(p.timezone, ''), l.timezone, 'UTC'), p.vip, p.active, p.placeholder,
       p.title
FROM people_person p LEFT JOIN people_place l ON l.id = p.place_id
"""

#: a placeholder that was recognised stands for the person it was merged into
REQUESTER = """
SELECT p.id, p.uid, p.name, COALESCE(NULLIF(p.shown_name, ''), p.name), p.email, p.organisation_id, p.place_id,
       p.language, COALESCE(NULLIF(p.timezone, ''), l.timezone, 'UTC'), p.vip
FROM people_person p LEFT JOIN people_place l ON l.id = p.place_id
"""

BY_EMAIL = """
WHERE p.id = (SELECT id FROM people_person WHERE lower(email) = %(a)s AND email <> ''
              UNION ALL SELECT person_id FROM people_other_address WHERE lower(email) = %(a)s LIMIT 1)
"""


def people_by_ids(ids: Iterable[int]) -> dict[int, PersonRow]:
    """Persons by id, for the names on lists whose rights were settled by what they belong to. One query."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    with prepared() as cursor:
        cursor.execute(LIGHT + "WHERE p.id = ANY(%s)", [wanted])
        return {row[0]: PersonRow(*row) for row in cursor.fetchall()}


def shown_names(ids: Iterable[int]) -> dict[int, str]:
    """The names people choose to show, by id. One query."""
    return {person_id: row.shown_name for person_id, row in people_by_ids(ids).items()}


def person_row(*, person_id: int) -> PersonRow:
    """One person by id; raises NoSuchPerson. One query."""
    found = people_by_ids([person_id])
    if person_id not in found:
        raise NoSuchPerson
    return found[person_id]


def person_by_uid(uid: UUID | str, *, actor: Actor) -> PersonRow:
    """One person by public id, if the actor may see them; raises NoSuchPerson. Two queries."""
    person_id = Person.objects.filter(scope(actor), uid=uid).values_list("pk", flat=True).first()
    if person_id is None:
        raise NoSuchPerson
    return person_row(person_id=person_id)


def requester(*, person_id: int) -> RequesterRow:
    """Who a ticket is for, by id; raises NoSuchPerson. One query."""
    with prepared() as cursor:
        cursor.execute(REQUESTER + "WHERE p.id = %s", [person_id])
        row = cursor.fetchone()
    if row is None:
        raise NoSuchPerson
    return RequesterRow(*row)


def requester_by_email(email: str) -> RequesterRow | None:
    """Who has this address, further addresses included; None when nobody has. One query."""
    with prepared() as cursor:
        cursor.execute(REQUESTER + BY_EMAIL, {"a": email.strip().lower()})
        row = cursor.fetchone()
    return None if row is None else RequesterRow(*row)


def person_id_by_email(email: str) -> int | None:
    """Whose address this is, further addresses included. One query."""
    found = requester_by_email(email)
    return None if found is None else found.id


_COLLEAGUES = """
SELECT p.id FROM unnest(%(emails)s::text[]) WITH ORDINALITY AS a(email, place)
JOIN people_person p ON p.id = (SELECT id FROM people_person WHERE lower(email) = a.email AND email <> ''
    UNION ALL SELECT person_id FROM people_other_address WHERE lower(email) = a.email LIMIT 1)
JOIN people_organisation o ON o.id = p.organisation_id
WHERE p.organisation_id = %(organisation)s AND p.active AND NOT p.placeholder AND o.kind <> 'supplier'
    AND NOT EXISTS (SELECT FROM people_role_grant g WHERE g.person_id = p.id AND g.role = 'supplier'
                    AND g.since <= %(now)s AND (g.until IS NULL OR g.until > %(now)s))
ORDER BY a.place
"""


def colleagues_by_email(emails: Iterable[str], *, organisation_id: int, now: datetime) -> list[int]:
    """Ids of those who have these addresses, in their order, as far as they work in this organisation now.

    Left out: placeholders (nobody has said who they are), suppliers, and who has left. One query, none without
    addresses.
    """
    wanted = list(dict.fromkeys(email.strip().lower() for email in emails))
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_COLLEAGUES, {"emails": wanted, "organisation": organisation_id, "now": now})
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))


@dataclass(frozen=True, slots=True)
class OwnChoices:
    """What somebody has chosen for themselves, as stored; `timezone` is empty while it follows the place."""

    shown_name: str
    language: str
    timezone: str
    preferences: dict[str, Any]


def preferences_of(*, actor: Actor) -> OwnChoices:
    """One's own choices; raises NoSuchPerson for rules and the system. One query."""
    row = (
        Person.objects.filter(pk=actor.person_id or 0)
        .values_list("shown_name", "language", "timezone", "preferences")
        .first()
    )
    if row is None:
        raise NoSuchPerson
    return OwnChoices(*row)
