"""Open a ticket: requester, owner, custody, clocks, contact, message and facts in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from frontline.commitments import planning as commitment_planning
from frontline.commitments import queries as commitments
from frontline.commitments.usecases import clocks
from frontline.estate import queries as estate
from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.rows import draw_ids, insert
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Forbidden, Invalid
from frontline.kernel.facts import Subject
from frontline.people import queries as people
from frontline.people.usecases import persons
from frontline.tickets import rota
from frontline.tickets.access import is_desk_side
from frontline.tickets.logic.owner import choose_owner
from frontline.tickets.logic.queue import Case, matters
from frontline.tickets.logic.states import KINDS
from frontline.tickets.models import Ticket
from frontline.tickets.planning import Ids, Opening, plan_opening
from frontline.tickets.usecases import following

SUBJECT_LIMIT = 500
TEXT_LIMIT = 200_000
CHANNELS = ("portal", "mail", "phone", "chat", "api", "walk_up", "monitoring")


class ExternalIdTaken(Invalid):
    """This source and id belong to a ticket that you may not see. Use another id."""

    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks of the desk, as a door understood it. Ids are internal rows; empty means "not said"."""

    subject: str
    text: str = ""
    html: str = ""
    full_text: str = ""
    requester_id: int | None = None
    requester_email: str = ""
    requester_name: str = ""
    kind: str = "incident"
    service_id: int | None = None
    item_id: int | None = None
    reason_id: int | None = None
    place_id: int | None = None
    impact: int | None = None
    urgency: int | None = None
    channel: str = "portal"
    language: str = ""
    confidential: bool = False
    tags: tuple[str, ...] = ()
    source: str = ""
    external_id: str | None = None
    mail_message_id: str = ""
    caller_check: str = ""
    caller_checked: bool = False
    logged_by_desk: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The new ticket with what a door shows at once, so that nothing is read again."""

    id: int
    ref: str
    uid: Any
    owner_id: int
    holder_kind: str
    holder_party_id: int
    priority: str
    contact_id: int
    message_id: int
    next_promise_at: datetime | None
    requester: people.RequesterRow
    #: the row as written
    row: dict[str, Any]
    clocks: list[dict[str, Any]] = field(default_factory=list)


@use_case
def open_ticket(*, asked: Asked, actor: Actor, now: datetime) -> Opened:
    """Open a ticket for somebody. It has an owner, a holder and running clocks from its first instant."""
    access.require(actor, "tickets.open")
    _check(asked)
    requester = _requester(asked, actor, now)
    if asked.confidential and requester.id != actor.person_id:
        access.require(actor, "tickets.confide")
    service = None if asked.service_id is None else estate.service_row(asked.service_id)
    reason = None if asked.reason_id is None else estate.reason_row(asked.reason_id)
    impact = asked.impact or (reason.impact if reason else 3)
    urgency = asked.urgency or (reason.urgency if reason else 3)
    priority = commitments.priority_for(impact=impact, urgency=urgency, at=now)
    service_id = asked.service_id or (reason.service_id if reason else None)
    if service is None and service_id is not None:
        service = estate.service_row(service_id)
    desk = people.desk()
    owner_id = choose_owner(
        rota.candidates(now),
        needed_skill=(reason and reason.skill_id) or (service and service.skill_id) or None,
        load=rota.load(),
        lead_id=desk.lead_id,
    )
    if owner_id is None:
        raise rota.NobodyAtTheDesk
    drawn = draw_ids(
        {
            "tickets_ticket": 1,
            "tickets_ref": 1,
            "tickets_contact": 1,
            "tickets_message": 1,
            "tickets_custody": 1,
        }
    )
    ids = Ids(
        ticket=drawn["tickets_ticket"][0],
        ref=f"T-{drawn['tickets_ref'][0]}",
        contact=drawn["tickets_contact"][0],
        message=drawn["tickets_message"][0],
        custody=drawn["tickets_custody"][0],
    )
    running = _plan_clocks(asked, ids, requester, service, priority, actor, now)
    by_measure = {plan.clock["measure"]: plan.clock for plan in running}
    respond = by_measure["respond"]["due_at"] if "respond" in by_measure else None
    resolve = by_measure["resolve"]["due_at"] if "resolve" in by_measure else None
    by_user = not asked.logged_by_desk
    place_in_queue = matters(
        Case(
            state="new",
            priority=priority,
            opened_at=now,
            respond_due_at=respond,
            resolve_due_at=resolve,
            last_user_word_at=now if by_user else None,
        )
    )
    opening = Opening(
        ids=ids,
        subject=asked.subject.strip(),
        text=asked.text,
        html=asked.html,
        full_text=asked.full_text,
        kind=asked.kind,
        impact=impact,
        urgency=urgency,
        priority=priority,
        channel=asked.channel,
        language=asked.language or requester.language,
        requester_id=requester.id,
        organisation_id=requester.organisation_id,
        place_id=asked.place_id or requester.place_id,
        service_id=service_id,
        item_id=asked.item_id,
        reason_id=asked.reason_id,
        owner_id=owner_id,
        desk_party_id=desk.party_id,
        agent_id=actor.person_id if asked.logged_by_desk else None,
        caller_check=asked.caller_check,
        caller_checked=asked.caller_checked,
        confidential=asked.confidential,
        tags=asked.tags,
        next_promise_at=respond,
        matters=place_in_queue,
        at=now,
        source=asked.source,
        external_id=asked.external_id,
        mail_message_id=asked.mail_message_id,
        author_kind="user",
    )
    plan = plan_opening(opening)
    insert(plan.rows)
    clocks.start_planned(running, actor=actor, now=now)
    for fact in plan.facts:
        announce(fact, actor=actor, at=now)
    if asked.confidential and actor.person_id not in {None, requester.id}:
        following.name(Ticket.objects.get(pk=ids.ticket), actor.person_id, actor=actor, now=now)
    rota.took(owner_id)
    return Opened(
        id=ids.ticket,
        ref=ids.ref,
        uid=plan.rows[0][1]["uid"],
        owner_id=owner_id,
        holder_kind="desk",
        holder_party_id=desk.party_id,
        priority=priority,
        contact_id=drawn["tickets_contact"][0],
        message_id=drawn["tickets_message"][0],
        next_promise_at=respond,
        requester=requester,
        row=plan.rows[0][1],
        clocks=[plan.clock for plan in running],
    )


def _check(asked: Asked) -> None:
    if not asked.subject.strip():
        raise Invalid("Say in a few words what it is about.", field="subject")
    if len(asked.subject) > SUBJECT_LIMIT:
        raise Invalid(
            "The subject has {n} characters; {most} fit.",
            field="subject",
            n=len(asked.subject),
            most=SUBJECT_LIMIT,
        )
    if len(asked.text) > TEXT_LIMIT:
        raise Invalid(
            "The text has {n} characters; {most} fit. Attach the rest as a file.",
            field="description",
            n=len(asked.text),
            most=TEXT_LIMIT,
        )
    if asked.kind not in KINDS:
        raise Invalid(
            "{kind} is no kind of ticket; use one of {known}.",
            field="kind",
            kind=asked.kind,
            known=KINDS,
        )
    if asked.channel not in CHANNELS:
        raise Invalid(
            "{channel} is no channel; use one of {known}.",
            field="channel",
            channel=asked.channel,
            known=CHANNELS,
        )


def _requester(asked: Asked, actor: Actor, now: datetime) -> people.RequesterRow:
    """Who it is for. People who are not at the desk open tickets for themselves only."""
    if not is_desk_side(actor):
        if asked.requester_id not in {None, actor.person_id}:
            raise Forbidden("You can open tickets for yourself only.", field="requester")
        assert actor.person_id is not None
        own = people.requester(person_id=actor.person_id)
        if asked.requester_email and asked.requester_email.strip().lower() != own.email.lower():
            raise Forbidden("You can open tickets for yourself only.", field="requester")
        return own
    if asked.requester_id is not None:
        return people.requester(person_id=asked.requester_id)
    if not asked.requester_email:
        raise Invalid("Say who it is for: an e-mail address or an id.", field="requester")
    found = people.requester_by_email(asked.requester_email)
    if found is not None:
        return found
    person_id = persons.placeholder_for(
        email=asked.requester_email, name=asked.requester_name, actor=actor, now=now
    )
    return people.requester(person_id=person_id)


def _plan_clocks(  # noqa: PLR0917 - a private step of one verb
    asked: Asked,
    ids: Ids,
    requester: people.RequesterRow,
    service: estate.ServiceRow | None,
    priority: str,
    actor: Actor,
    now: datetime,
) -> list[commitment_planning.ClockPlan]:
    targets = commitments.targets_for(
        service_id=None if service is None else service.id,
        organisation_id=requester.organisation_id,
        criticality=None if service is None else service.criticality,
        calendar_key="" if service is None else service.calendar_key,
        priority=priority,
        at=now,
    )
    return [
        commitment_planning.plan_clock(
            subject=Subject("ticket", ids.ticket),
            target=target,
            hours=commitments.hours(target.calendar_id),
            started_at=now,
            actor=actor,
            organisation_id=requester.organisation_id,
            confidential=asked.confidential,
        )
        for target in targets
        if target.measure in {"respond", "resolve"}
    ]


def existing_from_source(*, source: str, external_id: str) -> Ticket | None:
    """The ticket that stands for this record of another system, if there is one."""
    return Ticket.objects.filter(source=source, external_id=external_id).first()
