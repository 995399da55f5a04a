"""What is under way at the demo's first minute: every reason for standing in the queue is there."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from frontline.foundation.demo import Plan
from frontline.kernel.actors import SYSTEM, Actor
from frontline.people import queries as people
from frontline.tickets.demo import words
from frontline.tickets.demo.grades import grades
from frontline.tickets.logic.states import BLOCKERS
from frontline.tickets.models import Ticket
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

#: tickets opened this morning, one by one, through the use cases
MORNING = 60


def work_of_this_morning(plan: Plan, chance: Random) -> None:
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
        impact=grades(chance, reason)[0],
        urgency=grades(chance, reason)[1],
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


def with_the_supplier(plan: Plan) -> None:
    """Contoso has one Payroll case in hand and is offered another: their people sign in and see just these."""
    folk, things = plan.shared["people"], plan.shared["estate"]
    for n, (subject, text) in enumerate(words.SAID["payroll"]):
        at = plan.now - timedelta(hours=4 - n)
        ben = _as(folk.named["Ben Fischer"], at)
        asked = opening.Asked(
            subject=subject,
            text=text,
            requester_id=folk.named["Omar Haddad"].pk,
            service_id=things.services["Payroll"].pk,
            impact=2,
            urgency=2,
            channel="phone",
            logged_by_desk=True,
        )
        ref = opening.open_ticket(asked=asked, actor=ben, now=at).ref
        offer = handing.hand_over(
            ref=ref,
            to_party_id=folk.parties["Contoso"],
            why=words.WHY[2],
            tried=words.TRIED[1],
            asked=words.ASKED[2],
            blocker="supplier",
            actor=ben,
            now=at + timedelta(minutes=20),
        )
        if n == 0:
            sam = _as(folk.named["Sam Porter"], at)
            handing.accept_handoff(handoff_uid=offer.uid, actor=sam, now=at + timedelta(minutes=50))
