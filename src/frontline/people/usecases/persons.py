"""People come, change, are recognised, and leave."""

from datetime import datetime
from typing import Any, TypedDict

from django.db import IntegrityError, connection
from django.db.models.functions import Lower

from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import savepoint, use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Conflict, Invalid
from frontline.kernel.facts import Subject
from frontline.people.access import INSIDE_ROLES, NoSuchPerson, person_to_change
from frontline.people.facts import PersonAdded, PersonChanged, PersonLeft, PersonMerged
from frontline.people.logic.addresses import digits_of, domains_of, email_of, name_from
from frontline.people.logic.words import language_of, zone_of
from frontline.people.models import (
    Account,
    Department,
    Membership,
    Organisation,
    OtherAddress,
    Person,
    Place,
    RoleGrant,
    Shift,
)
from frontline.people.queries import duty
from frontline.people.usecases.checks import check_version, text
from frontline.people.usecases.organisations import department_named


class AddressTaken(Conflict):
    """Somebody with the address {address} is here already."""


class NotAPlaceholder(Conflict):
    """Only a person made from an unknown address can be recognised; this one is known already."""


class ManagerInCircle(Invalid):
    """Nobody can be their own manager, not even by way of others."""


class RolesNeedInside(Invalid):
    """This person has roles of the desk, which only our own people can have. Take the roles away first."""


class PersonDetails(TypedDict, total=False):
    """What can be said about a person; what is absent stays as it is. References are row ids."""

    name: str
    shown_name: str
    email: str
    phone: str
    organisation_id: int
    department_id: int | None
    #: `Finance > Payroll`; what is missing of it is made. Empty: none. Wins over department_id
    department_path: str
    place_id: int | None
    manager_id: int | None
    title: str
    language: str
    timezone: str
    employee_number: str
    vip: bool
    active: bool


@use_case
def create_person(
    *,
    details: PersonDetails,
    actor: Actor,
    now: datetime,
    source: str = "",
    external_id: str | None = None,
) -> Person:
    """Add a person known by name. Without an organisation it follows from the address's domain.

    Raises AddressTaken, Invalid, BadAddress, UnknownZone, UnknownLanguage.
    """
    access.require(actor, "people.register")
    values = _checked(details)
    if not values.get("name"):
        raise Invalid("Say what the person is called.", field="name")
    if "organisation_id" not in values:
        values["organisation_id"] = organisation_of_address(values.get("email", ""))
    _find_department(values, values["organisation_id"], actor, now)
    person = Person(created_at=now, source=source, external_id=external_id, **values)
    _check_belongs(person)
    _save(person, added=True)
    announce(
        PersonAdded(
            subject=Subject("person", person.pk),
            organisation_id=person.organisation_id,
            person_id=person.pk,
            placeholder=False,
            cause="import" if source else "made",
        ),
        actor=actor,
        at=now,
    )
    return person


@use_case
def update_person(
    *, uid: str, changes: PersonDetails, actor: Actor, now: datetime, version: int | None = None
) -> Person:
    """Change what is known about a person. With `version`, refuse when somebody else was quicker (StaleVersion).

    Becoming inactive here only blocks sign-in; people who leave go through `leave_the_desk`.
    """
    person = person_to_change(uid, actor)
    check_version(person.version, version)
    return _change(person, _checked(changes), actor, now)


def _find_department(values: dict[str, Any], organisation_id: int, actor: Actor, now: datetime) -> None:
    if "department_path" in values:
        path = values.pop("department_path")
        values["department_id"] = (
            department_named(organisation_id=organisation_id, path=path, actor=actor, now=now).pk
            if path.strip()
            else None
        )


def _change(person: Person, values: dict[str, Any], actor: Actor, now: datetime) -> Person:
    """Write what differs, once, and announce the names of the fields."""
    _find_department(values, values.get("organisation_id", person.organisation_id), actor, now)
    changed = tuple(name for name, value in values.items() if getattr(person, name) != value)
    if not changed:
        return person
    for name in changed:
        setattr(person, name, values[name])
    if "manager_id" in changed:
        _check_manager(person)
    if "department_id" in changed or "organisation_id" in changed:
        _check_belongs(person)
    if "organisation_id" in changed:
        _check_organisation(person)
    person.version += 1
    _save(person)
    if "active" in changed:
        duty.forget()
    announce(
        PersonChanged(
            subject=Subject("person", person.pk),
            organisation_id=person.organisation_id,
            person_id=person.pk,
            fields=changed,
        ),
        actor=actor,
        at=now,
    )
    return person


