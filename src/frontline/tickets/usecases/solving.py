"""Solve, close, cancel, set aside as spam. A solution returns to whoever had handed the ticket on."""

from datetime import datetime, timedelta

from frontline.commitments.usecases import clocks
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import SYSTEM, Actor
from frontline.kernel.errors import Invalid
from frontline.kernel.facts import Subject
from frontline.people.usecases import parties
from frontline.tickets import access
from frontline.tickets.facts import SolutionReturned as SolutionReturnedFact
from frontline.tickets.facts import TicketClosed, TicketSolved
from frontline.tickets.logic.states import BLOCKERS, LIVE, SOLVE_CODES, State, check_move
from frontline.tickets.models import Handoff, Message, Promise, SolutionReturn, Ticket
from frontline.tickets.usecases import custody, handing, ordering, promising, talking, waiting

#: how long "still broken" brings the same ticket back
REOPEN_WINDOW = timedelta(days=14)
LEAST = 10


class ThinSolution(Invalid):
    """Say what was done in at least {least} characters: the user reads it, and the next one with this trouble."""


class BlockerNeeded(Invalid):
    """Say what kept the desk from solving it. It was handed on, and that is how the desk learns."""


@use_case
def solve_ticket(
    *, ref: str, code: str, text: str, blocker: str = "", tell_user: bool = True, actor: Actor, now: datetime
) -> Ticket:
    """The work is done. The user is told, may reopen for 14 days, and holds the ticket until it closes."""
    ticket = access.ticket_to_work_on(ref, actor)
    check_move(ticket.state, State.SOLVED)
    _check(ticket, code=code, text=text, blocker=blocker)
    at = max(now, ticket.opened_at)
    handing.withdraw_open_offer(ticket, actor=actor, now=at)
    said = talking.Said(text=text, audience="public" if tell_user else "internal", channel="portal")
    message = talking.add_message(ref=ref, said=said, actor=actor, now=at)
    ticket.refresh_from_db()
    waiting.set_state(ticket, State.SOLVED, code=code, actor=actor, now=at)
    ticket.solved_at, ticket.reopen_until = at, at + REOPEN_WINDOW
    ticket.solve_code = code
    ticket.blocker = blocker or _blocker_of_handoffs(ticket)
    _return_solution(ticket, message, actor=actor, now=at)
    custody.pass_custody(
        ticket,
        holder_kind="requester",
        holder_id=parties.party_for_person(person_id=ticket.requester_id),
        cause="solved",
        actor=actor,
        now=at,
    )
    _settle_promises(ticket, actor=actor, now=at)
    clocks.stop_clocks(subject=Subject("ticket", ticket.pk), actor=actor, now=at, reason="solved")
    announce(
        TicketSolved(
            **custody.about(ticket),  # type: ignore[arg-type]
            code=code,
            blocker=ticket.blocker,
            solver_id=actor.person_id,
            message_id=message.pk,
        ),
        actor=actor,
        at=at,
    )
    ordering.place(ticket, None)
    ticket.next_promise_at = None
    custody.save(ticket, "state", "waiting_for", "solved_at", "reopen_until", "solve_code", "blocker")
    return ticket


def _check(ticket: Ticket, *, code: str, text: str, blocker: str) -> None:
    if code not in SOLVE_CODES:
        raise Invalid(
            "{code} is no solution code; use one of {known}.",
            field="code",
            code=code,
            known=SOLVE_CODES,
        )
    if len(text.strip()) < LEAST:
        raise ThinSolution(least=LEAST, field="text")
    if blocker and blocker not in BLOCKERS:
        raise Invalid(
            "{code} is no blocker; use one of {known}.",
            field="blocker",
            code=blocker,
            known=BLOCKERS,
        )
    if ticket.handoff_count and not blocker and not _blocker_of_handoffs(ticket):
        raise BlockerNeeded(field="blocker", known=BLOCKERS)


def _blocker_of_handoffs(ticket: Ticket) -> str:
    """What the desk coded when it handed on, the latest first."""
    return (
        Handoff.objects.filter(ticket=ticket)
        .exclude(blocker="")
        .order_by("-id")
        .values_list("blocker", flat=True)
        .first()
        or ""
    )


