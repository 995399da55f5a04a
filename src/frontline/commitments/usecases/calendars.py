"""Make calendars, give them new hours from an instant on, and move running clocks to them when somebody asks.

The past is frozen: stored versions never change and a new one starts now or later. Running clocks keep the hours they
were computed with until `recompute_clocks`, so that no promise moves in silence.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from frontline.commitments import access, policy
from frontline.commitments.facts import (
    CalendarChanged,
    CalendarCreated,
    CalendarVersionAdded,
    ClocksRecomputed,
)
from frontline.commitments.logic.calendar import Calendar as Compiled
from frontline.commitments.logic.clock import State
from frontline.commitments.models import Calendar, CalendarVersion
from frontline.commitments.planning import Hours, looked, settled
from frontline.commitments.policy import ROUND_THE_CLOCK
from frontline.commitments.queries import SELECT, ClockRow, rows
from frontline.commitments.queries.setup import CalendarRow, calendar_row
from frontline.commitments.usecases.clocks import Locked, rewrite, with_marks
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import transaction, use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Conflict, DeskError, Invalid, NotFound
from frontline.kernel.facts import Subject

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
CHUNK: Final = 2_000


class PastIsFrozen(DeskError):
    """New hours begin now or later; {at} is in the past. What was promised and measured then stays as it was."""


class AlwaysOpen(DeskError):
    """This calendar means round the clock and keeps its hours. Make another calendar for other hours."""


def unchecked(_version: int) -> None:
    """For callers that hold no version to compare."""


@use_case
def create_calendar(
    *, key: str, name: str, rules: dict[str, Any], actor: Actor, now: datetime
) -> CalendarRow:
    """A calendar whose first version holds from ever. `rules` are those of the public contract, without versions.

    Raises Invalid, Conflict and CalendarError.
    """
    access.require_write(actor)
    if not _KEY.fullmatch(key):
        raise Invalid("A key has small letters, digits and hyphens, such as berlin-hours.", field="key")
    if Calendar.objects.filter(key=key).exists():
        raise Conflict("There is a calendar with the key {key} already.", field="key", key=key)
    Compiled.parse(rules)
    calendar = Calendar.objects.create(key=key, name=_named(name))
    _add(calendar, None, rules, actor, now)
    announce(CalendarCreated(subject=Subject("calendar", calendar.id)), actor=actor, at=now)
    return calendar_row(uid=calendar.uid, actor=actor)


@use_case
def change_calendar(
    *,
    uid: UUID,
    name: str | None = None,
    active: bool | None = None,
    check: Callable[[int], None] = unchecked,
    actor: Actor,
    now: datetime,
) -> CalendarRow:
    """Rename it, retire it or take it back into use; `check` is given the stored version under the lock."""
    access.require_write(actor)
    calendar = _locked(uid)
    check(calendar_row(uid=uid, actor=actor).version)
    calendar.name = calendar.name if name is None else _named(name)
    calendar.active = calendar.active if active is None else active
    calendar.save(update_fields=["name", "active"])
    policy.touch()
    fact = CalendarChanged(subject=Subject("calendar", calendar.id), active=calendar.active)
    announce(fact, actor=actor, at=now)
    return calendar_row(uid=uid, actor=actor)


@use_case
def add_version(
    *,
    uid: UUID,
    effective_from: datetime | None = None,
    rules: dict[str, Any],
    check: Callable[[int], None] = unchecked,
    actor: Actor,
    now: datetime,
) -> CalendarRow:
    """New hours from an instant on (None: from now). Running clocks keep theirs until they are recomputed.

    Raises PastIsFrozen, AlwaysOpen, Conflict and CalendarError.
    """
    access.require_write(actor)
    calendar = _locked(uid)
    check(calendar_row(uid=uid, actor=actor).version)
    if calendar.key == ROUND_THE_CLOCK:
        raise AlwaysOpen
    begins = _whole_second(now if effective_from is None else effective_from)
    if begins < now:
        raise PastIsFrozen(at=begins, field="effective_from")
    if calendar.versions.filter(effective_from=begins).exists():
        raise Conflict(
            "Other hours begin at this very instant already. Choose another one.", field="effective_from"
        )
    Compiled.parse(rules)
    _add(calendar, begins, rules, actor, now)
    fact = CalendarVersionAdded(subject=Subject("calendar", calendar.id), effective_from=begins)
    announce(fact, actor=actor, at=now)
    return calendar_row(uid=uid, actor=actor)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """`moved` of the `examined` clocks have another due instant now."""

    examined: int
    moved: int


_BEHIND = f"""
SELECT {SELECT} FROM commitments_clock
WHERE calendar_id = %s AND state <> 'stopped' AND calendar_version_id < %s
ORDER BY calendar_version_id, id LIMIT %s FOR NO KEY UPDATE
"""  # noqa: S608 - the columns are ours


def recompute_clocks(*, uid: UUID, actor: Actor, now: datetime) -> Recomputed:
    """Move the running and paused clocks of a calendar to its newest hours. A transaction a chunk, resumable.

    Clocks that stopped keep the hours they were judged by. Each chunk is told of as a fact of the calendar.
    """
    examined = moved = 0
    while True:
        with transaction():
            access.require_write(actor)
            calendar = _locked(uid)
            hours = policy.fresh().hours(calendar.id)
            chunk = _behind(calendar.id, hours)
            after = [_moved_to(clock, hours, now) for clock in chunk]
            rewrite(after)
            changed = sum(
                (clock.row.due_at, clock.row.breach_after) != (row.due_at, row.breach_after)
                for clock, row in zip(chunk, after, strict=True)
            )
            if chunk:
                fact = ClocksRecomputed(
                    subject=Subject("calendar", calendar.id), examined=len(chunk), moved=changed
                )
                announce(fact, actor=actor, at=now)
        examined, moved = examined + len(chunk), moved + changed
        if len(chunk) < CHUNK:
            return Recomputed(examined, moved)


def _behind(calendar_id: int, hours: Hours) -> Sequence[Locked]:
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [calendar_id, hours.version_id, CHUNK])
        return with_marks(rows(cursor.fetchall()))


def _moved_to(clock: Locked, hours: Hours, now: datetime) -> ClockRow:
    """The row by the new hours. What was told and still holds stays told; what does not hold any more is taken
    back; what holds only now is left to the watch."""
    row = clock.row
    cache = settled(clock.marks, hours, warn_percent=row.warn_percent, origin=row.origin)
    if cache["state"] == State.RUNNING:
        warn_at, breach_after = cache["warn_at"], cache["breach_after"]
        cache = looked(
            cache,
            warned=row.warned_at is not None and warn_at is not None and warn_at <= now,
            breached=row.breached_at is not None
            and breach_after is not None
            and breach_after + timedelta(seconds=1) <= now,
            origin=row.origin,
        )
    return replace(row, calendar_version_id=hours.version_id, **cache)


def _locked(uid: UUID) -> Calendar:
    calendar = Calendar.objects.select_for_update(no_key=True).filter(uid=uid).first()
    if calendar is None:
        raise NotFound("There is no calendar with this id.")
    return calendar


def _add(
    calendar: Calendar, effective_from: datetime | None, rules: dict[str, Any], actor: Actor, now: datetime
) -> None:
    CalendarVersion.objects.create(
        calendar=calendar,
        effective_from=effective_from,
        rules=rules,
        created_at=now,
        created_by=actor.person_id,
    )
    policy.touch()


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 200:
        raise Invalid("A name has 1 to 200 characters.", field="name")
    return name


def _whole_second(at: datetime) -> datetime:
    """Instants are whole seconds; a part of one begins with the next."""
    return at if not at.microsecond else at.replace(microsecond=0) + timedelta(seconds=1)
