"""What opening a ticket writes, planned once: a use case inserts it, an importer copies it. No database here."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from frontline.foundation.rows import Vector
from frontline.kernel.facts import Audience, Fact, Origin, Subject
from frontline.kernel.ids import uuid7
from frontline.tickets.facts import CustodyPassed, TicketOpened
from frontline.tickets.logic.queue import Matters

#: text search configurations by language; others are searched word by word
CONFIGURATIONS = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
}

TABLES = {
    "ticket": "tickets_ticket",
    "contact": "tickets_contact",
    "message": "tickets_message",
    "custody": "tickets_custody",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """Numbers drawn beforehand from the sequences."""

    ticket: int
    ref: str
    contact: int | None
    message: int | None
    custody: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Everything known about a new ticket. Instants carry zones; ids are rows that exist."""

    ids: Ids
    subject: str
    text: str
    html: str = ""
    full_text: str = ""
    kind: str
    impact: int
    urgency: int
    priority: str
    channel: str
    language: str
    requester_id: int
    organisation_id: int
    place_id: int | None = None
    service_id: int | None = None
    item_id: int | None = None
    reason_id: int | None = None
    owner_id: int
    desk_party_id: int
    holder_kind: str = "desk"
    agent_id: int | None = None
    caller_check: str = ""
    caller_checked: bool = False
    confidential: bool = False
    tags: Sequence[str] = ()
    next_promise_at: datetime | None = None
    matters: Matters | None = None
    at: datetime
    origin: Origin = Origin.LIVE
    source: str = ""
    external_id: str | None = None
    mail_message_id: str = ""
    author_kind: str = "user"


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows in an order that foreign keys allow, and the facts that go with them."""

    rows: list[tuple[str, dict[str, Any]]]
    facts: list[Fact] = field(default_factory=list)


def search_vector(*, ref: str, external_id: str | None, subject: str, text: str, language: str) -> Vector:
    """Subject above text; refs and foreign ids are found as they are."""
    configuration = CONFIGURATIONS.get(language, "simple")
    head = f"{ref} {external_id or ''} {subject}"
    return Vector(parts=((head, "A"), (text, "C")), configuration=configuration)


def plan_opening(opening: Opening) -> Plan:
    """Ticket, contact, first message and the first hands it is in, all at the same instant."""
    o = opening
    subject = Subject("ticket", o.ids.ticket)
    audience = Audience.CONFIDENTIAL if o.confidential else Audience.INTERNAL
    rows: list[tuple[str, dict[str, Any]]] = [(TABLES["ticket"], _ticket_row(o))]
    if o.ids.message is not None:
        rows.append((TABLES["message"], _message_row(o)))
    if o.ids.contact is not None:
        rows.append((TABLES["contact"], _contact_row(o)))
    rows.append((TABLES["custody"], _custody_row(o)))
    facts: list[Fact] = [
        TicketOpened(
            subject=subject,
            organisation_id=o.organisation_id,
            audience=audience,
            ticket_id=o.ids.ticket,
            ref=o.ids.ref,
            kind_code=o.kind,
            priority=o.priority,
            channel=o.channel,
            requester_id=o.requester_id,
            owner_id=o.owner_id,
            service_id=o.service_id,
            item_id=o.item_id,
            reason_id=o.reason_id,
            place_id=o.place_id,
            contact_id=o.ids.contact,
        ),
        CustodyPassed(
            subject=subject,
            organisation_id=o.organisation_id,
            audience=Audience.CONFIDENTIAL if o.confidential else Audience.PUBLIC,
            ticket_id=o.ids.ticket,
            lane=0,
            seq=1,
            holder_kind=o.holder_kind,
            party_id=o.desk_party_id,
            worker_id=None,
            cause="opened",
        ),
    ]
    return Plan(rows, facts)


def _ticket_row(o: Opening) -> dict[str, Any]:
    matters = o.matters
    by_user = o.author_kind == "user"
    return {
        "id": o.ids.ticket,
        "uid": uuid7(),
        "ref": o.ids.ref,
        "subject": o.subject,
        "kind": o.kind,
        "state": "new",
        "waiting_for": "",
        "impact": o.impact,
        "urgency": o.urgency,
        "priority": o.priority,
        "channel": o.channel,
        "language": o.language,
        "requester_id": o.requester_id,
        "organisation_id": o.organisation_id,
        "place_id": o.place_id,
        "service_id": o.service_id,
        "item_id": o.item_id,
        "reason_id": o.reason_id,
        "owner_id": o.owner_id,
        "holder_kind": o.holder_kind,
        "holder_id": o.desk_party_id,
        "worker_id": None,
        "offered_to_id": None,
        "tags": list(o.tags),
        "confidential": o.confidential,
        "opened_at": o.at,
        "updated_at": o.at,
        "first_response_at": None,
        "last_user_word_at": o.at if by_user else None,
        "last_desk_word_at": None,
        "solved_at": None,
        "closed_at": None,
        "reopen_until": None,
        "solve_code": "",
        "blocker": "",
        "handoff_count": 0,
        "return_count": 0,
        "reopen_count": 0,
        "matters_at": None if matters is None else matters.at,
        "matters_code": "" if matters is None else matters.code.value,
        "matters_count": 0 if matters is None else matters.count,
        "next_promise_at": o.next_promise_at,
        "merged_into_id": None,
        "reply_token": secrets.token_hex(10),
        "version": 1,
        "origin": o.origin.value,
        "source": o.source,
        "external_id": o.external_id,
        "search": search_vector(
            ref=o.ids.ref, external_id=o.external_id, subject=o.subject, text=o.text, language=o.language
        ),
    }


def _message_row(o: Opening) -> dict[str, Any]:
    return {
        "id": o.ids.message,
        "uid": uuid7(),
        "ticket_id": o.ids.ticket,
        "seq": 1,
        "audience": "public",
        "author_kind": o.author_kind,
        "author_id": o.requester_id if o.author_kind == "user" else o.agent_id,
        "channel": o.channel,
        "at": o.at,
        "text": o.text,
        "html": o.html,
        "full_text": o.full_text,
        "language": o.language,
        "nothing_new_because": "",
        "comes_next": "",
        "mail_message_id": o.mail_message_id,
        "external_id": None,
        "delivery": "",
        "erased_at": None,
    }


def _contact_row(o: Opening) -> dict[str, Any]:
    return {
        "id": o.ids.contact,
        "uid": uuid7(),
        "ticket_id": o.ids.ticket,
        "person_id": o.requester_id,
        "organisation_id": o.organisation_id,
        "channel": o.channel,
        "at": o.at,
        "ended_at": None,
        "agent_id": o.agent_id,
        "opened": True,
        "caller_check": o.caller_check,
        "caller_checked": o.caller_checked,
        "reason_id": o.reason_id,
        "origin": o.origin.value,
        "confidential": o.confidential,
    }


def _custody_row(o: Opening) -> dict[str, Any]:
    return {
        "id": o.ids.custody,
        "ticket_id": o.ids.ticket,
        "lane": 0,
        "seq": 1,
        "prev_seq": None,
        "holder_kind": o.holder_kind,
        "holder_id": o.desk_party_id,
        "worker_id": None,
        "since": o.at,
        "until": None,
        "cause": "opened",
    }
