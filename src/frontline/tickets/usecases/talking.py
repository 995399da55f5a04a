"""Saying something on a ticket: to the user, among staff, with the supplier who holds it."""

from dataclasses import dataclass
from datetime import datetime

from frontline.commitments.usecases import clocks
from frontline.foundation import access as rights
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor, ActorKind
from frontline.kernel.errors import Forbidden, Invalid, Word
from frontline.kernel.facts import Audience, Subject
from frontline.tickets import access
from frontline.tickets.facts import ContactLogged, MessageAdded
from frontline.tickets.logic.states import ENDED, State
from frontline.tickets.models import Attachment, Contact, Message, Ticket
from frontline.tickets.usecases import custody, ordering, promising, reopening, waiting

TEXT_LIMIT = 200_000
AUDIENCES = ("public", "internal", "supplier")
WIDEST = {"public": Audience.PUBLIC, "internal": Audience.INTERNAL, "supplier": Audience.SUPPLIER}


class NothingSaid(Invalid):
    """Write something first; an empty message helps nobody."""


class TicketIsOver(Invalid):
    """This ticket is {state}. Reopen it, or open a new one that refers to it."""

    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message as a door understood it. `promise_at` promises the next update; files are stored already."""

    text: str
    audience: str = "public"
    html: str = ""
    full_text: str = ""
    channel: str = "portal"
    language: str = ""
    nothing_new_because: str = ""
    comes_next: str = ""
    promise_at: datetime | None = None
    wait_for_user: bool = False
    file_ids: tuple[int, ...] = ()
    inline: dict[int, str] | None = None
    mail_message_id: str = ""
    external_id: str | None = None
    #: who wrote it, when not the actor (mail comes in through the system in somebody's name)
    author_id: int | None = None
    author_kind: str = ""
    #: an answering machine wrote it: kept and shown, but it reopens nothing and counts as no word
    automatic: bool = False


@use_case
def add_message(*, ref: str, said: Said, actor: Actor, now: datetime) -> Message:
    """Add a message; a public word of the desk answers the user, stops the response clock and may keep a promise.

    The user's word brings a waiting ticket back and reopens a solved one within its window.
    """
    ticket = access.ticket_to_write_on(ref, actor)
    author_kind = said.author_kind or _author_kind(ticket, actor)
    _check(ticket, said, author_kind, actor)
    before = ticket.version
    at = max(now, ticket.opened_at)
    message = _write(ticket, said, author_kind, actor, at)
    if not said.automatic:
        if author_kind == "user":
            _user_spoke(ticket, said, message, actor, at)
        elif said.audience == "public":
            _desk_spoke(ticket, said, message, actor, at)
    if said.promise_at is not None:
        promising.make(ticket, due_at=said.promise_at, actor=actor, now=at)
    if said.wait_for_user and author_kind == "desk":
        waiting.start(ticket, waiting_for="requester", actor=actor, now=at)
    if ticket.version == before:
        custody.touch(ticket, now=at)
    ordering.refresh(ticket)
    custody.save(
        ticket, "state", "waiting_for", "last_user_word_at", "last_desk_word_at", "first_response_at"
    )
    return message


def _author_kind(ticket: Ticket, actor: Actor) -> str:
    if actor.kind == ActorKind.SUPPLIER:
        return "supplier"
    if access.is_desk_side(actor) and actor.person_id != ticket.requester_id:
        return "desk"
    return "user"


def _check(ticket: Ticket, said: Said, author_kind: str, actor: Actor) -> None:
    if not said.text.strip() and not said.html.strip() and not said.file_ids:
        raise NothingSaid(field="text")
    if len(said.text) > TEXT_LIMIT:
        raise Invalid(
            "The text has {n} characters; {most} fit. Attach the rest as a file.",
            field="text",
            n=len(said.text),
            most=TEXT_LIMIT,
        )
    if said.audience not in AUDIENCES:
        raise Invalid(
            "{audience} is no audience; use public, internal or supplier.",
            field="audience",
            audience=said.audience,
        )
    if author_kind == "user" and said.audience != "public":
        raise Forbidden("Users write public messages.", field="audience")
    if author_kind == "supplier" and said.audience == "internal":
        raise Forbidden("Suppliers write to the desk or the user, not internal notes.", field="audience")
    if author_kind == "desk" and said.audience == "public":
        rights.require(actor, "tickets.work")
    if author_kind == "desk" and ticket.state in ENDED - {State.CLOSED} and said.audience == "public":
        raise TicketIsOver(state=Word("ticket_state", ticket.state))
    # nobody looks at it any more; mail, which cannot be refused, has found its place before it comes here
    if author_kind == "user" and ticket.state in ENDED and not actor.is_system:
        raise TicketIsOver(state=Word("ticket_state", ticket.state))


def _write(ticket: Ticket, said: Said, author_kind: str, actor: Actor, now: datetime) -> Message:
    seq = (
        Message.objects.filter(ticket=ticket).order_by("-seq").values_list("seq", flat=True).first() or 0
    ) + 1
    message = Message.objects.create(
        ticket=ticket,
        seq=seq,
        audience=said.audience,
        author_kind="automatic" if said.automatic else author_kind,
        author_id=said.author_id if said.author_id is not None else actor.person_id,
        channel=said.channel,
        at=now,
        text=said.text,
        html=said.html,
        full_text=said.full_text,
        language=said.language or ticket.language,
        nothing_new_because=said.nothing_new_because,
        comes_next=said.comes_next,
        mail_message_id=said.mail_message_id,
        external_id=said.external_id,
    )
    inline = said.inline or {}
    Attachment.objects.bulk_create(
        Attachment(message=message, file_id=f, inline=f in inline, content_id=inline.get(f, ""))
        for f in said.file_ids
    )
    if said.text:
        custody.bump_search(ticket, text=said.text, language=message.language)
    announce(
        MessageAdded(
            **custody.about(ticket, WIDEST[said.audience]),  # type: ignore[arg-type]
            message_id=message.pk,
            seq=seq,
            message_audience=said.audience,
            author_kind=message.author_kind,
            channel=said.channel,
        ),
        actor=actor,
        at=now,
    )
    return message


def _user_spoke(ticket: Ticket, said: Said, message: Message, actor: Actor, now: datetime) -> None:
    author = message.author_id or ticket.requester_id
    log_contact(ticket, person_id=author, channel=said.channel, actor=actor, now=now)
    ticket.last_user_word_at = now
    if ticket.state == State.WAITING and ticket.waiting_for == "requester":
        waiting.end(ticket, actor=actor, now=now)
    elif ticket.state == State.SOLVED and said.channel != "thanks":
        reopening.reopen_locked(ticket, cause="user_wrote", actor=actor, now=now)


def log_contact(ticket: Ticket, *, person_id: int, channel: str, actor: Actor, now: datetime) -> Contact:
    """A touch that joins this ticket."""
    contact = Contact.objects.create(
        ticket=ticket,
        person_id=person_id,
        organisation_id=ticket.organisation_id,
        channel=channel,
        at=now,
        opened=False,
        agent_id=actor.person_id if access.is_desk_side(actor) and not actor.is_system else None,
        confidential=ticket.confidential,
    )
    announce(
        ContactLogged(
            **custody.about(ticket),  # type: ignore[arg-type]
            contact_id=contact.pk,
            channel=channel,
            person_id=person_id,
        ),
        actor=actor,
        at=now,
    )
    return contact


def _desk_spoke(ticket: Ticket, said: Said, message: Message, actor: Actor, now: datetime) -> None:
    if ticket.first_response_at is None and not actor.is_system:
        ticket.first_response_at = now
        clocks.stop_clocks(
            subject=Subject("ticket", ticket.pk),
            measures={"respond"},
            actor=actor,
            now=now,
            reason="answered",
        )
    promising.weigh(ticket, message, actor=actor, now=now)
    ticket.last_desk_word_at = now
    if ticket.state == State.NEW:
        waiting.set_state(ticket, State.OPEN, actor=actor, now=now)
