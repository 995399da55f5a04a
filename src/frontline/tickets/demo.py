"""The tickets of the demo organisation: a year of history by COPY, then the work of this very morning.

History follows the shape of real desks: most of it by telephone and portal, half never handed on, a fifth handed on
twice or more, one in ninety reopened, resolution times with a long tail (figures of the UCI log in docs/measures.md).
What is under way this morning goes through the use cases, as people would do it.
"""

from datetime import UTC, datetime, timedelta
from math import exp
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from frontline.commitments import queries as commitments
from frontline.commitments.logic.clock import MarkKind
from frontline.commitments.planning import ClockPlan, MarkSpec, plan_clock
from frontline.commitments.usecases.copying import copy_planned
from frontline.foundation.demo import Plan
from frontline.foundation.rows import draw_ids
from frontline.foundation.transactions import transaction
from frontline.kernel.actors import SYSTEM, Actor
from frontline.kernel.facts import Origin, Subject
from frontline.kernel.ids import uuid7
from frontline.people import queries as people
from frontline.people.usecases import parties
from frontline.tickets import demo_words as words
from frontline.tickets.histories import Hands, History, Moment, plan_history, write_histories
from frontline.tickets.logic.states import BLOCKERS
from frontline.tickets.models import Macro, Ticket
from frontline.tickets.planning import Ids, Opening
from frontline.tickets.usecases import (
    calls,
    handing,
    opening,
    promising,
    reopening,
    solving,
    talking,
    waiting,
)

BATCH = 1000
YEAR_DAYS = 365
CHANNELS = ("phone", "portal", "mail", "walk_up", "chat")
#: share of contacts by hour of the working day from 07:00 on
BY_HOUR = (2, 7, 12, 13, 11, 7, 6, 9, 10, 9, 7, 4, 2, 1)


def seed(plan: Plan) -> None:
    """History first, then this morning; needs the people, things and hours of the capabilities below."""
    chance = plan.random("tickets")
    _macros()
    history = plan.tickets - MORNING
    done = 0
    for start in range(0, history, BATCH):
        count = min(BATCH, history - start)
        with transaction():
            _write_batch(plan, chance, start, count, history)
        done += count
        if done % (5 * BATCH) == 0 or done == history:
            plan.tell(f"  {done} of {history} past tickets")
    _morning(plan, chance)


def _macros() -> None:
    Macro.objects.bulk_create(
        Macro(name=name, text=text, audience="public", steps=steps)
        for name, text, steps in (
            (
                "First word",
                "Hello {requester_name}, thank you for telling us. I have {ref} now and will write again soon.",
                {"promise_minutes": 60},
            ),
            (
                "Ask for a time to look at it together",
                "Hello {requester_name}, may I look at it together with you? When does it suit you today?",
                {"waiting_for": "requester"},
            ),
            (
                "Restarted",
                "The service was restarted and runs again. Please try once more.",
                {"solve_code": "fixed"},
            ),
        )
    )


def _instant(plan: Plan, chance: Random, position: float) -> datetime:
    """A working moment in the past year, later tickets later; Mondays are busier."""
    day = plan.now - timedelta(days=(1 - position) * YEAR_DAYS + chance.random())
    local = day.astimezone(
        ZoneInfo(chance.choices(["Europe/Berlin", "America/New_York", "Asia/Singapore"], (6, 3, 2))[0])
    )
    if local.weekday() >= 5 and chance.random() < 0.92:
        local -= timedelta(days=local.weekday() - 4 + (chance.random() < 0.35) * -3)
    hour = chance.choices(range(7, 7 + len(BY_HOUR)), BY_HOUR)[0]
    moment = local.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60), microsecond=0)
    return min(moment.astimezone(UTC), plan.now - timedelta(hours=2))


