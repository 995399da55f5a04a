"""From rows of a log to cases with moments: pure, row order is the truth where times tie or step back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from frontline.kernel.errors import DeskError
from frontline.tickets.imports.mapping import SAME, BadTime, Map, UnknownState


class NoTime(DeskError):
    """It has no time in {column}."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the log, by column name."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """What a row says was so from `at` on. Empty group means the desk, empty assignee nobody in particular."""

    at: datetime
    state: str
    waiting_for: str
    group: str
    assignee: str


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket of the log: its first description and everything that happened, in order."""

    id: str
    first: dict[str, str]
    last: dict[str, str]
    opened_at: datetime
    events: tuple[Event, ...]
    fingerprint: str

    @property
    def until(self) -> datetime:
        return self.events[-1].at


@dataclass(frozen=True, slots=True)
class Refused:
    """A case that cannot come in: which line stopped it, and why."""

    line: int
    case: str
    reason: str


def read_case(
    mapping: Map, case: str, rows: Sequence[Row], *, as_of: datetime | None = None
) -> Case | Refused | None:
    """The case of these rows in file order; None when all of it lies after `as_of`."""
    at_column = mapping.column("at")
    timed: list[tuple[datetime, Row]] = []
    for row in rows:
        try:
            at = mapping.instant(row.cells[at_column])
        except BadTime as error:
            return Refused(row.line, case, str(error))
        if at is None:
            return Refused(row.line, case, str(NoTime(column=at_column)))
        timed.append((at, row))
    if mapping.order == "time":
        timed.sort(key=lambda pair: pair[0])  # stable: rows of one instant stay in file order
    events: list[Event] = []
    used: list[Row] = []
    for at, row in timed:
        lifted = max(at, events[-1].at) if events else at
        if as_of is not None and lifted > as_of:
            break
        try:
            events.append(_event(mapping, row, lifted, events))
        except UnknownState as error:
            return Refused(row.line, case, str(error))
        used.append(row)
    if not events:
        return None
    opened = _opened(mapping, used[0].cells, events[0].at)
    return Case(case, used[0].cells, used[-1].cells, opened, tuple(events), fingerprint(used))


def _event(mapping: Map, row: Row, at: datetime, before: Sequence[Event]) -> Event:
    last = before[-1] if before else None
    state, waiting = mapping.state_of(known(mapping, row.cells, "state"))
    if state == SAME:
        state, waiting = (last.state, last.waiting_for) if last else ("new", "")
    return Event(
        at, state, waiting, known(mapping, row.cells, "group"), known(mapping, row.cells, "assignee")
    )


def known(mapping: Map, cells: dict[str, str], role: str) -> str:
    """The cell of a role; empty when the map has no such column or the cell says "unknown"."""
    value = cells.get(mapping.column(role), "").strip()
    return "" if value in mapping.unknown else value


def _opened(mapping: Map, cells: dict[str, str], first: datetime) -> datetime:
    """When it was opened by its own account; never after the first thing that happened."""
    try:
        stated = (
            mapping.instant(cells.get(mapping.column("opened_at"), ""))
            if mapping.column("opened_at")
            else None
        )
    except BadTime:
        stated = None
    return first if stated is None else min(stated, first)


def fingerprint(rows: Iterable[Row]) -> str:
    """Tells whether the same rows were imported before."""
    digest = sha256()
    for row in rows:
        digest.update("\x1f".join(row.cells.values()).encode())
        digest.update(b"\x1e")
    return digest.hexdigest()
