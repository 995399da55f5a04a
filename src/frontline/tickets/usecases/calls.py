"""Logging a call: who it is, whether they are who they say, open or join, and what was promised. One transaction."""

from dataclasses import dataclass
from datetime import datetime

from frontline.estate import queries as estate
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Forbidden, Invalid
from frontline.people import queries as people
from frontline.tickets import access
from frontline.tickets.models import Contact
from frontline.tickets.usecases import custody, opening, ordering, promising, talking

#: what a caller can be checked by; two different ones make a check
CHECKS = ("employee_number", "call_back", "manager", "device_serial", "date_joined")


class CallerNotChecked(Forbidden):
    """This concerns access or personal data: check first that the caller is who they say, then go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as the agent logged it. `join` names an open ticket it belongs to; otherwise one is opened."""

    person_id: int
    channel: str = "phone"
    join: str = ""
    subject: str = ""
    text: str = ""
    reason_id: int | None = None
    service_id: int | None = None
    item_id: int | None = None
    impact: int | None = None
    urgency: int | None = None
    kind: str = "incident"
    caller_check: str = ""
    caller_checked: bool = False
    promise_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    ref: str
    contact_id: int
    opened: bool


@use_case
def log_call(*, call: Call, actor: Actor, now: datetime) -> Logged:
    """Open a ticket for the caller or join one they have, with the promise made on the telephone."""
    _check_caller(call)
    if call.join:
        return _join(call, actor, now)
    opened = opening.open_ticket(
        asked=opening.Asked(
            subject=call.subject,
            text=call.text,
            requester_id=call.person_id,
            kind=call.kind,
            service_id=call.service_id,
            item_id=call.item_id,
            reason_id=call.reason_id,
            impact=call.impact,
            urgency=call.urgency,
            channel=call.channel,
            caller_check=call.caller_check,
            caller_checked=call.caller_checked,
            logged_by_desk=True,
        ),
        actor=actor,
        now=now,
    )
    if call.promise_at is not None:
        promising.promise_update(ref=opened.ref, due_at=call.promise_at, actor=actor, now=now)
    return Logged(opened.ref, opened.contact_id, opened=True)


def _check_caller(call: Call) -> None:
    """By rule: a sensitive reason needs a caller check before anything is done about it."""
    reason = None if call.reason_id is None else estate.reason_row(call.reason_id)
    if reason is not None and reason.sensitive and not call.caller_checked:
        raise CallerNotChecked(field="caller_check")
    if call.caller_checked and not call.caller_check:
        raise Invalid("Say what the caller was checked by.", field="caller_check")


def _join(call: Call, actor: Actor, now: datetime) -> Logged:
    ticket = access.ticket_to_work_on(call.join, actor)
    caller = people.requester(person_id=call.person_id)
    if caller.organisation_id != ticket.organisation_id:
        raise Invalid("The caller belongs to another organisation than this ticket.", field="join")
    if call.text.strip():
        talking.add_message(
            ref=call.join,
            said=talking.Said(
                text=call.text,
                channel=call.channel,
                author_id=call.person_id,
                author_kind="user",
                promise_at=call.promise_at,
            ),
            actor=actor,
            now=now,
        )
        contact = Contact.objects.filter(ticket=ticket).latest("id")
    else:
        contact = talking.log_contact(
            ticket, person_id=call.person_id, channel=call.channel, actor=actor, now=now
        )
        ticket.last_user_word_at = max(now, ticket.opened_at)
        custody.touch(ticket, now=now)
        if call.promise_at is not None:
            promising.make(ticket, due_at=call.promise_at, actor=actor, now=now)
        ordering.refresh(ticket)
        custody.save(ticket, "last_user_word_at")
    Contact.objects.filter(pk=contact.pk).update(
        caller_check=call.caller_check, caller_checked=call.caller_checked, agent_id=actor.person_id
    )
    return Logged(ticket.ref, contact.pk, opened=False)
