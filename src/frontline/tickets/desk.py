"""Questions only the desk's own pages ask: for a page of rows at once, at a fixed price."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from frontline.foundation.files.sniff import PICTURES
from frontline.foundation.models import StoredFile
from frontline.foundation.questions import Listing, question
from frontline.kernel.actors import Actor
from frontline.kernel.errors import NotFound
from frontline.tickets.access import is_desk_side, scope
from frontline.tickets.models import Attachment, Handoff, Message, Ticket
from frontline.tickets.queries import HandoffRow
from frontline.tickets.queries.naming import party_named

#: states of a handoff that tell something while they last
NEWS = ("offered", "returned")
#: a picture inside a mail travels in the frame itself, since a sandboxed frame sends no cookies; larger ones stay files
MOST_PICTURE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class LastOffer:
    """The last handoff of a ticket that is open or came back."""

    receiver: str
    offered_at: datetime
    answered_at: datetime | None


@question
def _last_offers(*, tickets: list[int]) -> Listing:
    found = Handoff.objects.filter(ticket__any=tickets, state__in=NEWS)
    return (
        found.order_by("ticket_id", "-id")
        .distinct("ticket_id")
        .values_list("ticket_id", party_named("receiver"), "offered_at", "answered_at")
    )


def last_offers(ids: Iterable[int]) -> dict[int, LastOffer]:
    """By ticket, the last handoff that waits for an answer or was returned. One query."""
    return {pk: LastOffer(*offer) for pk, *offer in _last_offers(tickets=list(ids))}


def last_offer(handoffs: Iterable[HandoffRow]) -> LastOffer | None:
    """The same of one ticket's handoffs, oldest first."""
    news = [h for h in handoffs if h.state in NEWS]
    return LastOffer(news[-1].receiver_name, news[-1].offered_at, news[-1].answered_at) if news else None


def message_html(actor: Actor, uid: UUID) -> str:
    """A message's HTML as it came, for a reader who may see the message. Raises NotFound. One query."""
    html = _messages_for(actor).filter(uid=uid).values_list("html", flat=True).first()
    if html is None:
        raise NotFound
    return html


def id_of_ref(ref: str) -> int | None:
    """The row of a public number, rights not looked at. One query."""
    return Ticket.objects.filter(ref=ref).values_list("pk", flat=True).first()


def refs_of(ids: set[int]) -> dict[int, str]:
    """The public numbers of rows. One query."""
    return dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "ref"))


def file_for(actor: Actor, uid: UUID) -> StoredFile:
    """A file on a message this reader may see. Raises NotFound. One query."""
    seen = _messages_for(actor)
    found = Attachment.objects.filter(file__uid=uid, message__in=seen).select_related("file").first()
    if found is None:
        raise NotFound
    return found.file


def pictures_of(actor: Actor, uid: UUID) -> dict[str, StoredFile]:
    """The pictures inside a message's HTML by content id, for a reader who may see it. One query."""
    found = Attachment.objects.filter(
        message__in=_messages_for(actor), message__uid=uid, inline=True, file__mime__in=PICTURES
    ).select_related("file")
    return {one.content_id: one.file for one in found if one.file.size <= MOST_PICTURE_BYTES}


def _messages_for(actor: Actor) -> QuerySet[Message]:
    found = Message.objects.filter(ticket__in=Ticket.objects.filter(scope(actor)))
    if is_desk_side(actor):
        return found
    return found.filter(audience__in=["public", "supplier"] if "supplier" in actor.roles else ["public"])
