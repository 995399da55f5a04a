"""The estate API: each operation is one use case or one question, spoken in public ids."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query, Status

from frontline.estate import api_schemas as schemas
from frontline.estate import queries
from frontline.estate.usecases import dependencies, items, reasons, services
from frontline.foundation.http.api import (
    PROBLEMS,
    ApiRouter,
    etag,
    read_cursor,
    require_version,
    write_cursor,
)
from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid

router = ApiRouter(tags=["estate"])
#: fields that may be null in a change
NULLABLE = {
    "owner",
    "business_owner",
    "person",
    "team",
    "skill",
    "organisation",
    "place",
    "supplier",
    "service",
}


def _after(cursor: str | None) -> int | None:
    values = read_cursor(cursor, int)
    return None if values is None else values[0]


def _next(rows: list[Any], limit: int) -> str | None:
    """The cursor of the next page, when there is one: `rows` holds one more than `limit` then."""
    return write_cursor(rows[limit - 1].id) if len(rows) > limit else None


def _details(values: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """What was sent as a use case takes it: public ids become row ids; null is for references only."""
    for name, value in values.items():
        if value is None and name not in NULLABLE:
            raise Invalid("This cannot be null; leave it out to keep it.", field=name)
    references = {name: value for name, value in values.items() if name in NULLABLE}
    plain = {name: value for name, value in values.items() if name not in NULLABLE}
    return {**plain, **queries.row_ids(references, actor=actor)}


@router.get("/services", permission="estate.read", response={200: schemas.ServicePage, **PROBLEMS})
def list_services(request: HttpRequest, wanted: Query[schemas.ServiceFilter]) -> schemas.ServicePage:
    """Services you may see: the desk all, everybody else those offered to their organisation."""
    rows = queries.services_page(
        actor=actor_of(request),
        text=wanted.q,
        active=wanted.active,
        organisation_uid=wanted.organisation,
        after_id=_after(wanted.cursor),
        limit=wanted.limit + 1,
    )
    found = [schemas.ServiceOut.of(row) for row in rows[: wanted.limit]]
    return schemas.ServicePage(items=found, next_cursor=_next(rows, wanted.limit))


@router.get(
    "/services/{uuid:service_id}", permission="estate.read", response={200: schemas.ServiceOut, **PROBLEMS}
)
def get_service(request: HttpRequest, response: HttpResponse, service_id: UUID) -> schemas.ServiceOut:
    """One service; send the ETag back in If-Match to change it."""
    return _service(request, response, service_id)


@router.post("/services", permission="estate.manage", response={201: schemas.ServiceOut, **PROBLEMS})
def create_service(
    request: HttpRequest, response: HttpResponse, sent: schemas.ServiceIn
) -> Status[schemas.ServiceOut]:
    """Add a service; it can be chosen on tickets at once."""
    details = cast(services.ServiceDetails, _details(sent.model_dump(), actor_of(request)))
    made = services.create_service(details=details, actor=actor_of(request), now=now_of(request))
    response["Location"] = f"/api/v1/services/{made.uid}"
    return Status(201, _service(request, response, made.uid))


@router.patch(
    "/services/{uuid:service_id}", permission="estate.manage", response={200: schemas.ServiceOut, **PROBLEMS}
)
def change_service(
    request: HttpRequest, response: HttpResponse, service_id: UUID, sent: schemas.ServicePatch
) -> schemas.ServiceOut:
    """Change a service; `active` false retires it. Needs If-Match."""
    actor = actor_of(request)
    row = queries.service_detail(uid=service_id, actor=actor)
    require_version(request, row.version)
    services.update_service(
        uid=service_id,
        changes=cast(services.ServiceDetails, _details(sent.model_dump(exclude_unset=True), actor)),
        version=row.version,
        actor=actor,
        now=now_of(request),
    )
    return _service(request, response, service_id)


def _service(request: HttpRequest, response: HttpResponse, uid: UUID) -> schemas.ServiceOut:
    row = queries.service_detail(uid=uid, actor=actor_of(request))
    response["ETag"] = etag(row.version)
    return schemas.ServiceOut.of(row)


@router.get("/cis", permission="estate.read", response={200: schemas.ItemPage, **PROBLEMS})
def list_cis(request: HttpRequest, wanted: Query[schemas.ItemFilter]) -> schemas.ItemPage:
    """Configuration items you may see: the desk all, suppliers what they supply, everybody else their own devices."""
    rows = queries.items_page(
        actor=actor_of(request),
        text=wanted.q,
        kind=wanted.kind,
        status=wanted.status,
        person_uid=wanted.person,
        after_id=_after(wanted.cursor),
        limit=wanted.limit + 1,
    )
    found = [schemas.ItemOut.of(row) for row in rows[: wanted.limit]]
    return schemas.ItemPage(items=found, next_cursor=_next(rows, wanted.limit))


@router.get("/cis/{uuid:ci_id}", permission="estate.read", response={200: schemas.ItemOut, **PROBLEMS})
def get_ci(request: HttpRequest, response: HttpResponse, ci_id: UUID) -> schemas.ItemOut:
    """One configuration item; send the ETag back in If-Match to change it."""
    return _item(request, response, ci_id)


@router.post("/cis", permission="estate.manage", response={201: schemas.ItemOut, **PROBLEMS})
def create_ci(request: HttpRequest, response: HttpResponse, sent: schemas.ItemIn) -> Status[schemas.ItemOut]:
    """Add a configuration item."""
    details = cast(items.ItemDetails, _details(sent.model_dump(), actor_of(request)))
    made = items.create_item(details=details, actor=actor_of(request), now=now_of(request))
    response["Location"] = f"/api/v1/cis/{made.uid}"
    return Status(201, _item(request, response, made.uid))


@router.patch("/cis/{uuid:ci_id}", permission="estate.manage", response={200: schemas.ItemOut, **PROBLEMS})
def change_ci(
    request: HttpRequest, response: HttpResponse, ci_id: UUID, sent: schemas.ItemPatch
) -> schemas.ItemOut:
    """Change a configuration item; the status `retired` takes it out of use. Needs If-Match."""
    actor = actor_of(request)
    row = queries.item_detail(uid=ci_id, actor=actor)
    require_version(request, row.version)
    items.update_item(
        uid=ci_id,
        changes=cast(items.ItemDetails, _details(sent.model_dump(exclude_unset=True), actor)),
        version=row.version,
        actor=actor,
        now=now_of(request),
    )
    return _item(request, response, ci_id)


def _item(request: HttpRequest, response: HttpResponse, uid: UUID) -> schemas.ItemOut:
    row = queries.item_detail(uid=uid, actor=actor_of(request))
    response["ETag"] = etag(row.version)
    return schemas.ItemOut.of(row)


@router.get(
    "/services/{uuid:service_id}/dependencies",
    permission="estate.read",
    response={200: schemas.Dependencies, **PROBLEMS},
)
def service_dependencies(request: HttpRequest, service_id: UUID) -> schemas.Dependencies:
    """What a service needs and what needs it, one step far."""
    return _neighbours("service", service_id, actor_of(request))


@router.post(
    "/services/{uuid:service_id}/dependencies",
    permission="estate.manage",
    response={200: schemas.Dependencies, **PROBLEMS},
)
def add_service_dependency(
    request: HttpRequest, service_id: UUID, sent: schemas.DependencyIn
) -> schemas.Dependencies:
    """Add a dependency; one that closes a circle is refused with the way round. Adding it twice changes nothing."""
    return _link("service", service_id, sent, request, add=True)


@router.delete(
    "/services/{uuid:service_id}/dependencies",
    permission="estate.manage",
    response={200: schemas.Dependencies, **PROBLEMS},
)
def remove_service_dependency(
    request: HttpRequest, service_id: UUID, sent: Query[schemas.DependencyIn]
) -> schemas.Dependencies:
    """Remove a dependency, named in the query. Removing it twice changes nothing."""
    return _link("service", service_id, sent, request, add=False)


@router.get(
    "/cis/{uuid:ci_id}/dependencies",
    permission="estate.read",
    response={200: schemas.Dependencies, **PROBLEMS},
)
def ci_dependencies(request: HttpRequest, ci_id: UUID) -> schemas.Dependencies:
    """What a configuration item needs and what needs it, one step far."""
    return _neighbours("item", ci_id, actor_of(request))


@router.post(
    "/cis/{uuid:ci_id}/dependencies",
    permission="estate.manage",
    response={200: schemas.Dependencies, **PROBLEMS},
)
def add_ci_dependency(request: HttpRequest, ci_id: UUID, sent: schemas.DependencyIn) -> schemas.Dependencies:
    """Add a dependency; one that closes a circle is refused with the way round. Adding it twice changes nothing."""
    return _link("item", ci_id, sent, request, add=True)


@router.delete(
    "/cis/{uuid:ci_id}/dependencies",
    permission="estate.manage",
    response={200: schemas.Dependencies, **PROBLEMS},
)
def remove_ci_dependency(
    request: HttpRequest, ci_id: UUID, sent: Query[schemas.DependencyIn]
) -> schemas.Dependencies:
    """Remove a dependency, named in the query. Removing it twice changes nothing."""
    return _link("item", ci_id, sent, request, add=False)


def _neighbours(kind: str, uid: UUID, actor: Actor) -> schemas.Dependencies:
    end = queries.end_of(kind, uid, actor=actor)
    return schemas.Dependencies(
        needs=[schemas.Neighbour.of(row) for row in queries.needs(end, actor=actor)],
        needed_by=[schemas.Neighbour.of(row) for row in queries.needed_by(end, actor=actor)],
    )


def _link(
    kind: str, uid: UUID, sent: schemas.DependencyIn, request: HttpRequest, *, add: bool
) -> schemas.Dependencies:
    actor = actor_of(request)
    here = queries.end_of(kind, uid, actor=actor)
    there = queries.end_of("service" if sent.kind == "service" else "item", sent.id, actor=actor)
    upper, lower = (here, there) if sent.direction == "needs" else (there, here)
    work = dependencies.add_dependency if add else dependencies.remove_dependency
    work(upper=upper, lower=lower, actor=actor, now=now_of(request))
    return _neighbours(kind, uid, actor)


@router.get("/contact-reasons", permission="estate.read", response={200: schemas.ReasonPage, **PROBLEMS})
def list_contact_reasons(request: HttpRequest, wanted: Query[schemas.ReasonFilter]) -> schemas.ReasonPage:
    """Contact reasons in force now or at an instant, by key."""
    values = read_cursor(wanted.cursor, str)
    rows = queries.reasons(
        at=wanted.at or now_of(request),
        actor=actor_of(request),
        text=wanted.q,
        after_key=values[0] if values else "",
        limit=wanted.limit + 1,
    )
    found = [schemas.ReasonOut.of(row) for row in rows[: wanted.limit]]
    more = write_cursor(found[-1].key) if len(rows) > wanted.limit else None
    return schemas.ReasonPage(items=found, next_cursor=more)


@router.get("/contact-reasons/{key}", permission="estate.read", response={200: schemas.ReasonOut, **PROBLEMS})
def get_contact_reason(request: HttpRequest, response: HttpResponse, key: str) -> schemas.ReasonOut:
    """One contact reason as it is in force, else as planned. Its ETag stands for the newest version, planned or not."""
    actor, now = actor_of(request), now_of(request)
    row = queries.reason(key=key, at=now, actor=actor)
    response["ETag"] = etag(queries.newest_reason(key=key, at=now, actor=actor).version)
    return schemas.ReasonOut.of(row)


@router.post("/contact-reasons", permission="estate.manage", response={201: schemas.ReasonOut, **PROBLEMS})
def create_contact_reason(
    request: HttpRequest, response: HttpResponse, sent: schemas.ReasonIn
) -> Status[schemas.ReasonOut]:
    """Add a contact reason."""
    actor = actor_of(request)
    values = sent.model_dump(exclude={"key", "valid_from"})
    made = reasons.create_reason(
        key=sent.key,
        details=cast(reasons.ReasonDetails, _details(values, actor)),
        valid_from=sent.valid_from,
        actor=actor,
        now=now_of(request),
    )
    response["Location"] = f"/api/v1/contact-reasons/{made.key}"
    return Status(201, get_contact_reason(request, response, made.key))


@router.patch(
    "/contact-reasons/{key}", permission="estate.manage", response={200: schemas.ReasonOut, **PROBLEMS}
)
def change_contact_reason(
    request: HttpRequest, response: HttpResponse, key: str, sent: schemas.ReasonPatch
) -> schemas.ReasonOut:
    """Change a contact reason: a new version, while old tickets keep theirs. Needs If-Match.

    The answer is the new version, in force or planned; `active` false retires it instead.
    """
    actor, now = actor_of(request), now_of(request)
    row = queries.newest_reason(key=key, actor=actor, at=now)
    require_version(request, row.version)
    values = sent.model_dump(exclude_unset=True, exclude={"valid_from", "active"})
    if sent.active is False:
        if values or sent.valid_from is not None:
            raise Invalid("Retire it alone, without other changes.", field="active")
        reasons.retire_reason(key=key, version=row.version, actor=actor, now=now)
    else:
        reasons.update_reason(
            key=key,
            changes=cast(reasons.ReasonDetails, _details(values, actor)),
            valid_from=sent.valid_from,
            version=row.version,
            actor=actor,
            now=now,
        )
    row = queries.reason_versions(key=key, actor=actor, at=now)[0]
    response["ETag"] = etag(row.version)
    return schemas.ReasonOut.of(row)


def install(api: NinjaAPI) -> None:
    api.add_router("", router)
