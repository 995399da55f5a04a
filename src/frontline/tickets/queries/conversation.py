"""The conversation, without what this reader may not see, and solutions that came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, F, Q, Value, When

from frontline.foundation.questions import Listing, question
from frontline.kernel.actors import Actor
from frontline.tickets.access import is_desk_side, scope
from frontline.tickets.models import Attachment, Message, SolutionReturn, Ticket
from frontline.tickets.queries.naming import person_named
from frontline.tickets.queries.rows import TicketRow


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
    sender_doubt: str
    claimed_sender: str
    files: Sequence[FileRow] = ()


@question
def _messages(audiences: tuple[str, ...], /, *, ticket: int) -> Listing:
    made = {
        "author_name": person_named("author"),
        "has_more": Case(When(full_text="", then=Value(value=False)), default=Value(value=True)),
    }
    found = Message.objects.filter(ticket=ticket).order_by("seq")
    if audiences:
        found = found.filter(audience__in=audiences)
    return found.values_list(*(made.get(name, name) for name in MessageRow.__slots__ if name != "files"))


@question
def _first(*, ticket: int) -> Listing:
    return Message.objects.filter(ticket=ticket, seq=1).values_list("text")


def first_words(ticket: TicketRow) -> str:
    """What the ticket was opened with. One query."""
    return "".join(text for (text,) in _first(ticket=ticket.id))


@question
def _files(*, ticket: int) -> Listing:
    found = Attachment.objects.filter(message__ticket=ticket).order_by("id")
    file = (F(f"file__{name}") for name in ("uid", "name", "mime", "size"))
    return found.values_list("message_id", *file, "inline", "content_id")


def messages(actor: Actor, ticket: TicketRow) -> list[MessageRow]:
    """The conversation, oldest first, without what this reader may not see. Two queries."""
    files: dict[int, list[FileRow]] = {}
    for message_id, *file in _files(ticket=ticket.id):
        files.setdefault(message_id, []).append(FileRow(*file))
    return [
        MessageRow(*[*row, files.get(row[0], ())]) for row in _messages(_audiences(actor), ticket=ticket.id)
    ]


def _audiences(actor: Actor) -> tuple[str, ...]:
    """What this reader may read; nothing stands for all."""
    if is_desk_side(actor):
        return ()
    return ("public", "supplier") if "supplier" in actor.roles else ("public",)


@dataclass(frozen=True, slots=True)
class ReturnedSolution:
    """A solution that came back to somebody who had handed the ticket on."""

    uid: UUID
    ref: str
    subject: str
    text: str
    blocker: str
    at: datetime


@question
def _returned(limit: int, /, *, actor: Actor, ref: str | None) -> Listing:
    mine = Q(to_person=actor.person_id) | Q(to_person=None, to_party__in=actor.party_ids)
    found = SolutionReturn.objects.filter(mine, seen_at=None, ticket__in=Ticket.objects.filter(scope(actor)))
    if ref is not None:
        found = found.filter(ticket__ref=ref)
    return found.order_by("-at").values_list(
        "uid", "ticket__ref", "ticket__subject", "message__text", "blocker", "at"
    )[:limit]


def returned_solutions(actor: Actor, *, ref: str | None = None, limit: int = 20) -> list[ReturnedSolution]:
    """Solutions (of one ticket) this person has not looked at yet, newest first. One query."""
    if actor.person_id is None:
        return []
    return [ReturnedSolution(*row) for row in _returned(limit, actor=actor, ref=ref)]
