"""Services in full: for the API, for set-up, and for whoever asks what hangs together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from frontline.estate.access import UnknownService, sees_everything, service_scope
from frontline.estate.models import Service, ServiceUser
from frontline.estate.queries.links import Named, NeedRow, named, needed_by, needs
from frontline.kernel.actors import Actor

ORDERS = {"id": ("id",), "name": ("name", "id")}
WITH = ("owner", "business_owner", "team", "skill", "organisation")


@dataclass(frozen=True, slots=True)
class ServiceDetail:
    """A service in full. Without an organisation it is offered to everybody.

    Who answers for it and where it was imported from are for the desk: others get None and "" there.
    """

    id: int
    uid: UUID
    name: str
    description: str
    keywords: str
    criticality: int
    calendar_key: str
    owner: Named | None
    business_owner: Named | None
    team: Named | None
    skill: Named | None
    organisation: Named | None
    active: bool
    source: str
    external_id: str | None
    version: int


@dataclass(frozen=True, slots=True)
class ServicePage:
    """A service with what it needs, what needs it, and who is known to use it."""

    service: ServiceDetail
    needs: Sequence[NeedRow]
    needed_by: Sequence[NeedRow]
    users: Sequence[Named] = field(default=())
    users_in_all: int = 0


def services_page(
    *,
    actor: Actor,
    text: str = "",
    active: bool | None = None,
    organisation_uid: UUID | None = None,
    after_id: int | None = None,
    offset: int = 0,
    limit: int = 50,
    order: str = "id",
    lacks: str = "",
) -> list[ServiceDetail]:
    """Services the actor may see, by id (for cursors) or name (for set-up). One query.

    With an organisation: those offered to it; `lacks` "owner" or "team": those in use without one.
    """
    wanted = Service.objects.filter(service_scope(actor))
    words = " ".join(text.replace("\0", "").split())[:100]
    if words:
        wanted = wanted.filter(Q(name__icontains=words) | Q(keywords__icontains=words))
    if active is not None:
        wanted = wanted.filter(active=active)
    if organisation_uid is not None:
        wanted = wanted.filter(Q(organisation=None) | Q(organisation__uid=organisation_uid))
    if lacks in {"owner", "team"}:
        wanted = wanted.filter(active=True, **{lacks: None})
    if after_id is not None:
        wanted = wanted.filter(pk__gt=after_id)
    return _details(wanted.order_by(*ORDERS[order])[offset : offset + limit], actor)


def service_detail(*, uid: UUID | str, actor: Actor) -> ServiceDetail:
    """One service in full; raises UnknownService. One query."""
    found = _details(Service.objects.filter(service_scope(actor), uid=uid), actor)
    if not found:
        raise UnknownService
    return found[0]


def service_page(*, uid: UUID | str, actor: Actor, users: int = 50) -> ServicePage:
    """A service with its neighbours and its first users by name; raises UnknownService. Seven queries."""
    service = service_detail(uid=uid, actor=actor)
    end = ("service", service.id)
    using = ServiceUser.objects.filter(service=service.id, person__active=True)
    if not sees_everything(actor):
        using = using.filter(person=actor.person_id)
    names = using.order_by("person__name", "person_id").values_list("person__uid", "person__name")
    return ServicePage(
        service=service,
        needs=needs(end, actor=actor),
        needed_by=needed_by(end, actor=actor),
        users=[Named(*row) for row in names[:users]],
        users_in_all=using.count(),
    )


def services_by_ids(ids: Iterable[int]) -> dict[int, Named]:
    """Names of services by id, for lists whose rights were settled by what they belong to. One query."""
    rows = Service.objects.filter(pk__in=set(ids)).values_list("pk", "uid", "name")
    return {pk: Named(uid, name) for pk, uid, name in rows}


def services_of_person(*, person_id: int, actor: Actor, limit: int = 50) -> list[Named]:
    """Active services a person is known to use and the actor may see, by name. One query."""
    if actor.person_id != person_id and not sees_everything(actor):
        return []
    used = ServiceUser.objects.filter(person=person_id).values("service")
    wanted = Service.objects.filter(service_scope(actor), pk__in=used, active=True)
    return [Named(*row) for row in wanted.order_by("name").values_list("uid", "name")[:limit]]


def calendar_keys_in_use() -> list[str]:
    """Keys of calendars that services name, for a form to suggest. One query."""
    found = Service.objects.exclude(calendar_key="").values_list("calendar_key", flat=True)
    return list(found.distinct().order_by("calendar_key"))


def _details(wanted: QuerySet[Service], actor: Actor) -> list[ServiceDetail]:
    full = sees_everything(actor)
    return [_detail(row, full=full) for row in wanted.select_related(*WITH)]


def _detail(row: Any, *, full: bool) -> ServiceDetail:
    return ServiceDetail(
        id=row.pk,
        uid=row.uid,
        name=row.name,
        description=row.description,
        keywords=row.keywords,
        criticality=row.criticality,
        calendar_key=row.calendar_key if full else "",
        owner=named(row.owner) if full else None,
        business_owner=named(row.business_owner) if full else None,
        team=named(row.team) if full else None,
        skill=named(row.skill) if full else None,
        organisation=named(row.organisation) if full else None,
        active=row.active,
        source=row.source if full else "",
        external_id=row.external_id if full else None,
        version=row.version,
    )
