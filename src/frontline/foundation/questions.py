"""Questions that the ORM writes once: the text is kept by shape, afterwards only values travel.

For a page of rows with its joins and rights, the ORM spent more time on writing the text, and PostgreSQL on planning
it, than both on the answer. A question is a function from values to a queryset of `values_list`. Asked for the first
time, it is given marks in place of values; where the marks come out is where values go from then on:

    @question
    def _under_way(*, actor: Actor, person: int) -> Listing:
        return Ticket.objects.filter(scope(actor), requester=person).values_list("ref", "subject")

    _under_way(actor=actor, person=7)  # a list of tuples

Several querysets at once are answered by one row: how many rows each of them has.

What stands in the text follows from the shape alone: positional arguments (a view, an order, a limit), and of an actor
the kind, roles and scopes and how many parties and teams it has. So a text that is kept holds nothing of whoever asked
first, and rights apply with the values of whoever asks. The text is written with two sets of marks, which must come out
in the same places: a value that was changed on its way, or left in the text, is refused before anything is asked.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Field, ForeignObject, Lookup, QuerySet
from psycopg import sql

from frontline.foundation.prepared import prepared
from frontline.kernel.actors import Actor

Listing = QuerySet[Any, Any]
#: what a question may be built of
Asked = Listing | Sequence[Listing]
#: shapes a question is kept in; an endless number of them would mean that a value was given as a shape
MOST_SHAPES = 200
_PLACE = re.compile(r"%s|%%")


class NotAQuestion(TypeError):
    """A function that cannot be asked this way, with what is wrong about it."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A text with `%s` for values, which of the given values go there, and what the ORM does with what comes back."""

    text: str
    places: tuple[int, ...]
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]


def question(build: Callable[..., Asked]) -> Callable[..., list[Any]]:
    """The queryset's rows as tuples, by a statement that is written and planned once. One query.

    `build` takes what decides the text by position and values by name: an actor, None, a number, text, an instant, a
    UUID, or a list for the lookup `any`. It must be a function of these alone.
    """
    return _asking(build, prepared)


def question_by_values(build: Callable[..., Asked]) -> Callable[..., list[Any]]:
    """A `question` that is written once and planned anew each time, because the best plan depends on the values."""
    return _asking(build, _planned_anew)


def _planned_anew() -> AbstractContextManager[Any]:
    return connection.cursor()  # of the thread that asks


def _asking(
    build: Callable[..., Asked], cursor_for: Callable[[], AbstractContextManager[Any]]
) -> Callable[..., list[Any]]:
    @lru_cache(maxsize=MOST_SHAPES)
    def written(shape: tuple[Any, ...], kinds: tuple[Any, ...]) -> _Written | None:
        return _write(build, shape, kinds)

    def ask(*shape: Any, **values: Any) -> list[Any]:
        kinds: list[Any] = []
        flat: list[Any] = []
        for name, value in values.items():
            if type(value) is Actor:
                kinds.append((name, *_shape_of(value)))
                flat.extend(_values_of(value))
            else:
                kinds.append((name, type(value)))
                flat.append(value)
        statement = written(shape, tuple(kinds))
        if statement is None:  # nothing can match, as for somebody without a team
            return []
        with cursor_for() as cursor:
            cursor.execute(statement.text, [flat[place] for place in statement.places])
            found: list[Any] = cursor.fetchall()
        return _converted(found, statement) if statement.converters else found

    return ask


def _converted(found: Sequence[Any], statement: _Written) -> list[Any]:
    rows = [list(row) for row in found]
    for place, converters, column in statement.converters:
        for row in rows:
            for convert in converters:
                row[place] = convert(row[place], column, connection)
    return [tuple(row) for row in rows]


def _shape_of(actor: Actor) -> tuple[Any, ...]:
    """What of an actor may decide the text. All else is a value."""
    return (
        Actor,
        actor.kind,
        actor.roles,
        actor.scopes,
        actor.person_id is None,
        actor.organisation_id is None,
        actor.on_behalf_of is None,
        len(actor.party_ids),
        len(actor.team_ids),
    )


def _values_of(actor: Actor) -> list[Any]:
    """The values of an actor in the order of `_actor_of_marks`."""
    return [
        actor.id,
        actor.person_id,
        actor.organisation_id,
        actor.on_behalf_of,
        actor.language,
        actor.timezone,
        actor.name,
        *sorted(actor.party_ids),
        *sorted(actor.team_ids),
    ]


