"""Chores of the job queue: jobs of dead workers go back into it, old finished ones leave it."""

from datetime import datetime, timedelta

import structlog
from django.db import connection

from frontline.foundation import clock
from frontline.foundation.jobs.effects import RETRY_AFTER
from frontline.foundation.transactions import transaction

log = structlog.get_logger(__name__)

#: a worker tells every 10 seconds that it lives; after three missed ones it is taken for dead
DEAD_AFTER = timedelta(seconds=30)
#: no effect may take longer. A worker whose connection broke just as it wrote down the end of one lives on, and would
#: seem busy with it for ever
LONGEST = timedelta(hours=1)
KEEP_FINISHED = timedelta(days=7)

#: back to the queue, the attempt counted; one that has taken so many workers with it fails instead
_RESCUE = """
WITH dead AS (
    SELECT id FROM procrastinate_workers WHERE last_heartbeat < %(before)s
), orphans AS (
    SELECT j.id FROM procrastinate_jobs j WHERE j.status = 'doing'
    AND (j.worker_id IS NULL OR j.worker_id IN (SELECT id FROM dead) OR (
        SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'started') < %(long_ago)s)
    FOR UPDATE SKIP LOCKED
)
UPDATE procrastinate_jobs j SET worker_id = NULL, abort_requested = false, attempts = attempts + 1,
    scheduled_at = CASE WHEN attempts < %(most)s THEN %(now)s ELSE scheduled_at END,
    status = (CASE WHEN attempts < %(most)s THEN 'todo' ELSE 'failed' END)::procrastinate_job_status
FROM orphans WHERE j.id = orphans.id RETURNING j.id, j.task_name
"""


def rescue_orphans(_now: datetime) -> int:
    """Requeue what dead workers left half done, and what nobody can still be doing.

    Heartbeats are real time, whatever the desk's clock shows.
    """
    real = clock.real_now()
    with transaction(), connection.cursor() as cursor:
        cursor.execute(
            _RESCUE,
            {
                "before": real - DEAD_AFTER,
                "long_ago": real - LONGEST,
                "now": real,
                "most": len(RETRY_AFTER),
            },
        )
        rescued = cursor.fetchall()
        cursor.execute("DELETE FROM procrastinate_workers WHERE last_heartbeat < %s", [real - DEAD_AFTER])
    for number, name in rescued:
        log.warning("a worker left a job half done; it is tried again", job=number, task=name)
    return len(rescued)


def prune(_now: datetime) -> int:
    """Finished jobs of a week ago and idempotency keys of two days ago go; failed jobs stay to be looked at."""
    real = clock.real_now()
    with transaction(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs j WHERE j.status IN ('succeeded', 'cancelled', 'aborted') AND NOT EXISTS "
            "(SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= %s)",
            [real - KEEP_FINISHED],
        )
        jobs: int = cursor.rowcount
        cursor.execute(
            "DELETE FROM foundation_idempotency_key WHERE created_at < %s", [real - timedelta(days=2)]
        )
        return jobs + int(cursor.rowcount)
