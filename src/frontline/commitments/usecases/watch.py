"""The watch gives each warning and each breach once, however many watchers run.

A watcher claims rows whose next look has come, skipping those another one holds; it judges them by their rows, which
are the fold of their marks, and commits the row and the fact together.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from frontline.commitments.queries import SELECT, ClockRow, rows
from frontline.commitments.usecases.turns import announce_turns, look
from frontline.foundation.transactions import transaction
from frontline.kernel.actors import SYSTEM

BATCH = 500
#: batches in one round, so that a storm of breaches does not keep the watch from its other chores
ROUNDS = 20

_CLAIM = f"""
SELECT {SELECT} FROM commitments_clock WHERE next_look <= %s
ORDER BY next_look LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""  # noqa: S608 - the columns are ours

_KEEP = """
UPDATE commitments_clock c SET warned_at = t.warned_at, breached_at = t.breached_at, next_look = t.next_look
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
     AS t(id, warned_at, breached_at, next_look)
WHERE c.id = t.id
"""


def run_due(now: datetime, *, batch: int = BATCH, rounds: int = ROUNDS) -> int:
    """Look at every clock whose time has come; returns how many were looked at. A transaction a batch."""
    total = 0
    for _ in range(rounds):
        with transaction():
            done = _look_at_batch(now, batch)
        total += done
        if done < batch:
            break
    return total


def _look_at_batch(now: datetime, batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, batch])
        claimed = rows(cursor.fetchall())
        if not claimed:
            return 0
        after = [look(row, now) for row in claimed]
        _keep(after)
    for row, seen in zip(claimed, after, strict=True):
        announce_turns(row, seen, actor=SYSTEM, at=now)
    return len(claimed)


def _keep(after: Sequence[ClockRow]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                [row.id for row in after],
                [row.warned_at for row in after],
                [row.breached_at for row in after],
                [row.next_look for row in after],
            ],
        )
