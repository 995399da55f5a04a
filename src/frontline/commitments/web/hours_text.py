"""Opening hours as people type them, and back: "08:00-12:00, 13:00-18:00"; one holiday or exception a line."""

import re
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_WINDOW: Final = re.compile(r"(\d\d:\d\d)\s*(?:-|–)\s*(\d\d:\d\d)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_EXCEPTION: Final = re.compile(r"(\d{4}-\d\d-\d\d)\s+(\d\d:\d\d)\s*(?:-|–)\s*(\d\d:\d\d)\s+(open|closed)")


def read_windows(text: str) -> list[list[str]]:
    """The windows of one weekday; raises ValidationError naming the part that is none."""
    windows = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = _WINDOW.fullmatch(part)
        if match is None:
            raise ValidationError(
                _("“%(part)s” is no window; write it as 08:00-18:00, several with commas."),
                params={"part": part},
            )
        windows.append([match[1], match[2]])
    return windows


def write_windows(windows: list[list[str]]) -> str:
    return ", ".join(f"{since}-{until}" for since, until in windows)


def read_holidays(text: str) -> list[str]:
    """One date a line; raises ValidationError."""
    dates = _lines(text)
    for line in dates:
        if not _DATE.fullmatch(line):
            raise ValidationError(_("“%(line)s” is no date; write it as 2026-12-25."), params={"line": line})
    return dates


def read_exceptions(text: str) -> list[dict[str, Any]]:
    """One a line, such as "2026-12-24 08:00-12:00 open"; raises ValidationError."""
    found = []
    for line in _lines(text):
        match = _EXCEPTION.fullmatch(line)
        if match is None:
            raise ValidationError(
                _("“%(line)s” is no exception; write it as 2026-12-24 08:00-12:00 open (or closed)."),
                params={"line": line},
            )
        found.append({"date": match[1], "from": match[2], "to": match[3], "open": match[4] == "open"})
    return found


def write_exceptions(exceptions: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{e['date']} {e['from']}-{e['to']} {'open' if e['open'] else 'closed'}" for e in exceptions
    )


def _lines(text: str) -> list[str]:
    return [line for line in (raw.strip() for raw in text.splitlines()) if line]


_SPAN: Final = re.compile(r"(?:(\d+)\s*h)?\s*(?:(\d+)\s*(?:min|m))?\s*(?:(\d+)\s*s)?", re.IGNORECASE)


def read_span(text: str) -> int:
    """Working time as seconds: "15m", "4h", "1h 30m"; raises ValidationError. Days are not: they have no length."""
    match = _SPAN.fullmatch(text.strip())
    if match is None or not any(match.groups()) or len(text) > 20:
        raise ValidationError(
            _("“%(text)s” is no working time; write it as 15m, 4h or 1h 30m."), params={"text": text}
        )
    return int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + int(match[3] or 0)


def write_span(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [f"{n}{unit}" for n, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if n]
    return " ".join(parts) or "0m"
