"""Mapping files: which column says what, which word means which state. JSON; ready ones lie in `maps/`."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from frontline.kernel.errors import DeskError, Phrase
from frontline.tickets.logic.states import WAITING_FOR, State

READY = {path.stem: path for path in (Path(__file__).parent / "maps").glob("*.json")}
#: what a column can say; `case` and, in an event log, `at` are required
ROLES = frozenset(
    {
        *("case", "at", "opened_at", "solved_at", "closed_at", "state", "group", "assignee"),
        *("requester", "place", "channel", "impact", "urgency", "priority", "kind"),
        *("subject", "description", "service"),
    }
)
SAME = "same"


class BadMap(DeskError):
    """The mapping {name} cannot be used: {why}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """A mapping as read. `states` gives (state, waiting_for), or SAME for "no change"; "*" stands for the rest."""

    source: str
    zone: ZoneInfo
    times: tuple[str, ...]
    unknown: frozenset[str]
    columns: Dictionary[str, tuple[str, ...]]
    states: Dictionary[str, tuple[str, str]]
    channels: Dictionary[str, str] = field(default_factory=dict)
    source_results: Dictionary[str, str] = field(default_factory=dict)
    final: frozenset[str] = frozenset()
    order: str = "file"

    def column(self, role: str) -> str:
        """The one column of a role, or "" when the map has none."""
        names = self.columns.get(role, ())
        return names[0] if names else ""

    def instant(self, text: str) -> datetime | None:
        """The cell as an instant; None when unknown; raises BadTime for what no format reads."""
        return None if text in self.unknown else _instant(text, self.times, self.zone)

    def state_of(self, word: str) -> tuple[str, str]:
        """(state, waiting_for); raises UnknownState."""
        found = self.states.get(word) or self.states.get("*")
        if found is None:
            raise UnknownState(word=word[:60])
        return found


class BadTime(DeskError):
    """{text!r} is no time in any of the map's formats; add its format to `times`."""


# a log says most minutes several times, and reading one costs as much as writing a small row
@lru_cache(maxsize=50_000)
def _instant(text: str, times: tuple[str, ...], zone: ZoneInfo) -> datetime:
    for form in times:
        try:
            at = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the map's, unless the text has one
        except ValueError:
            continue
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    raise BadTime(text=text[:40])


class UnknownState(DeskError):
    """{word!r} is no state the map knows; add it under [states]."""


def parse(document: Dictionary[str, Any], *, source: str) -> Map:
    """The mapping from its parsed file; raises BadMap that says what to mend."""

    def bad(why: Phrase) -> BadMap:
        return BadMap(name=source, why=why)

    columns = document.get("columns", {})
    unknown_roles = set(columns) - ROLES
    if unknown_roles:
        raise bad(
            Phrase(
                "no column can be {names}; known are {known}",
                names=tuple(sorted(unknown_roles)),
                known=tuple(sorted(ROLES)),
            )
        )
    if "case" not in columns:
        raise bad(Phrase("[columns] needs `case`: the column that tells tickets apart"))
    try:
        zone = ZoneInfo(document.get("timezone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise bad(Phrase("there is no time zone {name!r}", name=document.get("timezone"))) from error
    return Map(
        source=source,
        zone=zone,
        times=tuple(document.get("times", ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S"])),
        unknown=frozenset(document.get("unknown", [""])),
        columns={role: (c,) if isinstance(c, str) else tuple(c) for role, c in columns.items()},
        states={word: _state(meaning, bad) for word, meaning in document.get("states", {}).items()},
        channels=document.get("channels", {}),
        source_results=document.get("source_results", {}),
        final=frozenset(document.get("final", {}).get("columns", [])),
        order=document.get("order", "file"),
    )


def _state(meaning: str, bad: Any) -> tuple[str, str]:
    state, _, waiting = str(meaning).partition(":")
    if state == SAME:
        return SAME, ""
    if state not in set(State):
        raise bad(
            Phrase(
                "{meaning!r} is no state; use one of {known}, same, or waiting:WHOM",
                meaning=meaning,
                known=tuple(State),
            )
        )
    if (state == State.WAITING) != bool(waiting) or (waiting and waiting not in WAITING_FOR):
        raise bad(
            Phrase(
                "{meaning!r}: waiting is for one of {known}, as in waiting:requester",
                meaning=meaning,
                known=tuple(WAITING_FOR),
            )
        )
    return state, waiting