def _write_batch(plan: Plan, chance: Random, start: int, count: int, total: int) -> None:
    at = sorted(_instant(plan, chance, (start + n) / total) for n in range(count))
    ids = draw_ids(
        {
            "tickets_ticket": count,
            "tickets_ref": count,
            "tickets_contact": count,
            "tickets_message": count,
            "tickets_custody": count,
        }
    )
    planned, more, clock_plans = [], [], []
    for n in range(count):
        own = Ids(
            ticket=ids["tickets_ticket"][n],
            ref=f"T-{ids['tickets_ref'][n]}",
            contact=ids["tickets_contact"][n],
            message=ids["tickets_message"][n],
            custody=ids["tickets_custody"][n],
        )
        history, rows, plans = _one(plan, chance, own, at[n])
        planned.append(plan_history(history))
        more.extend(rows)
        clock_plans.extend(plans)
    write_histories(planned, more=more)
    copy_planned(clock_plans)


def _one(
    plan: Plan, chance: Random, ids: Ids, at: datetime
) -> tuple[History, list[tuple[str, dict[str, Any]]], list[ClockPlan]]:
    """One past ticket with its path, messages, handoffs and clocks."""
    folk, things = plan.shared["people"], plan.shared["estate"]
    key = chance.choices(list(words.SAID), (14, 9, 9, 9, 6, 8, 6, 9, 7, 4, 7, 8, 3, 1))[0]
    reason = things.reasons[key]
    service = reason.service
    subject, text = chance.choice(words.SAID[key])
    requester = chance.choice(folk.customers) if chance.random() < 0.03 else chance.choice(folk.users)
    impact, urgency = _grades(chance, reason)
    priority = commitments.priority_for(impact=impact, urgency=urgency, at=at)
    agent = chance.choice(folk.agents)
    desk = folk.parties["Service Desk"]
    minutes = min(exp(chance.gauss(5.3, 1.6)), 60 * 24 * 20)
    solved = at + timedelta(minutes=max(6, minutes))
    solved = min(solved, plan.now - timedelta(minutes=30))
    path = _path(chance, folk, service)
    answer = at + (solved - at) * chance.uniform(0.02, 0.35)
    moments = [Moment(at=answer, state="open", hands=Hands("desk", desk, agent.pk), cause="taken")]
    rows: list[tuple[str, dict[str, Any]]] = [
        _message(ids, 2, agent.pk, answer, chance.choice(words.ANSWERS))
    ]
    step = (solved - answer) / (len(path) + 1)
    blocker = chance.choice(BLOCKERS) if path else ""
    giver, giver_kind = desk, "desk"
    for n, (team, worker) in enumerate(path, start=1):
        party = folk.parties[team]
        kind = "supplier" if team in folk.suppliers else "desk" if team == "Service Desk" else "team"
        offered = answer + step * n - step / 3
        accepted = answer + step * n
        rows.append(
            _handoff(
                chance, ids, (giver, giver_kind), (party, kind), agent.pk, worker, offered, accepted, blocker
            )
        )
        moments.append(Moment(at=accepted, hands=Hands(kind, party, worker), cause="accepted"))
        giver, giver_kind = party, kind
    requester_hands = Hands("requester", parties.party_for_person(person_id=requester.pk))
    moments.append(Moment(at=solved, state="solved", hands=requester_hands, cause="solved", code="fixed"))
    rows.append(_message(ids, 3, agent.pk, solved, chance.choice(words.SOLUTIONS)))
    marks = [MarkSpec(MarkKind.STOP, solved, reason="solved")]
    last, reopened = solved, chance.random() < 0.012 and solved < plan.now - timedelta(days=3)
    if reopened:
        back = solved + timedelta(hours=chance.uniform(1, 30))
        last = back + timedelta(hours=chance.uniform(1, 20))
        moments.append(Moment(at=back, state="open", hands=Hands("desk", desk), cause="reopened"))
        moments.append(Moment(at=last, state="solved", hands=requester_hands, cause="solved", code="fixed"))
        rows.append(
            _message(
                ids, 4, None, back, chance.choice(words.REPLIES), author_kind="user", author=requester.pk
            )
        )
        marks += [MarkSpec(MarkKind.RESUME, back), MarkSpec(MarkKind.STOP, last, reason="solved")]
    if last + timedelta(days=14) < plan.now:
        moments.append(Moment(at=last + timedelta(days=14), state="closed", cause="window_over"))
    o = Opening(
        ids=ids,
        subject=subject,
        text=text,
        kind=reason.kind,
        impact=impact,
        urgency=urgency,
        priority=priority,
        channel=chance.choices(CHANNELS, (50, 24, 18, 5, 3))[0],
        language=requester.language,
        requester_id=requester.pk,
        organisation_id=requester.organisation_id,
        place_id=requester.place_id,
        service_id=None if service is None else service.pk,
        item_id=things.devices[requester.pk].pk
        if key.startswith("laptop") and requester.pk in things.devices
        else None,
        reason_id=reason.pk,
        owner_id=agent.pk,
        desk_party_id=desk,
        agent_id=agent.pk,
        at=at,
        origin=Origin.HISTORY,
    )
    history = History(
        opening=o,
        moments=moments,
        blocker=blocker,
        extra={"first_response_at": answer, "last_desk_word_at": last},
    )
    return history, rows, _clocks(o, service, answer, marks)


