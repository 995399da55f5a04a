"""Effects outside the database: sent at least once, one at a time per (effect, subject), retried with back-off.

    @effect("channels.send_mail")
    def send(*, message_id: int) -> None: ...

    send.defer(subject=Subject("ticket", 7), message_id=12)   # inside a use case's transaction or a reaction

The job commits with the change that wants it, so a rolled-back change sends nothing and a committed one is never
forgotten. Whoever sends must carry an id made before the first attempt: an attempt of unknown fate is repeated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from procrastinate import RetryDecision, jobs
from procrastinate.contrib.django import app
from procrastinate.retry import BaseRetryStrategy

from frontline.foundation.transactions import require_transaction
from frontline.kernel.errors import DeskError
from frontline.kernel.facts import Subject

QUEUE = "effects"
#: seconds until the n-th repetition, in real time: what is outside does not follow a demo's clock. About three days.
RETRY_AFTER = (10, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600, 24 * 3600)


class GiveUp(DeskError):
    """Repeating would not help: the receiver refused for good."""


class _BackOff(BaseRetryStrategy):
    """Waits longer each time, and not at all for `GiveUp`."""

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> RetryDecision | None:
        if isinstance(exception, GiveUp) or job.attempts >= len(RETRY_AFTER):
            return None
        return RetryDecision(retry_in={"seconds": RETRY_AFTER[job.attempts]})


@dataclass(frozen=True, slots=True)
class Effect:
    """What `@effect` makes of a function; `run` is the function itself."""

    name: str
    run: Callable[..., None]
    _task: Any

    def defer(self, *, subject: Subject, **arguments: Any) -> int:
        """Ask for it once, with JSON values; returns the job's number. Needs the transaction of the change."""
        require_transaction()
        number: int = self._task.configure(lock=f"{self.name}/{subject}").defer(**arguments)
        return number


def effect(name: str) -> Callable[[Callable[..., None]], Effect]:
    """Declare an effect in a capability's `jobs.py`; `name` is stable, jobs in the queue carry it."""

    def declare(run: Callable[..., None]) -> Effect:
        return Effect(name, run, app.task(name=name, queue=QUEUE, retry=_BackOff())(run))

    return declare
