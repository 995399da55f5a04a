"""Facts that a reaction failed on: look at them, and try again."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from frontline.foundation.models import ParkedFact
from frontline.foundation.transactions import use_case
from frontline.kernel.errors import NotFound


class NothingParked(NotFound):
    """No parked fact has the number {number}. `frontline facts parked` lists them."""


@dataclass(frozen=True, slots=True)
class Parked:
    """`waiting` facts of the same subject stand behind it; `retry_at` None means only somebody's retry helps."""

    id: int
    reaction: str
    subject: str
    kind: str
    tries: int
    error: str
    parked_at: datetime
    retry_at: datetime | None
    waiting: int


_LIST = """
SELECT h.id, h.reaction, h.subject_kind || ':' || h.subject_id, f.kind, h.tries, h.error, h.parked_at,
       NULLIF(h.retry_at, '9999-01-01T00:00:00Z'),
       (SELECT count(*) - 1 FROM foundation_parked_fact w WHERE (w.reaction, w.subject_kind, w.subject_id)
            = (h.reaction, h.subject_kind, h.subject_id))
FROM foundation_parked_fact h JOIN foundation_fact f ON f.id = h.fact_id
WHERE NOT EXISTS (
    SELECT 1 FROM foundation_parked_fact b WHERE (b.reaction, b.subject_kind, b.subject_id)
        = (h.reaction, h.subject_kind, h.subject_id) AND b.fact_id < h.fact_id)
ORDER BY h.parked_at, h.id LIMIT %s
"""


def parked(*, limit: int = 1000) -> list[Parked]:
    """The failed facts, oldest first; those that only wait behind one are counted with it. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST, [limit])
        return [Parked(*row) for row in cursor.fetchall()]


@use_case
def retry_parked(*, number: int | None, now: datetime) -> int:
    """Let the watch try one (or with None all) at its next look. Returns how many."""
    rows = ParkedFact.objects.filter(tries__gt=0)
    if number is not None:
        rows = rows.filter(pk=number)
    count: int = rows.update(retry_at=now)
    if number is not None and count == 0:
        raise NothingParked(number=number)
    return count
