"""The conversation, without what this reader may not see, and solutions that came back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from frontline.kernel.actors import Actor
from frontline.tickets.access import is_desk_side, scope
from frontline.tickets.models import (
    Message,
    SolutionReturn,
    Ticket,
)


@dataclass(frozen=True, slots=True)
class FileRow:
    uid: UUID
    name: str
    mime: str
    size: int
    inline: bool
    content_id: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as shown. `html` is as it came: sanitise before showing."""

    id: int
    uid: UUID
    seq: int
    audience: str
    author_kind: str
    author_id: int | None
    author_name: str
    channel: str
    at: datetime
    text: str
    html: str
    has_more: bool
    delivery: str
    nothing_new_because: str
    comes_next: str
    files: list[FileRow] = field(default_factory=list)


def messages(actor: Actor, ticket: Ticket) -> list[MessageRow]:
    """The conversation, oldest first, without what this reader may not see. Two queries."""
    found = (
        Message.objects.filter(ticket=ticket).select_related("author").prefetch_related("attachments__file")
    )
    if not is_desk_side(actor):
        allowed = ["public", "supplier"] if "supplier" in actor.roles else ["public"]
        found = found.filter(audience__in=allowed)
    return [
        MessageRow(
            id=m.pk,
            uid=m.uid,
            seq=m.seq,
            audience=m.audience,
            author_kind=m.author_kind,
            author_id=m.author_id,
            author_name=shown_name(m.author) if m.author else "",
            channel=m.channel,
            at=m.at,
            text=m.text,
            html=m.html,
            has_more=bool(m.full_text),
            delivery=m.delivery,
            nothing_new_because=m.nothing_new_because,
            comes_next=m.comes_next,
            files=[
                FileRow(a.file.uid, a.file.name, a.file.mime, a.file.size, a.inline, a.content_id)
                for a in m.attachments.all()
            ],
        )
        for m in found.order_by("seq")
    ]


def shown_name(person: Any) -> str:
    return str(person.shown_name or person.name)


@dataclass(frozen=True, slots=True)
class ReturnedSolution:
    """A solution that came back to somebody who had handed the ticket on."""

    uid: UUID
    ref: str
    subject: str
    text: str
    blocker: str
    at: datetime


def returned_solutions(actor: Actor, *, limit: int = 20) -> list[ReturnedSolution]:
    """Solutions this person has not looked at yet, newest first. One query."""
    if actor.person_id is None:
        return []
    mine = Q(to_person=actor.person_id) | Q(to_person=None, to_party__in=list(actor.party_ids))
    seen = Ticket.objects.filter(scope(actor))
    found = SolutionReturn.objects.filter(mine, seen_at=None, ticket__in=seen)
    return [
        ReturnedSolution(*row)
        for row in found.order_by("-at").values_list(
            "uid", "ticket__ref", "ticket__subject", "message__text", "blocker", "at"
        )[:limit]
    ]
