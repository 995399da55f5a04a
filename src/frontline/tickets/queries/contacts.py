"""Touches: what a caller had before, and all contacts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontline.foundation.questions import Listing, question
from frontline.kernel.actors import Actor
from frontline.tickets.access import scope
from frontline.tickets.models import (
    Contact,
    Ticket,
)


@dataclass(frozen=True, slots=True)
class ContactRow:
    uid: UUID
    at: datetime
    channel: str
    opened: bool
    ref: str
    subject: str
    state: str


@question
def _recent(limit: int, /, *, actor: Actor, person: int) -> Listing:
    seen = Ticket.objects.filter(scope(actor))
    found = Contact.objects.filter(person=person, ticket__in=seen).order_by("-at")
    return found.values_list(
        "uid", "at", "channel", "opened", "ticket__ref", "ticket__subject", "ticket__state"
    )[:limit]


def recent_contacts(actor: Actor, *, person_id: int, limit: int = 5) -> list[ContactRow]:
    """A person's last contacts on tickets this reader may see, newest first. One query."""
    return [ContactRow(*row) for row in _recent(limit, actor=actor, person=person_id)]


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact in a list."""

    id: int
    uid: UUID
    ref: str
    opened: bool
    at: datetime
    channel: str


def contacts(
    actor: Actor, *, person_id: int | None = None, before: int | None = None, limit: int = 50
) -> list[ContactLine]:
    """Contacts on tickets this reader may see, newest first; `before` is the id to go on after. One query."""
    found = Contact.objects.filter(ticket__in=Ticket.objects.filter(scope(actor)))
    if person_id is not None:
        found = found.filter(person=person_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = found.order_by("-id").values_list("pk", "uid", "ticket__ref", "opened", "at", "channel")
    return [ContactLine(*row) for row in rows[:limit]]


def contact(actor: Actor, contact_id: int) -> ContactLine:
    return contacts(actor, before=contact_id + 1, limit=1)[0]
