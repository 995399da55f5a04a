"""Merge, take a merge back, split, link: two cases become one, or one becomes two. Nothing is copied away or lost."""

from datetime import datetime
from uuid import UUID

from frontline.commitments.usecases import clocks
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.kernel.facts import Subject
from frontline.tickets import access
from frontline.tickets.facts import TicketLinked, TicketMerged, TicketSplit
from frontline.tickets.logic.states import State, check_move
from frontline.tickets.models import Follower, Link, Message, Promise, Ticket
from frontline.tickets.usecases import custody, delivery, handing, opening, ordering, promising, waiting

LINKS = ("related", "parent", "duplicate", "follow_up", "split")


class IntoItself(Invalid):
    """A ticket cannot be joined to itself. Name another one."""


class AcrossOrganisations(Invalid):
    """These tickets belong to different organisations, which are kept apart. Link nothing across."""


class Circle(Invalid):
    """{ref} stands above {other} already; a ticket cannot be its own parent."""


class NotMerged(Invalid):
    """This ticket is not merged into another."""

    status = 409


@use_case
def merge_ticket(*, ref: str, into: str, actor: Actor, now: datetime) -> Ticket:
    """Merge `ref` into `into`: its people follow the survivor, its mail thread leads there, its history stays."""
    first, second = sorted([ref, into])  # always the same order of locks
    tickets = {r: access.ticket_to_work_on(r, actor) for r in dict.fromkeys([first, second])}
    if ref == into:
        raise IntoItself(field="into")
    ticket, survivor = tickets[ref], tickets[into]
    _check_pair(ticket, survivor, field="into")
    if survivor.state == State.MERGED:
        raise Invalid("{ref} is itself merged into another ticket; name that one.", field="into", ref=into)
    check_move(ticket.state, State.MERGED)
    handing.withdraw_open_offer(ticket, actor=actor, now=now)
    ticket.merged_into = survivor
    for promise in Promise.objects.filter(ticket=ticket, state="open"):
        promising.settle(ticket, promise, outcome="withdrawn", message=None, actor=actor, now=now)
    clocks.stop_clocks(subject=Subject("ticket", ticket.pk), actor=actor, now=now, reason="merged")
    waiting.set_state(ticket, State.MERGED, actor=actor, now=now)
    ticket.closed_at = now
    custody.end_custody(ticket, now=now)
    ordering.place(ticket, None)
    ticket.next_promise_at = None
    custody.save(ticket, "state", "waiting_for", "merged_into_id", "closed_at")
    if ticket.requester_id != survivor.requester_id:
        Follower.objects.get_or_create(
            ticket=survivor,
            person_id=ticket.requester_id,
            defaults={"since": now, "named": survivor.confidential},
        )
    link_rows(ticket, survivor, "duplicate", actor=actor, now=now)
    announce(TicketMerged(**custody.about(ticket), into_id=survivor.pk), actor=actor, at=now)  # type: ignore[arg-type]
    custody.touch(survivor, now=now)
    custody.save(survivor)
    return survivor


@use_case
def unmerge_ticket(*, ref: str, actor: Actor, now: datetime) -> Ticket:
    """Take a merge back: the ticket goes on as it was, on the desk."""
    ticket = access.ticket_to_work_on(ref, actor)
    if ticket.state != State.MERGED:
        raise NotMerged
    from frontline.tickets.usecases.reopening import reopen_locked

    ticket.merged_into = None
    reopen_locked(ticket, cause="unmerged", actor=actor, now=now)
    Ticket.objects.filter(pk=ticket.pk).update(merged_into=None, state=ticket.state)
    ordering.refresh(ticket)
    custody.save(ticket, "state", "waiting_for", "merged_into_id", "closed_at")
    return ticket


