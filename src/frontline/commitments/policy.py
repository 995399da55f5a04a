"""The rules in force, in the memory of the process: calendars, the matrix, agreements with their targets.

Reading them costs no query. A stamp row changes with every change of the rules; each process looks at it at most
every second and loads all anew when it differs. The transaction that changes rules sees its own change at once, and
nobody else sees it before the commit.
"""

import json
import time
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from frontline.commitments.logic.calendar import calendar_of
from frontline.commitments.logic.instants import format_instant, seconds_of
from frontline.commitments.planning import ALWAYS, Hours, TargetRow
from frontline.foundation import transactions
from frontline.kernel.errors import DeskError
from frontline.kernel.ids import uuid7

REREAD_SECONDS: Final = 1.0
#: the calendar that services without one of their own keep
BUSINESS_HOURS: Final = "business-hours"
#: the calendar that is always open; a target on it runs round the clock
ROUND_THE_CLOCK: Final = "round-the-clock"
_MEMO_LIMIT: Final = 100_000


class NoSuchCalendar(DeskError):
    """There is no calendar {which}. Choose one of those in set-up, or make it there first."""

    status = 404


class NoPriority(DeskError):
    """No priority matrix held for impact {impact} and urgency {urgency} at that time. Use 1, 2 or 3 each."""


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """A stored version; `effective_from` None means from ever. Never changed once stored."""

    id: int
    effective_from: datetime | None
    rules: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    id: int
    uid: UUID
    key: str
    name: str
    active: bool
    versions: tuple[VersionEntry, ...]

    @property
    def newest(self) -> int:
        """The version that was stored last."""
        return max(version.id for version in self.versions)


@dataclass(frozen=True, slots=True)
class Line:
    """A target with the frame of its agreement, as it is stored."""

    agreement_id: int
    kind: str
    organisation_id: int | None
    team_id: int | None
    service_id: int | None
    criticality: int | None
    since: datetime
    until: datetime | None
    measure: str
    priority: str
    seconds: int
    calendar_id: int | None
    warn_percent: int
    ordinal: int

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class Question(NamedTuple):
    """What decides which targets apply; None is "none known"."""

    kind: str
    service_id: int | None
    organisation_id: int | None
    team_id: int | None
    criticality: int | None
    calendar_key: str
    priority: str


