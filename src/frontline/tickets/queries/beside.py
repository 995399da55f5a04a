"""What belongs to a ticket: clocks, promises, links, followers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, Value

from frontline.commitments import queries as commitments
from frontline.foundation.questions import Listing, question
from frontline.kernel.actors import Actor
from frontline.kernel.facts import Subject
from frontline.tickets.access import scope
from frontline.tickets.models import Follower, Link, Promise, Ticket
from frontline.tickets.queries.naming import person_named
from frontline.tickets.queries.rows import TicketRow


@dataclass(frozen=True, slots=True)
class PromiseRow:
    id: int
    uid: UUID
    made_at: datetime
    made_by: str
    due_at: datetime
    state: str
    settled_at: datetime | None


@question
def _promises(*, ticket: int) -> Listing:
    found = Promise.objects.filter(ticket=ticket).order_by("id")
    return found.values_list("id", "uid", "made_at", person_named("made_by"), "due_at", "state", "settled_at")


def promises(ticket: TicketRow) -> list[PromiseRow]:
    """Words promised to the user, oldest first. One query."""
    return [PromiseRow(*row) for row in _promises(ticket=ticket.id)]


def clocks(
    ticket: TicketRow, actor: Actor, promised: Iterable[PromiseRow] | None = None
) -> list[commitments.ClockRow]:
    """The ticket's own clocks and those of its promises. One query, two where the promises are not at hand."""
    given = promises(ticket) if promised is None else promised
    subjects = [Subject("ticket", ticket.id), *(Subject("promise", p.id) for p in given)]
    return [row for rows in commitments.clocks_of(subjects=subjects, actor=actor).values() for row in rows]


@dataclass(frozen=True, slots=True)
class LinkRow:
    kind: str
    ref: str
    subject: str
    state: str
    outgoing: bool


@question
def _links(*, actor: Actor, ticket: int) -> Listing:
    seen = Ticket.objects.filter(scope(actor))
    ends = (
        Link.objects.filter(**{here: ticket, f"{there}__in": seen}).values_list(
            "kind", F(f"{there}__ref"), F(f"{there}__subject"), F(f"{there}__state"), Value(outgoing)
        )
        for here, there, outgoing in (("ticket", "other", True), ("other", "ticket", False))
    )
    out, into = ends
    return out.union(into, all=True)


def links(actor: Actor, ticket: TicketRow) -> list[LinkRow]:
    """Linked tickets that this reader may see, both ways. One query."""
    return [LinkRow(*row) for row in _links(actor=actor, ticket=ticket.id)]


@dataclass(frozen=True, slots=True)
class PersonOnTicket:
    id: int
    name: str
    named: bool


@question
def _followers(*, ticket: int) -> Listing:
    found = Follower.objects.filter(ticket=ticket).order_by("person__name")
    return found.values_list("person_id", "person__name", "named")


def followers(ticket: TicketRow) -> list[PersonOnTicket]:
    """Who follows it, by name. One query."""
    return [PersonOnTicket(*row) for row in _followers(ticket=ticket.id)]


_STOPPED = """
SELECT person FROM (
    SELECT DISTINCT ON (data->'person_id')
        (data->>'person_id')::bigint AS person, (data->>'present')::boolean AS present
    FROM foundation_fact WHERE subject_kind = 'ticket' AND subject_id = %s AND kind = 'tickets.PersonNamed'
    ORDER BY data->'person_id', id DESC) AS last
WHERE NOT present
"""


def stopped_following(*, ticket: int) -> set[int]:
    """Who followed it once and was taken off since. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STOPPED, [ticket])
        return {row[0] for row in cursor.fetchall()}