def _checked(details: PersonDetails) -> dict[str, Any]:
    """The details with texts trimmed and addresses, zone and language in their one spelling."""
    values: dict[str, Any] = dict(details)
    limits = {"name": 200, "shown_name": 200, "phone": 64, "title": 200, "employee_number": 64}
    for name, limit in limits.items():
        if name in values:
            values[name] = text(values[name], field=name, most=limit)
    if values.get("name") == "":
        raise Invalid("Say what the person is called.", field="name")
    if values.get("email"):
        values["email"] = email_of(values["email"])
    if "phone" in values:
        values["phone_digits"] = digits_of(values["phone"])
    if "language" in values:
        values["language"] = language_of(values["language"])
    if values.get("timezone"):
        values["timezone"] = zone_of(values["timezone"])
    return values


def _save(person: Person, *, added: bool = False) -> None:
    if person.email and _taken(person):
        raise AddressTaken(field="email", address=person.email)
    try:
        with savepoint():
            person.save(force_insert=added)
    except IntegrityError as error:
        if "person_email_once" in str(error):
            raise AddressTaken(field="email", address=person.email) from error
        if "person_from_source_once" in str(error):
            raise Conflict(
                "{source} already has a person with the id {external_id}.",
                source=person.source,
                external_id=person.external_id,
            ) from error
        raise


def _taken(person: Person) -> bool:
    known = person_id_by_email(person.email)
    return known is not None and known != person.pk


def _check_manager(person: Person) -> None:
    seen, above = {person.pk}, person.manager_id
    while above is not None:
        if above in seen:
            raise ManagerInCircle(field="manager")
        seen.add(above)
        above = Person.objects.filter(pk=above).values_list("manager_id", flat=True).first()


def _check_belongs(person: Person) -> None:
    if person.department_id is None and person.place_id is None:
        return
    if person.department_id is not None:
        theirs = Department.objects.filter(pk=person.department_id).values_list("organisation_id", flat=True)
        if theirs.first() != person.organisation_id:
            raise Invalid("This department belongs to another organisation.", field="department")
    if person.place_id is not None:
        owner = Place.objects.filter(pk=person.place_id).values_list("organisation_id", flat=True).first()
        if owner not in {None, person.organisation_id}:
            raise Invalid("This place belongs to another organisation.", field="place")


def _check_organisation(person: Person) -> None:
    kind = Organisation.objects.values_list("kind", flat=True).get(pk=person.organisation_id)
    inside = RoleGrant.objects.filter(person=person, until=None, role__in=INSIDE_ROLES)
    if kind != "internal" and inside.exists():
        raise RolesNeedInside(field="organisation")


