"""Tells the web processes that there are new facts: one NOTIFY for many, never one a transaction.

A NOTIFY in each transaction takes a lock over all of them at commit and halves what the database writes.
"""

import time

from frontline.foundation.facts.dispatch import SETTLED
from frontline.foundation.prepared import prepared

CHANNEL = "frontline_facts"
#: at most one NOTIFY in this many seconds
RHYTHM = 0.05

_LAST = (
    f"SELECT xid::text || '-' || id FROM foundation_fact WHERE {SETTLED} ORDER BY xid DESC, id DESC LIMIT 1"  # noqa: S608
)


class Announcer:
    """Remembers what it told last; `tell()` looks, and sends the position of the newest settled fact."""

    def __init__(self) -> None:
        self._told: str | None = None
        self._told_at = -1e9

    def tell(self) -> bool:
        """True when it sent a NOTIFY. Call it often: it waits for its rhythm by itself, without sleeping."""
        if time.monotonic() - self._told_at < RHYTHM:
            return False
        with prepared() as cursor:
            cursor.execute(f"SELECT last.p FROM ({_LAST}) AS last(p)")  # noqa: S608 - ours
            row = cursor.fetchone()
            if row is None or row[0] == self._told:
                return False
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, row[0]])
        self._told, self._told_at = row[0], time.monotonic()
        return True
