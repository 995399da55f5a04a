"""The one clock. Doors read it and pass the time down; nothing below the doors does.

On a desk marked as demo or exercise the clock can be moved forward and run faster: what it shows is
`base_desk + (real - base_real) * speed`, from one row that every process re-reads twice a second.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

_REREAD_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Movement:
    """How the desk's time follows real time."""

    base_real: datetime
    base_desk: datetime
    speed: float

    def at(self, real: datetime) -> datetime:
        return self.base_desk + (real - self.base_real) * self.speed


class _Cache:
    read_at: float = -1e9
    movement: Movement | None = None


def now() -> datetime:
    """The desk's time, in UTC."""
    real = real_now()
    if time.monotonic() - _Cache.read_at > _REREAD_SECONDS:
        _Cache.movement = _load()
        _Cache.read_at = time.monotonic()
    return real if _Cache.movement is None else _Cache.movement.at(real)


def real_now() -> datetime:
    """The wall's time: for leases, tokens, throttles and anything the demo clock must not touch."""
    return datetime.now(UTC)


def forget() -> None:
    """Re-read the movement at the next look (after moving the clock, and between tests)."""
    _Cache.read_at = -1e9


def _load() -> Movement | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT base_real, base_desk, speed FROM foundation_desk WHERE id = 1 AND kind <> 'live'"
        )
        row = cursor.fetchone()
    return Movement(*row) if row and row[0] is not None else None


def moved(movement: Movement | None, *, to: datetime, speed: float, real: datetime) -> Movement:
    """The movement after a jump; time only goes forward."""
    current = real if movement is None else movement.at(real)
    return Movement(base_real=real, base_desk=max(current, to), speed=speed)
