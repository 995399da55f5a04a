"""Promises of word: made by the desk, kept only by a human update that says something, broken by the clock."""

from datetime import datetime, timedelta

from frontline.commitments import planning as commitments
from frontline.commitments.logic import promises as rules
from frontline.commitments.usecases import clocks
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import SYSTEM, Actor
from frontline.kernel.errors import Invalid, Word
from frontline.kernel.facts import Audience, Subject
from frontline.tickets import access
from frontline.tickets.facts import PromiseMade, PromiseSettled
from frontline.tickets.logic.states import LIVE
from frontline.tickets.models import Message, Promise, Ticket
from frontline.tickets.usecases import custody, ordering

#: further than this no word is promised, and no working time is worked out
FURTHEST = timedelta(days=366)


class PromiseInThePast(Invalid):
    """A promise must lie ahead: choose a time after now."""


class PromiseTooFar(Invalid):
    """Nobody keeps a promise for more than a year: choose an earlier time."""


class NothingToPromise(Invalid):
    """This ticket is {state}; nobody waits for word about it."""

    status = 409


@use_case
def promise_update(*, ref: str, due_at: datetime, actor: Actor, now: datetime) -> Promise:
    """Promise the user word by `due_at`. A promise still open is replaced by an earlier or later one, told as such."""
    ticket = access.ticket_to_work_on(ref, actor)
    promise = make(ticket, due_at=due_at, actor=actor, now=now)
    custody.touch(ticket, now=now)
    ordering.refresh(ticket)
    custody.save(ticket)
    return promise


def make(ticket: Ticket, *, due_at: datetime, actor: Actor, now: datetime) -> Promise:
    if due_at <= now:
        raise PromiseInThePast(field="due_at")
    if due_at > now + FURTHEST:
        raise PromiseTooFar(field="due_at")
    if ticket.state not in LIVE:
        raise NothingToPromise(state=Word("ticket_state", ticket.state))
    for old in Promise.objects.filter(ticket=ticket, state="open", kind="next_update"):
        settle(ticket, old, outcome="withdrawn", message=None, actor=actor, now=now)
    promise = Promise.objects.create(ticket=ticket, made_by_id=actor.person_id, made_at=now, due_at=due_at)
    clocks.start_clock(
        subject=Subject("promise", promise.pk),
        target=commitments.promise_until(due_at=due_at, now=now),
        actor=actor,
        now=now,
        organisation_id=ticket.organisation_id,
        confidential=ticket.confidential,
    )
    announce(
        PromiseMade(**custody.about(ticket, Audience.PUBLIC), promise_id=promise.pk, due_at=due_at),  # type: ignore[arg-type]
        actor=actor,
        at=now,
    )
    return promise


def weigh(ticket: Ticket, message: Message, *, actor: Actor, now: datetime) -> None:
    """Does this word of the desk keep the open promise? Automatic text never does."""
    promise = Promise.objects.select_for_update(no_key=True).filter(ticket=ticket, state="open").first()
    if promise is None or actor.is_system:
        return
    earlier = list(
        Message.objects.filter(ticket=ticket, audience="public", author_kind="desk", seq__lt=message.seq)
        .order_by("-seq")
        .values_list("text", flat=True)[: rules.COMPARED]
    )
    verdict = rules.judge_update(
        message.text,
        earlier=earlier[::-1],
        why_nothing_new=message.nothing_new_because,
        what_comes_next=message.comes_next,
    )
    if verdict.kept:
        settle(ticket, promise, outcome="kept", message=message, actor=actor, now=now)


def settle(
    ticket: Ticket, promise: Promise, *, outcome: str, message: Message | None, actor: Actor, now: datetime
) -> None:
    """End an open promise one way; the caller holds the ticket's lock."""
    promise.state = outcome
    promise.settled_at = max(now, promise.made_at)
    promise.kept_by = message
    promise.save(update_fields=["state", "settled_at", "kept_by"])
    clocks.stop_clocks(subject=Subject("promise", promise.pk), actor=actor, now=now, reason=outcome)
    announce(
        PromiseSettled(**custody.about(ticket, Audience.PUBLIC), promise_id=promise.pk, outcome=outcome),  # type: ignore[arg-type]
        actor=actor,
        at=now,
    )


@use_case
def break_promise(*, promise_id: int, now: datetime, actor: Actor = SYSTEM) -> None:
    """The promised time has passed without word (called when the promise's clock breaches)."""
    ticket_id = Promise.objects.filter(pk=promise_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        return
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    promise = Promise.objects.select_for_update(no_key=True).filter(pk=promise_id, state="open").first()
    if promise is None:
        return
    settle(ticket, promise, outcome="broken", message=None, actor=actor, now=now)
    custody.touch(ticket, now=now)
    ordering.refresh(ticket)
    custody.save(ticket)
