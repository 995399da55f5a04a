"""Impact, urgency, kind, service, item, reason, subject, tags: change them and the promises follow."""

from dataclasses import dataclass
from datetime import datetime

from frontline.commitments import queries as commitments
from frontline.commitments.usecases import clocks
from frontline.estate import queries as estate
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid, StaleVersion
from frontline.kernel.facts import Subject
from frontline.tickets import access
from frontline.tickets.facts import GradingChanged
from frontline.tickets.logic.states import KINDS, LIVE
from frontline.tickets.models import Ticket
from frontline.tickets.usecases import custody, ordering

UNSET: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """New values; None leaves a field as it is, UNSET (-1) empties a reference."""

    subject: str | None = None
    kind: str | None = None
    impact: int | None = None
    urgency: int | None = None
    service_id: int | None = None
    item_id: int | None = None
    reason_id: int | None = None
    tags: tuple[str, ...] | None = None


@use_case
def change_ticket(
    *, ref: str, changes: Changes, version: int | None = None, actor: Actor, now: datetime
) -> Ticket:
    """Apply the changes; a new priority or service keeps the clocks' start and pauses and sets new targets."""
    ticket = access.ticket_to_work_on(ref, actor)
    if version is not None and version != ticket.version:
        raise StaleVersion
    _check(changes)
    was = (ticket.priority, ticket.service_id)
    for field in ("impact", "urgency", "service_id", "item_id", "reason_id", "kind"):
        value = getattr(changes, field)
        if value is not None:
            _set(ticket, field, None if value == UNSET else value, actor=actor, now=now)
    if changes.subject is not None:
        ticket.subject = changes.subject.strip()
    if changes.tags is not None:
        ticket.tags = sorted(set(changes.tags))
    ticket.priority = commitments.priority_for(impact=ticket.impact, urgency=ticket.urgency, at=now)
    if was != (ticket.priority, ticket.service_id):
        _retarget(ticket, was_priority=was[0], actor=actor, now=now)
    custody.touch(ticket, now=now)
    ordering.refresh(ticket)
    custody.save(
        ticket,
        "subject",
        "kind",
        "impact",
        "urgency",
        "priority",
        "service_id",
        "item_id",
        "reason_id",
        "tags",
    )
    return ticket


def _check(changes: Changes) -> None:
    if changes.subject is not None and not changes.subject.strip():
        raise Invalid("Say in a few words what it is about.", field="subject")
    if changes.kind is not None and changes.kind not in KINDS:
        raise Invalid(
            "{kind} is no kind of ticket; use one of {known}.",
            field="kind",
            kind=changes.kind,
            known=KINDS,
        )
    for field in ("impact", "urgency"):
        value = getattr(changes, field)
        if value is not None and value not in (1, 2, 3):
            raise Invalid("This is 1 (high), 2 or 3.", field=field)


def _set(ticket: Ticket, field: str, value: int | str | None, *, actor: Actor, now: datetime) -> None:
    was = getattr(ticket, field)
    if was == value:
        return
    setattr(ticket, field, value)
    announce(
        GradingChanged(
            **custody.about(ticket),  # type: ignore[arg-type]
            field_name=field.removesuffix("_id"),
            was="" if was is None else str(was),
            to="" if value is None else str(value),
        ),
        actor=actor,
        at=now,
    )


def _retarget(ticket: Ticket, *, was_priority: str, actor: Actor, now: datetime) -> None:
    if was_priority != ticket.priority:
        announce(
            GradingChanged(
                **custody.about(ticket),  # type: ignore[arg-type]
                field_name="priority",
                was=was_priority,
                to=ticket.priority,
            ),
            actor=actor,
            at=now,
        )
    if ticket.state not in LIVE:
        return
    service = None if ticket.service_id is None else estate.service_row(ticket.service_id)
    targets = commitments.targets_for(
        service_id=ticket.service_id,
        organisation_id=ticket.organisation_id,
        criticality=None if service is None else service.criticality,
        calendar_key="" if service is None else service.calendar_key,
        priority=ticket.priority,
        at=ticket.opened_at,
    )
    clocks.retarget_clocks(subject=Subject("ticket", ticket.pk), targets=targets, actor=actor, now=now)
