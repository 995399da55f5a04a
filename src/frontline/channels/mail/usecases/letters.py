"""Letters to people about their tickets. Each becomes one row of the outbox, whole, before anything is sent.

What may leave: public words of the desk. Internal notes and words with suppliers are refused here, whoever asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from frontline.channels.mail import queries
from frontline.channels.mail.logic import outgoing
from frontline.channels.mail.logic.fields import addresses as parse_addresses
from frontline.channels.mail.logic.tokens import reply_address, with_subject_ref
from frontline.channels.mail.queries import LetterMessage, LetterTicket
from frontline.channels.mail.usecases import addresses
from frontline.channels.models import Mailbox, Outbox
from frontline.foundation.transactions import use_case
from frontline.kernel.errors import Invalid
from frontline.kernel.ids import uuid7
from frontline.people import queries as people
from frontline.people.queries import PersonRow
from frontline.tickets.usecases import delivery

#: a human word can be taken back so long before it leaves
UNDO = timedelta(seconds=10)
STILL_BROKEN = "channels.still_broken"


class NotForOutside(Invalid):
    """This is an internal note. It never leaves the desk by mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is to be told, to whom. `context` fills `channels/letters/<kind>.html` and `.txt`."""

    key: str
    kind: str
    to: Sequence[PersonRow]
    cc: Sequence[PersonRow] = ()
    subject: str
    context: dict[str, Any]
    automatic: bool
    not_before: datetime
    message: LetterMessage | None = None


@use_case
def acknowledge(*, ticket_id: int, fact_id: int, now: datetime) -> Outbox | None:
    """ "We have it": who answers for it and when they hear. None for a machine's mail, or where nobody can be told."""
    ticket = queries.letter_ticket(ticket_id)
    if ticket is None or ticket.origin != "live" or ticket.opened_by_machine:
        return None
    to = [r for r in _readers(ticket, but=None) if r.id == ticket.requester_id]
    return _post(
        ticket,
        Letter(
            key=f"{fact_id}:acknowledgement",
            kind="acknowledgement",
            to=to,
            subject=ticket.subject,
            context={"action_url": parcel_url(ticket.ref), "promise": ticket.next_promise_at},
            automatic=True,
            not_before=now,
        ),
        now=now,
    )


@use_case
def tell_message(*, message_id: int, fact_id: int, now: datetime) -> Outbox | None:
    """Mail the desk's public word to the requester and the followers, never to its author.

    None for words that are not the desk's or have a letter of their own (a solution). Raises NotForOutside for
    anything but a public message.
    """
    message = queries.letter_message(message_id)
    if message is None or message.author_kind != "desk" or message.is_solution:
        return None
    if message.audience != "public":
        raise NotForOutside
    ticket = queries.letter_ticket(message.ticket_id)
    if ticket is None or ticket.origin == "exercise":
        return None
    return _tell(ticket, message, kind="message", key=f"{fact_id}:message", context={}, now=now)


@use_case
def tell_solution(*, ticket_id: int, message_id: int | None, fact_id: int, now: datetime) -> Outbox | None:
    """The solution, with one tap to say that it is still broken. None when the solver chose not to tell."""
    message = None if message_id is None else queries.letter_message(message_id)
    ticket = queries.letter_ticket(ticket_id)
    if ticket is None or ticket.origin == "exercise" or message is None or message.audience != "public":
        return None
    url = "" if ticket.reopen_until is None else still_broken_url(ticket)
    context = {"action_url": url, "until": ticket.reopen_until}
    return _tell(ticket, message, kind="solution", key=f"{fact_id}:solution", context=context, now=now)


def _tell(
    ticket: LetterTicket,
    message: LetterMessage,
    *,
    kind: str,
    key: str,
    context: dict[str, Any],
    now: datetime,
) -> Outbox | None:
    readers = _readers(ticket, but=message.author_id)
    return _post(
        ticket,
        Letter(
            key=key,
            kind=kind,
            to=readers[:1],
            cc=readers[1:],
            subject=outgoing.reply_subject(ticket.subject) if ticket.thread else ticket.subject,
            context={"message": message, "promise": message.promise_due_at, **context},
            automatic=False,
            not_before=max(now, message.at + UNDO),
            message=message,
        ),
        now=now,
    )


@use_case
def tell_owner(*, ticket_id: int, owner_id: int, fact_id: int, now: datetime) -> Outbox | None:
    """Somebody else answers for it from now on, by name."""
    ticket = queries.letter_ticket(ticket_id)
    if ticket is None or ticket.origin == "exercise" or ticket.owner_id != owner_id:
        return None  # passed on again meanwhile: the later letter says who it is
    return _post(
        ticket,
        Letter(
            key=f"{fact_id}:owner",
            kind="owner",
            to=[r for r in _readers(ticket, but=owner_id) if r.id == ticket.requester_id],
            subject=outgoing.reply_subject(ticket.subject),
            context={"action_url": parcel_url(ticket.ref)},
            automatic=True,
            not_before=now,
        ),
        now=now,
    )


def _readers(ticket: LetterTicket, *, but: int | None) -> list[PersonRow]:
    """Who is told: the requester first, then those who follow; each can be written to, and none wrote it."""
    rows = people.people_by_ids({ticket.requester_id, *ticket.follower_ids})
    order = dict.fromkeys([ticket.requester_id, *ticket.follower_ids])
    return [rows[i] for i in order if i in rows and i != but and rows[i].email and rows[i].active]


