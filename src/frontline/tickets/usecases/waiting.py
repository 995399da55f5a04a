"""Waiting for somebody: the requester has the ball and the resolution clock rests; other waits rest nothing."""

from datetime import datetime

from frontline.commitments.usecases import clocks
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.kernel.facts import Audience, Subject
from frontline.people.usecases import parties
from frontline.tickets import access
from frontline.tickets.facts import StateChanged
from frontline.tickets.logic.states import WAITING_FOR, State, check_move
from frontline.tickets.models import Ticket
from frontline.tickets.usecases import custody, ordering


@use_case
def wait_for(*, ref: str, waiting_for: str, actor: Actor, now: datetime) -> Ticket:
    """The work cannot go on until somebody answers. Waiting for a supplier never rests the user's clock."""
    ticket = access.ticket_to_work_on(ref, actor)
    start(ticket, waiting_for=waiting_for, actor=actor, now=now)
    ordering.refresh(ticket)
    custody.save(ticket, "state", "waiting_for")
    return ticket


@use_case
def carry_on(*, ref: str, actor: Actor, now: datetime) -> Ticket:
    """Back to work: what was waited for has come, or is waited for no longer."""
    ticket = access.ticket_to_work_on(ref, actor)
    if ticket.state == State.WAITING:
        end(ticket, actor=actor, now=now)
    elif ticket.state == State.NEW:
        set_state(ticket, State.OPEN, actor=actor, now=now)
    ordering.refresh(ticket)
    custody.save(ticket, "state", "waiting_for")
    return ticket


def start(ticket: Ticket, *, waiting_for: str, actor: Actor, now: datetime) -> None:
    if waiting_for not in WAITING_FOR:
        raise Invalid(
            "{what} is nobody to wait for; use one of {known}.",
            field="waiting_for",
            what=waiting_for,
            known=WAITING_FOR,
        )
    if ticket.state == State.WAITING and ticket.waiting_for == waiting_for:
        return
    set_state(ticket, State.WAITING, waiting_for=waiting_for, actor=actor, now=now)
    if waiting_for == "requester":
        custody.pass_custody(
            ticket,
            holder_kind="requester",
            holder_id=parties.party_for_person(person_id=ticket.requester_id),
            cause="waiting",
            actor=actor,
            now=now,
        )
        clocks.pause_clocks(
            subject=Subject("ticket", ticket.pk),
            measures={"resolve"},
            reason="waiting_for_requester",
            actor=actor,
            now=now,
        )


def end(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    was_with_user = ticket.waiting_for == "requester"
    set_state(ticket, State.OPEN, actor=actor, now=now)
    if was_with_user:
        kind, holder, worker = custody.previous_worker(ticket)
        custody.pass_custody(
            ticket,
            holder_kind=kind,
            holder_id=holder,
            worker_id=worker,
            cause="answered",
            actor=actor,
            now=now,
        )
        clocks.resume_clocks(subject=Subject("ticket", ticket.pk), measures={"resolve"}, actor=actor, now=now)


def set_state(
    ticket: Ticket, to: State, *, waiting_for: str = "", code: str = "", actor: Actor, now: datetime
) -> None:
    """The move of the table, told; the caller saves."""
    was = ticket.state
    if was != to:
        check_move(was, to)
    ticket.state, ticket.waiting_for = to.value, waiting_for
    custody.touch(ticket, now=now)
    announce(
        StateChanged(
            **custody.about(ticket, Audience.PUBLIC),  # type: ignore[arg-type]
            was=was,
            to=to.value,
            waiting_for=waiting_for,
            code=code,
        ),
        actor=actor,
        at=now,
    )
