"""Reading tickets: lists, one, its conversation, custody, clocks, promises, timeline, context."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from frontline.foundation.facts import timeline
from frontline.foundation.http.api import (
    PROBLEMS,
    Limit,
    Text,
    etag,
    read_cursor,
    write_cursor,
)
from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.facts import Subject
from frontline.people import queries as people
from frontline.tickets import api_schemas as s
from frontline.tickets import present, queries
from frontline.tickets.api.naming import owner_of
from frontline.tickets.api.routers import tickets as router


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
        team_party=people.party_by_name(team, field="team") if team else None,
        owner=owner_of(owner, actor, field="owner") if owner else None,
        holder=people.party_by_name(holder, field="holder") if holder else None,
        sort=sort,
    )
    after = read_cursor(cursor, *queries.place_of(filters))
    page = queries.tickets(actor, filters, after=after, limit=limit)
    return {
        "items": [present.row(row) for row in page.rows],
        "next_cursor": None if page.after is None else write_cursor(*page.after),
    }


@router.get("/tickets/{ref}", permission="tickets.read", response={200: s.TicketFull, **PROBLEMS})
def read_ticket(request: HttpRequest, ref: s.Ref, response: HttpResponse) -> Any:
    """One ticket with its clocks; the ETag is what If-Match wants."""
    actor = actor_of(request)
    ticket = queries.ticket(ref, actor)
    response.headers["ETag"] = etag(ticket.version)
    return present.full(ticket, actor)


@router.get("/tickets/{ref}/messages", permission="tickets.read", response={200: s.MessagePage, **PROBLEMS})
def list_messages(request: HttpRequest, ref: s.Ref, cursor: Text | None = None, limit: Limit = 50) -> Any:
    """The conversation, oldest first, without what you may not read."""
    actor = actor_of(request)
    found = queries.messages(actor, queries.ticket(ref, actor))
    after = read_cursor(cursor, int)
    rest = [m for m in found if after is None or m.seq > after[0]]
    return {
        "items": [present.message(m) for m in rest[:limit]],
        "next_cursor": write_cursor(rest[limit - 1].seq) if len(rest) > limit else None,
    }


@router.get("/tickets/{ref}/promises", permission="tickets.read", response={200: s.PromiseList, **PROBLEMS})
def list_promises(request: HttpRequest, ref: s.Ref) -> Any:
    """Promises made to the user, kept and broken."""
    actor = actor_of(request)
    found = queries.promises(queries.ticket(ref, actor))
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
    return present.custody(queries.ticket(ref, actor), now_of(request))


@router.get("/tickets/{ref}/clocks", permission="tickets.read", response={200: s.ClockList, **PROBLEMS})
def clocks(request: HttpRequest, ref: s.Ref) -> Any:
    """The clocks that run or ran on it."""
    actor = actor_of(request)
    return {"items": [present.clock(c) for c in queries.clocks(queries.ticket(ref, actor), actor)]}


@router.get("/tickets/{ref}/timeline", permission="tickets.read", response={200: s.TimelinePage, **PROBLEMS})
def ticket_timeline(request: HttpRequest, ref: s.Ref, cursor: Text | None = None, limit: Limit = 100) -> Any:
    """What happened, from the facts, oldest first."""
    actor = actor_of(request)
    ticket = queries.ticket(ref, actor)
    after = read_cursor(cursor, int)
    entries = timeline.of_subject(
        Subject("ticket", ticket.id),
        actor=actor,
        after=0 if after is None else after[0],
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
    return present.context(queries.ticket(ref, actor), actor)
