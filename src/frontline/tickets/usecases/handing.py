"""Handing on: offered with why, tried and asked; accepted or returned. The giver holds until it is accepted."""

from datetime import datetime
from uuid import UUID

from frontline.foundation import access as rights
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid, NotFound
from frontline.people import queries as people
from frontline.tickets import access
from frontline.tickets.facts import HandoffAnswered, HandoffOffered
from frontline.tickets.logic import handoff as rules
from frontline.tickets.logic.states import BLOCKERS, State
from frontline.tickets.models import Handoff, Ticket
from frontline.tickets.usecases import custody, ordering, waiting


class NoSuchHandoff(NotFound):
    """There is no such handoff that you may see."""


class AlreadyHolds(Invalid):
    """They have it already. Choose somebody else."""

    status = 409


class BlockerAtHandoff(Invalid):
    """Say what keeps the desk from solving it itself."""


@use_case
def hand_over(
    *,
    ref: str,
    to_party_id: int,
    why: str,
    tried: str,
    asked: str,
    blocker: str = "",
    actor: Actor,
    now: datetime,
) -> Handoff:
    """Offer the ticket to a team or supplier. The owner stays the owner; the SLA clock never moves."""
    ticket = access.ticket_to_work_on(ref, actor)
    rules.check_offer(
        state=ticket.state,
        offered=ticket.offered_to_id is not None,
        why=why,
        tried=tried,
        asked=asked,
        blocker=blocker,
    )
    if ticket.holder_kind == "desk" and not blocker:
        raise BlockerAtHandoff(field="blocker", known=BLOCKERS)
    if to_party_id == ticket.holder_id:
        raise AlreadyHolds(field="to")
    at = max(now, ticket.opened_at)
    handoff = Handoff.objects.create(
        ticket=ticket,
        giver_id=ticket.holder_id,
        giver_kind=ticket.holder_kind,
        receiver_id=to_party_id,
        receiver_kind=people.holder_kind_of(to_party_id),
        offered_by_id=actor.person_id,
        offered_at=at,
        why=why.strip(),
        tried=tried.strip(),
        asked=asked.strip(),
        blocker=blocker,
    )
    ticket.offered_to_id = to_party_id
    custody.touch(ticket, now=at)
    announce(
        HandoffOffered(
            **custody.about(ticket),  # type: ignore[arg-type]
            handoff_id=handoff.pk,
            giver_id=ticket.holder_id,
            receiver_id=to_party_id,
            blocker=blocker,
        ),
        actor=actor,
        at=at,
    )
    ordering.refresh(ticket)
    custody.save(ticket, "offered_to_id")
    return handoff


@use_case
def accept_handoff(*, handoff_uid: UUID, actor: Actor, now: datetime) -> Handoff:
    """Take it: from now on it is in your hands, and your team's or contract's clock runs."""
    ticket, handoff = _offer_to_answer(handoff_uid, actor)
    at = max(now, handoff.offered_at)
    _answer(ticket, handoff, "accepted", actor=actor, now=at)
    ticket.handoff_count += 1
    if ticket.state == State.WAITING and ticket.waiting_for == "requester":
        waiting.end(ticket, actor=actor, now=at)
    elif ticket.state == State.NEW:
        waiting.set_state(ticket, State.OPEN, actor=actor, now=at)
    custody.pass_custody(
        ticket,
        holder_kind=handoff.receiver_kind,
        holder_id=handoff.receiver_id,
        worker_id=actor.person_id,
        cause="accepted",
        actor=actor,
        now=at,
    )
    ordering.refresh(ticket)
    custody.save(ticket, "offered_to_id", "handoff_count", "state", "waiting_for")
    return handoff


@use_case
def return_handoff(*, handoff_uid: UUID, code: str, text: str, actor: Actor, now: datetime) -> Handoff:
    """Give it back with the reason: it never left the giver's hands."""
    rules.check_return(code=code, text=text)
    ticket, handoff = _offer_to_answer(handoff_uid, actor)
    handoff.return_code, handoff.return_text = code, text.strip()
    _answer(ticket, handoff, "returned", actor=actor, now=max(now, handoff.offered_at))
    ticket.return_count += 1
    ordering.refresh(ticket)
    custody.save(ticket, "offered_to_id", "return_count")
    return handoff


@use_case
def withdraw_handoff(*, handoff_uid: UUID, actor: Actor, now: datetime) -> Handoff:
    """Take an offer back before it is answered."""
    ref = Handoff.objects.filter(uid=handoff_uid).values_list("ticket__ref", flat=True).first()
    if ref is None:
        raise NoSuchHandoff
    ticket = access.ticket_to_work_on(ref, actor)
    handoff = Handoff.objects.get(uid=handoff_uid)
    if handoff.state != "offered":
        raise rules.NoOffer
    _answer(ticket, handoff, "withdrawn", actor=actor, now=max(now, handoff.offered_at))
    ordering.refresh(ticket)
    custody.save(ticket, "offered_to_id")
    return handoff


def withdraw_open_offer(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """What is solved or ended needs no taker any more. The caller holds the lock."""
    handoff = Handoff.objects.filter(ticket=ticket, state="offered").first()
    if handoff is not None:
        _answer(ticket, handoff, "withdrawn", actor=actor, now=max(now, handoff.offered_at))
        ticket.save(update_fields=["offered_to_id"])


def _offer_to_answer(uid: UUID, actor: Actor) -> tuple[Ticket, Handoff]:
    ref = Handoff.objects.filter(uid=uid).values_list("ticket__ref", flat=True).first()
    if ref is None:
        raise NoSuchHandoff
    ticket = access.ticket_to_write_on(ref, actor)
    rights.require(actor, "tickets.answer_handoff")
    handoff = Handoff.objects.select_for_update(no_key=True).get(uid=uid)
    if handoff.receiver_id not in actor.party_ids and not actor.is_system:
        raise rules.NotYours
    if handoff.state != "offered":
        raise rules.NoOffer
    return ticket, handoff


def _answer(ticket: Ticket, handoff: Handoff, state: str, *, actor: Actor, now: datetime) -> None:
    handoff.state = state
    handoff.answered_at = now
    handoff.answered_by_id = actor.person_id
    handoff.save(update_fields=["state", "answered_at", "answered_by_id", "return_code", "return_text"])
    ticket.offered_to_id = None
    custody.touch(ticket, now=now)
    announce(
        HandoffAnswered(
            **custody.about(ticket),  # type: ignore[arg-type]
            handoff_id=handoff.pk,
            receiver_id=handoff.receiver_id,
            answer=state,
            return_code=handoff.return_code,
        ),
        actor=actor,
        at=now,
    )


@use_case
def take_ticket(*, ref: str, actor: Actor, now: datetime) -> Ticket:
    """ "I have it in hand": inside the holding team this person works on it now. The owner stays."""
    ticket = access.ticket_to_work_on(ref, actor)
    if ticket.holder_id not in actor.party_ids:
        raise rules.NotYours("Another party holds this ticket; ask them to hand it on.")
    if ticket.state == State.NEW:
        waiting.set_state(ticket, State.OPEN, actor=actor, now=now)
    custody.pass_custody(
        ticket,
        holder_kind=ticket.holder_kind,
        holder_id=ticket.holder_id,
        worker_id=actor.person_id,
        cause="taken",
        actor=actor,
        now=now,
    )
    custody.touch(ticket, now=now)
    ordering.refresh(ticket)
    custody.save(ticket, "state", "waiting_for")
    return ticket
