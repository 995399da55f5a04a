"""Tickets with a past, many at once: the same rows the use cases leave, planned purely and written by COPY.

A history is an opening and the moments after it. Imports and the demo organisation both go through here; a test
compares what this plans with what the use cases write, row for row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from frontline.foundation.facts.announce import Announced, announced
from frontline.foundation.facts.bulk import copy_facts
from frontline.foundation.rows import copy
from frontline.foundation.transactions import require_transaction
from frontline.kernel.actors import SYSTEM, Actor
from frontline.kernel.facts import Audience, Fact, Subject
from frontline.tickets.facts import (
    CustodyPassed,
    OwnerChanged,
    StateChanged,
    TicketClosed,
    TicketReopened,
    TicketSolved,
)
from frontline.tickets.logic.states import ENDED, State
from frontline.tickets.planning import Opening, Plan, plan_opening, search_vector

REOPEN_WINDOW = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Hands:
    """Who has it: kind, party and, inside a team, the person at work."""

    kind: str
    party: int | None
    worker: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something changed at an instant. None leaves a thing as it was; order in the list is the truth."""

    at: datetime
    state: str | None = None
    waiting_for: str = ""
    hands: Hands | None = None
    cause: str = ""
    owner_id: int | None = None
    code: str = ""
    actor: Actor = SYSTEM


@dataclass(slots=True, kw_only=True)
class History:
    """A ticket and all that happened to it. `custody_ids` has one id for each segment the moments make."""

    opening: Opening
    moments: Sequence[Moment] = ()
    blocker: str = ""
    #: columns of the ticket row that do not follow from the moments
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Walk:
    """The state of a ticket while its moments are played. Reopening puts the chain on where it ended."""

    state: str
    waiting_for: str
    hands: Hands
    owner_id: int
    custody: list[dict[str, Any]]
    facts: list[Announced]
    ended: bool = False
    reopened: int = 0
    passed: int = 0
    solved_at: datetime | None = None
    closed_at: datetime | None = None
    solve_code: str = ""
    last_at: datetime | None = None


def plan_history(history: History) -> tuple[Plan, list[Announced]]:
    """Rows and facts of one ticket with its past. Instants that step back are lifted to the one before."""
    o = history.opening
    plan = plan_opening(o)
    rows = dict(plan.rows)
    ticket, first = rows["tickets_ticket"], rows["tickets_custody"]
    walk = _Walk(
        state="new",
        waiting_for="",
        hands=Hands(o.holder_kind, o.desk_party_id, None),
        owner_id=o.owner_id,
        custody=[first],
        facts=[announced(fact, actor=SYSTEM, at=o.at, origin=o.origin) for fact in plan.facts],
        last_at=o.at,
    )
    for moment in history.moments:
        _play(walk, moment, o)
    _settle(ticket, walk, history)
    others = [(table, row) for table, row in plan.rows if table not in {"tickets_ticket", "tickets_custody"}]
    custody = [("tickets_custody", {k: v for k, v in row.items() if k != "id"}) for row in walk.custody]
    return Plan([("tickets_ticket", ticket), *others, *custody]), walk.facts


def _about(o: Opening, widest: Audience = Audience.INTERNAL) -> dict[str, Any]:
    return {
        "subject": Subject("ticket", o.ids.ticket),
        "organisation_id": o.organisation_id,
        "audience": Audience.CONFIDENTIAL if o.confidential else widest,
        "ticket_id": o.ids.ticket,
    }


def _play(walk: _Walk, moment: Moment, o: Opening) -> None:
    assert walk.last_at is not None
    at = max(moment.at, walk.last_at)
    walk.last_at = at

    def tell(fact: Fact) -> None:
        walk.facts.append(announced(fact, actor=moment.actor, at=at, origin=o.origin))

    if moment.owner_id is not None and moment.owner_id != walk.owner_id:
        tell(
            OwnerChanged(
                **_about(o, Audience.PUBLIC),
                was=walk.owner_id,
                to=moment.owner_id,
                cause=moment.cause or "passed_on",
            )
        )
        walk.owner_id = moment.owner_id
    if moment.state is not None and (moment.state, moment.waiting_for) != (walk.state, walk.waiting_for):
        _change_state(walk, moment, at, o, tell)
    if walk.ended:  # a record after the end: the chain reaches to it
        walk.custody[-1]["until"] = at
        walk.closed_at = at
    if moment.hands is not None and moment.hands != walk.hands:
        _change_hands(walk, moment, at, o, tell)


