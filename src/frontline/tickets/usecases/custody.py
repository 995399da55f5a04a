"""Passing the ball: close the open segment, begin the next at the same instant, tell it. The caller has the lock."""

from datetime import datetime

from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import require_transaction
from frontline.kernel.actors import Actor
from frontline.kernel.facts import Audience, Subject
from frontline.tickets.facts import CustodyPassed
from frontline.tickets.models import Custody, Ticket


def audience_of(ticket: Ticket, widest: Audience = Audience.INTERNAL) -> Audience:
    return Audience.CONFIDENTIAL if ticket.confidential else widest


def about(ticket: Ticket, widest: Audience = Audience.INTERNAL) -> dict[str, object]:
    """What every fact about this ticket carries.

    `widest` PUBLIC is for what its requester may know: who has it, its state, what was promised and said to them.
    """
    return {
        "subject": Subject("ticket", ticket.pk),
        "organisation_id": ticket.organisation_id,
        "audience": audience_of(ticket, widest),
        "ticket_id": ticket.pk,
    }


def pass_custody(
    ticket: Ticket,
    *,
    holder_kind: str,
    holder_id: int | None,
    worker_id: int | None = None,
    cause: str,
    lane: int = 0,
    actor: Actor,
    now: datetime,
) -> Custody | None:
    """Give the ticket to these hands; None when they have it already. `now` never lies before the last segment."""
    require_transaction()
    last = Custody.objects.filter(ticket=ticket, lane=lane).order_by("-seq").first()
    if last is not None and last.until is None:
        if (last.holder_kind, last.holder_id, last.worker_id) == (holder_kind, holder_id, worker_id):
            return None
        at = max(now, last.since)
        Custody.objects.filter(pk=last.pk).update(until=at)
    else:
        at = (
            now if last is None or last.until is None else last.until
        )  # a reopened chain goes on where it ended
    segment = Custody.objects.create(
        ticket=ticket,
        lane=lane,
        seq=1 if last is None else last.seq + 1,
        prev_seq=None if last is None else last.seq,
        holder_kind=holder_kind,
        holder_id=holder_id,
        worker_id=worker_id,
        since=at,
        cause=cause,
    )
    if lane == 0:
        ticket.holder_kind, ticket.holder_id, ticket.worker_id = holder_kind, holder_id, worker_id
    announce(
        CustodyPassed(
            **about(ticket, Audience.PUBLIC),  # type: ignore[arg-type]
            lane=lane,
            seq=segment.seq,
            holder_kind=holder_kind,
            party_id=holder_id,
            worker_id=worker_id,
            cause=cause,
        ),
        actor=actor,
        at=at,
    )
    return segment


def end_custody(ticket: Ticket, *, now: datetime) -> None:
    """The case is over: every lane's open segment ends."""
    require_transaction()
    for segment in Custody.objects.filter(ticket=ticket, until=None):
        Custody.objects.filter(pk=segment.pk).update(until=max(now, segment.since))


def previous_worker(ticket: Ticket) -> tuple[str, int | None, int | None]:
    """The hands that had the ticket before it went to the requester (for when the answer comes)."""
    row = (
        Custody.objects.filter(ticket=ticket, lane=0, holder_kind__in=["desk", "team", "supplier"])
        .order_by("-seq")
        .values_list("holder_kind", "holder_id", "worker_id")
        .first()
    )
    return row or ("desk", ticket.holder_id, None)


def touch(ticket: Ticket, *, now: datetime) -> None:
    """Something changed: the version rises, so that clashing edits are seen."""
    ticket.version += 1
    ticket.updated_at = max(now, ticket.updated_at)


def save(ticket: Ticket, *fields: str) -> None:
    """Write the fields named, and those that every change touches."""
    ticket.save(
        update_fields={
            *fields,
            "version",
            "updated_at",
            "holder_kind",
            "holder_id",
            "worker_id",
            "matters_at",
            "matters_code",
            "matters_count",
            "next_promise_at",
        }
    )


def bump_search(ticket: Ticket, *, text: str, language: str) -> None:
    """Make a new message's words findable."""
    from django.db import connection

    from frontline.foundation.rows import Vector
    from frontline.tickets.planning import CONFIGURATIONS

    vector = Vector(parts=((text, "C"),), configuration=CONFIGURATIONS.get(language, "simple"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE tickets_ticket SET search = COALESCE(search, ''::tsvector) || {vector.fragment()} WHERE id = %s",  # noqa: S608
            [*vector.parameters(), ticket.pk],
        )
