"""Instants as whole UTC seconds since 1970 inside, RFC 3339 or aware datetimes outside."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from frontline.kernel.errors import DeskError

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
DAY: Final = 86_400
#: every instant that a datetime can hold: the years 1 to 9999, half-open
EARLIEST: Final = -62_135_596_800
LATEST: Final = 253_402_300_800

_RFC_3339: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.0+)?(?:[Zz]|([+-])(\d\d):([0-5]\d))", re.ASCII
)


class Misplaced(DeskError):
    """Something in this document makes no sense."""

    def __init__(self, message: str | None = None, *, where: str = "", **params: Any) -> None:
        """`where` is a path such as `calendar.weekly.mon[0] start`; without its root it names the field."""
        path = re.sub(r"\[(\d+)\]", r".\1", where).partition(" ")[0].partition(".")[2]
        super().__init__(message, field=path or None, **params)
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {super().__str__()}" if self.where else super().__str__()


class InstantError(Misplaced):
    """{value!r} is no instant. Write it in whole seconds with its zone, as 2026-01-31T08:00:00Z."""


def parse_instant(value: object, where: str = "instant") -> int:
    """Seconds since 1970 of an RFC 3339 text with a zone and whole seconds; else raises InstantError."""
    match = _RFC_3339.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InstantError(where=where, value=value)
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    sign, ahead_hours, ahead_minutes = match.groups()[6:]
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise InstantError(where=where, value=value) from error
    seconds = (moment - EPOCH) // SECOND
    if sign:
        ahead = int(ahead_hours) * 3600 + int(ahead_minutes) * 60
        seconds -= ahead if sign == "+" else -ahead
    if not EARLIEST <= seconds < LATEST:
        raise InstantError(where=where, value=value)
    return seconds


def format_instant(seconds: int) -> str:
    """RFC 3339 in UTC with `Z`."""
    return instant_of(seconds).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def seconds_of(moment: datetime) -> int:
    """Whole seconds since 1970 of an aware datetime, rounded down; a naive one raises InstantError."""
    if moment.tzinfo is None:
        raise InstantError(where="instant", value=moment.isoformat())
    return (moment - EPOCH) // SECOND


def instant_of(seconds: int) -> datetime:
    """The aware UTC datetime of seconds since 1970."""
    return EPOCH + timedelta(seconds=seconds)
