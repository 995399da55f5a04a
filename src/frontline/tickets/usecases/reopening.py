"""Back on the desk: within its window a solved ticket goes on where it stopped, with its history and its clock."""

from datetime import datetime

from frontline.commitments.usecases import clocks
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError, Word
from frontline.kernel.facts import Subject
from frontline.people import queries as people
from frontline.tickets import access
from frontline.tickets.facts import TicketReopened
from frontline.tickets.logic.states import LIVE, State
from frontline.tickets.models import Ticket
from frontline.tickets.usecases import custody, ordering, waiting


class WindowClosed(DeskError):
    """This was closed on {at}. Open a new ticket; it can refer to this one."""

    status = 409


class NotSolved(DeskError):
    """This ticket is {state}; there is nothing to reopen."""

    status = 409


@use_case
def reopen(*, ref: str, cause: str = "still_broken", actor: Actor, now: datetime) -> Ticket:
    """ "Still broken": the requester within the window, the desk at any time."""
    ticket = access.ticket_to_write_on(ref, actor)
    if ticket.state in LIVE or ticket.state == State.MERGED:
        raise NotSolved(state=Word("ticket_state", ticket.state))
    if not access.is_desk_side(actor):
        over = ticket.reopen_until is None or now >= ticket.reopen_until
        if over or ticket.state != State.SOLVED:
            raise WindowClosed(at=ticket.closed_at or ticket.reopen_until or now)
    reopen_locked(ticket, cause=cause, actor=actor, now=now)
    ordering.refresh(ticket)
    custody.save(
        ticket,
        "state",
        "waiting_for",
        "solved_at",
        "closed_at",
        "reopen_until",
        "reopen_count",
        "last_user_word_at",
    )
    return ticket


def reopen_locked(ticket: Ticket, *, cause: str, actor: Actor, now: datetime) -> None:
    """The move itself, for callers that hold the lock and save."""
    waiting.set_state(ticket, State.OPEN, code=cause, actor=actor, now=now)
    ticket.solved_at = ticket.closed_at = ticket.reopen_until = None
    ticket.reopen_count += 1
    if not access.is_desk_side(actor):
        ticket.last_user_word_at = now
    desk = people.desk()
    custody.pass_custody(
        ticket, holder_kind="desk", holder_id=desk.party_id, cause="reopened", actor=actor, now=now
    )
    clocks.reopen_clocks(subject=Subject("ticket", ticket.pk), actor=actor, now=now)
    announce(TicketReopened(**custody.about(ticket), cause=cause), actor=actor, at=now)  # type: ignore[arg-type]
    Ticket.objects.filter(pk=ticket.pk).update(
        solved_at=None, closed_at=None, reopen_until=None, reopen_count=ticket.reopen_count
    )
