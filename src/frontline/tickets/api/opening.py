"""Opening and changing tickets."""

from collections.abc import Callable
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
from frontline.tickets import access, present, queries
from frontline.tickets import api_schemas as s
from frontline.tickets.api.naming import person_of
from frontline.tickets.api.routers import tickets as router
from frontline.tickets.usecases import editing, grading, opening


@router.post(
    "/tickets", permission="tickets.open", response={200: s.TicketFull, 201: s.TicketFull, **PROBLEMS}
)
def open_ticket(request: HttpRequest, body: s.TicketIn, response: HttpResponse) -> Status[Any]:
    """Open a ticket: 201 with its ref, owner, holder, clocks and the time of the next word.

    One that came before with the same `external` is not opened twice: 200 with that ticket as it is now.
    """
    actor, now = actor_of(request), now_of(request)
    if body.external is not None:
        known = opening.existing_from_source(source=body.external.source, external_id=body.external.id)
        if known is not None:
            return _opened_before(known.ref, actor, response)
    asked = _asked(body, actor, now)
    opened = opening.open_ticket(asked=asked, actor=actor, now=now)
    response.headers["Location"] = f"/api/v1/tickets/{opened.ref}"
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


def _opened_before(ref: str, actor: Actor, response: HttpResponse) -> Status[Any]:
    try:
        ticket = queries.ticket(ref, actor)
    except access.NoSuchTicket as error:
        raise opening.ExternalIdTaken(field="external") from error
    response.headers["Location"] = f"/api/v1/tickets/{ref}"
    response.headers["ETag"] = etag(ticket.version)
    return Status(200, present.full(ticket, actor))


def _asked(body: s.TicketIn, actor: Actor, now: datetime) -> opening.Asked:
    requester_id, email = person_of(body.requester, actor, field="requester")
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
        confidential=body.confidential,
        tags=tuple(body.tags),
        source="" if body.external is None else body.external.source,
        external_id=None if body.external is None else body.external.id,
    )


def _name_of_service(service_id: int | None) -> str | None:
    return None if service_id is None else estate.service_row(service_id).name


@router.patch("/tickets/{ref}", permission="tickets.work", response={200: s.TicketFull, **PROBLEMS})
def change_ticket(request: HttpRequest, ref: s.Ref, body: s.TicketPatch, response: HttpResponse) -> Any:
    """Change grading, owner, state or confidentiality, all of it or nothing; needs If-Match."""
    actor, now = actor_of(request), now_of(request)
    owner = None if body.owner is None else person_of(str(body.owner), actor, field="owner")[0]
    ticket = editing.edit_ticket(
        ref=ref,
        edit=editing.Edit(
            changes=_changes(body),
            owner_id=owner,
            confidential=body.confidential,
            state=body.state,
            waiting_for=body.waiting_for,
        ),
        check=lambda version: require_version(request, version),
        actor=actor,
        now=now,
    )
    response.headers["ETag"] = etag(ticket.version)
    return present.full(ticket, actor)


def _changes(body: s.TicketPatch) -> grading.Changes | None:
    if not body.model_fields_set - {"owner", "state", "waiting_for", "confidential"}:
        return None
    return grading.Changes(
        subject=body.subject,
        kind=body.kind,
        impact=body.impact,
        urgency=body.urgency,
        service_id=_reference(body.service, estate.find_service),
        item_id=_reference(body.ci, estate.find_item),
        tags=None if body.tags is None else tuple(body.tags),
    )


def _reference(text: str | None, find: Callable[[str], int]) -> int | None:
    if text is None:
        return None
    return grading.UNSET if not text.strip() else find(text)
