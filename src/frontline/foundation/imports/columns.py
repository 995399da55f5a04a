"""Which column of a file is meant by which field of a format."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from frontline.foundation.imports.job import Column
from frontline.foundation.imports.reading import Record, Table
from frontline.kernel.errors import DeskError, Phrase


class UnusableColumns(DeskError):
    """{path}: {why}. Its columns are: {header}."""


class UnusableMap(DeskError):
    """The map cannot be used: {why}."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row by the fields of the format; fields the file does not have are not in it."""

    file: str
    line: int
    values: dict[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """A table whose columns are understood: `fields` is header -> field, `unused` are the other headers."""

    table: Table
    fields: Mapping[str, str]
    unused: Sequence[str]
    defaults: Mapping[str, str]

    def rows(self) -> Iterator[Row]:
        name = self.table.path.name
        for record in self.table.records():
            yield Row(name, record.line, self._values(record), record.problem)

    def _values(self, record: Record) -> dict[str, str]:
        found = {
            field: record.cells[column] for column, field in self.fields.items() if column in record.cells
        }
        for field, value in self.defaults.items():
            found[field] = found.get(field) or value
        return found


def plain(header: str) -> str:
    """A header without case and punctuation: `E-Mail address`, `email_address` and `EMAILADDRESS` are one."""
    return re.sub(r"[\W_]+", "", header.lower())


def match(table: Table, columns: Sequence[Column], mapping: Mapping[str, Any]) -> Matched:
    """Find the columns: as the map says (`{"columns": {HEADER: FIELD}, "defaults": {FIELD: VALUE}}`), else by name.

    A header that the map gives to null is left out. Raises UnusableMap, UnusableColumns.
    """
    known = {c.name for c in columns}
    given, defaults = _texts(mapping, "columns", nulls=True), _texts(mapping, "defaults")
    for field in [*(f for f in given.values() if f is not None), *defaults]:
        if field not in known:
            why = Phrase("{field!r} is no field; known are {known}", field=field, known=tuple(sorted(known)))
            raise UnusableMap(why=why)
    by_plain = {plain(name): c.name for c in columns for name in (c.name, *c.aliases)}
    fields: dict[str, str] = {}
    for header in table.header:
        field = given[header] if header in given else by_plain.get(plain(header))
        if field is None:
            continue
        if field in fields.values():
            first = next(h for h, f in fields.items() if f == field)
            why = Phrase(
                "both {first!r} and {second!r} mean {field}; say which by --map",
                first=first,
                second=header,
                field=field,
            )
            raise UnusableColumns(path=table.path, why=why, header=table.header)
        fields[header] = field
    if missing := [header for header in given if header not in table.header]:
        why = Phrase("the map names a column {column!r} that is not there", column=missing[0])
        raise UnusableColumns(path=table.path, why=why, header=table.header)
    return Matched(table, fields, [h for h in table.header if h not in fields], defaults)


def _texts(mapping: Mapping[str, Any], part: str, *, nulls: bool = False) -> dict[str, Any]:
    found = mapping.get(part, {})
    good = isinstance(found, dict) and all(
        isinstance(v, str) or (nulls and v is None) for v in found.values()
    )
    if not good:
        raise UnusableMap(why=Phrase("{part!r} must be an object of texts", part=part))
    return dict(found)
