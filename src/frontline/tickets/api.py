"""The tickets API: each operation is one use case or one question, spoken in public names."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Status

from frontline.estate import queries as estate
from frontline.foundation.facts import timeline
from frontline.foundation.http.api import (
    PROBLEMS,
    ApiRouter,
    Limit,
    Text,
    etag,
    read_cursor,
    require_version,
    write_cursor,
)
from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.kernel.facts import Subject
from frontline.people import queries as people
from frontline.tickets import access, present, queries
from frontline.tickets import api_schemas as s
from frontline.tickets.usecases import (
    calls,
    following,
    grading,
    handing,
    joining,
    opening,
    owning,
    promising,
    reopening,
    solving,
    talking,
    waiting,
)

router = ApiRouter(tags=["tickets"])
contacts_router = ApiRouter(tags=["contacts"])


def install(api: Any) -> None:
    api.add_router("", router)
    api.add_router("", contacts_router)


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


def _name_of_service(service_id: int | None) -> str | None:
    return None if service_id is None else estate.service_row(service_id).name


def _asked(body: s.TicketIn, actor: Actor, now: datetime) -> opening.Asked:
    requester_id, email = _person(body.requester, actor)
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


def _person(text: str, actor: Actor) -> tuple[int | None, str]:
    """`requester` as an id of a known person, or an e-mail address."""
    words = text.strip()
    if not words:
        return actor.person_id, ""
    if "@" in words:
        return None, words
    try:
        return people.person_by_uid(UUID(words), actor=actor).id, ""
    except ValueError as error:
        raise Invalid("Name a person by e-mail address or id.", field="requester") from error


@router.get("/tickets", permission="tickets.read", response={200: s.TicketPage, **PROBLEMS})
def list_tickets(  # noqa: PLR0917 - query parameters of the public contract
    request: HttpRequest,
    view: Text = "",
    q: Text = "",
    state: Text = "",
    team: Text = "",
    owner: Text = "",
    holder: Text = "",
    sort: Text = "",
    cursor: Text | None = None,
    limit: Limit = 50,
) -> Any:
    """Tickets one may see, in a stable order; `state` takes several, separated by commas."""
    actor = actor_of(request)
    filters = queries.Filters(
        view=view,
        q=q,
        state=tuple(filter(None, state.split(","))),
        team_party=people.party_by_name(team) if team else None,
        owner=_owner(owner, actor) if owner else None,
        holder=people.party_by_name(holder) if holder else None,
        sort=sort,
    )
    length = 1 if q.strip() else len(queries.order_of(filters))
    page = queries.tickets(actor, filters, after=read_cursor(cursor, length), limit=limit)
    return {
        "items": [present.row(row) for row in page.rows],
        "next_cursor": None if page.after is None else write_cursor(*page.after),
    }


def _owner(text: str, actor: Actor) -> int:
    if text == "me":
        return actor.person_id or 0
    person_id, email = _person(text, actor)
    if person_id is not None:
        return person_id
    found = people.requester_by_email(email)
    return 0 if found is None else found.id


@router.get("/tickets/{ref}", permission="tickets.read", response={200: s.TicketFull, **PROBLEMS})
def read_ticket(request: HttpRequest, ref: s.Ref, response: HttpResponse) -> Any:
    """One ticket with its clocks; the ETag is what If-Match wants."""
    actor = actor_of(request)
    ticket = access.ticket_to_read(ref, actor)
    response.headers["ETag"] = etag(ticket.version)
    return present.full(ticket, actor)


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


@router.get("/tickets/{ref}/messages", permission="tickets.read", response={200: s.MessagePage, **PROBLEMS})
def list_messages(request: HttpRequest, ref: s.Ref, cursor: Text | None = None, limit: Limit = 50) -> Any:
    """The conversation, oldest first, without what you may not read."""
    actor = actor_of(request)
    found = queries.messages(actor, access.ticket_to_read(ref, actor))
    after = read_cursor(cursor, 1)
    rest = [m for m in found if after is None or m.seq > _number(after[0])]
    return {
        "items": [present.message(m) for m in rest[:limit]],
        "next_cursor": write_cursor(rest[limit - 1].seq) if len(rest) > limit else None,
    }


def _number(value: Any) -> int:
    if not isinstance(value, int):
        raise Invalid("This cursor is not one of ours; use next_cursor as it came.", field="cursor")
    return value


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
    return Status(201, present.handoff(handoff.uid, access.ticket_to_read(ref, actor)))


@router.post(
    "/handoffs/{handoff_id}/accept",
    permission="tickets.answer_handoff",
    response={200: s.HandoffOut, **PROBLEMS},
)
def accept_handoff(request: HttpRequest, handoff_id: UUID) -> Any:
    """Take it: from now on it is in your hands."""
    actor = actor_of(request)
    handoff = handing.accept_handoff(handoff_uid=handoff_id, actor=actor, now=now_of(request))
    return present.handoff(handoff.uid, handoff.ticket)


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
    return present.handoff(handoff.uid, handoff.ticket)


@router.post("/tickets/{ref}/solve", permission="tickets.work", response={200: s.TicketFull, **PROBLEMS})
def solve_ticket(request: HttpRequest, ref: s.Ref, body: s.SolveIn) -> Any:
    """The work is done; the user is told and may say "still broken"."""
    actor, now = actor_of(request), now_of(request)
    solving.solve_ticket(ref=ref, code=body.code, text=body.text, blocker=body.blocker, actor=actor, now=now)
    return present.full(access.ticket_to_read(ref, actor), actor)


@router.post(
    "/tickets/{ref}/reopen", permission="tickets.write_own", response={200: s.TicketFull, **PROBLEMS}
)
def reopen(request: HttpRequest, ref: s.Ref, body: s.ReopenIn) -> Any:
    """Still broken: the same ticket goes on, with its history and clock."""
    actor, now = actor_of(request), now_of(request)
    reopening.reopen(ref=ref, cause=body.cause, actor=actor, now=now)
    return present.full(access.ticket_to_read(ref, actor), actor)


@router.post("/tickets/{ref}/merge", permission="tickets.work", response={200: s.TicketFull, **PROBLEMS})
def merge(request: HttpRequest, ref: s.Ref, body: s.MergeIn) -> Any:
    """Merge this ticket into another; answers with the survivor."""
    actor, now = actor_of(request), now_of(request)
    survivor = joining.merge_ticket(ref=ref, into=body.into, actor=actor, now=now)
    return present.full(access.ticket_to_read(survivor.ref, actor), actor)


@router.post("/tickets/{ref}/split", permission="tickets.work", response={201: s.TicketFull, **PROBLEMS})
def split(request: HttpRequest, ref: s.Ref, body: s.SplitIn) -> Status[Any]:
    """Open a second ticket from some of the messages; answers with the new one."""
    actor, now = actor_of(request), now_of(request)
    opened = joining.split_ticket(
        ref=ref, subject=body.subject, message_uids=body.messages, note=body.note, actor=actor, now=now
    )
    return Status(201, present.full(access.ticket_to_read(opened.ref, actor), actor))


@router.post("/tickets/{ref}/links", permission="tickets.work", response={201: s.LinkOut, **PROBLEMS})
def link(request: HttpRequest, ref: s.Ref, body: s.LinkIn) -> Status[Any]:
    """Say how two tickets belong together."""
    actor, now = actor_of(request), now_of(request)
    joining.link_tickets(ref=ref, other=body.to, kind=body.kind, actor=actor, now=now)
    other = access.ticket_to_read(body.to, actor)
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


@router.get("/tickets/{ref}/promises", permission="tickets.read", response={200: s.PromiseList, **PROBLEMS})
def list_promises(request: HttpRequest, ref: s.Ref) -> Any:
    """Promises made to the user, kept and broken."""
    actor = actor_of(request)
    found = queries.promises(access.ticket_to_read(ref, actor))
    return {
        "items": [
            {
                "id": p.uid,
                "due_at": p.due_at,
                "made_at": p.made_at,
                "state": p.state,
                "settled_at": p.settled_at,
            }
            for p in found
        ]
    }


@router.get("/tickets/{ref}/custody", permission="tickets.read", response={200: s.CustodyPage, **PROBLEMS})
def custody(request: HttpRequest, ref: s.Ref) -> Any:
    """Who had it when, without gap or overlap; shares add up to the ticket's life to the second."""
    actor = actor_of(request)
    return present.custody(access.ticket_to_read(ref, actor), actor, now_of(request))


