"""How a message got out, its files, and doubts about its sender: written for the channels that carry messages."""

from collections.abc import Mapping, Sequence

from frontline.foundation.transactions import use_case
from frontline.kernel.errors import Invalid
from frontline.tickets.models import Attachment, Message

#: why the sender of a message is not known: by what the receiving mail server found
DOUBTS = ("dmarc", "alignment", "other_domain")
STATES = ("queued", "sent", "delivered", "not_delivered")


@use_case
def mark_delivery(*, message_id: int, state: str) -> bool:
    """Say how far a message got: queued, sent, delivered or not_delivered. False when there is no such message.

    A message that came back stays "not_delivered"; only sending it again changes that.
    """
    if state not in STATES:
        raise Invalid("{state} is no state of delivery; use one of {known}.", state=state, known=STATES)
    found = Message.objects.filter(pk=message_id)
    if state in {"sent", "delivered"}:
        found = found.exclude(delivery="not_delivered")
    return bool(found.update(delivery=state))


@use_case
def attach_files(*, message_id: int, file_ids: Sequence[int], inline: Mapping[int, str]) -> None:
    """Hang stored files on a message. `inline` holds the content ids of those shown inside its HTML."""
    Attachment.objects.bulk_create(
        Attachment(message_id=message_id, file_id=f, inline=f in inline, content_id=inline.get(f, ""))
        for f in file_ids
    )


@use_case
def doubt_sender(*, message_id: int, because: str, claimed: str) -> None:
    """Say that nobody knows who wrote this message, and whom it claims to be from."""
    if because not in DOUBTS:
        raise Invalid("{because} is no doubt; use one of {known}.", because=because, known=DOUBTS)
    Message.objects.filter(pk=message_id).update(sender_doubt=because, claimed_sender=claimed[:600])