def _return_solution(ticket: Ticket, message: Message, *, actor: Actor, now: datetime) -> None:
    """To the owner and to each party that had it and handed it on or back, once each, but not to the solver."""
    told: set[tuple[int | None, int | None]] = set()
    rows: list[SolutionReturn] = []
    answered = Handoff.objects.filter(ticket=ticket, state__in=["accepted", "returned"]).order_by("id")
    for handoff in answered:
        if handoff.state == "accepted":
            to = (handoff.giver_id, handoff.offered_by_id)
        else:
            to = (handoff.receiver_id, handoff.answered_by_id)
        if to not in told and to[1] != actor.person_id:
            told.add(to)
            rows.append(
                SolutionReturn(
                    ticket=ticket,
                    handoff=handoff,
                    to_party_id=to[0],
                    to_person_id=to[1],
                    message=message,
                    blocker=ticket.blocker,
                    at=now,
                )
            )
    if (
        rows
        and not any(r.to_person_id == ticket.owner_id for r in rows)
        and ticket.owner_id != actor.person_id
    ):
        rows.append(
            SolutionReturn(
                ticket=ticket, to_person_id=ticket.owner_id, message=message, blocker=ticket.blocker, at=now
            )
        )
    for row in SolutionReturn.objects.bulk_create(rows):
        announce(
            SolutionReturnedFact(
                **custody.about(ticket),  # type: ignore[arg-type]
                return_id=row.pk,
                to_person_id=row.to_person_id,
                to_party_id=row.to_party_id,
                blocker=ticket.blocker,
            ),
            actor=actor,
            at=now,
        )


def _settle_promises(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """The solution is word enough: open promises are kept by it when it says something, else withdrawn."""
    for promise in Promise.objects.filter(ticket=ticket, state="open"):
        promising.settle(ticket, promise, outcome="withdrawn", message=None, actor=actor, now=now)


@use_case
def close_ticket(*, ticket_id: int, cause: str, now: datetime, actor: Actor = SYSTEM) -> bool:
    """Close a solved ticket for good; False when it is no longer solved. Ends the chain of custody."""
    ticket = (
        Ticket.objects.select_for_update(no_key=True, skip_locked=cause == "window_over")
        .filter(pk=ticket_id, state=State.SOLVED)
        .first()
    )
    if ticket is None:
        return False
    _end(ticket, State.CLOSED, cause=cause, actor=actor, now=max(now, ticket.solved_at or now))
    return True


@use_case
def end_ticket(*, ref: str, state: str, actor: Actor, now: datetime) -> Ticket:
    """Close a solved ticket, cancel one that is not wanted any more, or set one aside as spam."""
    to = State(state) if state in {State.CLOSED, State.CANCELLED, State.SPAM} else None
    if to is None:
        raise Invalid(
            "{state} is no way to end a ticket; use closed, cancelled or spam.", field="state", state=state
        )
    ticket = access.ticket_to_work_on(ref, actor)
    check_move(ticket.state, to)
    handing.withdraw_open_offer(ticket, actor=actor, now=now)
    _end(ticket, to, cause=state, actor=actor, now=now)
    return ticket


def _end(ticket: Ticket, to: State, *, cause: str, actor: Actor, now: datetime) -> None:
    was_live = ticket.state in LIVE
    waiting.set_state(ticket, to, code=cause, actor=actor, now=now)
    ticket.closed_at = now
    if was_live:
        _settle_promises(ticket, actor=actor, now=now)
        clocks.stop_clocks(subject=Subject("ticket", ticket.pk), actor=actor, now=now, reason=cause)
    custody.end_custody(ticket, now=now)
    ordering.place(ticket, None)
    ticket.next_promise_at = None
    announce(TicketClosed(**custody.about(ticket), cause=cause), actor=actor, at=now)  # type: ignore[arg-type]
    custody.save(ticket, "state", "waiting_for", "closed_at")


def close_due(now: datetime) -> int:
    """The watch's round: close solved tickets whose window is over. Returns how many."""
    due = Ticket.objects.filter(state=State.SOLVED, reopen_until__lte=now).order_by("reopen_until")
    ids = list(due.values_list("pk", flat=True)[:200])
    return sum(close_ticket(ticket_id=pk, cause="window_over", now=now) for pk in ids)


def next_close() -> datetime | None:
    return (
        Ticket.objects.filter(state=State.SOLVED, reopen_until__isnull=False)
        .order_by("reopen_until")
        .values_list("reopen_until", flat=True)
        .first()
    )