@dataclass(frozen=True)
class Snapshot:
    """All rules as they were committed at one moment."""

    stamp: UUID | None
    calendars: dict[int, CalendarEntry]
    matrices: tuple[tuple[datetime, dict[str, str]], ...]
    lines: tuple[Line, ...]
    by_key: dict[str, CalendarEntry] = field(init=False)
    #: instants at which some target begins or ends; between two of them the answer is the same
    turns: tuple[datetime, ...] = field(init=False)
    compiled: dict[tuple[int, int], Hours] = field(default_factory=dict)
    memo: dict[tuple[int, Question], tuple[TargetRow, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        moments = {line.since for line in self.lines} | {line.until for line in self.lines if line.until}
        object.__setattr__(self, "by_key", {entry.key: entry for entry in self.calendars.values()})
        object.__setattr__(self, "turns", tuple(sorted(moments)))

    def hours(self, calendar_id: int | None, version_id: int | None = None) -> Hours:
        """A calendar compiled; with `version_id` as it stood when that version was the newest one stored."""
        if calendar_id is None:
            return ALWAYS
        entry = self.calendars.get(calendar_id)
        if entry is None:
            raise NoSuchCalendar(which=calendar_id)
        newest = entry.newest if version_id is None else version_id
        found = self.compiled.get((calendar_id, newest))
        if found is None:
            found = Hours(calendar_id, newest, calendar_of(document_of(entry, until=newest)))
            self.compiled[calendar_id, newest] = found
        return found

    def entry(self, key: str) -> CalendarEntry:
        if key not in self.by_key:
            raise NoSuchCalendar(which=key)
        return self.by_key[key]

    def business_hours(self, calendar_key: str) -> int | None:
        """The calendar of a service's business hours; the house's own where it names none that exists."""
        entry = self.by_key.get(calendar_key) or self.entry(BUSINESS_HOURS)
        return self.clock_calendar(entry.id)

    def clock_calendar(self, calendar_id: int) -> int | None:
        """As clocks keep it: the calendar that is always open is none."""
        return None if self.calendars[calendar_id].key == ROUND_THE_CLOCK else calendar_id

    def priority_for(self, impact: int, urgency: int, at: datetime) -> str:
        index = bisect_right(self.matrices, at, key=lambda matrix: matrix[0]) - 1
        cell = self.matrices[index][1].get(f"{impact}:{urgency}") if index >= 0 else None
        if cell is None:
            raise NoPriority(impact=impact, urgency=urgency)
        return cell

    def targets_for(self, question: Question, at: datetime) -> tuple[TargetRow, ...]:
        """One target a measure: of the most specific agreement that names this measure and priority."""
        key = (bisect_right(self.turns, at), question)
        found = self.memo.get(key)
        if found is None:
            if len(self.memo) >= _MEMO_LIMIT:
                self.memo.clear()
            found = self.memo[key] = tuple(self._choose(question, at))
        return found

    def _choose(self, question: Question, at: datetime) -> Iterable[TargetRow]:
        best: dict[str, tuple[tuple[Any, ...], Line]] = {}
        for line in self.lines:
            fits = (
                line.kind == question.kind
                and line.priority in {"", question.priority}
                and line.holds(at)
                and line.service_id in {None, question.service_id}
                and line.organisation_id in {None, question.organisation_id}
                and line.team_id in {None, question.team_id}
                and line.criticality in {None, question.criticality}
            )
            if not fits:
                continue
            rank = (
                line.service_id is not None,
                line.organisation_id is not None,
                line.team_id is not None,
                line.criticality is not None,
                line.priority != "",
                line.since,
                line.ordinal,
            )
            if line.measure not in best or best[line.measure][0] < rank:
                best[line.measure] = (rank, line)
        for measure in sorted(best):
            line = best[measure][1]
            own = line.calendar_id
            calendar_id = (
                self.business_hours(question.calendar_key) if own is None else self.clock_calendar(own)
            )
            yield TargetRow(
                line.measure, line.seconds, calendar_id, line.agreement_id, line.warn_percent, line.kind
            )


def document_of(entry: CalendarEntry, *, until: int | None = None) -> str:
    """The CALENDAR of the public contract as a JSON text, of the versions stored up to and with `until`."""
    versions = [
        {
            "effective_from": None
            if version.effective_from is None
            else format_instant(seconds_of(version.effective_from)),
            **version.rules,
        }
        for version in entry.versions
        if until is None or version.id <= until
    ]
    return json.dumps({"versions": versions}, sort_keys=True)


class _Memory:
    snapshot: Snapshot | None = None
    read_at: float = -1e9


def fresh() -> Snapshot:
    """The rules in force, at most a second old; the transaction that changes them sees its change."""
    if _changed_here():
        return _load(_read_stamp())
    if _Memory.snapshot is None or time.monotonic() - _Memory.read_at > REREAD_SECONDS:
        asked_at = time.monotonic()
        stamp = _read_stamp()
        if _Memory.snapshot is None or _Memory.snapshot.stamp != stamp:
            _Memory.snapshot = _load(stamp)
        _Memory.read_at = asked_at
    return _Memory.snapshot


def forget() -> None:
    """Load anew at the next look: after changes outside the use cases, and between tests."""
    _Memory.snapshot = None
    _Memory.read_at = -1e9


def touch() -> None:
    """Tell all processes that rules changed; called by every use case that changes them."""
    transactions.require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO commitments_policy_stamp AS s (id, stamp) VALUES (1, %s) "
            "ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp",
            [uuid7()],
        )
    # each transaction has a list of its own for facts, so that list tells transactions apart
    connection.frontline_policy_changed_in = transactions.pending()  # type: ignore[attr-defined]
    forget()
    transaction.on_commit(forget)


def _changed_here() -> bool:
    changed_in = getattr(connection, "frontline_policy_changed_in", None)
    return changed_in is not None and transactions.in_transaction() and changed_in is transactions.pending()


def _read_stamp() -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT stamp FROM commitments_policy_stamp WHERE id = 1")
        row = cursor.fetchone()
    return None if row is None else row[0]


_CALENDARS = """
SELECT c.id, c.uid, c.key, c.name, c.active, v.id, v.effective_from, v.rules
FROM commitments_calendar c JOIN commitments_calendar_version v ON v.calendar_id = c.id
ORDER BY c.id, v.effective_from NULLS FIRST
"""

_LINES = """
SELECT a.id, a.kind, a.organisation_id, a.team_id, a.service_id, a.criticality,
       greatest(a.valid_from, t.valid_from), least(a.valid_until, t.valid_until),
       t.measure, t.priority, t.seconds, t.calendar_id, t.warn_percent, t.id
FROM commitments_agreement a JOIN commitments_target t ON t.agreement_id = a.id
WHERE a.active ORDER BY t.id
"""


def _load(stamp: UUID | None) -> Snapshot:
    """Three queries. The stamp was read before them, so a change in between is loaded at the next look."""
    with connection.cursor() as cursor:
        cursor.execute(_CALENDARS)
        calendars: dict[int, CalendarEntry] = {}
        for pk, uid, key, name, active, version, effective_from, rules in cursor.fetchall():
            loaded = VersionEntry(
                version, effective_from, json.loads(rules) if isinstance(rules, str) else rules
            )
            before = calendars[pk].versions if pk in calendars else ()
            calendars[pk] = CalendarEntry(pk, uid, key, name, active, (*before, loaded))
        cursor.execute("SELECT valid_from, cells FROM commitments_priority_matrix ORDER BY valid_from")
        matrices = tuple(
            (valid_from, json.loads(cells) if isinstance(cells, str) else cells)
            for valid_from, cells in cursor.fetchall()
        )
        cursor.execute(_LINES)
        lines = tuple(Line(*row) for row in cursor.fetchall())
    return Snapshot(stamp, calendars, matrices, lines)
