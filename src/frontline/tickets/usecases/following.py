"""Who follows a ticket, and who may see a confidential one."""

from collections.abc import Sequence
from datetime import datetime

from frontline.commitments.usecases import clocks
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.kernel.facts import Subject
from frontline.people import queries as people
from frontline.tickets import access
from frontline.tickets.facts import ConfidentialitySet, PersonNamed
from frontline.tickets.models import Contact, Follower, Ticket
from frontline.tickets.queries import stopped_following
from frontline.tickets.usecases import custody


@use_case
def follow(*, ref: str, person_id: int | None = None, actor: Actor, now: datetime) -> None:
    """Follow a ticket oneself, or let a colleague follow it. On a confidential ticket this names them."""
    ticket = access.ticket_to_work_on(ref, actor)
    person = person_id if person_id is not None else actor.person_id
    if person is None:
        raise Invalid("Say who shall follow it.", field="person")
    row, made = Follower.objects.get_or_create(
        ticket=ticket, person_id=int(person), defaults={"since": now, "named": ticket.confidential}
    )
    if not made and ticket.confidential and not row.named:
        row.named = made = True
        row.save(update_fields=["named"])
    if made:
        _told(ticket, person, named=ticket.confidential, present=True, actor=actor, now=now)


@use_case
def follow_copied(*, ref: str, person_ids: Sequence[int], actor: Actor, now: datetime) -> list[int]:
    """Let those follow who were copied in, and say who is new.

    Nobody is added to a confidential ticket, and nobody who has stopped following this one: a reply to all must not
    bring them back.
    """
    ticket = access.ticket_to_work_on(ref, actor)
    wanted = set() if ticket.confidential else {p for p in person_ids if p != ticket.requester_id}
    if not wanted:
        return []
    wanted -= {*Follower.objects.filter(ticket=ticket).values_list("person_id", flat=True)}
    wanted -= stopped_following(ticket=ticket.pk)
    new = [p for p in dict.fromkeys(person_ids) if p in wanted]
    Follower.objects.bulk_create(Follower(ticket=ticket, person_id=p, since=now) for p in new)
    for person in new:
        _told(ticket, person, named=False, present=True, actor=actor, now=now)
    return new


@use_case
def unfollow(*, ref: str, person_id: int | None = None, actor: Actor, now: datetime) -> None:
    ticket = access.ticket_to_work_on(ref, actor)
    person = person_id if person_id is not None else actor.person_id
    deleted, _ = Follower.objects.filter(ticket=ticket, person_id=person or 0).delete()
    if deleted and person is not None:
        _told(ticket, person, named=ticket.confidential, present=False, actor=actor, now=now)


@use_case
def set_confidential(
    *, ref: str, confidential: bool, named: list[int] | None = None, actor: Actor, now: datetime
) -> Ticket:
    """HR, legal, security: from now on seen by its owner, its requester and those named, and by nobody else.

    Who makes it confidential is named too, so that nobody locks themselves out without knowing it.
    """
    ticket = access.ticket_to_work_on(ref, actor, "tickets.confide")
    ids = set(named or [])
    if actor.person_id is not None:
        ids.add(actor.person_id)
    if len(people.people_by_ids(ids)) != len(ids):
        raise Invalid("Some of the people named are not known here.", field="named")
    ticket.confidential = confidential
    custody.touch(ticket, now=now)
    if confidential:
        Follower.objects.filter(ticket=ticket).exclude(person_id__in=ids).update(named=False)
        for person in sorted(ids):
            name(ticket, person, actor=actor, now=now)
    Contact.objects.filter(ticket=ticket).update(confidential=confidential)
    clocks.set_confidential(subject=Subject("ticket", ticket.pk), confidential=confidential)
    for promise in ticket.promises.values_list("pk", flat=True):
        clocks.set_confidential(subject=Subject("promise", promise), confidential=confidential)
    announce(
        ConfidentialitySet(**custody.about(ticket), confidential=confidential),  # type: ignore[arg-type]
        actor=actor,
        at=now,
    )
    custody.save(ticket, "confidential")
    return ticket


def name(ticket: Ticket, person: int, *, actor: Actor, now: datetime) -> None:
    """This person sees the confidential ticket; for callers inside the transaction that makes it so."""
    Follower.objects.update_or_create(
        ticket=ticket,
        person_id=person,
        defaults={"named": True},
        create_defaults={"since": now, "named": True},
    )
    _told(ticket, person, named=True, present=True, actor=actor, now=now)


def _told(ticket: Ticket, person: int, *, named: bool, present: bool, actor: Actor, now: datetime) -> None:
    announce(
        PersonNamed(**custody.about(ticket), person_id=person, named=named, present=present),  # type: ignore[arg-type]
        actor=actor,
        at=now,
    )
