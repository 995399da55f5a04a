"""The tickets of the demo organisation: a year of history by COPY, then the work of this very morning.

History follows the shape of real desks: most of it by telephone and portal, half never handed on, a fifth handed on
twice or more, one in ninety reopened, resolution times with a long tail (figures of the UCI log in docs/measures.md).
What is under way this morning goes through the use cases, as people would do it.
"""

from frontline.foundation.demo import Plan
from frontline.foundation.transactions import transaction
from frontline.tickets.demo.history import BATCH, write_batch
from frontline.tickets.demo.morning import MORNING, with_the_supplier, work_of_this_morning
from frontline.tickets.models import Macro


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
    with_the_supplier(plan)


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
