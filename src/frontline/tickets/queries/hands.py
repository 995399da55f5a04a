"""Whose hands it was and is in: the chain of custody and the offers along it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from frontline.tickets.logic.custody import Segment
from frontline.tickets.models import (
    Custody,
    Handoff,
    Ticket,
)
from frontline.tickets.queries.conversation import shown_name


@dataclass(frozen=True, slots=True)
class CustodyRow:
    """One span in one pair of hands, with names for showing."""

    lane: int
    seq: int
    holder_kind: str
    holder_id: int | None
    holder_name: str
    worker_name: str
    since: datetime
    until: datetime | None
    cause: str

    def segment(self) -> Segment:
        return Segment(self.holder_kind, self.holder_id, None, self.since, self.until)


def custody(ticket: Ticket) -> list[CustodyRow]:
    """The chain of custody, by lane. One query."""
    found = Custody.objects.filter(ticket=ticket).select_related(
        "holder__team", "holder__organisation", "holder__person", "worker"
    )
    return [
        CustodyRow(
            lane=c.lane,
            seq=c.seq,
            holder_kind=c.holder_kind,
            holder_id=c.holder_id,
            holder_name=party_name(c.holder),
            worker_name=shown_name(c.worker) if c.worker else "",
            since=c.since,
            until=c.until,
            cause=c.cause,
        )
        for c in found.order_by("lane", "seq")
    ]


def party_name(party: Any) -> str:
    """The name of a party whose relations are loaded."""
    if party is None:
        return ""
    thing = party.team or party.organisation
    if thing is not None:
        return str(thing.name)
    return shown_name(party.person) if party.person else ""


@dataclass(frozen=True, slots=True)
class HandoffRow:
    uid: UUID
    giver_kind: str
    giver_name: str
    receiver_id: int
    receiver_kind: str
    receiver_name: str
    offered_by: str
    offered_at: datetime
    why: str
    tried: str
    asked: str
    blocker: str
    state: str
    answered_at: datetime | None
    answered_by: str
    return_code: str
    return_text: str


def handoffs(ticket: Ticket) -> list[HandoffRow]:
    """All offers, oldest first. One query."""
    names = (
        "giver__team",
        "giver__organisation",
        "giver__person",
        "receiver__team",
        "receiver__organisation",
    )
    found = Handoff.objects.filter(ticket=ticket).select_related(
        *names, "receiver__person", "offered_by", "answered_by"
    )
    return [
        HandoffRow(
            uid=h.uid,
            giver_kind=h.giver_kind,
            giver_name=party_name(h.giver),
            receiver_id=h.receiver_id,
            receiver_kind=h.receiver_kind,
            receiver_name=party_name(h.receiver),
            offered_by=shown_name(h.offered_by) if h.offered_by else "",
            offered_at=h.offered_at,
            why=h.why,
            tried=h.tried,
            asked=h.asked,
            blocker=h.blocker,
            state=h.state,
            answered_at=h.answered_at,
            answered_by=shown_name(h.answered_by) if h.answered_by else "",
            return_code=h.return_code,
            return_text=h.return_text,
        )
        for h in found.order_by("id")
    ]
