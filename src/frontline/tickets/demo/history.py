"""A year of past tickets, written by COPY in batches."""

from collections.abc import Mapping
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
from frontline.kernel.actors import SYSTEM
from frontline.kernel.facts import Origin, Subject
from frontline.kernel.ids import uuid7
from frontline.people.usecases import parties
from frontline.tickets.demo import words
from frontline.tickets.demo.grades import grades
from frontline.tickets.histories import Hands, History, Moment, plan_history, write_histories
from frontline.tickets.logic.states import BLOCKERS
from frontline.tickets.planning import Ids, Opening

BATCH = 1000
YEAR_DAYS = 365
CHANNELS = ("phone", "portal", "mail", "walk_up", "chat")
#: share of contacts by hour of the working day from 07:00 on
BY_HOUR = (2, 7, 12, 13, 11, 7, 6, 9, 10, 9, 7, 4, 2, 1)


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


def write_batch(plan: Plan, chance: Random, start: int, count: int, total: int) -> None:
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
    folk = plan.shared["people"]
    hands = parties.parties_for_people(person_ids={one.pk for one in (*folk.users, *folk.customers)})
    planned, more, clock_plans = [], [], []
    for n in range(count):
        own = Ids(
            ticket=ids["tickets_ticket"][n],
            ref=f"T-{ids['tickets_ref'][n]}",
            contact=ids["tickets_contact"][n],
            message=ids["tickets_message"][n],
            custody=ids["tickets_custody"][n],
        )
        history, rows, plans = _one(plan, chance, hands, own, at[n])
        planned.append(plan_history(history))
        more.extend(rows)
        clock_plans.extend(plans)
    write_histories(planned, more=more)
    copy_planned(clock_plans)


def _one(
    plan: Plan, chance: Random, hands: Mapping[int, int], ids: Ids, at: datetime
) -> tuple[History, list[tuple[str, dict[str, Any]]], list[ClockPlan]]:
    """One past ticket with its path, messages, handoffs and clocks; `hands` has the requesters' parties."""
    folk, things = plan.shared["people"], plan.shared["estate"]
    key = chance.choices(list(words.SAID), (14, 9, 9, 9, 6, 8, 6, 9, 7, 4, 7, 8, 3, 1))[0]
    reason = things.reasons[key]
    service = reason.service
    subject, text = chance.choice(words.SAID[key])
    requester = chance.choice(folk.customers) if chance.random() < 0.03 else chance.choice(folk.users)
    impact, urgency = grades(chance, reason)
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
    requester_hands = Hands("requester", hands[requester.pk])
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