class _Marks:
    """Stands in for values: unlike anything real, each unlike the others, and remembered by its place."""

    def __init__(self, base: int) -> None:
        self.base = base
        self.given: list[Any] = []

    def of(self, kind: type) -> Any:
        number = self.base + len(self.given)
        mark = next((make(number) for base, make in _MARKS.items() if issubclass(kind, base)), self)
        if mark is self or kind is bool:
            raise NotAQuestion(
                f"A {kind.__name__} is no value here; give it by position where it decides the text."
            )
        self.given.append(mark)
        return mark

    def actor(self, shape: tuple[Any, ...]) -> Actor:
        kind, roles, scopes, no_person, no_organisation, for_nobody, parties, teams = shape
        return Actor(
            kind=kind,
            roles=roles,
            scopes=scopes,
            id=self.of(int),
            person_id=self.of(type(None) if no_person else int),
            organisation_id=self.of(type(None) if no_organisation else int),
            on_behalf_of=self.of(type(None) if for_nobody else int),
            language=self.of(str),
            timezone=self.of(str),
            name=self.of(str),
            party_ids=frozenset([self.of(int) for _ in range(parties)]),
            team_ids=frozenset([self.of(int) for _ in range(teams)]),
        )

    def place_of(self, value: Any) -> int | None:
        """Which mark this is; None for a constant. None itself never stands for a value in SQL."""
        if value is None:
            return None
        return next(
            (n for n, mark in enumerate(self.given) if isinstance(value, type(mark)) and mark == value), None
        )


_MARKS: dict[type, Callable[[int], Any]] = {
    type(None): lambda _: None,
    int: lambda n: n,
    str: lambda n: f"\x02{n}\x02",
    datetime: lambda n: datetime(1, 1, 1, tzinfo=UTC).replace(microsecond=n),
    UUID: lambda n: UUID(int=n),
    list: lambda n: [f"\x02{n}\x02"],
}
#: small enough for the smallest kind of number that a column may have
_BASES = (30_011, 31_013)


def _write(build: Callable[..., Asked], shape: tuple[Any, ...], kinds: tuple[Any, ...]) -> _Written | None:
    first, second = (_Marks(base) for base in _BASES)
    try:
        compiler, text, values = _compiled(build, shape, kinds, first)
        _, again, others = _compiled(build, shape, kinds, second)
    except EmptyResultSet:
        return None
    places = [
        (first.place_of(one), second.place_of(other)) for one, other in zip(values, others, strict=True)
    ]
    constant = all(
        one == other for one, other, (place, _) in zip(values, others, places, strict=True) if place is None
    )
    if text != again or not constant or any(a != b for a, b in places):
        raise NotAQuestion(
            f"{build.__qualname__} changes a value on its way into the statement: ask it of the ORM."
        )
    given = iter(zip(values, places, strict=True))

    def put(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        value, (place, _) = next(given)
        return _literal(value) if place is None else "%s"

    converters = {} if compiler is None else compiler.get_converters([s[0] for s in compiler.select])
    return _Written(
        text=_PLACE.sub(put, text),
        places=tuple(place for place, _ in places if place is not None),
        converters=tuple((place, tuple(convert), column) for place, (convert, column) in converters.items()),
    )


def _compiled(
    build: Callable[..., Asked], shape: tuple[Any, ...], kinds: tuple[Any, ...], marks: _Marks
) -> tuple[Any, str, Sequence[Any]]:
    values = {name: marks.actor(rest) if kind is Actor else marks.of(kind) for name, kind, *rest in kinds}
    asked = build(*shape, **values)
    if isinstance(asked, QuerySet):
        return _text_of(asked)
    parts: list[str] = []
    parameters: list[Any] = []
    for one in asked:
        try:
            _, text, given = _text_of(one)
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({text}) AS found)")  # noqa: S608 - the ORM wrote it
        parameters += given
    return None, "SELECT " + ", ".join(parts), parameters


def _text_of(asked: Listing) -> tuple[Any, str, Sequence[Any]]:
    compiler = asked.query.get_compiler(connection=connection)
    text, parameters = compiler.as_sql()
    if compiler.has_extra_select:
        raise NotAQuestion("Distinct rows can only be ordered by what they show.")
    return compiler, text, parameters


def _literal(value: Any) -> str:
    """A constant of ours written out, so that the planner knows it."""
    return sql.Literal(value).as_string(connection.connection).replace("%", "%%")


@ForeignObject.register_lookup  # which does not look at what all fields have
@Field.register_lookup
class AnyOf(Lookup):
    """`id__any=[…]`: one of a list, which is one value however long it is."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*parameters, list(self.rhs))
