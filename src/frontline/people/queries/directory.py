"""Persons, organisations, places, skills in full: for the API and for set-up. Every list is narrowed by rights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from frontline.kernel.actors import Actor
from frontline.people.access import (
    NoSuchOrganisation,
    NoSuchPerson,
    NoSuchPlace,
    NoSuchSkill,
    organisation_scope,
    place_scope,
    scope,
)
from frontline.people.logic.addresses import digits_of
from frontline.people.models import Membership, Organisation, Person, PersonSkill, Place, RoleGrant, Skill


@dataclass(frozen=True, slots=True)
class Named:
    """A reference to another row: its public id and name."""

    uid: UUID
    name: str


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """A person in full."""

    id: int
    uid: UUID
    name: str
    shown_name: str
    email: str
    phone: str
    organisation: Named
    organisation_kind: str
    department: Named | None
    place: Named | None
    manager: Named | None
    title: str
    language: str
    timezone: str
    employee_number: str
    vip: bool
    active: bool
    placeholder: bool
    left_at: datetime | None
    version: int
    roles: Sequence[str] = field(default=())
    teams: Sequence[Named] = field(default=())
    skills: Sequence[tuple[Named, int]] = field(default=())


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    id: int
    uid: UUID
    name: str
    kind: str
    domains: list[str]
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class PlaceRow:
    id: int
    uid: UUID
    name: str
    timezone: str
    address: str
    organisation: Named | None
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class SkillRow:
    id: int
    uid: UUID
    name: str
    kind: str


ORDERS = {"id": ("id",), "name": ("name", "id")}


def people_page(
    *,
    actor: Actor,
    text: str = "",
    organisation_uid: UUID | None = None,
    active: bool | None = None,
    unrecognised: bool = False,
    after_id: int | None = None,
    offset: int = 0,
    limit: int = 50,
    order: str = "id",
    now: datetime,
) -> list[PersonDetail]:
    """Persons the actor may see, by id (for cursors) or name (for set-up). Four queries, however many."""
    wanted = Person.objects.filter(scope(actor), merged_into=None)
    if text.strip():
        wanted = wanted.filter(_matching(text))
    if organisation_uid is not None:
        wanted = wanted.filter(organisation__uid=organisation_uid)
    if active is not None:
        wanted = wanted.filter(active=active)
    if unrecognised:
        wanted = wanted.filter(placeholder=True, active=True, left_at=None)
    if after_id is not None:
        wanted = wanted.filter(pk__gt=after_id)
    return _details(wanted.order_by(*ORDERS[order])[offset : offset + limit], now)


def _matching(text: str) -> Q:
    words = " ".join(text.replace("\0", "").split())[:100]
    found = Q(name__icontains=words) | Q(email__icontains=words) | Q(employee_number__iexact=words)
    digits = digits_of(words)
    return found | Q(phone_digits__contains=digits) if len(digits) >= 4 else found


def person_detail(*, uid: UUID | str, actor: Actor, now: datetime) -> PersonDetail:
    """One person in full; raises NoSuchPerson. Four queries."""
    found = _details(Person.objects.filter(scope(actor), uid=uid), now)
    if not found:
        raise NoSuchPerson
    return found[0]


def own_detail(*, actor: Actor, now: datetime) -> PersonDetail:
    """Oneself in full; for a token, whom it acts for. Raises NoSuchPerson for rules and the system. Four queries."""
    found = _details(Person.objects.filter(scope(actor), pk=actor.person_id or 0), now)
    if not found:
        raise NoSuchPerson
    return found[0]


def _details(wanted: QuerySet[Person], now: datetime) -> list[PersonDetail]:
    rows = list(wanted.select_related("organisation", "department", "place", "manager"))
    ids = [row.pk for row in rows]
    current = Q(since__lte=now) & (Q(until=None) | Q(until__gt=now))
    roles: dict[int, list[str]] = {}
    for person_id, role in RoleGrant.objects.filter(current, person__in=ids).values_list("person_id", "role"):
        roles.setdefault(person_id, []).append(role)
    teams: dict[int, list[Named]] = {}
    memberships = Membership.objects.filter(current, person__in=ids).order_by("team__name")
    for person_id, uid, name in memberships.values_list("person_id", "team__uid", "team__name"):
        teams.setdefault(person_id, []).append(Named(uid, name))
    skills: dict[int, list[tuple[Named, int]]] = {}
    known = PersonSkill.objects.filter(person__in=ids).order_by("skill__name")
    for person_id, uid, name, level in known.values_list("person_id", "skill__uid", "skill__name", "level"):
        skills.setdefault(person_id, []).append((Named(uid, name), level))
    return [
        _detail(row, sorted(roles.get(row.pk, ())), teams.get(row.pk, []), skills.get(row.pk, []))
        for row in rows
    ]


def _detail(
    row: Person, roles: list[str], teams: list[Named], skills: list[tuple[Named, int]]
) -> PersonDetail:
    return PersonDetail(
        id=row.pk,
        uid=row.uid,
        name=row.name,
        shown_name=row.shown_name or row.name,
        email=row.email,
        phone=row.phone,
        organisation=Named(row.organisation.uid, row.organisation.name),
        organisation_kind=row.organisation.kind,
        department=_named(row.department),
        place=_named(row.place),
        manager=_named(row.manager),
        title=row.title,
        language=row.language,
        timezone=row.timezone,
        employee_number=row.employee_number,
        vip=row.vip,
        active=row.active,
        placeholder=row.placeholder,
        left_at=row.left_at,
        version=row.version,
        roles=roles,
        teams=teams,
        skills=skills,
    )


def _named(row: Any) -> Named | None:
    return None if row is None else Named(row.uid, row.name)


@dataclass(frozen=True, slots=True)
class PersonTexts:
    """What a form starts from: the shown name as stored, the department with what it is part of."""

    shown_name: str
    department_path: str


def person_texts(*, uid: UUID | str, actor: Actor) -> PersonTexts:
    """Raises NoSuchPerson. One query, and one for each level of the department."""
    person = Person.objects.filter(scope(actor), uid=uid).select_related("department").first()
    if person is None:
        raise NoSuchPerson
    parts, department = [], person.department
    while department is not None:
        parts.append(department.name)
        department = department.parent
    return PersonTexts(person.shown_name, " > ".join(reversed(parts)))


def person_mail(*, uid: UUID | str, actor: Actor) -> str:
    """The address of somebody the actor may see, else nothing. One query."""
    return Person.objects.filter(scope(actor), uid=uid).values_list("email", flat=True).first() or ""


ORGANISATION = ("id", "uid", "name", "kind", "domains", "active", "version")


def organisations_page(
    *,
    actor: Actor,
    text: str = "",
    kind: str | None = None,
    after_id: int | None = None,
    offset: int = 0,
    limit: int = 50,
    order: str = "id",
) -> list[OrganisationRow]:
    """Organisations the actor may see. One query."""
    wanted = Organisation.objects.filter(organisation_scope(actor))
    if text.strip():
        wanted = wanted.filter(name__icontains=text.replace("\0", "").strip()[:100])
    if kind is not None:
        wanted = wanted.filter(kind=kind)
    if after_id is not None:
        wanted = wanted.filter(pk__gt=after_id)
    rows = wanted.order_by(*ORDERS[order]).values_list(*ORGANISATION)[offset : offset + limit]
    return [OrganisationRow(*row) for row in rows]


def organisation_row(*, uid: UUID | str, actor: Actor) -> OrganisationRow:
    """One organisation; raises NoSuchOrganisation. One query."""
    row = Organisation.objects.filter(organisation_scope(actor), uid=uid).values_list(*ORGANISATION).first()
    if row is None:
        raise NoSuchOrganisation
    return OrganisationRow(*row)


def organisations_by_ids(ids: Iterable[int]) -> dict[int, OrganisationRow]:
    """Organisations by id, for lists whose rights were settled by what they belong to. One query."""
    rows = Organisation.objects.filter(pk__in=set(ids)).values_list(*ORGANISATION)
    return {row[0]: OrganisationRow(*row) for row in rows}


def places_page(
    *,
    actor: Actor,
    text: str = "",
    after_id: int | None = None,
    offset: int = 0,
    limit: int = 50,
    order: str = "id",
) -> list[PlaceRow]:
    """Places the actor may see. One query."""
    wanted = Place.objects.filter(place_scope(actor)).select_related("organisation")
    if text.strip():
        wanted = wanted.filter(name__icontains=text.replace("\0", "").strip()[:100])
    if after_id is not None:
        wanted = wanted.filter(pk__gt=after_id)
    return [_place(row) for row in wanted.order_by(*ORDERS[order])[offset : offset + limit]]


def place_row(*, uid: UUID | str, actor: Actor) -> PlaceRow:
    """One place; raises NoSuchPlace. One query."""
    row = Place.objects.filter(place_scope(actor), uid=uid).select_related("organisation").first()
    if row is None:
        raise NoSuchPlace
    return _place(row)


def _place(row: Place) -> PlaceRow:
    owner = _named(row.organisation)
    return PlaceRow(row.pk, row.uid, row.name, row.timezone, row.address, owner, row.active, row.version)


def skills(*, text: str = "") -> list[SkillRow]:
    """All skills by kind and name. One query."""
    wanted = Skill.objects.filter(name__icontains=text.strip()[:100]) if text.strip() else Skill.objects.all()
    return [
        SkillRow(*row) for row in wanted.order_by("kind", "name").values_list("id", "uid", "name", "kind")
    ]


def skill_row(uid: UUID | str) -> SkillRow:
    """One skill; raises NoSuchSkill. One query."""
    row = Skill.objects.filter(uid=uid).values_list("id", "uid", "name", "kind").first()
    if row is None:
        raise NoSuchSkill
    return SkillRow(*row)


def ids_of(model: str, uids: Iterable[UUID | str | None], *, actor: Actor) -> dict[str, int]:
    """Row ids of public ids the actor may see, of "person", "organisation", "place". One query."""
    wanted = {str(uid) for uid in uids if uid}
    narrowed: dict[str, QuerySet[Any]] = {
        "person": Person.objects.filter(scope(actor), merged_into=None),
        "organisation": Organisation.objects.filter(organisation_scope(actor)),
        "place": Place.objects.filter(place_scope(actor)),
    }
    rows = narrowed[model].filter(uid__in=wanted).values_list("uid", "pk")
    return {str(uid): pk for uid, pk in rows}