def _grades(chance: Random, reason: Any) -> tuple[int, int]:
    impact = min(3, max(1, reason.impact + chance.choices((-1, 0), (8, 92))[0]))
    urgency = min(3, max(1, reason.urgency + chance.choices((-1, 0, 1), (8, 80, 12))[0]))
    return impact, urgency


def _path(chance: Random, folk: Any, service: Any) -> list[tuple[str, int | None]]:
    """Where it is handed: nowhere in 54 of 100, once in 25, more often in the rest; now and then back and forth."""
    hops = chance.choices((0, 1, 2, 3, 4), (54, 25, 13, 6, 2))[0]
    if hops == 0:
        return []
    home = next(
        (n for n, t in folk.teams.items() if service is not None and t.pk == service.team_id), "Workplace"
    )
    others = [n for n in folk.teams if n not in {home, "Service Desk"}]
    names = [chance.choice(others) if hops > 1 and chance.random() < 0.4 else home]
    while len(names) < hops:
        pool = [home, chance.choice(others), chance.choice(list(folk.suppliers)), "Service Desk"]
        names.append(next(n for n in chance.sample(pool, len(pool)) if n != names[-1]))
    return [(name, None) for name in names]


def _message(
    ids: Ids,
    seq: int,
    agent: int | None,
    at: datetime,
    text: str,
    *,
    author_kind: str = "desk",
    author: int | None = None,
) -> tuple[str, dict[str, Any]]:
    row = {
        "uid": uuid7(),
        "ticket_id": ids.ticket,
        "seq": seq,
        "audience": "public",
        "author_kind": author_kind,
        "author_id": agent if author is None else author,
        "channel": "portal",
        "at": at,
        "text": text,
        "html": "",
        "full_text": "",
        "language": "en",
        "nothing_new_because": "",
        "comes_next": "",
        "mail_message_id": "",
        "external_id": None,
        "delivery": "",
        "erased_at": None,
    }
    return "tickets_message", row


def _handoff(  # noqa: PLR0917
    chance: Random,
    ids: Ids,
    giver: tuple[int, str],
    receiver: tuple[int, str],
    agent: int,
    worker: int | None,
    offered: datetime,
    accepted: datetime,
    blocker: str,
) -> tuple[str, dict[str, Any]]:
    return "tickets_handoff", {
        "uid": uuid7(),
        "ticket_id": ids.ticket,
        "lane": 0,
        "giver_id": giver[0],
        "giver_kind": giver[1],
        "receiver_id": receiver[0],
        "receiver_kind": receiver[1],
        "offered_by_id": agent,
        "offered_at": offered,
        "why": chance.choice(words.WHY),
        "tried": chance.choice(words.TRIED),
        "asked": chance.choice(words.ASKED),
        "blocker": blocker,
        "state": "accepted",
        "answered_at": accepted,
        "answered_by_id": worker,
        "return_code": "",
        "return_text": "",
    }


