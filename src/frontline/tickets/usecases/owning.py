"""Ownership: one named person answers for the ticket. It passes on explicitly, by name, and the user is told."""

from datetime import datetime

from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import SYSTEM, Actor, Role
from frontline.kernel.errors import Invalid
from frontline.kernel.facts import Audience
from frontline.people import queries as people
from frontline.tickets import access, rota
from frontline.tickets.facts import OwnerChanged
from frontline.tickets.logic.owner import choose_owner
from frontline.tickets.logic.states import ENDED
from frontline.tickets.models import Message, Ticket
from frontline.tickets.usecases import custody, ordering


class CannotOwn(Invalid):
    """{name} does not work at the desk and cannot answer for a ticket."""


@use_case
def pass_ownership(*, ref: str, to_person_id: int, actor: Actor, now: datetime) -> Ticket:
    """Hand ownership on to a named colleague at the desk."""
    ticket = access.ticket_to_work_on(ref, actor)
    person = people.owner_candidate(person_id=to_person_id, now=now)
    if person is None or not person.roles & {Role.AGENT, Role.LEAD, Role.COMMANDER}:
        raise CannotOwn(field="owner", name=person.shown_name if person else to_person_id)
    if to_person_id != ticket.owner_id:
        _pass(ticket, to=to_person_id, cause="passed_on", actor=actor, now=now)
        ordering.refresh(ticket)
        custody.save(ticket, "owner_id")
    return ticket


@use_case
def pass_on_all(*, person_id: int, cause: str, now: datetime, actor: Actor = SYSTEM) -> int:
    """Somebody leaves the desk: each ticket they own and that is not over gets a new owner by name."""
    desk = people.desk()
    refs = (
        Ticket.objects.filter(owner_id=person_id)
        .exclude(state__in=ENDED)
        .order_by("id")
        .values_list("pk", flat=True)
    )
    count = 0
    for pk in list(refs):
        ticket = Ticket.objects.select_for_update(no_key=True).get(pk=pk)
        others = [c for c in rota.candidates(now) if c.person_id != person_id]
        lead = desk.lead_id if desk.lead_id != person_id else people.deputy_lead(excluding=person_id, now=now)
        to = choose_owner(others, needed_skill=None, load=rota.load(), lead_id=lead)
        if to is None:
            raise rota.NobodyAtTheDesk
        rota.took(to)
        _pass(ticket, to=to, cause=cause, actor=actor, now=now)
        ordering.refresh(ticket)
        custody.save(ticket, "owner_id")
        count += 1
    return count


def _pass(ticket: Ticket, *, to: int, cause: str, actor: Actor, now: datetime) -> None:
    """Change the owner and leave the user a line about it (worded when it is shown or mailed)."""
    was = ticket.owner_id
    ticket.owner_id = to
    custody.touch(ticket, now=now)
    seq = (
        Message.objects.filter(ticket=ticket).order_by("-seq").values_list("seq", flat=True).first() or 0
    ) + 1
    Message.objects.create(
        ticket=ticket,
        seq=seq,
        audience="public",
        author_kind="automatic",
        author_id=to,
        channel="owner_changed",
        at=max(now, ticket.opened_at),
        language=ticket.language,
    )
    announce(
        OwnerChanged(**custody.about(ticket, Audience.PUBLIC), was=was, to=to, cause=cause),  # type: ignore[arg-type]
        actor=actor,
        at=now,
    )
