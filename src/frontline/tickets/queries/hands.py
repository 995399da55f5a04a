"""Whose hands it was and is in: the chain of custody and the offers along it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce

from frontline.foundation.questions import Listing, question
from frontline.tickets.logic.custody import Segment
from frontline.tickets.models import Custody, Handoff
from frontline.tickets.queries.naming import NOBODY, party_named, person_named
from frontline.tickets.queries.rows import TicketRow


@dataclass(frozen=True, slots=True)
class CustodyRow:
    """One span in one pair of hands, with names for showing and the hours of the holder."""

    lane: int
    seq: int
    holder_kind: str
    holder_id: int | None
    since: datetime
    until: datetime | None
    cause: str
    holder_name: str
    worker_name: str
    #: empty: round the clock
    calendar_key: str

    def segment(self) -> Segment:
        return Segment(self.holder_kind, self.holder_id, None, self.since, self.until)


@question
def _custody(*, ticket: int) -> Listing:
    found = Custody.objects.filter(ticket=ticket).order_by("lane", "seq")
    return found.values_list(
        *("lane", "seq", "holder_kind", "holder_id", "since", "until", "cause"),
        party_named("holder"),
        person_named("worker"),
        Coalesce(F("holder__calendar_key"), NOBODY),
    )


def custody(ticket: TicketRow) -> list[CustodyRow]:
    """The chain of custody, by lane. One query."""
    return [CustodyRow(*row) for row in _custody(ticket=ticket.id)]


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


@question
def _handoffs(**wanted: Any) -> Listing:
    made = {
        "giver_name": party_named("giver"),
        "receiver_name": party_named("receiver"),
        "offered_by": person_named("offered_by"),
        "answered_by": person_named("answered_by"),
    }
    found = Handoff.objects.filter(**wanted).order_by("id")
    return found.values_list(*(made.get(name, name) for name in HandoffRow.__slots__))


def handoffs(ticket: TicketRow) -> list[HandoffRow]:
    """All offers, oldest first. One query."""
    return [HandoffRow(*row) for row in _handoffs(ticket=ticket.id)]


def handoff(uid: UUID) -> HandoffRow:
    """One offer, for whoever made or answered it just now. One query."""
    return HandoffRow(*_handoffs(uid=uid)[0])