def person_id_by_email(address: str) -> int | None:
    """Whose address this is, further addresses included. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM people_person WHERE lower(email) = %(a)s AND email <> '' "
            "UNION ALL SELECT person_id FROM people_other_address WHERE lower(email) = %(a)s LIMIT 1",
            {"a": address.strip().lower()},
        )
        row = cursor.fetchone()
    return None if row is None else row[0]


@use_case
def placeholder_for(*, email: str, name: str = "", actor: Actor, now: datetime) -> int:
    """The id of the person with this address; an unknown address becomes a placeholder person.

    It belongs to the organisation that owns the mail domain, else to our own. Any number of callers at the same
    time get the same person. One query when the address is known. Raises BadAddress.
    """
    address = email_of(email)
    if (known := person_id_by_email(address)) is not None:
        return known
    person = Person(
        name=text(name, field="name", most=200, cut=True) or name_from(address)[:200],
        email=address,
        organisation_id=organisation_of_address(address),
        placeholder=True,
        created_at=now,
    )
    Person.objects.bulk_create([person], ignore_conflicts=True)
    person_id, uid = Person.objects.annotate(low=Lower("email")).values_list("pk", "uid").get(low=address)
    if uid == person.uid:
        announce(
            PersonAdded(
                subject=Subject("person", person_id),
                organisation_id=person.organisation_id,
                person_id=person_id,
                placeholder=True,
                cause="mail",
            ),
            actor=actor,
            at=now,
        )
    return int(person_id)


def organisation_of_address(address: str) -> int:
    """The organisation that owns the domain or the nearest parent domain of an address, else our own."""
    domains = domains_of(address) if address else []
    if domains:
        owners = Organisation.objects.filter(active=True, domains__has_any_keys=domains).order_by("pk")
        by_domain = {d: pk for pk, listed in owners.values_list("pk", "domains") for d in reversed(listed)}
        for domain in domains:
            if domain in by_domain:
                return int(by_domain[domain])
    return default_organisation_id()


def default_organisation_id() -> int:
    """Our own organisation: the oldest internal one, made when there is none yet."""
    found = (
        Organisation.objects.filter(kind="internal", active=True).order_by("pk").values_list("pk", flat=True)
    )
    if (first := found.first()) is not None:
        return int(first)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.default_organisation'))")
    first = found.first()
    return int(
        first if first is not None else Organisation.objects.create(name="Internal", kind="internal").pk
    )


@use_case
def recognise_placeholder(*, uid: str, details: PersonDetails, actor: Actor, now: datetime) -> Person:
    """Say who a placeholder is; from then on they are a person like any other. Raises NotAPlaceholder."""
    person = person_to_change(uid, actor, "people.register")
    if not person.placeholder:
        raise NotAPlaceholder
    return _change(person, {**_checked(details), "placeholder": False}, actor, now)


@use_case
def merge_placeholder(*, uid: str, into_uid: str, actor: Actor, now: datetime) -> Person:
    """A placeholder is somebody known: the address becomes theirs, and PersonMerged tells the rooms above.

    Raises NotAPlaceholder, NoSuchPerson.
    """
    placeholder = person_to_change(uid, actor, "people.register")
    if not placeholder.placeholder or placeholder.merged_into_id is not None:
        raise NotAPlaceholder
    if str(placeholder.uid) == str(into_uid):
        raise Invalid("A person cannot be merged into themselves.", field="into")
    known = person_to_change(into_uid, actor, "people.register")
    if known.merged_into_id is not None:
        raise NoSuchPerson
    address = placeholder.email
    placeholder.merged_into, placeholder.active, placeholder.email = known, False, ""
    placeholder.version += 1
    placeholder.save()
    if address:
        OtherAddress.objects.create(person=known, email=address)
    OtherAddress.objects.filter(person=placeholder).update(person=known)
    announce(
        PersonMerged(
            subject=Subject("person", placeholder.pk),
            organisation_id=placeholder.organisation_id,
            person_id=placeholder.pk,
            into_id=known.pk,
        ),
        actor=actor,
        at=now,
    )
    return known


@use_case
def leave_the_desk(
    *, uid: str, at: datetime, actor: Actor, now: datetime, successor_id: int | None = None
) -> Person:
    """The person stops working here at `at`: no sign-in, no shifts, no roles, no teams after that.

    Tickets they own pass on by name when PersonLeft is heard; `successor_id` says to whom, where somebody was
    named. `at` may not lie in the future: somebody leaving next month is on the desk until then.
    """
    person = person_to_change(uid, actor)
    if at > now:
        raise Invalid("Somebody can be marked as gone once they are; this lies in the future.", field="at")
    if successor_id == person.pk:
        raise Invalid("Somebody else has to take over.", field="successor")
    if person.left_at is not None:
        return person
    if (
        successor_id is not None
        and not Person.objects.filter(pk=successor_id, active=True, left_at=None).exists()
    ):
        raise Invalid("The successor is not here any more.", field="successor")
    person.left_at, person.active, person.version = at, False, person.version + 1
    person.save(update_fields=["left_at", "active", "version"])
    Membership.objects.filter(person=person, until=None).update(until=now)
    RoleGrant.objects.filter(person=person, until=None).update(until=now)
    Shift.objects.filter(person=person, valid_until=None, valid_from__lte=at.date()).update(
        valid_until=at.date()
    )
    Account.objects.filter(person=person).update(active=False)
    duty.forget()
    announce(
        PersonLeft(
            subject=Subject("person", person.pk),
            organisation_id=person.organisation_id,
            person_id=person.pk,
            left_at=at,
            successor_id=successor_id,
        ),
        actor=actor,
        at=now,
    )
    return person
