"""Where the bars of a custody ribbon stand. Pure sums: positions are texts in percent of the ribbon's width.

Feed it the chain of holders and the clocks; draw the result with `{% include "ui/parts/ribbon.html" %}`.
Spans are half-open [since, until); `until` None means "still".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from frontline.foundation.ui import words

HolderKind = Literal["desk", "team", "supplier", "requester", "approver", "change"]
MarkState = Literal["due", "kept", "broken"]

LANE, GAP, MARKS, TICKS = 28, 6, 20, 18
WIDE, NARROW, LETTER = 760, 340, 6.6  # px: a ribbon on a desktop and on a phone, a letter of its labels


@dataclass(frozen=True, slots=True)
class Held:
    """One holder's segment. `dead` are spans when this holder's doors were closed while the user's clock ran."""

    since: datetime
    until: datetime | None
    kind: HolderKind
    label: str
    lane: str = ""
    href: str = ""
    detail: str = ""
    dead: Sequence[tuple[datetime, datetime]] = ()


@dataclass(frozen=True, slots=True)
class ClockMark:
    """A clock's due time, or the moment it was kept or broken."""

    at: datetime
    label: str
    state: MarkState = "due"


@dataclass(frozen=True, slots=True)
class Dead:
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    width: str
    kind: HolderKind
    label: str
    title: str
    href: str
    fits: str  # "all", "wide" (desktop only) or "": whether the label has room
    dead: tuple[Dead, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    label: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    label: str
    state: MarkState
    anchor: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    label: str


@dataclass(frozen=True, slots=True)
class Sum:
    """How long one holder had it, in seconds of real time, and how much of it was dead."""

    kind: HolderKind
    label: str
    seconds: int
    dead_seconds: int


@dataclass(frozen=True, slots=True)
class Ribbon:
    height: int
    lanes_top: int
    lanes_bottom: int
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    sums: tuple[Sum, ...]
    now_x: str = ""
    lane_height: int = field(default=LANE)


class EmptyRibbon(ValueError):
    """A ribbon needs at least one holder: a ticket always has one."""


def lay_out(
    held: Sequence[Held], *, marks: Sequence[ClockMark] = (), now: datetime, zone: ZoneInfo
) -> Ribbon:
    """Place every segment, dead span, clock and tick. Raises EmptyRibbon without segments."""
    if not held:
        raise EmptyRibbon("A ribbon needs at least one holder: a ticket always has one.")
    start = min(one.since for one in held)
    is_open = any(one.until is None for one in held)
    end = max([one.until or now for one in held] + [start + timedelta(minutes=1)])
    end = _with_room_for_marks(start, end, marks)
    scale = _Scale(start, end)
    names = list(dict.fromkeys(one.lane for one in held))
    top = MARKS if marks else 0
    lanes = tuple(
        Lane(
            label=name,
            y=top + index * (LANE + GAP),
            bars=tuple(_bar(one, scale, now, zone) for one in held if one.lane == name),
        )
        for index, name in enumerate(names)
    )
    bottom = top + len(names) * (LANE + GAP) - GAP
    return Ribbon(
        height=bottom + TICKS,
        lanes_top=top,
        lanes_bottom=bottom,
        lanes=lanes,
        marks=_marks(marks, scale),
        ticks=_ticks(start, end, scale, zone),
        sums=_sums(held, now),
        now_x=scale.x(now) if is_open and now < end else "",
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    start: datetime
    end: datetime

    def share(self, at: datetime) -> float:
        whole = (self.end - self.start).total_seconds()
        return min(1.0, max(0.0, (at - self.start).total_seconds() / whole))

    def x(self, at: datetime) -> str:
        return _percent(self.share(at))

    def width(self, since: datetime, until: datetime) -> str:
        return _percent(max(0.0, self.share(until) - self.share(since)))


def _percent(share: float) -> str:
    """Never localised: SVG knows only the point."""
    return f"{share * 100:.3f}%"


def _with_room_for_marks(start: datetime, end: datetime, marks: Sequence[ClockMark]) -> datetime:
    """Show what falls due next, but never give the future more than a third of the ribbon."""
    ahead = [mark.at for mark in marks if mark.at > end]
    if not ahead:
        return end
    limit = end + (end - start) / 2
    within = [at for at in ahead if at <= limit]
    return (max(within) if within else end) + (end - start) / 20


def _bar(one: Held, scale: _Scale, now: datetime, zone: ZoneInfo) -> Bar:
    until = one.until or max(now, one.since)
    share = scale.share(until) - scale.share(one.since)
    needed = len(one.label) * LETTER + 20
    fits = "all" if share * NARROW >= needed else "wide" if share * WIDE >= needed else ""
    span = words.duration((until - one.since).total_seconds())
    since = words.moment(one.since, now=now, zone=zone)
    ended = words.moment(until, now=now, zone=zone) if one.until else "…"
    return Bar(
        x=scale.x(one.since),
        width=scale.width(one.since, until),
        kind=one.kind,
        label=one.label,
        title=" · ".join(part for part in (one.label, f"{since} – {ended}", span, one.detail) if part),
        href=one.href,
        fits=fits,
        dead=tuple(
            Dead(
                _percent(_within(begin, one.since, until)),
                _percent(_within(stop, one.since, until) - _within(begin, one.since, until)),
            )
            for begin, stop in one.dead
        ),
    )


def _within(at: datetime, since: datetime, until: datetime) -> float:
    whole = (until - since).total_seconds()
    return 0.0 if whole <= 0 else min(1.0, max(0.0, (at - since).total_seconds() / whole))


def _marks(marks: Sequence[ClockMark], scale: _Scale) -> tuple[Mark, ...]:
    """Labels that would run into the one before stay hidden; hovering and the table still say them."""
    placed = []
    free_from = -1.0
    for mark in sorted(marks, key=lambda m: m.at):
        at = scale.share(mark.at) * WIDE
        needed = len(mark.label) * LETTER + 12
        anchor = "end" if at + needed > WIDE else "start"
        left = at - needed if anchor == "end" else at
        shown = left >= free_from and mark.at <= scale.end
        if shown:
            free_from = left + needed
        placed.append(Mark(scale.x(mark.at), mark.label, mark.state, anchor, shown))
    return tuple(placed)


_STEPS = tuple(
    timedelta(minutes=m)
    for m in (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7 * 1440, 14 * 1440, 30 * 1440, 90 * 1440)
)


def _ticks(start: datetime, end: datetime, scale: _Scale, zone: ZoneInfo) -> tuple[Tick, ...]:
    """About six marks of the clock or calendar on round local times."""
    whole = end - start
    step = next((s for s in _STEPS if whole / s <= 7), timedelta(days=365))
    local = start.astimezone(zone)
    at = local.replace(hour=0, minute=0, second=0, microsecond=0)
    at += ((local - at) // step + 1) * step
    found: list[Tick] = []
    while at < end and len(found) < 12:
        if scale.share(at) < 0.94:
            by_day = step >= timedelta(days=1)
            found.append(Tick(scale.x(at), _day(at) if by_day or at.hour + at.minute == 0 else f"{at:%H:%M}"))
        at += step
    return tuple(found)


def _day(at: datetime) -> str:
    from django.utils import formats

    return formats.date_format(at, "D j M")


def _sums(held: Sequence[Held], now: datetime) -> tuple[Sum, ...]:
    seconds: dict[tuple[HolderKind, str], list[float]] = {}
    for one in held:
        until = one.until or max(now, one.since)
        row = seconds.setdefault((one.kind, one.label), [0.0, 0.0])
        row[0] += (until - one.since).total_seconds()
        row[1] += sum((stop - begin).total_seconds() for begin, stop in one.dead)
    return tuple(Sum(kind, label, int(a), int(b)) for (kind, label), (a, b) in seconds.items())
