"""A cursor for the statements that are asked all day: the database parses and plans each once a connection.

Django's own cursor writes the values into the text, so every call is a new statement: for one that writes four tables
that cost more than the writing. Here the values travel beside the text. Each is sent as its text without a type, like a
quoted literal, so that PostgreSQL decides the type and a statement is prepared once, not once a kind of number.

Only for texts that are constant, or one of few: each is kept by every connection (at most a hundred).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from psycopg.types.datetime import TimestamptzLoader

_PLACEHOLDER = re.compile(r"%(?:s|\((\w+)\)s|%)")


@lru_cache(maxsize=512)
def _native(statement: str) -> tuple[str, tuple[str, ...]]:
    """The statement with PostgreSQL's own placeholders, and the order of the names where it has names."""
    names: list[str] = []
    count = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal count
        if found[0] == "%%":
            return "%"
        if found[1] is None:
            count += 1
            return f"${count}"
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return _PLACEHOLDER.sub(replace, statement), tuple(names)


def _array(value: Sequence[Any]) -> str:
    return "{" + ",".join(map(_element, value)) + "}"


def _same(value: Any) -> Any:
    return value


#: how a value of each type is told to PostgreSQL; a subclass follows the first of its bases that stands here
_TEXTS: dict[type, Callable[[Any], Any]] = {
    type(None): _same,
    str: str.__str__,  # of a code of an enumeration: its value
    bool: lambda value: "t" if value else "f",
    int: str,
    float: str,
    Decimal: str,
    UUID: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
    list: _array,
    tuple: _array,
    dict: json.dumps,
    bytes: lambda value: "\\x" + value.hex(),
    memoryview: lambda value: "\\x" + value.hex(),
}


def text_of(value: Any) -> Any:
    """The value as PostgreSQL reads it: None stays, the rest becomes text (lists: an array, dicts: JSON)."""
    for kind in type(value).__mro__:
        if (tell := _TEXTS.get(kind)) is not None:
            return tell(value)
    raise TypeError(f"{type(value).__name__} has no text that PostgreSQL reads here")


def _element(value: Any) -> str:
    """One element of an array; text is quoted, since it may hold braces, commas or be the word NULL."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(text_of(value))


class _Prepared(psycopg.RawCursor[tuple[Any, ...]]):
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        super().__init__(connection)
        # psycopg's own reader of instants, in C: Django's puts the zone on by hand, which the session's (UTC) has done
        self.adapters.register_loader("timestamptz", TimestamptzLoader)

    def execute(  # type: ignore[override]  # Django calls it with these two
        self, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> "_Prepared":
        text, names = _native(query)
        given = (
            () if params is None else [params[n] for n in names] if isinstance(params, Mapping) else params
        )
        # the connection's other cursors write values into the text and must not fill its list of statements
        self.connection.prepare_threshold = 1
        try:
            super().execute(
                text, [v if v is None or type(v) is str else text_of(v) for v in given], prepare=True
            )
        finally:
            self.connection.prepare_threshold = None
        return self


@contextmanager
def prepared() -> Iterator[CursorWrapper]:
    """A cursor whose `execute` takes `%s` and `%(name)s` as usual and keeps the statement prepared."""
    connection = connections[
        DEFAULT_DB_ALIAS
    ]  # once: each look through Django's proxy costs like a small query
    connection.close_if_health_check_failed()  # as Django's own cursors do, or the first question meets a stale one
    connection.ensure_connection()
    connection.validate_thread_sharing()
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(_Prepared(connection.connection)) as cursor:  # type: ignore[arg-type]  # any cursor will do
        yield cursor
