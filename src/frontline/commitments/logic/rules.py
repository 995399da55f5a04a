"""Read a calendar as people write it (CONTRACTS section 4 `clocks`) into opening rules per local day.

A day is counted since 1970-01-01, a window is (from, to) in seconds of its local day, half-open.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from frontline.commitments.logic.instants import DAY, InstantError, Misplaced, parse_instant

Windows = tuple[tuple[int, int], ...]

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: ordinal of 1970-01-01, a Thursday
_FIRST_DAY: Final = 719_163
_TIME: Final = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
#: keys that only describe; any other unknown key is a slip that would silently change the hours
_REMARKS: Final = frozenset(
    {"comment", "description", "id", "label", "name", "note", "notes", "reason", "title"}
)
_RULES: Final = frozenset({"tz", "weekly", "holidays", "exceptions"})


class CalendarError(Misplaced):
    """These opening hours make no sense."""


class UnknownZone(CalendarError):
    """{zone!r} is no time zone known here. Use an IANA name such as Europe/Berlin."""


@dataclass(frozen=True, slots=True)
class Version:
    """The opening rules that apply from an instant (None: from ever) until the next version's.

    `weekly` holds the windows of Monday to Sunday, what runs past midnight already moved to the next day.
    `special` replaces them on days that a holiday or an exception touches.
    """

    effective_from: int | None
    zone: ZoneInfo
    weekly: tuple[Windows, ...]
    special: Mapping[int, Windows]

    @property
    def opens_weekly(self) -> bool:
        return any(self.weekly)


def parse_versions(document: Any, where: str = "calendar") -> tuple[Version, ...]:
    """The versions of a CALENDAR, oldest first; raises CalendarError naming the place and the remedy."""
    rules = _mapping(document, where)
    if "versions" not in rules:
        return (_parse_version(rules, where, extra=frozenset()),)
    _refuse_unknown(rules, frozenset({"versions"}), where)
    listed = _sequence(rules["versions"], f"{where}.versions")
    if not listed:
        raise CalendarError("Give at least one version.", where=f"{where}.versions")
    versions = [
        _parse_version(_mapping(item, place), place, extra=frozenset({"effective_from"}))
        for place, item in _places(listed, f"{where}.versions")
    ]
    versions.sort(key=lambda version: (version.effective_from is not None, version.effective_from or 0))
    for earlier, later in pairwise(versions):
        if earlier.effective_from == later.effective_from:
            raise CalendarError(
                "Two versions take effect at the same instant. Keep one of them.", where=f"{where}.versions"
            )
    return tuple(versions)


def _parse_version(rules: Mapping[str, Any], where: str, *, extra: frozenset[str]) -> Version:
    _refuse_unknown(rules, _RULES | extra, where)
    for key in ("tz", "weekly", *extra):
        if key not in rules:
            raise CalendarError("{key!r} is missing. Add it.", where=where, key=key)
    weekly = _parse_weekly(rules["weekly"], f"{where}.weekly")
    holidays = {
        _parse_date(item, place)
        for place, item in _places(
            _sequence(rules.get("holidays", ()), f"{where}.holidays"), f"{where}.holidays"
        )
    }
    exceptions = _sequence(rules.get("exceptions", ()), f"{where}.exceptions")
    pieces: dict[int, list[tuple[int, int, bool]]] = {day: [] for day in holidays}
    for place, item in _places(exceptions, f"{where}.exceptions"):
        for day, since, until, opens in _parse_exception(item, place):
            pieces.setdefault(day, []).append((since, until, opens))
    return Version(
        effective_from=_parse_effective(rules.get("effective_from"), f"{where}.effective_from"),
        zone=_parse_zone(rules["tz"], f"{where}.tz"),
        weekly=weekly,
        special={
            day: _apply(() if day in holidays else weekly[weekday_of(day)], changes)
            for day, changes in pieces.items()
        },
    )


def weekday_of(day: int) -> int:
    """0 Monday to 6 Sunday."""
    return (day + 3) % 7


def _parse_weekly(value: Any, where: str) -> tuple[Windows, ...]:
    listed = _mapping(value, where)
    days: list[list[tuple[int, int]]] = [[] for _ in WEEKDAYS]
    for name, windows in listed.items():
        if name not in WEEKDAYS:
            raise CalendarError(
                "{name!r} is no weekday. Use {known}.", where=where, name=name, known=WEEKDAYS
            )
        for place, window in _places(_sequence(windows, f"{where}.{name}"), f"{where}.{name}"):
            pair = _sequence(window, place)
            if len(pair) != 2:
                raise CalendarError('A window is a pair such as ["08:00", "18:00"].', where=place)
            for day, since, until in _span(WEEKDAYS.index(name), pair[0], pair[1], place):
                days[day % 7].append((since, until))
    return tuple(_merge(windows) for windows in days)


def _parse_exception(value: Any, where: str) -> Iterator[tuple[int, int, int, bool]]:
    exception = _mapping(value, where)
    _refuse_unknown(exception, frozenset({"date", "from", "to", "open"}), where)
    for key in ("date", "from", "to", "open"):
        if key not in exception:
            raise CalendarError("{key!r} is missing. Add it.", where=where, key=key)
    opens = exception["open"]
    if not isinstance(opens, bool):
        raise CalendarError("{value!r} is neither true nor false.", where=f"{where}.open", value=opens)
    day = _parse_date(exception["date"], f"{where}.date")
    for on, since, until in _span(day, exception["from"], exception["to"], where):
        yield on, since, until, opens


def _span(day: int, since: Any, until: Any, where: str) -> Iterator[tuple[int, int, int]]:
    """The parts (day, from, to) of a window; one that does not end after its start runs past midnight."""
    start, end = _parse_time(since, f"{where} start"), _parse_time(until, f"{where} end")
    if start == DAY:
        raise CalendarError("Nothing starts at 24:00. Start it at 00:00 of the next day.", where=where)
    if start < end:
        yield day, start, end
        return
    yield day, start, DAY
    if end:
        yield day + 1, 0, end


def _parse_time(value: Any, where: str) -> int:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (99, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > DAY:
        raise CalendarError(
            "{value!r} is no time of day. Write HH:MM, 00:00 to 24:00.", where=where, value=value
        )
    return total


def _parse_date(value: Any, where: str) -> int:
    try:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise ValueError  # noqa: TRY301 - one message for both ways of being wrong
        return date.fromisoformat(value).toordinal() - _FIRST_DAY
    except ValueError:
        raise CalendarError("{value!r} is no date. Write YYYY-MM-DD.", where=where, value=value) from None


def _parse_effective(value: Any, where: str) -> int | None:
    try:
        return None if value is None else parse_instant(value, where)
    except InstantError as error:
        raise CalendarError(
            "{value!r} is no instant. Write it in whole seconds with its zone, as 2026-01-31T08:00:00Z.",
            where=where,
            value=value,
        ) from error


def _parse_zone(value: Any, where: str) -> ZoneInfo:
    # `localtime` would mean another zone on every machine
    if not isinstance(value, str) or not value or value == "localtime":
        raise UnknownZone(where=where, zone=value)
    try:
        return ZoneInfo(value)
    except (LookupError, ValueError, OSError) as error:
        raise UnknownZone(where=where, zone=value) from error


def _apply(windows: Windows, changes: Sequence[tuple[int, int, bool]]) -> Windows:
    """Exceptions in their order, each overwriting what was there: the last match wins."""
    for since, until, opens in changes:
        kept = [
            part
            for start, end in windows
            for part in ((start, min(end, since)), (max(start, until), end))
            if part[0] < part[1]
        ]
        windows = _merge([*kept, (since, until)] if opens else kept)
    return windows


def _merge(windows: Sequence[tuple[int, int]]) -> Windows:
    merged: list[tuple[int, int]] = []
    for since, until in sorted(windows):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((since, until))
    return tuple(merged)


def _places(items: Sequence[Any], where: str) -> Iterator[tuple[str, Any]]:
    for index, item in enumerate(items):
        yield f"{where}[{index}]", item


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise CalendarError("This must be an object.", where=where)
    return value


def _sequence(value: Any, where: str) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise CalendarError("This must be a list.", where=where)
    return value


def _refuse_unknown(rules: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    unknown = sorted(str(key) for key in rules.keys() - known - _REMARKS)
    if unknown:
        raise CalendarError(
            "Not known here: {unknown}. Use {known}.",
            where=where,
            unknown=tuple(unknown),
            known=tuple(sorted(known)),
        )