def _clocks(o: Opening, service: Any, answer: datetime, marks: list[MarkSpec]) -> list[ClockPlan]:
    """Response and resolution as they ran: the answer stops one, the solution the other."""
    targets = commitments.targets_for(
        service_id=o.service_id,
        organisation_id=o.organisation_id,
        criticality=None if service is None else service.criticality,
        calendar_key="" if service is None else service.calendar_key,
        priority=o.priority,
        at=o.at,
    )
    return [
        plan_clock(
            subject=Subject("ticket", o.ids.ticket),
            target=target,
            hours=commitments.hours(target.calendar_id),
            started_at=o.at,
            actor=SYSTEM,
            organisation_id=o.organisation_id,
            origin=Origin.HISTORY,
            history=[MarkSpec(MarkKind.STOP, answer, reason="answered")]
            if target.measure == "respond"
            else marks,
        )
        for target in targets
        if target.measure in {"respond", "resolve"}
    ]


#: tickets opened this morning, one by one, through the use cases
MORNING = 60


def _morning(plan: Plan, chance: Random) -> None:
    """What is under way at the demo's first minute: every reason for standing in the queue is there."""
    folk = plan.shared["people"]
    friday = plan.now - timedelta(days=2, hours=18)  # 14:30 on Friday
    opened_at = [friday + timedelta(minutes=18 * n) for n in range(OVER_THE_WEEKEND)]
    first = plan.now - timedelta(hours=2, minutes=20)
    gap = timedelta(minutes=135) / (MORNING - OVER_THE_WEEKEND)
    opened_at += [first + gap * n for n in range(MORNING - OVER_THE_WEEKEND)]
    for n, at in enumerate(opened_at):
        ref = _call_in(plan, chance, at)
        _go_on(plan, chance, ref, at, n)
    _returned_to_ben(plan, folk)


#: of these, some have been lying since Friday afternoon
OVER_THE_WEEKEND = 8


def _as(person: Any, at: datetime) -> Actor:
    return people.actor_of_person(person_id=person.pk, now=at)


def _call_in(plan: Plan, chance: Random, at: datetime) -> str:
    folk, things = plan.shared["people"], plan.shared["estate"]
    key = chance.choice(list(words.SAID))
    reason = things.reasons[key]
    subject, text = chance.choice(words.SAID[key])
    caller = chance.choice(folk.users)
    call = calls.Call(
        person_id=caller.pk,
        subject=subject,
        text=text,
        reason_id=reason.pk,
        service_id=reason.service_id,
        item_id=things.devices[caller.pk].pk if caller.pk in things.devices else None,
        impact=_grades(chance, reason)[0],
        urgency=_grades(chance, reason)[1],
        kind=reason.kind,
        caller_check="employee_number",
        caller_checked=True,
    )
    return calls.log_call(call=call, actor=_as(chance.choice(folk.agents), at), now=at).ref


def _go_on(plan: Plan, chance: Random, ref: str, at: datetime, n: int) -> None:
    """Different things have happened to each by now."""
    folk = plan.shared["people"]
    agent = _as(chance.choice(folk.agents), at)
    soon = min(at + timedelta(minutes=chance.randint(2, 25)), plan.now)
    kind = n % 10
    if kind in {1, 2, 3, 4, 5, 6, 8, 9}:
        said = talking.Said(text=chance.choice(words.ANSWERS))
        talking.add_message(ref=ref, said=said, actor=agent, now=soon)
    if kind in {2, 8}:
        due = plan.now + timedelta(minutes=chance.randint(8, 180))
        promising.promise_update(ref=ref, due_at=due, actor=agent, now=soon)
    if kind in {3, 4}:
        _hand(plan, chance, ref, agent, soon, accepted=kind == 4)
    if kind == 9:
        said = talking.Said(text=chance.choice(words.REPLIES), author_kind="user", author_id=_requester(ref))
        talking.add_message(ref=ref, said=said, actor=SYSTEM, now=min(soon + timedelta(minutes=5), plan.now))
    if kind == 5:
        waiting.wait_for(ref=ref, waiting_for="requester", actor=agent, now=soon)
    if kind in {6, 7}:
        solving.solve_ticket(
            ref=ref, code="fixed", text=chance.choice(words.SOLUTIONS), actor=agent, now=soon
        )
        if kind == 6 and n % 20 == 6:
            reopening.reopen(ref=ref, actor=SYSTEM, now=min(soon + timedelta(minutes=40), plan.now))


