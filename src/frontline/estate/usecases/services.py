"""Services: what IT offers, who answers for it, who is known to use it."""

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from frontline.estate.access import service_to_change
from frontline.estate.facts import ServiceChanged, ServiceRetired, ServiceUserAdded, ServiceUserRemoved
from frontline.estate.logic.words import check_version, key_of, keywords_of, line, paragraphs
from frontline.estate.models import Service, ServiceUser
from frontline.estate.queries.lookups import forget
from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Conflict, Invalid
from frontline.kernel.facts import Subject
from frontline.people import queries as people


class ServiceNameTaken(Conflict):
    """A service called {name} exists already."""


class NobodyThere(Invalid):
    """{name} is not active any more; choose somebody else."""


class ServiceDetails(TypedDict, total=False):
    """What can be said about a service; what is absent stays as it is.

    `criticality` is 1 (promises run round the clock) to 4; `calendar_key` names the calendar of its business hours;
    without an organisation it is offered to everybody.
    """

    name: str
    description: str
    keywords: str
    criticality: int
    calendar_key: str
    owner_id: int | None
    business_owner_id: int | None
    team_id: int | None
    skill_id: int | None
    organisation_id: int | None
    active: bool


@use_case
def create_service(
    *,
    details: ServiceDetails,
    actor: Actor,
    now: datetime,
    source: str = "",
    external_id: str | None = None,
) -> Service:
    """Add a service; it can be chosen on tickets at once. Raises Invalid, ServiceNameTaken, NobodyThere."""
    access.require(actor, "estate.manage")
    values = _checked(details)
    if not values.get("name"):
        raise Invalid("Give the service a name.", field="name")
    service = Service(source=source, external_id=external_id, **values)
    _check_name(service)
    _check_people(values)
    service.save()
    _tell(service, tuple(sorted(values)), actor, now)
    return service


@use_case
def update_service(
    *,
    uid: str | UUID,
    changes: ServiceDetails,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Service:
    """Change a service. Raises StaleVersion, Invalid, ServiceNameTaken, NobodyThere."""
    service = service_to_change(str(uid), actor)
    check_version(service.version, version)
    values = _checked(changes)
    changed = {name: value for name, value in values.items() if getattr(service, name) != value}
    if not changed:
        return service
    for name, value in changed.items():
        setattr(service, name, value)
    if "name" in changed:
        _check_name(service)
    _check_people(changed)
    service.version += 1
    service.save()
    _tell(service, tuple(sorted(changed)), actor, now)
    if changed.get("active") is False:
        announce(
            ServiceRetired(
                subject=Subject("service", service.pk),
                organisation_id=service.organisation_id,
                service_id=service.pk,
            ),
            actor=actor,
            at=now,
        )
    return service


@use_case
def retire_service(*, uid: str | UUID, actor: Actor, now: datetime, version: int | None = None) -> Service:
    """Stop offering a service; tickets about it stay as they are."""
    return update_service(uid=uid, changes={"active": False}, version=version, actor=actor, now=now)


def _checked(details: ServiceDetails) -> dict[str, Any]:
    values: dict[str, Any] = dict(details)
    if "name" in values:
        values["name"] = line(values["name"], field="name", most=200)
        if not values["name"]:
            raise Invalid("Give the service a name.", field="name")
    if "description" in values:
        values["description"] = paragraphs(values["description"], field="description", most=5000)
    if "keywords" in values:
        values["keywords"] = keywords_of(values["keywords"])
    if "criticality" in values and values["criticality"] not in {1, 2, 3, 4}:
        raise Invalid("The criticality is 1, 2, 3 or 4.", field="criticality")
    if values.get("calendar_key"):
        values["calendar_key"] = key_of(values["calendar_key"], field="calendar_key")
    return values


def _check_name(service: Service) -> None:
    others = Service.objects.filter(name__iexact=service.name, source=service.source).exclude(pk=service.pk)
    if others.exists():
        raise ServiceNameTaken(field="name", name=service.name)


def _check_people(values: dict[str, Any]) -> None:
    """Owners named anew must still be there; one who left later stays until a successor is named."""
    wanted = {name: values[f"{name}_id"] for name in ("owner", "business_owner") if values.get(f"{name}_id")}
    if not wanted:
        return
    rows = people.people_by_ids(wanted.values())
    for field, person_id in wanted.items():
        if not rows[person_id].active:
            raise NobodyThere(field=field, name=rows[person_id].name)


def _tell(service: Service, fields: tuple[str, ...], actor: Actor, now: datetime) -> None:
    forget()
    announce(
        ServiceChanged(
            subject=Subject("service", service.pk),
            organisation_id=service.organisation_id,
            service_id=service.pk,
            fields=fields,
        ),
        actor=actor,
        at=now,
    )


@use_case
def add_service_user(*, uid: str | UUID, person_id: int, actor: Actor, now: datetime) -> bool:
    """A person is known to use a service; False when that was known. Raises NobodyThere."""
    service = service_to_change(str(uid), actor)
    person = people.person_row(person_id=person_id)
    if not person.active:
        raise NobodyThere(field="person", name=person.name)
    _, made = ServiceUser.objects.get_or_create(service=service, person_id=person_id)
    if made:
        announce(
            ServiceUserAdded(
                subject=Subject("service", service.pk),
                organisation_id=service.organisation_id,
                service_id=service.pk,
                person_id=person_id,
            ),
            actor=actor,
            at=now,
        )
    return made


@use_case
def remove_service_user(*, uid: str | UUID, person_id: int, actor: Actor, now: datetime) -> bool:
    """A person no longer uses a service; False when they were not known to."""
    service = service_to_change(str(uid), actor)
    gone, _ = ServiceUser.objects.filter(service=service, person=person_id).delete()
    if gone:
        announce(
            ServiceUserRemoved(
                subject=Subject("service", service.pk),
                organisation_id=service.organisation_id,
                service_id=service.pk,
                person_id=person_id,
            ),
            actor=actor,
            at=now,
        )
    return bool(gone)
