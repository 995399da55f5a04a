"""Dispatch in a test, until every reaction has heard every fact."""

import time
from datetime import datetime

from django.db import connection

from frontline.foundation.facts.dispatch import SETTLED, dispatch_once

#: seconds to wait for facts that another transaction holds back
PATIENCE = 2.0


def catch_up(now: datetime) -> None:
    """Dispatch until nothing is left. Facts that wait for a transaction under way are waited for."""
    deadline = time.monotonic() + PATIENCE
    while dispatch_once(now) or (_held_back() and time.monotonic() < deadline):
        pass


def _held_back() -> bool:
    """Some fact cannot be read yet, because of a transaction that is, or was a moment ago, still running."""
    time.sleep(0.002)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM foundation_fact WHERE NOT {SETTLED})")  # noqa: S608
        return bool(cursor.fetchone()[0])