def _requester(ref: str) -> int:
    return Ticket.objects.values_list("requester_id", flat=True).get(ref=ref)


def _hand(plan: Plan, chance: Random, ref: str, agent: Actor, at: datetime, *, accepted: bool) -> None:
    folk = plan.shared["people"]
    team, person = chance.choice(
        [("Network", "Nils Brandt"), ("Identity", "Ida Sommer"), ("Applications", "Marta Kowalska")]
    )
    offer = handing.hand_over(
        ref=ref,
        to_party_id=folk.parties[team],
        why=chance.choice(words.WHY),
        tried=chance.choice(words.TRIED),
        asked=chance.choice(words.ASKED),
        blocker=chance.choice(BLOCKERS),
        actor=agent,
        now=at,
    )
    if accepted:
        handing.accept_handoff(
            handoff_uid=offer.uid,
            actor=_as(folk.named[person], at),
            now=min(at + timedelta(minutes=9), plan.now),
        )


def _returned_to_ben(plan: Plan, folk: Any) -> None:
    """A handoff came back this morning, and one case is in its third team."""
    ben, nils = _as(folk.named["Ben Fischer"], plan.now), _as(folk.named["Nils Brandt"], plan.now)
    at = plan.now - timedelta(minutes=50)
    asked = opening.Asked(
        subject="Certificate warning on the intranet",
        text="Since Friday every page warns me that it is not safe.",
        requester_id=folk.named["Omar Haddad"].pk,
        logged_by_desk=True,
        channel="phone",
    )
    ref = opening.open_ticket(asked=asked, actor=ben, now=at).ref
    offer = handing.hand_over(
        ref=ref,
        to_party_id=folk.parties["Network"],
        why=words.WHY[0],
        tried=words.TRIED[0],
        asked=words.ASKED[0],
        blocker="tool",
        actor=ben,
        now=at + timedelta(minutes=5),
    )
    handing.return_handoff(
        handoff_uid=offer.uid,
        code="not_ours",
        text="This is a certificate, not the network.",
        actor=nils,
        now=at + timedelta(minutes=20),
    )
    chain = (("Network", "Nils Brandt"), ("Identity", "Ida Sommer"), ("Applications", "Marta Kowalska"))
    giver, ref2 = (
        ben,
        opening.open_ticket(
            asked=opening.Asked(
                subject="Signing documents fails for the whole team",
                text="None of us can sign contracts since this morning.",
                requester_id=folk.named["Anna Berg"].pk,
                logged_by_desk=True,
                channel="phone",
                impact=2,
                urgency=2,
            ),
            actor=ben,
            now=plan.now - timedelta(hours=3),
        ).ref,
    )
    for n, (team, name) in enumerate(chain):
        when = plan.now - timedelta(minutes=150 - n * 45)
        offer = handing.hand_over(
            ref=ref2,
            to_party_id=folk.parties[team],
            why=words.WHY[n],
            tried=words.TRIED[n],
            asked=words.ASKED[n],
            blocker="knowledge",
            actor=giver,
            now=when,
        )
        giver = _as(folk.named[name], when)
        handing.accept_handoff(handoff_uid=offer.uid, actor=giver, now=when + timedelta(minutes=12))
