"""What a line of a list holds, and lines by id."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontline.foundation.questions import Listing, question
from frontline.kernel.actors import Actor
from frontline.tickets.access import NoSuchTicket, scope
from frontline.tickets.logic.states import ENDED
from frontline.tickets.models import (
    Ticket,
)


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A line of the queue or of a list."""

    id: int
    uid: UUID
    ref: str
    subject: str
    kind: str
    state: str
    waiting_for: str
    priority: str
    impact: int
    urgency: int
    channel: str
    requester_id: int
    requester_uid: UUID
    requester_name: str
    requester_shown: str
    organisation_id: int
    organisation_name: str
    service_id: int | None
    service_name: str | None
    item_name: str | None
    owner_id: int
    owner_uid: UUID
    owner_name: str
    owner_shown: str
    holder_kind: str
    holder_id: int | None
    holder_team: str | None
    holder_organisation: str | None
    worker_id: int | None
    worker_name: str | None
    offered_to_id: int | None
    tags: list[str]
    confidential: bool
    opened_at: datetime
    updated_at: datetime
    last_desk_word_at: datetime | None
    last_user_word_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    reopen_until: datetime | None
    solve_code: str
    blocker: str
    matters_at: datetime | None
    matters_code: str
    matters_count: int
    next_promise_at: datetime | None
    handoff_count: int
    reopen_count: int
    merged_into_ref: str | None
    source: str
    external_id: str | None
    version: int

    @property
    def holder_name(self) -> str:
        """A team or supplier by name; empty for the requester, an approver or a change."""
        return self.holder_team or self.holder_organisation or ""


#: the row's fields as paths of the ORM, in the order of TicketRow
PATHS: dict[str, str] = {
    "requester_name": "requester__name",
    "requester_shown": "requester__shown_name",
    "requester_uid": "requester__uid",
    "item_name": "item__name",
    "owner_uid": "owner__uid",
    "owner_shown": "owner__shown_name",
    "merged_into_ref": "merged_into__ref",
    "organisation_name": "organisation__name",
    "service_name": "service__name",
    "owner_name": "owner__name",
    "holder_team": "holder__team__name",
    "holder_organisation": "holder__organisation__name",
    "worker_name": "worker__name",
}
FIELDS = [PATHS.get(name, name) for name in TicketRow.__slots__]


@question
def _by_ref(*, actor: Actor, ref: str) -> Listing:
    return Ticket.objects.filter(scope(actor), ref=ref).values_list(*FIELDS)


@question
def _by_ids(*, actor: Actor, ids: list[int]) -> Listing:
    return Ticket.objects.filter(scope(actor), pk__any=ids).values_list(*FIELDS)


@question
def _open_of(limit: int, /, *, actor: Actor, person: int) -> Listing:
    found = Ticket.objects.filter(scope(actor), requester=person).exclude(state__in=ENDED)
    return found.order_by("-id").values_list(*FIELDS)[:limit]


def ticket(ref: str, actor: Actor) -> TicketRow:
    """The ticket, to ask the other questions about; raises NoSuchTicket. One query."""
    found = _by_ref(actor=actor, ref=ref)
    if not found:
        raise NoSuchTicket(ref=ref)
    return TicketRow(*found[0])


def rows_by_id(actor: Actor, ids: Iterable[int]) -> list[TicketRow]:
    """Rows of these tickets, as far as the actor may see them. One query."""
    return [TicketRow(*values) for values in _by_ids(actor=actor, ids=list(ids))]


def open_tickets_of(actor: Actor, *, person_id: int, limit: int = 10) -> list[TicketRow]:
    """What a caller has under way. One query."""
    return [TicketRow(*values) for values in _open_of(limit, actor=actor, person=person_id)]
