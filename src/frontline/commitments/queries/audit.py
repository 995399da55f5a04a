"""Replay clocks from their marks and compare what comes out with what is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from django.db import connection
from psycopg import adapters
from psycopg.pq import Format

from frontline.commitments import policy
from frontline.commitments.logic.clock import ClockError, MarkKind
from frontline.commitments.planning import CACHE_COLUMNS, Cache, Hours, MarkSpec, looked, settled
from frontline.commitments.queries.clocks import COLUMNS, SELECT, ClockRow
from frontline.kernel.errors import DeskError

CHUNK: Final = 5_000
#: PostgreSQL's number of the type
TIMESTAMPTZ: Final = 1184


@dataclass(frozen=True, slots=True)
class Difference:
    """A column of a clock whose stored value is not what its marks give."""

    clock: str
    subject: str
    measure: str
    column: str
    stored: str
    replayed: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A piece of an audit: how many clocks were replayed up to here, and what differs in this piece."""

    clocks: int
    differences: tuple[Difference, ...]


_WITH_MARKS = f"""
WITH clock AS (SELECT {SELECT} FROM commitments_clock
               WHERE id > %s AND id <= %s ORDER BY id LIMIT %s)
SELECT clock.*, m.kinds, m.ats, m.targets, m.reasons
FROM clock LEFT JOIN LATERAL (
    SELECT array_agg(kind ORDER BY seq) AS kinds, array_agg(at ORDER BY seq) AS ats,
           array_agg(target_seconds ORDER BY seq) AS targets, array_agg(reason ORDER BY seq) AS reasons
    FROM commitments_clock_mark WHERE clock_id = clock.id
) m ON true ORDER BY clock.id
"""  # noqa: S608 - the columns are ours


@dataclass(frozen=True, slots=True)
class Stretch:
    """Clocks with ids above `after`, up to and with `until`."""

    after: int
    until: int


#: all clocks there can be
EVERYTHING: Final = Stretch(0, 2**63 - 1)


def stretches(parts: int) -> list[Stretch]:
    """All clocks in stretches of about the same number of ids, for as many processes. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM commitments_clock")
        first, last = cursor.fetchone()
    edges = [first - 1 + (last - first + 1) * n // parts for n in range(parts + 1)]
    return [Stretch(after, until) for after, until in pairwise(edges) if after < until]


def audit_clocks(*, stretch: Stretch = EVERYTHING, chunk: int = CHUNK) -> Iterator[Checked]:
    """Replays clocks in order of their ids; one query a chunk.

    How far the watch has come is the one thing the marks do not tell: a warning or breach that is stored must be
    the one they give, one that is not stored must still stand before the watch (`next_look`).
    """
    rules = policy.fresh()
    hours: dict[tuple[int | None, int | None], Hours] = {}
    last, total = stretch.after, 0
    width = len(COLUMNS)
    while True:
        found = _read(last, stretch.until, chunk)
        differences: list[Difference] = []
        for values in found:
            row = ClockRow(*values[:width])
            key = (row.calendar_id, row.calendar_version_id)
            if key not in hours:
                hours[key] = rules.hours(*key)
            differences.extend(_differences(row, values[width:], hours[key]))
        total += len(found)
        yield Checked(total, tuple(differences))
        if len(found) < chunk:
            return
        last = found[-1][0]


def _read(after: int, until: int, limit: int) -> list[tuple[Any, ...]]:
    """The next rows. Instants are read by the driver's own loader: Django's, in Python, takes half the audit's time."""
    connection.ensure_connection()
    plain = adapters.get_loader(TIMESTAMPTZ, Format.TEXT)
    assert plain is not None
    with connection.connection.cursor() as cursor:
        cursor.adapters.register_loader("timestamptz", plain)
        cursor.execute(_WITH_MARKS, [after, until, limit])
        return list(cursor.fetchall())


def _differences(row: ClockRow, marks: tuple[Any, ...], hours: Hours) -> Iterator[Difference]:
    try:
        replayed = replay(row, _marks(marks), hours)
    except DeskError as error:
        yield _difference(row, "marks", "", str(error))
        return
    for name in CACHE_COLUMNS:
        stored, expected = getattr(row, name), replayed[name]  # type: ignore[literal-required]
        if stored != expected:
            yield _difference(row, name, str(stored), str(expected))


def _marks(columns: tuple[Any, ...]) -> tuple[MarkSpec, ...]:
    if columns[0] is None:
        return ()
    return tuple(MarkSpec(MarkKind(kind), *rest) for kind, *rest in zip(*columns, strict=True))


def replay(row: ClockRow, marks: tuple[MarkSpec, ...], hours: Hours) -> Cache:
    """What the row should hold; raises ClockError for marks that make no clock."""
    if not marks:
        raise ClockError("A clock begins with start; this one has no marks.")
    cache = settled(marks, hours, warn_percent=row.warn_percent, origin=row.origin)
    if cache["next_look"] is None:
        return cache
    return looked(
        cache, warned=row.warned_at is not None, breached=row.breached_at is not None, origin=row.origin
    )


def _difference(row: ClockRow, column: str, stored: str, replayed: str) -> Difference:
    return Difference(str(row.uid), str(row.subject), row.measure, column, stored, replayed)
