"""Rows planned once, written one or many: one statement for a use case, COPY for an importer.

A plan is a list of (table, row) with every id already drawn from its sequence, so that all tables are written in
one round trip and the two ways cannot differ.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db import connection
from psycopg import sql
from psycopg.types.json import JsonbDumper

from frontline.foundation.prepared import prepared

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Vector:
    """A search vector to be built by the database: (text, weight A-D) in a text search configuration."""

    parts: tuple[tuple[str, str], ...]
    configuration: str = "simple"

    #: characters of one text that are searched; the rest of a very long mail is kept but not indexed
    LIMIT = 20_000

    def fragment(self) -> str:
        one = 'setweight(to_tsvector(%s::regconfig, %s), %s::"char")'
        return "(" + " || ".join([one] * len(self.parts)) + ")"

    def parameters(self) -> list[Any]:
        return [v for text, weight in self.parts for v in (self.configuration, text[: self.LIMIT], weight)]


def draw_ids(counts: Mapping[str, int]) -> dict[str, list[int]]:
    """New ids for tables (or sequences ending in `_ref`): {"tickets_ticket": [7, 8], …}. One query."""
    parts = [
        f"ARRAY(SELECT nextval('{_sequence(name)}') FROM generate_series(1, %s))"  # noqa: S608 - the names are ours
        for name in counts
    ]
    with prepared() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), list(counts.values()))
        return dict(zip(counts, cursor.fetchone(), strict=True))


def _sequence(name: str) -> str:
    assert name.replace("_", "").isalnum(), name
    return name if name.endswith("_ref") else f"{name}_id_seq"


def insert(plan: Sequence[tuple[str, Row]]) -> None:
    """Write the plan by one statement; foreign keys among its rows hold at the end of it."""
    if not plan:
        return
    statement = _statement(
        tuple(
            (table, tuple((c, v.fragment() if isinstance(v, Vector) else "%s") for c, v in row.items()))
            for table, row in plan
        )
    )
    parameters: list[Any] = []
    for _, row in plan:
        for value in row.values():
            parameters.extend(value.parameters() if isinstance(value, Vector) else [value])
    with prepared() as cursor:
        cursor.execute(statement, parameters)


@lru_cache(maxsize=256)
def _statement(shape: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]) -> str:
    inserts = [
        f"INSERT INTO {table} ({', '.join(c for c, _ in columns)}) VALUES ({', '.join(f for _, f in columns)})"  # noqa: S608
        for table, columns in shape
    ]
    parts = [f"w{n} AS ({text})" for n, text in enumerate(inserts[:-1])]
    return (f"WITH {', '.join(parts)} " if parts else "") + inserts[-1]


class _Document(JsonbDumper):
    """A dict is JSON wherever it stands in a row."""


def copy(table: str, rows: Iterable[Row]) -> int:
    """Write many rows of one table by COPY; all rows have the same columns. Vectors are built by one query before."""
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return 0
    columns = tuple(first)
    values = _values_of(first, columns, iterator)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with connection.cursor() as cursor:
        raw = cursor.cursor  # psycopg's own: Django's wrapper has no copy()
        raw.adapters.register_dumper(dict, _Document)
        with raw.copy(statement) as copier:
            for row in values:
                copier.write_row(row)
                count += 1
    return count


def _values_of(first: Row, columns: Sequence[str], rest: Iterator[Row]) -> Iterable[Sequence[Any]]:
    """The rows as sequences; they stream unless they hold vectors, which are built for all of them at once."""
    take: Callable[[Row], Sequence[Any]] = (
        itemgetter(*columns) if len(columns) > 1 else lambda r: [r[columns[0]]]
    )
    vectors = [c for c, v in first.items() if isinstance(v, Vector)]
    if not vectors:
        return map(take, chain([first], rest))
    rows = [dict(row) for row in chain([first], rest)]
    for column in vectors:
        for row, text in zip(rows, _built([row[column] for row in rows]), strict=True):
            row[column] = text
    return map(take, rows)


def _built(vectors: Sequence[Vector]) -> list[str]:
    """What the database makes of vectors with equally many parts, as the text it reads again. One query."""
    parts = range(len(vectors[0].parts))
    one = 'setweight(to_tsvector(configuration::regconfig, text{n}), weight{n}::"char")'
    names = [name for n in parts for name in (f"text{n}", f"weight{n}")]
    arrays = ", ".join(["%s::text[]"] * (1 + len(names)))
    values: list[list[str]] = [[v.configuration for v in vectors]]
    for n in parts:
        values += [[v.parts[n][0][: Vector.LIMIT] for v in vectors], [v.parts[n][1] for v in vectors]]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({' || '.join(one.format(n=n) for n in parts)})::text "  # noqa: S608 - numbers of ours
            f"FROM unnest({arrays}) WITH ORDINALITY AS given(configuration, {', '.join(names)}, place) ORDER BY place",
            values,
        )
        return [text for (text,) in cursor.fetchall()]
