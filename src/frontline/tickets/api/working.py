"""Working on tickets: messages, handoffs, promises, solving, joining."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Status

from frontline.foundation.http.api import (
    PROBLEMS,
)
from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.errors import Invalid
from frontline.people import queries as people
from frontline.tickets import api_schemas as s
from frontline.tickets import present, queries
from frontline.tickets.api.routers import tickets as router
from frontline.tickets.usecases import (
    handing,
    joining,
    promising,
    reopening,
    solving,
    talking,
)


@router.post(
    "/tickets/{ref}/messages", permission="tickets.write_own", response={201: s.MessageOut, **PROBLEMS}
)
def add_message(request: HttpRequest, ref: s.Ref, body: s.MessageIn) -> Status[Any]:
    """Say something: a public word of the desk may keep a promise, the user's word may reopen."""
    actor, now = actor_of(request), now_of(request)
    said = talking.Said(channel="api", **body.dict())
    message = talking.add_message(ref=ref, said=said, actor=actor, now=now)
    return Status(201, present.message_of(message, actor))


@router.post("/tickets/{ref}/handoffs", permission="tickets.work", response={201: s.HandoffOut, **PROBLEMS})
def hand_over(request: HttpRequest, ref: s.Ref, body: s.HandoffIn) -> Status[Any]:
    """Offer the ticket to a team or supplier; you hold it until they accept."""
    actor, now = actor_of(request), now_of(request)
    handoff = handing.hand_over(
        ref=ref,
        to_party_id=people.party_by_name(body.to),
        why=body.why,
        tried=body.tried,
        asked=body.asked,
        blocker=body.blocker,
        actor=actor,
        now=now,
    )
    return Status(201, present.handoff(handoff.uid))


@router.post(
    "/handoffs/{handoff_id}/accept",
    permission="tickets.answer_handoff",
    response={200: s.HandoffOut, **PROBLEMS},
)
def accept_handoff(request: HttpRequest, handoff_id: UUID) -> Any:
    """Take it: from now on it is in your hands."""
    actor = actor_of(request)
    handoff = handing.accept_handoff(handoff_uid=handoff_id, actor=actor, now=now_of(request))
    return present.handoff(handoff.uid)


@router.post(
    "/handoffs/{handoff_id}/return",
    permission="tickets.answer_handoff",
    response={200: s.HandoffOut, **PROBLEMS},
)
def return_handoff(request: HttpRequest, handoff_id: UUID, body: s.ReturnIn) -> Any:
    """Give it back, saying why."""
    actor = actor_of(request)
    handoff = handing.return_handoff(
        handoff_uid=handoff_id, code=body.code, text=body.text, actor=actor, now=now_of(request)
    )
    return present.handoff(handoff.uid)


@router.post("/tickets/{ref}/solve", permission="tickets.work", response={200: s.TicketFull, **PROBLEMS})
def solve_ticket(request: HttpRequest, ref: s.Ref, body: s.SolveIn) -> Any:
    """The work is done; the user is told and may say "still broken"."""
    actor, now = actor_of(request), now_of(request)
    solving.solve_ticket(ref=ref, code=body.code, text=body.text, blocker=body.blocker, actor=actor, now=now)
    return present.full(queries.ticket(ref, actor), actor)


@router.post(
    "/tickets/{ref}/reopen", permission="tickets.write_own", response={200: s.TicketFull, **PROBLEMS}
)
def reopen(request: HttpRequest, ref: s.Ref, body: s.ReopenIn) -> Any:
    """Still broken: the same ticket goes on, with its history and clock."""
    actor, now = actor_of(request), now_of(request)
    reopening.reopen(ref=ref, cause=body.cause, actor=actor, now=now)
    return present.full(queries.ticket(ref, actor), actor)


@router.post("/tickets/{ref}/merge", permission="tickets.work", response={200: s.TicketFull, **PROBLEMS})
def merge(request: HttpRequest, ref: s.Ref, body: s.MergeIn) -> Any:
    """Merge this ticket into another; answers with the survivor."""
    actor, now = actor_of(request), now_of(request)
    survivor = joining.merge_ticket(ref=ref, into=body.into, actor=actor, now=now)
    return present.full(queries.ticket(survivor.ref, actor), actor)


@router.post("/tickets/{ref}/split", permission="tickets.work", response={201: s.TicketFull, **PROBLEMS})
def split(request: HttpRequest, ref: s.Ref, body: s.SplitIn) -> Status[Any]:
    """Open a second ticket from some of the messages; answers with the new one."""
    actor, now = actor_of(request), now_of(request)
    opened = joining.split_ticket(
        ref=ref, subject=body.subject, message_uids=body.messages, note=body.note, actor=actor, now=now
    )
    return Status(201, present.full(queries.ticket(opened.ref, actor), actor))


@router.post("/tickets/{ref}/links", permission="tickets.work", response={201: s.LinkOut, **PROBLEMS})
def link(request: HttpRequest, ref: s.Ref, body: s.LinkIn) -> Status[Any]:
    """Say how two tickets belong together."""
    actor, now = actor_of(request), now_of(request)
    try:
        joining.link_tickets(ref=ref, other=body.to, kind=body.kind, actor=actor, now=now)
    except Invalid as error:  # the verb speaks of `other`, the body of `to`
        error.field = "to" if error.field == "other" else error.field
        raise
    other = queries.ticket(body.to, actor)
    return Status(
        201,
        {
            "kind": body.kind,
            "ref": other.ref,
            "subject": other.subject,
            "state": other.state,
            "outgoing": True,
        },
    )


@router.post("/tickets/{ref}/promises", permission="tickets.work", response={201: s.PromiseOut, **PROBLEMS})
def promise(request: HttpRequest, ref: s.Ref, body: s.PromiseIn) -> Status[Any]:
    """Promise the user word by a time; it becomes a clock of its own."""
    actor, now = actor_of(request), now_of(request)
    made = promising.promise_update(ref=ref, due_at=body.due_at, actor=actor, now=now)
    return Status(
        201,
        {
            "id": made.uid,
            "due_at": made.due_at,
            "made_at": made.made_at,
            "state": made.state,
            "settled_at": None,
        },
    )
