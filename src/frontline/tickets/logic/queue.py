"""What matters first: the instant by which somebody should act, and the fact that says so.

Every reason is an instant fixed when it arose, so a ticket only ever moves up as time passes: none starves. The
reason is a fact about the case ("4 h without word"), never a judgement of a person, and nothing a user writes or
the language they write in has a part in it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from frontline.tickets.logic.states import LIVE


class Why(StrEnum):
    """Reason codes; worded in the reader's language when shown."""

    PROMISE = "promise_due"
    RESPOND = "response_due"
    RESOLVE = "solution_due"
    SILENT = "silent"
    WROTE = "user_wrote"
    HANDOFFS = "handoffs"
    RETURNED = "returned"
    OFFERED = "offer_waits"
    REOPENED = "reopened"
    CHASE = "no_answer"


#: how long a user may go without word, by priority
SILENCE = {
    "P1": timedelta(minutes=30),
    "P2": timedelta(hours=1),
    "P3": timedelta(hours=4),
    "P4": timedelta(hours=8),
    "P5": timedelta(hours=24),
}
ANSWER_WITHIN = timedelta(hours=1)
OFFER_WITHIN = timedelta(minutes=30)
RETURN_WITHIN = timedelta(minutes=30)
REOPEN_WITHIN = timedelta(minutes=30)
HANDOFF_WITHIN = timedelta(minutes=45)
MANY_HANDOFFS = 3
CHASE_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the order looks at: instants and counts, no words, no names."""

    state: str
    waiting_for: str = ""
    priority: str
    opened_at: datetime
    next_promise_at: datetime | None = None
    respond_due_at: datetime | None = None
    resolve_due_at: datetime | None = None
    last_user_word_at: datetime | None = None
    last_desk_word_at: datetime | None = None
    handoff_count: int = 0
    last_handoff_at: datetime | None = None
    offered_at: datetime | None = None
    returned_at: datetime | None = None
    reopened_at: datetime | None = None
    reopen_count: int = 0


@dataclass(frozen=True, slots=True)
class Matters:
    """Place in the queue: act by `at`, because of `code`; `count` fills the phrase in (minutes, times)."""

    at: datetime
    code: Why
    count: int = 0


def matters(case: Case) -> Matters | None:
    """The most urgent reason, or None for a ticket nobody has to act on."""
    if case.state not in LIVE:
        return None
    reasons = _while_waiting_for_user(case) if case.waiting_for == "requester" else _while_ours(case)
    return min(reasons, key=lambda m: (m.at, list(Why).index(m.code)))


def _while_waiting_for_user(case: Case) -> list[Matters]:
    since = case.last_desk_word_at or case.opened_at
    reasons = [Matters(since + CHASE_AFTER, Why.CHASE, int(CHASE_AFTER.total_seconds() // 60))]
    if case.next_promise_at is not None:
        reasons.append(Matters(case.next_promise_at, Why.PROMISE))
    return reasons


def _while_ours(case: Case) -> list[Matters]:
    word = max(filter(None, [case.last_desk_word_at, case.opened_at]))
    silence = SILENCE[case.priority]
    reasons = [Matters(word + silence, Why.SILENT, int(silence.total_seconds() // 60))]
    if case.next_promise_at is not None:
        reasons.append(Matters(case.next_promise_at, Why.PROMISE))
    if case.respond_due_at is not None:
        reasons.append(Matters(case.respond_due_at, Why.RESPOND))
    if case.resolve_due_at is not None:
        reasons.append(Matters(case.resolve_due_at, Why.RESOLVE))
    if case.last_user_word_at is not None and case.last_user_word_at > word:
        reasons.append(Matters(case.last_user_word_at + ANSWER_WITHIN, Why.WROTE))
    if case.handoff_count >= MANY_HANDOFFS and case.last_handoff_at is not None:
        reasons.append(Matters(case.last_handoff_at + HANDOFF_WITHIN, Why.HANDOFFS, case.handoff_count))
    if case.offered_at is not None:
        reasons.append(Matters(case.offered_at + OFFER_WITHIN, Why.OFFERED))
    if case.returned_at is not None:
        reasons.append(Matters(case.returned_at + RETURN_WITHIN, Why.RETURNED))
    if case.reopened_at is not None:
        reasons.append(Matters(case.reopened_at + REOPEN_WITHIN, Why.REOPENED, case.reopen_count))
    return reasons
