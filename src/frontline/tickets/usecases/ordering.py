"""Keep a ticket's place in the queue true after every change."""

from datetime import datetime

from frontline.commitments import queries as commitments
from frontline.kernel.actors import SYSTEM
from frontline.kernel.facts import Subject
from frontline.tickets.logic.queue import Case, Matters, matters
from frontline.tickets.models import Custody, Handoff, Promise, Ticket


def refresh(ticket: Ticket) -> None:
    """Recompute `next_promise_at` and the reason the ticket stands where it stands. Four small queries."""
    case = case_of(ticket)
    ticket.next_promise_at = case.next_promise_at if case.next_promise_at is not None else case.respond_due_at
    place(ticket, matters(case))


def place(ticket: Ticket, found: Matters | None) -> None:
    ticket.matters_at = None if found is None else found.at
    ticket.matters_code = "" if found is None else found.code.value
    ticket.matters_count = 0 if found is None else found.count


def case_of(ticket: Ticket) -> Case:
    """The instants and counts the order looks at, read from their own tables."""
    subject = Subject("ticket", ticket.pk)
    found = commitments.clocks_of(subjects=[subject], actor=SYSTEM).get(subject, [])
    clocks = {c.measure: c for c in found if c.party_kind == "sla" and c.state == "running"}
    handoffs = list(
        Handoff.objects.filter(ticket=ticket).order_by("id").values_list("state", "offered_at", "answered_at")
    )
    accepted = [answered for state, _, answered in handoffs if state == "accepted"]
    last = handoffs[-1] if handoffs else None
    promise = Promise.objects.filter(ticket=ticket, state="open").values_list("due_at", flat=True).first()
    return Case(
        state=ticket.state,
        waiting_for=ticket.waiting_for,
        priority=ticket.priority,
        opened_at=ticket.opened_at,
        next_promise_at=promise,
        respond_due_at=_due(clocks.get("respond")),
        resolve_due_at=_due(clocks.get("resolve")),
        last_user_word_at=ticket.last_user_word_at,
        last_desk_word_at=ticket.last_desk_word_at,
        handoff_count=ticket.handoff_count,
        last_handoff_at=accepted[-1] if accepted else None,
        offered_at=last[1] if last is not None and last[0] == "offered" else None,
        returned_at=last[2] if last is not None and last[0] == "returned" else None,
        reopened_at=_reopened_at(ticket),
        reopen_count=ticket.reopen_count,
    )


def _due(clock: commitments.ClockRow | None) -> datetime | None:
    return None if clock is None else clock.due_at


def _reopened_at(ticket: Ticket) -> datetime | None:
    """When it was reopened, while nobody has said a word about it since."""
    if ticket.reopen_count == 0:
        return None
    at = (
        Custody.objects.filter(ticket=ticket, cause="reopened")
        .order_by("-seq")
        .values_list("since", flat=True)
        .first()
    )
    if at is None or (ticket.last_desk_word_at is not None and ticket.last_desk_word_at > at):
        return None
    return at