@router.get("/tickets/{ref}/clocks", permission="tickets.read", response={200: s.ClockList, **PROBLEMS})
def clocks(request: HttpRequest, ref: s.Ref) -> Any:
    """The clocks that run or ran on it."""
    actor = actor_of(request)
    return {"items": [present.clock(c) for c in queries.clocks(access.ticket_to_read(ref, actor), actor)]}


@router.get("/tickets/{ref}/timeline", permission="tickets.read", response={200: s.TimelinePage, **PROBLEMS})
def ticket_timeline(request: HttpRequest, ref: s.Ref, cursor: Text | None = None, limit: Limit = 100) -> Any:
    """What happened, from the facts, oldest first."""
    actor = actor_of(request)
    ticket = access.ticket_to_read(ref, actor)
    after = read_cursor(cursor, 1)
    entries = timeline.of_subject(
        Subject("ticket", ticket.pk),
        actor=actor,
        after=0 if after is None else _number(after[0]),
        limit=limit + 1,
    )
    return {
        "items": [present.timeline_entry(e, actor) for e in entries[:limit]],
        "next_cursor": write_cursor(entries[limit - 1].seq) if len(entries) > limit else None,
    }


@router.get("/tickets/{ref}/context", permission="tickets.work", response={200: s.ContextOut, **PROBLEMS})
def context(request: HttpRequest, ref: s.Ref) -> Any:
    """What to know before doing anything: devices, open tickets, last contacts of the requester."""
    actor = actor_of(request)
    return present.context(access.ticket_to_read(ref, actor), actor)


