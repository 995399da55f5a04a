"""The days ahead as a calendar has them: what people look at before they trust it. No database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from frontline.commitments.logic.calendar import Calendar
from frontline.commitments.logic.instants import instant_of, seconds_of

WEEKS: Final = 4


@dataclass(frozen=True, slots=True)
class Opening:
    """Open from one wall-clock time to another; `left` and `width` are per cent of the day as it passes."""

    since: str
    until: str
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Day:
    """A local day. `shift_minutes` is how far the clocks go forward (+) or back (-) on it, mostly 0."""

    date: date
    open_seconds: int
    openings: tuple[Opening, ...]
    shift_minutes: int

    @property
    def back_minutes(self) -> int:
        return -self.shift_minutes


def weeks_ahead(calendar: Calendar, *, zone: ZoneInfo, now: datetime, weeks: int = WEEKS) -> list[list[Day]]:
    """Whole weeks from the Monday of this one on, in the calendar's zone."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    days = [_day(calendar, zone, monday + timedelta(days=n)) for n in range(7 * weeks)]
    return [days[n : n + 7] for n in range(0, len(days), 7)]


def _day(calendar: Calendar, zone: ZoneInfo, day: date) -> Day:
    begins, ends = _midnight(zone, day), _midnight(zone, day + timedelta(days=1))
    spans = calendar.open_spans(begins, ends)
    length = ends - begins
    openings = tuple(
        Opening(
            _wall(zone, since),
            "24:00" if until == ends else _wall(zone, until),
            round((since - begins) * 100 / length, 2),
            round((until - since) * 100 / length, 2),
        )
        for since, until in spans
    )
    return Day(day, sum(until - since for since, until in spans), openings, (86_400 - length) // 60)


def _midnight(zone: ZoneInfo, day: date) -> int:
    return seconds_of(datetime.combine(day, time(), tzinfo=zone).astimezone(UTC))


def _wall(zone: ZoneInfo, at: int) -> str:
    return instant_of(at).astimezone(zone).strftime("%H:%M")
