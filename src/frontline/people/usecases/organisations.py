"""Organisations, their departments, and the places where people work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Conflict, Invalid
from frontline.kernel.facts import Subject
from frontline.people.access import (
    NoSuchDepartment,
    department_to_change,
    organisation_to_change,
    place_to_change,
)
from frontline.people.facts import OrganisationChanged
from frontline.people.logic.addresses import domain_of
from frontline.people.logic.words import zone_of
from frontline.people.models import Department, Organisation, Person, Place
from frontline.people.queries.party_ids import party_id
from frontline.people.usecases.checks import check_version, text

KINDS = ("internal", "customer", "supplier")


class DomainTaken(Conflict):
    """The mail domain {domain} belongs to {other} already; a sender can belong to one organisation only."""


class NameTaken(Conflict):
    """{name} exists already."""


class KindIsFixed(Conflict):
    """People belong to this organisation, so what kind it is can no longer change; make a new one instead."""


class OrganisationDetails(TypedDict, total=False):
    """What can be said about an organisation; what is absent stays as it is."""

    name: str
    kind: str
    domains: list[str]
    active: bool


class PlaceDetails(TypedDict, total=False):
    """What can be said about a place. Without an organisation it is shared by all."""

    name: str
    timezone: str
    address: str
    organisation_id: int | None
    active: bool


@use_case
def create_organisation(
    *,
    details: OrganisationDetails,
    actor: Actor,
    now: datetime,
    source: str = "",
    external_id: str | None = None,
) -> Organisation:
    """Add an organisation. Raises Invalid, DomainTaken."""
    access.require(actor, "people.manage")
    values = _checked(details)
    if not values.get("name") or "kind" not in values:
        raise Invalid(
            "An organisation needs a name and a kind.", field="name" if "kind" in values else "kind"
        )
    organisation = Organisation(source=source, external_id=external_id, **values)
    _check_domains(organisation)
    organisation.save()
    if organisation.kind == "supplier":
        party_id("organisation", organisation.pk)  # tickets can be handed to it from now on
    _tell(organisation, tuple(values), actor, now)
    return organisation


@use_case
def update_organisation(
    *,
    uid: str,
    changes: OrganisationDetails,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Organisation:
    """Change an organisation. Raises StaleVersion, DomainTaken, KindIsFixed."""
    organisation = organisation_to_change(uid, actor)
    check_version(organisation.version, version)
    values = _checked(changes)
    changed = _set(organisation, values)
    if not changed:
        return organisation
    if "kind" in changed and Person.objects.filter(organisation=organisation).exists():
        raise KindIsFixed(field="kind")
    _check_domains(organisation)
    organisation.version += 1
    organisation.save()
    if organisation.kind == "supplier":
        party_id("organisation", organisation.pk)
    _tell(organisation, changed, actor, now)
    return organisation


def _checked(details: OrganisationDetails) -> dict[str, Any]:
    values: dict[str, Any] = dict(details)
    if "name" in values:
        values["name"] = _name(values["name"])
    if "kind" in values and values["kind"] not in KINDS:
        raise Invalid("An organisation is internal, customer or supplier.", field="kind")
    if "domains" in values:
        values["domains"] = sorted({domain_of(d, field="domains") for d in values["domains"] if d.strip()})
    return values


def _name(value: str) -> str:
    name = text(value, field="name", most=200)
    if not name:
        raise Invalid("Give it a name.", field="name")
    return name


def _set(row: Organisation | Place, values: Mapping[str, Any]) -> tuple[str, ...]:
    changed = tuple(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _check_domains(organisation: Organisation) -> None:
    if not organisation.domains:
        return
    rivals = Organisation.objects.filter(domains__has_any_keys=organisation.domains).exclude(
        pk=organisation.pk
    )
    for other in rivals.order_by("pk"):
        shared = next(d for d in organisation.domains if d in other.domains)
        raise DomainTaken(field="domains", domain=shared, other=other.name)


def _tell(organisation: Organisation, fields: tuple[str, ...], actor: Actor, now: datetime) -> None:
    announce(
        OrganisationChanged(
            subject=Subject("organisation", organisation.pk),
            organisation_id=organisation.pk,
            organisation_row=organisation.pk,
            fields=fields,
        ),
        actor=actor,
        at=now,
    )


@use_case
def department_named(*, organisation_id: int, path: str, actor: Actor, now: datetime) -> Department:
    """The department at `Finance > Payroll` (or `Finance / Payroll`), with what is missing of the path made."""
    access.require(actor, "people.manage")
    parent: Department | None = None
    for part in (p for p in path.replace("/", ">").split(">") if p.strip()):
        parent, _ = Department.objects.get_or_create(
            organisation_id=organisation_id, parent=parent, name=text(part, field="department", most=200)
        )
    if parent is None:
        raise Invalid("Give the department a name.", field="department")
    return parent


@use_case
def update_department(
    *, uid: str, name: str, actor: Actor, now: datetime, parent_uid: str | None = None, active: bool = True
) -> Department:
    """Rename, move or retire a department. A department cannot lie under itself."""
    department = department_to_change(uid, actor)
    parent = None
    if parent_uid:
        parent = Department.objects.filter(uid=parent_uid, organisation=department.organisation_id).first()
        if parent is None:
            raise NoSuchDepartment(field="parent")
        above: Department | None = parent
        while above is not None:
            if above.pk == department.pk:
                raise Invalid("A department cannot lie under itself.", field="parent")
            above = above.parent
    department.name, department.parent, department.active = _name(name), parent, active
    rivals = Department.objects.filter(
        organisation=department.organisation_id, parent=parent, name=department.name
    )
    if rivals.exclude(pk=department.pk).exists():
        raise NameTaken(field="name", name=department.name)
    department.save()
    return department


@use_case
def create_place(
    *,
    details: PlaceDetails,
    actor: Actor,
    now: datetime,
    source: str = "",
    external_id: str | None = None,
) -> Place:
    """Add a place. Raises NameTaken, UnknownZone."""
    access.require(actor, "people.manage")
    values = _checked_place(details)
    if not values.get("name") or "timezone" not in values:
        raise Invalid(
            "A place needs a name and a time zone.", field="timezone" if values.get("name") else "name"
        )
    place = Place(source=source, external_id=external_id, **values)
    _check_place_name(place)
    place.save()
    return place


@use_case
def update_place(
    *, uid: str, changes: PlaceDetails, actor: Actor, now: datetime, version: int | None = None
) -> Place:
    """Change a place. Raises StaleVersion, NameTaken, UnknownZone."""
    place = place_to_change(uid, actor)
    check_version(place.version, version)
    if _set(place, _checked_place(changes)):
        _check_place_name(place)
        place.version += 1
        place.save()
    return place


def _checked_place(details: PlaceDetails) -> dict[str, Any]:
    values: dict[str, Any] = dict(details)
    if "name" in values:
        values["name"] = _name(values["name"])
    if "timezone" in values:
        values["timezone"] = zone_of(values["timezone"])
    if "address" in values:
        values["address"] = "\n".join(
            text(line, field="address", most=500) for line in values["address"].strip().splitlines()
        )
    return values


def _check_place_name(place: Place) -> None:
    rivals = Place.objects.filter(organisation=place.organisation_id, name=place.name).exclude(pk=place.pk)
    if rivals.exists():
        raise NameTaken(field="name", name=place.name)
