"""The demo organisation is made by the capabilities, lowest first: each adds its part to one plan."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from frontline.foundation import clock, manifest
from frontline.foundation.models import Desk
from frontline.foundation.stopping import Stop
from frontline.kernel.errors import DeskError

#: tickets a scale stands for
SCALES = {"small": 600, "medium": 6_000, "large": 100_000}


class DeskHasData(DeskError):
    """This desk holds real data; the demo organisation is only made on an empty one. Choose another with --data."""


class OtherDemo(DeskError):
    """This desk already holds the demo organisation of seed {seed} with {scale} tickets. Use another data folder."""


class HalfDemo(DeskError):
    """An earlier `frontline demo seed` did not get to its end. Remove the data folder and start again."""


class NoDemo(DeskError):
    """There is no demo organisation on this desk. Make it with `frontline demo seed`."""


#: real seconds between looks whether something should happen
STEP_SECONDS = 2.0


@dataclass(slots=True)
class Plan:
    """What the parts share. `tickets` is the scale; `shared` is what lower capabilities leave for higher ones.

    `random(name)` gives each part its own stream of numbers, so that one part's change leaves the others alone.
    """

    tickets: int
    seed: int
    now: datetime
    tell: Callable[[str], None]
    shared: dict[str, Any] = field(default_factory=dict)

    def random(self, name: str) -> random.Random:
        return random.Random(f"{self.seed}/{name}")  # noqa: S311 - a demo must repeat itself


def seed(*, tickets: int | None, seed: int | None, now: datetime, tell: Callable[[str], None]) -> bool:
    """Make the demo organisation; False when this desk has it already. Raises DeskError on any other desk.

    `tickets` and `seed` that are None take whatever is there, else `medium` and 1.
    Parts commit by themselves (months of history do not fit one transaction); the desk counts as seeded at the end.
    """
    desk, born = Desk.objects.get_or_create(id=1)
    if desk.demo_seed is not None:
        if seed not in {None, desk.demo_seed} or tickets not in {None, desk.demo_scale}:
            raise OtherDemo(seed=desk.demo_seed, scale=desk.demo_scale)
        return False
    tickets, seed = SCALES["medium"] if tickets is None else tickets, 1 if seed is None else seed
    if desk.kind == "demo":
        raise HalfDemo
    if (not born and desk.kind != "live") or _has_facts():
        raise DeskHasData
    desk.kind, desk.name = "demo", "Norvik"
    desk.base_real, desk.base_desk, desk.speed = clock.real_now(), anchor(now), 1.0
    desk.save()
    clock.forget()
    now = desk.base_desk
    plan = Plan(tickets=tickets, seed=seed, now=now, tell=tell)
    for capability in manifest.capabilities():
        if capability.demo is not None:
            tell(f"{capability.name} …")
            capability.demo(plan)
    desk.refresh_from_db()
    desk.demo_seed, desk.demo_scale = seed, tickets
    desk.save(update_fields=["demo_seed", "demo_scale"])
    return True


def anchor(real: datetime) -> datetime:
    """When the demo's day begins: the latest Monday 08:30 in Berlin, so that its desk is awake whenever it is made."""
    local = real.astimezone(ZoneInfo("Europe/Berlin"))
    monday = (local - timedelta(days=local.weekday())).replace(hour=8, minute=30, second=0, microsecond=0)
    return (monday if monday <= local else monday - timedelta(days=7)).astimezone(UTC)


def keep_moving(stop: Stop) -> None:
    """Small things keep happening on a demo desk until told to stop. Raises NoDemo on any other."""
    desk = Desk.objects.filter(id=1).first()
    if desk is None or desk.demo_seed is None:
        raise NoDemo
    chance = random.Random()  # noqa: S311 - which call comes next is no secret
    while not stop.asked:
        for capability in manifest.capabilities():
            if capability.demo_step is not None:
                capability.demo_step(clock.now(), chance)
        stop.wait(STEP_SECONDS)


def _has_facts() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM foundation_fact)")
        return bool(cursor.fetchone()[0])


def tickets_of(scale: str) -> int:
    """`small`, `medium`, `large` or a number of tickets."""
    if scale in SCALES:
        return SCALES[scale]
    if scale.isdecimal() and 0 < int(scale) <= 10_000_000:
        return int(scale)
    raise DeskError(
        "{scale} is no scale; use {names} or a number of tickets.", scale=scale, names=tuple(SCALES)
    )
