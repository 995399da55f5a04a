"""What belongs to a ticket: clocks, promises, links, followers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontline.commitments import queries as commitments
from frontline.kernel.actors import Actor
from frontline.kernel.facts import Subject
from frontline.tickets.access import scope
from frontline.tickets.models import (
    Follower,
    Link,
    Promise,
    Ticket,
)
from frontline.tickets.queries.conversation import shown_name


def clocks(ticket: Ticket, actor: Actor) -> list[commitments.ClockRow]:
    """The ticket's own clocks and those of its promises. Two queries."""
    promises = Promise.objects.filter(ticket=ticket).values_list("pk", flat=True)
    subjects = [Subject("ticket", ticket.pk), *(Subject("promise", pk) for pk in promises)]
    return [row for rows in commitments.clocks_of(subjects=subjects, actor=actor).values() for row in rows]


@dataclass(frozen=True, slots=True)
class PromiseRow:
    uid: UUID
    made_at: datetime
    made_by: str
    due_at: datetime
    state: str
    settled_at: datetime | None


def promises(ticket: Ticket) -> list[PromiseRow]:
    found = Promise.objects.filter(ticket=ticket).select_related("made_by").order_by("id")
    return [
        PromiseRow(
            p.uid, p.made_at, shown_name(p.made_by) if p.made_by else "", p.due_at, p.state, p.settled_at
        )
        for p in found
    ]


@dataclass(frozen=True, slots=True)
class LinkRow:
    kind: str
    ref: str
    subject: str
    state: str
    outgoing: bool


def links(actor: Actor, ticket: Ticket) -> list[LinkRow]:
    """Linked tickets that this reader may see, both ways. Two queries."""
    seen = Ticket.objects.filter(scope(actor))
    out = Link.objects.filter(ticket=ticket, other__in=seen).values_list(
        "kind", "other__ref", "other__subject", "other__state"
    )
    into = Link.objects.filter(other=ticket, ticket__in=seen).values_list(
        "kind", "ticket__ref", "ticket__subject", "ticket__state"
    )
    return [LinkRow(*row, outgoing=True) for row in out] + [LinkRow(*row, outgoing=False) for row in into]


@dataclass(frozen=True, slots=True)
class PersonOnTicket:
    id: int
    name: str
    named: bool


def followers(ticket: Ticket) -> list[PersonOnTicket]:
    rows = Follower.objects.filter(ticket=ticket).values_list("person_id", "person__name", "named")
    return [PersonOnTicket(*row) for row in rows.order_by("person__name")]
