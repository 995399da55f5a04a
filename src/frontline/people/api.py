"""The people API: each operation is one use case or one question, spoken in public ids."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query, Status

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
from frontline.people import api_schemas as schemas
from frontline.people.queries import directory, rota
from frontline.people.queries import team_rows as team_queries
from frontline.people.usecases import organisations, persons

router = ApiRouter(tags=["people"])


def after_of(cursor: str | None) -> int | None:
    """The row id a list goes on after."""
    values = read_cursor(cursor, int)
    return None if values is None else values[0]


def next_of(rows: list[Any], limit: int) -> str | None:
    """The cursor of the next page, when there is one: `rows` holds one more than `limit` then."""
    return write_cursor(rows[limit - 1].id) if len(rows) > limit else None


@router.get("/people", permission="people.read", response={200: schemas.PersonPage, **PROBLEMS})
def list_people(request: HttpRequest, wanted: Query[schemas.PeopleFilter]) -> schemas.PersonPage:
    """People you may see: the desk everybody, suppliers their own, everybody else themselves."""
    rows = directory.people_page(
        actor=actor_of(request),
        text=wanted.q,
        organisation_uid=wanted.organisation,
        active=wanted.active,
        after_id=after_of(wanted.cursor),
        limit=wanted.limit + 1,
        now=now_of(request),
    )
    return schemas.PersonPage(
        items=[schemas.PersonOut.of(row) for row in rows[: wanted.limit]],
        next_cursor=next_of(rows, wanted.limit),
    )


@router.get("/people/me", permission="people.read", response={200: schemas.PersonOut, **PROBLEMS})
def get_me(request: HttpRequest, response: HttpResponse) -> schemas.PersonOut:
    """Yourself; with a token, the person it acts for."""
    row = directory.own_detail(actor=actor_of(request), now=now_of(request))
    response["ETag"] = etag(row.version)
    return schemas.PersonOut.of(row)


@router.get(
    "/people/{uuid:person_id}", permission="people.read", response={200: schemas.PersonOut, **PROBLEMS}
)
def get_person(request: HttpRequest, response: HttpResponse, person_id: UUID) -> schemas.PersonOut:
    """One person; send the ETag back in If-Match to change them."""
    return _person(request, response, person_id)


@router.post("/people", permission="people.register", response={201: schemas.PersonOut, **PROBLEMS})
def create_person(
    request: HttpRequest, response: HttpResponse, sent: schemas.PersonIn
) -> Status[schemas.PersonOut]:
    """Add a person."""
    values = sent.model_dump(exclude_unset=True)
    details = _details(values, actor_of(request))
    person = persons.create_person(details=details, actor=actor_of(request), now=now_of(request))
    response["Location"] = f"/api/v1/people/{person.uid}"
    return Status(201, _person(request, response, person.uid))


@router.patch(
    "/people/{uuid:person_id}", permission="people.manage", response={200: schemas.PersonOut, **PROBLEMS}
)
def change_person(
    request: HttpRequest, response: HttpResponse, person_id: UUID, sent: schemas.PersonPatch
) -> schemas.PersonOut:
    """Change a person. Needs If-Match."""
    actor, now = actor_of(request), now_of(request)
    row = directory.person_detail(uid=person_id, actor=actor, now=now)
    require_version(request, row.version)
    details = _details(sent.model_dump(exclude_unset=True), actor)
    persons.update_person(uid=str(person_id), changes=details, version=row.version, actor=actor, now=now)
    return _person(request, response, person_id)


def _person(request: HttpRequest, response: HttpResponse, person_id: UUID) -> schemas.PersonOut:
    row = directory.person_detail(uid=person_id, actor=actor_of(request), now=now_of(request))
    response["ETag"] = etag(row.version)
    return schemas.PersonOut.of(row)


#: fields that may be null, and what they refer to
NULLABLE = {"place": "place", "manager": "person"}


def _details(values: dict[str, Any], actor: Actor) -> persons.PersonDetails:
    """Public ids as row ids; an id nobody may see is refused like one that does not exist."""
    details: dict[str, Any] = {}
    for name, value in values.items():
        if name in NULLABLE or name == "organisation":
            details[f"{name}_id"] = _row_id(NULLABLE.get(name, name), name, value, actor)
        elif value is None:
            raise Invalid("This cannot be null; leave it out to keep it.", field=name)
        else:
            details[name] = value
    if "organisation_id" in details and details["organisation_id"] is None:
        raise Invalid("Everybody belongs to an organisation; leave it out to keep it.", field="organisation")
    return cast(persons.PersonDetails, details)


def _row_id(model: str, field: str, uid: UUID | None, actor: Actor) -> int | None:
    if uid is None:
        return None
    found = directory.ids_of(model, [uid], actor=actor).get(str(uid))
    if found is None:
        raise Invalid("There is nothing with this id that you may see.", field=field)
    return found


@router.get("/organisations", permission="people.read", response={200: schemas.OrganisationPage, **PROBLEMS})
def list_organisations(
    request: HttpRequest, wanted: Query[schemas.OrganisationFilter]
) -> schemas.OrganisationPage:
    """Organisations you may see: the desk all, everybody else their own."""
    rows = directory.organisations_page(
        actor=actor_of(request),
        text=wanted.q,
        kind=wanted.kind,
        after_id=after_of(wanted.cursor),
        limit=wanted.limit + 1,
    )
    items = [schemas.OrganisationOut.of(row) for row in rows[: wanted.limit]]
    return schemas.OrganisationPage(items=items, next_cursor=next_of(rows, wanted.limit))


@router.get(
    "/organisations/{uuid:organisation_id}",
    permission="people.read",
    response={200: schemas.OrganisationOut, **PROBLEMS},
)
def get_organisation(
    request: HttpRequest, response: HttpResponse, organisation_id: UUID
) -> schemas.OrganisationOut:
    """One organisation; send the ETag back in If-Match to change it."""
    return _organisation(request, response, organisation_id)


@router.post(
    "/organisations", permission="people.manage", response={201: schemas.OrganisationOut, **PROBLEMS}
)
def create_organisation(
    request: HttpRequest, response: HttpResponse, sent: schemas.OrganisationIn
) -> Status[schemas.OrganisationOut]:
    """Add an organisation; a supplier can be handed tickets at once."""
    details = cast(organisations.OrganisationDetails, sent.model_dump())
    made = organisations.create_organisation(details=details, actor=actor_of(request), now=now_of(request))
    response["Location"] = f"/api/v1/organisations/{made.uid}"
    return Status(201, _organisation(request, response, made.uid))


@router.patch(
    "/organisations/{uuid:organisation_id}",
    permission="people.manage",
    response={200: schemas.OrganisationOut, **PROBLEMS},
)
def change_organisation(
    request: HttpRequest, response: HttpResponse, organisation_id: UUID, sent: schemas.OrganisationPatch
) -> schemas.OrganisationOut:
    """Change an organisation. Needs If-Match."""
    actor = actor_of(request)
    row = directory.organisation_row(uid=organisation_id, actor=actor)
    require_version(request, row.version)
    values = sent.model_dump(exclude_unset=True)
    for name, value in values.items():
        if value is None:
            raise Invalid("This cannot be null; leave it out to keep it.", field=name)
    organisations.update_organisation(
        uid=str(organisation_id),
        changes=cast(organisations.OrganisationDetails, values),
        version=row.version,
        actor=actor,
        now=now_of(request),
    )
    return _organisation(request, response, organisation_id)


def _organisation(
    request: HttpRequest, response: HttpResponse, organisation_id: UUID
) -> schemas.OrganisationOut:
    row = directory.organisation_row(uid=organisation_id, actor=actor_of(request))
    response["ETag"] = etag(row.version)
    return schemas.OrganisationOut.of(row)


@router.get("/places", permission="people.read", response={200: schemas.PlacePage, **PROBLEMS})
def list_places(request: HttpRequest, wanted: Query[schemas.ListFilter]) -> schemas.PlacePage:
    """Places, with their time zones."""
    rows = directory.places_page(
        actor=actor_of(request), text=wanted.q, after_id=after_of(wanted.cursor), limit=wanted.limit + 1
    )
    items = [schemas.PlaceOut.of(row) for row in rows[: wanted.limit]]
    return schemas.PlacePage(items=items, next_cursor=next_of(rows, wanted.limit))


@router.get("/teams", permission="people.find", response={200: schemas.Teams, **PROBLEMS})
def list_teams(request: HttpRequest) -> schemas.Teams:
    """Teams that can hold tickets, the desk first."""
    return schemas.Teams(items=[schemas.TeamOut.of(row) for row in team_queries.teams()])


@router.get("/skills", permission="people.find", response={200: schemas.Skills, **PROBLEMS})
def list_skills(request: HttpRequest) -> schemas.Skills:
    """What people can be skilled in."""
    return schemas.Skills(items=[schemas.SkillOut.of(row) for row in directory.skills()])


@router.get("/shifts", permission="people.find", response={200: schemas.ShiftPage, **PROBLEMS})
def list_shifts(request: HttpRequest, wanted: Query[schemas.ShiftFilter]) -> schemas.ShiftPage:
    """Weekly shifts as planned, valid on or after a date."""
    rows = rota.shifts_page(
        actor=actor_of(request),
        on=wanted.on,
        team_uid=wanted.team,
        person_uid=wanted.person,
        after_id=after_of(wanted.cursor),
        limit=wanted.limit + 1,
    )
    items = [schemas.ShiftOut.of(row) for row in rows[: wanted.limit]]
    return schemas.ShiftPage(items=items, next_cursor=next_of(rows, wanted.limit))


def install(api: NinjaAPI) -> None:
    api.add_router("", router)
