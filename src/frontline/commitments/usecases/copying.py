"""Many planned clocks at once, by COPY: what importers and the demo organisation use."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from frontline.commitments.planning import ClockPlan
from frontline.commitments.usecases.clocks import CLOCK_TYPES, MARK_TYPES
from frontline.foundation.transactions import require_transaction

_COPY_CLOCKS = f"COPY commitments_clock (id, {', '.join(CLOCK_TYPES)}) FROM STDIN"
_COPY_MARKS = f"COPY commitments_clock_mark (clock_id, {', '.join(MARK_TYPES)}) FROM STDIN"


def copy_planned(plans: Sequence[ClockPlan]) -> int:
    """The same rows as `start_planned` writes, without facts; returns the number of clocks. Two COPYs.

    For history: what the marks reached is in the rows, and nobody is told of it.
    """
    require_transaction()
    if not plans:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('commitments_clock', 'id')) FROM generate_series(1, %s)",
            [len(plans)],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
        with cursor.copy(_COPY_CLOCKS) as copy:
            for pk, plan in zip(ids, plans, strict=True):
                copy.write_row([pk, *_values(plan.clock, CLOCK_TYPES)])
        with cursor.copy(_COPY_MARKS) as copy:
            for pk, plan in zip(ids, plans, strict=True):
                for mark in plan.marks:
                    copy.write_row([pk, *_values(mark, MARK_TYPES)])
    return len(plans)


def _values(row: dict[str, Any], names: dict[str, str]) -> list[Any]:
    return [row[name] for name in names]