@contacts_router.get("/contacts", permission="contacts.read", response={200: s.ContactPage, **PROBLEMS})
def list_contacts(
    request: HttpRequest, person: Text = "", cursor: Text | None = None, limit: Limit = 50
) -> Any:
    """Contacts on tickets one may see, newest first; `person` narrows to one person's."""
    actor = actor_of(request)
    person_id = _owner(person, actor) if person else None
    after = read_cursor(cursor, 1)
    rows = queries.contacts(
        actor, person_id=person_id, before=None if after is None else _number(after[0]), limit=limit + 1
    )
    return {
        "items": [present.contact(c) for c in rows[:limit]],
        "next_cursor": write_cursor(rows[limit - 1].id) if len(rows) > limit else None,
    }


@contacts_router.post("/contacts", permission="contacts.log", response={201: s.ContactOut, **PROBLEMS})
def log_contact(request: HttpRequest, body: s.ContactIn) -> Status[Any]:
    """Log a call or another contact: it opens a ticket or joins the one named."""
    actor, now = actor_of(request), now_of(request)
    person_id, email = _person(body.person, actor)
    if person_id is None:
        found = people.requester_by_email(email)
        if found is None:
            raise Invalid(
                "Nobody here has this e-mail address; open a ticket for it instead.", field="person"
            )
        person_id = found.id
    call = calls.Call(
        person_id=person_id,
        channel=body.channel,
        join=body.ticket or "",
        subject=body.subject,
        text=body.text,
        reason_id=None if body.reason is None else estate.find_reason(body.reason, at=now),
        service_id=None if body.service is None else estate.find_service(body.service),
        item_id=None if body.ci is None else estate.find_item(body.ci),
        caller_check=body.caller_check,
        caller_checked=body.caller_checked,
        promise_at=body.promise_at,
    )
    logged = calls.log_call(call=call, actor=actor, now=now)
    return Status(201, present.contact(queries.contact(actor, logged.contact_id)))
