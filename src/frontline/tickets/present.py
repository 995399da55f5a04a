"""Tickets in the public names of the API: what the doors answer with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from frontline.commitments.queries import ClockRow
from frontline.estate import queries as estate
from frontline.foundation.facts.dispatch import Heard
from frontline.foundation.facts.timeline import pseudonym, shown_data
from frontline.kernel.actors import Actor
from frontline.people import queries as people
from frontline.tickets import queries, sums
from frontline.tickets.logic.custody import bounces
from frontline.tickets.models import Message
from frontline.tickets.usecases.opening import Opened


def row(r: queries.TicketRow) -> dict[str, Any]:
    """A line of a list."""
    return {
        "ref": r.ref,
        "id": r.uid,
        "subject": r.subject,
        "kind": r.kind,
        "state": r.state,
        "waiting_for": r.waiting_for or None,
        "impact": r.impact,
        "urgency": r.urgency,
        "priority": r.priority,
        "channel": r.channel,
        "requester": {"id": r.requester_uid, "name": r.requester_name},
        "organisation": r.organisation_name,
        "service": r.service_name,
        "ci": r.item_name,
        "owner": {"id": r.owner_uid, "name": r.owner_shown or r.owner_name},
        "holder": {"kind": r.holder_kind, "name": r.holder_name, "worker": r.worker_name},
        "tags": r.tags,
        "confidential": r.confidential,
        "opened_at": r.opened_at,
        "updated_at": r.updated_at,
        "solved_at": r.solved_at,
        "closed_at": r.closed_at,
        "reopen_until": r.reopen_until,
        "next_promise_at": r.next_promise_at,
        "matters_at": r.matters_at,
        "matters_because": r.matters_code or None,
        "merged_into": r.merged_into_ref,
        "external": {"source": r.source, "id": r.external_id} if r.external_id is not None else None,
        "version": r.version,
    }


def full(ticket: queries.TicketRow, actor: Actor, description: str | None = None) -> dict[str, Any]:
    """One ticket with its first message and clocks. Three queries, two when the description is at hand."""
    return {
        **row(ticket),
        "description": queries.first_words(ticket) if description is None else description,
        "clocks": [clock(c) for c in queries.clocks(ticket, actor)],
    }


def opened(new: Opened, *, description: str, service: str | None, ci: str | None) -> dict[str, Any]:
    """A ticket that was opened just now, from what was written; equal to `full` of it (a test compares)."""
    r = new.row
    owner_uid, owner_name = people.public_name(new.owner_id)
    external = None if r["external_id"] is None else {"source": r["source"], "id": r["external_id"]}
    same = (
        "ref subject kind state impact urgency priority channel confidential opened_at updated_at solved_at closed_at "
        "reopen_until next_promise_at matters_at version"
    )
    return {
        **{name: r[name] for name in same.split()},
        "id": r["uid"],
        "waiting_for": None,
        "requester": {"id": new.requester.uid, "name": new.requester.name},
        "organisation": people.organisation_name(new.requester.organisation_id),
        "service": service,
        "ci": ci,
        "owner": {"id": owner_uid, "name": owner_name},
        "holder": {"kind": new.holder_kind, "name": people.party_name(new.holder_party_id), "worker": None},
        "tags": r["tags"],
        "matters_because": r["matters_code"] or None,
        "merged_into": None,
        "external": external,
        "description": description,
        "clocks": [_planned_clock(c) for c in new.clocks],
    }


def _planned_clock(c: dict[str, Any]) -> dict[str, Any]:
    names = "measure state started_at due_at breach_after target_seconds breached_at stopped_at"
    return {"id": c["uid"], "party": c["party_kind"], **{name: c[name] for name in names.split()}}


def clock(c: ClockRow) -> dict[str, Any]:
    return {
        "id": c.uid,
        "measure": c.measure,
        "party": c.party_kind,
        "state": c.state,
        "started_at": c.started_at,
        "due_at": c.due_at,
        "breach_after": c.breach_after,
        "target_seconds": c.target_seconds,
        "breached_at": c.breached_at,
        "stopped_at": c.stopped_at,
    }


def message(m: queries.MessageRow) -> dict[str, Any]:
    return {
        "id": m.uid,
        "seq": m.seq,
        "audience": m.audience,
        "author_kind": m.author_kind,
        "author": m.author_name,
        "channel": m.channel,
        "at": m.at,
        "text": m.text,
        "sender_doubt": m.sender_doubt,
        "claimed_sender": m.claimed_sender,
    }


def message_of(m: Message, actor: Actor) -> dict[str, Any]:
    return {
        "id": m.uid,
        "seq": m.seq,
        "audience": m.audience,
        "author_kind": m.author_kind,
        "author": actor.name,
        "channel": m.channel,
        "at": m.at,
        "text": m.text,
        "sender_doubt": "",
        "claimed_sender": "",
    }


def handoff(uid: UUID) -> dict[str, Any]:
    """One handoff, as whoever made or answered it is told."""
    found = queries.handoff(uid)
    return {
        "id": found.uid,
        "state": found.state,
        "giver": found.giver_name,
        "receiver": found.receiver_name,
        "why": found.why,
        "tried": found.tried,
        "asked": found.asked,
        "blocker": found.blocker,
        "offered_at": found.offered_at,
        "answered_at": found.answered_at,
        "return_code": found.return_code,
        "return_text": found.return_text,
    }


def custody(ticket: queries.TicketRow, now: datetime) -> dict[str, Any]:
    """The chain with its sums."""
    chain = queries.custody(ticket)
    names = {(c.holder_kind, c.holder_id): c.holder_name for c in chain}
    main = [c for c in chain if c.lane == 0]
    totals = sums.shares_of(ticket, main, now=now)
    return {
        "items": [
            {
                "lane": c.lane,
                "seq": c.seq,
                "holder": {"kind": c.holder_kind, "name": c.holder_name, "worker": c.worker_name or None},
                "since": c.since,
                "until": c.until,
                "cause": c.cause,
            }
            for c in chain
        ],
        "shares": [
            {
                "holder": {"kind": t.holder_kind, "name": names[t.holder_kind, t.party]},
                "seconds": t.seconds,
                "dead_seconds": t.dead_seconds,
                "visits": t.visits,
            }
            for t in totals
        ],
        "total_seconds": sum(t.seconds for t in totals),
        "bounces": bounces([c.segment() for c in main]),
    }


def timeline_entry(entry: Heard, actor: Actor) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "at": entry.at,
        "actor": pseudonym(entry, actor),
        "data": shown_data(entry),
    }


def context(ticket: queries.TicketRow, actor: Actor) -> dict[str, Any]:
    """What stands beside the ticket."""
    requester = people.person_row(person_id=ticket.requester_id)
    others = queries.open_tickets_of(actor, person_id=ticket.requester_id)
    return {
        "requester": {"id": requester.uid, "name": requester.name},
        "open_tickets": [
            {"kind": "open", "ref": t.ref, "subject": t.subject, "state": t.state, "outgoing": True}
            for t in others
            if t.id != ticket.id
        ],
        "recent_contacts": [
            {"at": c.at, "channel": c.channel, "ticket": c.ref, "subject": c.subject, "state": c.state}
            for c in queries.recent_contacts(actor, person_id=ticket.requester_id)
        ],
        "devices": [
            {
                "id": d.uid,
                "name": d.name,
                "kind": d.kind,
                "model": d.model,
                "serial": d.serial,
                "status": d.status,
            }
            for d in estate.items_of_person(actor, person_id=ticket.requester_id)
        ],
    }


def contact(c: queries.ContactLine) -> dict[str, Any]:
    return {"id": c.uid, "ticket": c.ref, "opened": c.opened, "at": c.at, "channel": c.channel}
