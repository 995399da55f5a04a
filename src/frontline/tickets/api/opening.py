"""Opening and changing tickets."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Status

from frontline.estate import queries as estate
from frontline.foundation.http.api import (
    PROBLEMS,
    etag,
    require_version,
)
from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.people import queries as people
from frontline.tickets import access, present
from frontline.tickets import api_schemas as s
from frontline.tickets.api.naming import person_of
from frontline.tickets.api.routers import tickets as router
from frontline.tickets.usecases import (
    following,
    grading,
    opening,
    owning,
    solving,
    waiting,
)


@router.post("/tickets", permission="tickets.open", response={201: s.TicketFull, **PROBLEMS})
def open_ticket(request: HttpRequest, body: s.TicketIn, response: HttpResponse) -> Status[Any]:
    """Open a ticket: 201 with its ref, owner, holder, clocks and the time of the next word."""
    actor, now = actor_of(request), now_of(request)
    if body.external is not None:
        known = opening.existing_from_source(source=body.external.source, external_id=body.external.id)
        if known is not None:
            raise opening.AlreadyImported(ref=known.ref, field="external")
    asked = _asked(body, actor, now)
    opened = opening.open_ticket(asked=asked, actor=actor, now=now)
    response.headers["Location"] = f"/api/v1/tickets/{opened.ref}"
    if body.confidential:
        following.set_confidential(ref=opened.ref, confidential=True, actor=actor, now=now)
        ticket = access.ticket_to_read(opened.ref, actor)
        response.headers["ETag"] = etag(ticket.version)
        return Status(201, present.full(ticket, actor, body.description))
    response.headers["ETag"] = etag(1)
    return Status(
        201,
        present.opened(
            opened,
            description=body.description,
            service=_name_of_service(opened.row["service_id"]),
            ci=None if asked.item_id is None else estate.item_name(asked.item_id),
        ),
    )


def _asked(body: s.TicketIn, actor: Actor, now: datetime) -> opening.Asked:
    requester_id, email = person_of(body.requester, actor)
    return opening.Asked(
        subject=body.subject,
        text=body.description,
        requester_id=requester_id,
        requester_email=email,
        kind=body.kind,
        service_id=None if body.service is None else estate.find_service(body.service),
        item_id=None if body.ci is None else estate.find_item(body.ci),
        reason_id=None if body.reason is None else estate.find_reason(body.reason, at=now),
        impact=body.impact,
        urgency=body.urgency,
        channel=body.channel,
        tags=tuple(body.tags),
        source="" if body.external is None else body.external.source,
        external_id=None if body.external is None else body.external.id,
    )


def _name_of_service(service_id: int | None) -> str | None:
    return None if service_id is None else estate.service_row(service_id).name


@router.patch("/tickets/{ref}", permission="tickets.work", response={200: s.TicketFull, **PROBLEMS})
def change_ticket(request: HttpRequest, ref: s.Ref, body: s.TicketPatch, response: HttpResponse) -> Any:
    """Change grading, owner, state or confidentiality; needs If-Match."""
    actor, now = actor_of(request), now_of(request)
    require_version(request, access.ticket_to_read(ref, actor).version)
    version = (
        None if request.headers["If-Match"].strip() == "*" else access.ticket_to_read(ref, actor).version
    )
    _grade(ref, body, version, actor, now)
    if body.owner is not None:
        to = people.person_by_uid(body.owner, actor=actor).id
        owning.pass_ownership(ref=ref, to_person_id=to, actor=actor, now=now)
    if body.confidential is not None:
        following.set_confidential(ref=ref, confidential=body.confidential, actor=actor, now=now)
    _move(ref, body, actor, now)
    ticket = access.ticket_to_read(ref, actor)
    response.headers["ETag"] = etag(ticket.version)
    return present.full(ticket, actor)


def _grade(ref: str, body: s.TicketPatch, version: int | None, actor: Actor, now: datetime) -> None:
    sent = body.model_fields_set - {"owner", "state", "waiting_for", "confidential"}
    if not sent:
        return
    changes = grading.Changes(
        subject=body.subject,
        kind=body.kind,
        impact=body.impact,
        urgency=body.urgency,
        service_id=_reference(body.service, estate.find_service),
        item_id=_reference(body.ci, estate.find_item),
        tags=None if body.tags is None else tuple(body.tags),
    )
    grading.change_ticket(ref=ref, changes=changes, version=version, actor=actor, now=now)


def _reference(text: str | None, find: Any) -> int | None:
    if text is None:
        return None
    found: int = grading.UNSET if not text.strip() else find(text)
    return found


def _move(ref: str, body: s.TicketPatch, actor: Actor, now: datetime) -> None:
    if body.state == "waiting" or (body.state is None and body.waiting_for is not None):
        if body.waiting_for is None:
            raise Invalid("Say who is waited for.", field="waiting_for")
        waiting.wait_for(ref=ref, waiting_for=body.waiting_for, actor=actor, now=now)
    elif body.state == "open":
        waiting.carry_on(ref=ref, actor=actor, now=now)
    elif body.state is not None:
        solving.end_ticket(ref=ref, state=body.state, actor=actor, now=now)
