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
from frontline.tickets.demo import words
from frontline.tickets.demo.history import BATCH, write_batch
from frontline.tickets.demo.morning import MORNING, work_of_this_morning
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


def seed(plan: Plan) -> None:
    """History first, then this morning; needs the people, things and hours of the capabilities below."""
    chance = plan.random("tickets")
    _macros()
    history = plan.tickets - MORNING
    done = 0
    for start in range(0, history, BATCH):
        count = min(BATCH, history - start)
        with transaction():
            write_batch(plan, chance, start, count, history)
        done += count
        if done % (5 * BATCH) == 0 or done == history:
            plan.tell(f"  {done} of {history} past tickets")
    work_of_this_morning(plan, chance)


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