def _change_state(walk: _Walk, moment: Moment, at: datetime, o: Opening, tell: Any) -> None:
    was, to = walk.state, moment.state
    assert to is not None
    tell(
        StateChanged(
            **_about(o, Audience.PUBLIC),
            was=was,
            to=to,
            waiting_for=moment.waiting_for,
            code=moment.code or moment.cause,
        )
    )
    walk.state, walk.waiting_for = to, moment.waiting_for
    if to == State.SOLVED:
        walk.solved_at, walk.solve_code = at, moment.code or "fixed"
        tell(
            TicketSolved(
                **_about(o),
                code=walk.solve_code,
                blocker="",
                solver_id=moment.actor.person_id,
                message_id=None,
            )
        )
    elif to in ENDED:
        walk.closed_at, walk.ended = at, True
        walk.custody[-1]["until"] = at
        tell(TicketClosed(**_about(o), cause=moment.cause or "closed"))
    elif was in {*ENDED, State.SOLVED}:
        walk.reopened += 1
        walk.solved_at = walk.closed_at = None
        walk.ended = False
        tell(TicketReopened(**_about(o), cause=moment.cause or "reopened"))
        if walk.custody[-1]["until"] is not None:  # the chain goes on where it ended
            _begin(walk, walk.hands, walk.custody[-1]["until"], "reopened", o)


def _change_hands(walk: _Walk, moment: Moment, at: datetime, o: Opening, tell: Any) -> None:
    assert moment.hands is not None
    walk.custody[-1]["until"] = at
    if moment.hands.kind in {"team", "supplier"} and moment.hands.party != walk.hands.party:
        walk.passed += 1
    walk.hands = moment.hands
    _begin(walk, moment.hands, at, moment.cause or "passed", o)
    if walk.ended:
        walk.custody[-1]["until"] = at
    tell(
        CustodyPassed(
            **_about(o, Audience.PUBLIC),
            lane=0,
            seq=walk.custody[-1]["seq"],
            holder_kind=moment.hands.kind,
            party_id=moment.hands.party,
            worker_id=moment.hands.worker,
            cause=moment.cause or "passed",
        )
    )


def _begin(walk: _Walk, hands: Hands, at: datetime, cause: str, o: Opening) -> None:
    last = walk.custody[-1]
    walk.custody.append(
        {
            "ticket_id": o.ids.ticket,
            "lane": 0,
            "seq": last["seq"] + 1,
            "prev_seq": last["seq"],
            "holder_kind": hands.kind,
            "holder_id": hands.party,
            "worker_id": hands.worker,
            "since": at,
            "until": None,
            "cause": cause,
        }
    )


def _settle(ticket: dict[str, Any], walk: _Walk, history: History) -> None:
    """The ticket row as it stands after the last moment."""
    live = walk.state not in {*ENDED, State.SOLVED}
    ticket.update(
        state=walk.state,
        waiting_for=walk.waiting_for,
        owner_id=walk.owner_id,
        holder_kind=walk.hands.kind,
        holder_id=walk.hands.party,
        worker_id=walk.hands.worker,
        updated_at=walk.last_at,
        solved_at=walk.solved_at,
        closed_at=walk.closed_at,
        reopen_until=walk.solved_at + REOPEN_WINDOW
        if walk.solved_at and walk.state == State.SOLVED
        else None,
        solve_code=walk.solve_code if walk.solved_at else "",
        handoff_count=walk.passed,
        reopen_count=walk.reopened,
        blocker=history.blocker,
        version=1 + len(history.moments),
    )
    if not live:
        ticket.update(matters_at=None, matters_code="", matters_count=0, next_promise_at=None)
    ticket.update(history.extra)


def write_histories(
    planned: Iterable[tuple[Plan, list[Announced]]], *, more: Sequence[tuple[str, dict[str, Any]]] = ()
) -> int:
    """Copy planned tickets, table by table, with `more` rows of tables that depend on them. Returns the tickets.

    The caller opens the transaction and decides how many go at once.
    """
    require_transaction()
    tables: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
    facts: list[Announced] = []
    for plan, told in planned:
        for table, row in plan.rows:
            tables.setdefault((table, tuple(row)), []).append(row)
        facts.extend(told)
    for table, row in more:
        tables.setdefault((table, tuple(row)), []).append(row)
    tickets = [row for (table, _), rows in tables.items() if table == "tickets_ticket" for row in rows]
    _index(
        tickets, [row for (table, _), rows in tables.items() if table == "tickets_message" for row in rows]
    )
    order = ("tickets_ticket", "tickets_message", "tickets_contact", "tickets_custody")
    for (table, _), rows in sorted(
        tables.items(), key=lambda t: order.index(t[0][0]) if t[0][0] in order else 9
    ):
        copy(table, rows)
    copy_facts(facts)
    return len(tickets)


def _index(tickets: Sequence[dict[str, Any]], messages: Sequence[dict[str, Any]]) -> None:
    """What each ticket is found by: its own words and all that was said on it."""
    bodies: dict[int, list[str]] = {}
    for message in messages:
        bodies.setdefault(message["ticket_id"], []).append(message["text"])
    for t in tickets:
        t["search"] = search_vector(
            ref=t["ref"],
            external_id=t["external_id"],
            subject=t["subject"],
            text="\n".join(bodies.get(t["id"], [])),
            language=t["language"],
        )