def _post(ticket: LetterTicket, letter: Letter, *, now: datetime) -> Outbox | None:
    """Render in the first reader's language and zone, and put it into the outbox once."""
    own = queries.own_addresses()
    to = [p for p in letter.to if p.email.lower() not in own]
    cc = [p for p in letter.cc if p.email.lower() not in own]
    if letter.automatic and to:
        good = addresses.allowed([p.email for p in to], now=now) if not _made(letter.key) else []
        to = [p for p in to if p.email.lower() in good]
    if not to:
        to, cc = cc[:1], cc[1:]
    if not to:
        return None
    address, desk = sender_of(ticket.mailbox_id)
    owner = people.people_by_ids([ticket.owner_id])[ticket.owner_id]
    author = letter.message.author_id if letter.message else ticket.owner_id
    speaker = owner if author in {None, owner.id} else people.people_by_ids([author])[author]
    language, zone = to[0].language, ZoneInfo(to[0].timezone)
    context = {
        "ref": ticket.ref,
        "desk_name": desk,
        "owner": owner.shown_name,
        "speaker": speaker.shown_name,
        "reader": to[0].shown_name,
        "ticket_subject": ticket.subject,
        **letter.context,
    }
    with translation.override(language), timezone.override(zone):
        context["action_label"] = _action_label(letter.kind)
        text = render_to_string(f"channels/letters/{letter.kind}.txt", context)
        html = render_to_string(f"channels/letters/{letter.kind}.html", context)
    uid = uuid7()
    row = Outbox(
        uid=uid,
        key=letter.key,
        message_id=outgoing.message_id(uid, address),
        kind=letter.kind,
        automatic=letter.automatic,
        ticket_id=ticket.id,
        ticket_message_id=letter.message.id if letter.message else None,
        sender=outgoing.from_line(speaker.shown_name, desk, address),
        reply_to=reply_address(address, ticket.ref, ticket.reply_token) if ticket.reply_token else address,
        to=[outgoing.named(p.shown_name, p.email) for p in to],
        cc=[outgoing.named(p.shown_name, p.email) for p in cc],
        subject=with_subject_ref(outgoing.one_line(letter.subject), ticket.ref)[:700],
        text=text,
        html=html,
        references=outgoing.references(ticket.thread),
        language=language,
        not_before=letter.not_before,
        created_at=now,
        origin=ticket.origin,
    )
    return _once(row)


def _action_label(kind: str) -> str:
    return _("Still broken") if kind == "solution" else _("See where it is")


def _made(key: str) -> bool:
    return Outbox.objects.filter(key=key).exists()


def _once(row: Outbox) -> Outbox | None:
    """The row, if this is the first time; a repeated reaction adds nothing."""
    Outbox.objects.bulk_create([row], ignore_conflicts=True)
    made = Outbox.objects.filter(uid=row.uid).first()
    if made is not None and made.ticket_message_id is not None:
        delivery.mark_delivery(message_id=made.ticket_message_id, state="queued")
    return made


@use_case
def too_large(
    *,
    inbox_id: int,
    address: str,
    subject: str,
    answers: str,
    mailbox: Mailbox | None,
    limit: int,
    now: datetime,
) -> Outbox | None:
    """A polite word that a mail was too large to be read, and what to do."""
    key = f"inbox-{inbox_id}:too_large"
    if _made(key) or not addresses.allowed([address], now=now):
        return None
    person = people.requester_by_email(address)
    ours, desk = sender_of(mailbox.pk if mailbox else None)
    language = person.language if person else settings.LANGUAGE_CODE
    context = {"desk_name": desk, "their_subject": subject, "limit": limit}
    with translation.override(language):
        title = _("Your mail was too large to be read")
        text = render_to_string("channels/letters/too_large.txt", context)
        html = render_to_string("channels/letters/too_large.html", context)
    uid = uuid7()
    return _once(
        Outbox(
            uid=uid,
            key=key,
            message_id=outgoing.message_id(uid, ours),
            kind="too_large",
            automatic=True,
            sender=outgoing.from_line("", desk, ours),
            reply_to=ours,
            to=[outgoing.named(person.shown_name if person else "", address)],
            subject=title,
            text=text,
            html=html,
            references=[answers] if answers else [],
            language=language,
            not_before=now,
            created_at=now,
        )
    )


def sender_of(mailbox_id: int | None) -> tuple[str, str]:
    """(address, desk's name): the mailbox the ticket came in by, else the first active one, else the setting."""
    boxes = Mailbox.objects.filter(active=True).order_by("id")
    box = (boxes.filter(pk=mailbox_id).first() if mailbox_id else None) or boxes.first()
    default = parse_addresses(settings.DEFAULT_FROM_EMAIL)[0]
    if box is None:
        return default.address, default.name or "IT Service Desk"
    return box.address, box.name


def parcel_url(ref: str) -> str:
    """Where the requester sees how far it is; asks them to sign in."""
    return f"{settings.PUBLIC_URL}/tickets/{ref}"


def still_broken_url(ticket: LetterTicket) -> str:
    """Good for this solution only, until its window is over. Opening it changes nothing."""
    solved = "" if ticket.solved_at is None else ticket.solved_at.isoformat()
    token = signing.dumps({"t": ticket.id, "s": solved}, salt=STILL_BROKEN, compress=True)
    return f"{settings.PUBLIC_URL}/mail/still-broken/{token}"