@use_case
def split_ticket(
    *, ref: str, subject: str, message_uids: list[UUID], note: str = "", actor: Actor, now: datetime
) -> opening.Opened:
    """Open a second ticket for the same requester from some of the messages; both are linked."""
    ticket = access.ticket_to_work_on(ref, actor)
    messages = list(Message.objects.filter(ticket=ticket, uid__in=message_uids).order_by("seq"))
    if len(messages) != len(set(message_uids)):
        raise Invalid("Some of these messages are not on this ticket.", field="messages")
    text = "\n\n".join(filter(None, [note.strip(), *(m.text for m in messages if m.audience == "public")]))
    opened = opening.open_ticket(
        asked=opening.Asked(
            subject=subject,
            text=text or ticket.subject,
            requester_id=ticket.requester_id,
            kind=ticket.kind,
            service_id=ticket.service_id,
            item_id=ticket.item_id,
            impact=ticket.impact,
            urgency=ticket.urgency,
            channel=ticket.channel,
            language=ticket.language,
            confidential=ticket.confidential,
            logged_by_desk=True,
        ),
        actor=actor,
        now=now,
    )
    for doubtful in [m for m in messages if m.audience == "public" and m.sender_doubt][:1]:
        delivery.doubt_sender(
            message_id=opened.message_id,
            because=doubtful.sender_doubt,
            claimed=doubtful.claimed_sender,
        )
    new = Ticket.objects.get(pk=opened.id)
    if ticket.confidential:
        Follower.objects.bulk_create(
            Follower(ticket=new, person_id=person, named=True, since=now)
            for person in Follower.objects.filter(ticket=ticket, named=True).values_list(
                "person_id", flat=True
            )
        )
    link_rows(new, ticket, "split", actor=actor, now=now)
    announce(TicketSplit(**custody.about(ticket), new_id=opened.id), actor=actor, at=now)  # type: ignore[arg-type]
    custody.touch(ticket, now=now)
    custody.save(ticket)
    return opened


@use_case
def link_tickets(*, ref: str, other: str, kind: str, actor: Actor, now: datetime) -> Link:
    """Say how two tickets belong together."""
    if kind not in LINKS:
        raise Invalid("{kind} is no kind of link; use one of {known}.", field="kind", kind=kind, known=LINKS)
    if ref == other:
        raise IntoItself(field="other")
    tickets = {r: access.ticket_to_work_on(r, actor) for r in sorted([ref, other])}
    _check_pair(tickets[ref], tickets[other], field="other")
    if kind == "parent" and _stands_above(tickets[ref], tickets[other]):
        raise Circle(field="other", ref=ref, other=other)
    return link_rows(tickets[ref], tickets[other], kind, actor=actor, now=now)


def link_rows(ticket: Ticket, other: Ticket, kind: str, *, actor: Actor, now: datetime) -> Link:
    """The link itself, once; the caller has checked both."""
    link, made = Link.objects.get_or_create(ticket=ticket, other=other, kind=kind, defaults={"at": now})
    if made:
        announce(
            TicketLinked(**custody.about(ticket), other_id=other.pk, link=kind),  # type: ignore[arg-type]
            actor=actor,
            at=now,
        )
    return link


def _stands_above(high: Ticket, low: Ticket) -> bool:
    """Whether a chain of parents leads from `low` up to `high`."""
    seen: set[int] = set()
    step = {low.pk}
    while step := step - seen:
        if high.pk in step:
            return True
        seen |= step
        step = set(Link.objects.filter(ticket__in=step, kind="parent").values_list("other_id", flat=True))
    return False


def _check_pair(one: Ticket, other: Ticket, *, field: str) -> None:
    if one.organisation_id != other.organisation_id:
        raise AcrossOrganisations(field=field)
    if one.confidential != other.confidential:
        raise Invalid(
            "One of these is confidential. Make both confidential first, or keep them apart.", field=field
        )


def survivor_of(ticket: Ticket) -> Ticket:
    """Follow merges to the ticket that lives on (also after a second merge)."""
    seen = {ticket.pk}
    while ticket.merged_into_id is not None and ticket.merged_into_id not in seen:
        seen.add(ticket.merged_into_id)
        ticket = Ticket.objects.get(pk=ticket.merged_into_id)
    return ticket
