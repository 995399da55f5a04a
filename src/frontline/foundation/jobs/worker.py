"""The worker: runs outside effects, several at a time, until told to stop."""

import asyncio
import contextlib
from typing import Any

from procrastinate.contrib.django import app

from frontline.foundation.jobs.effects import QUEUE

#: seconds that running effects get to end after the wish to stop; then they are left to the sweep
GRACE = 8.0


def work(*, concurrency: int, wait: bool = True) -> None:
    """`wait` False ends when the queue is empty (tests, the demo's clock)."""
    asyncio.run(_work(concurrency, wait))


async def _work(concurrency: int, wait: bool) -> None:  # noqa: FBT001 - private
    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as own:
        async with own.open_async():
            await own.run_worker_async(
                queues=[QUEUE],
                concurrency=concurrency,
                wait=wait,
                listen_notify=wait,
                fetch_job_polling_interval=5.0,
                shutdown_graceful_timeout=GRACE,
                install_signal_handlers=wait,
            )


def drain() -> None:
    """Run what is in the queue now, in this process, to its end."""
    with contextlib.suppress(asyncio.CancelledError):
        work(concurrency=1, wait=False)
