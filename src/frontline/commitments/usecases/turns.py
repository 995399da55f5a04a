"""The two turns of a clock, warning and breach: when it has reached them, and telling of it once."""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from frontline.commitments.facts import ClockBreached, ClockRetargeted, ClockWarned
from frontline.commitments.logic.clock import State
from frontline.commitments.planning import CACHE_COLUMNS, Cache, looked
from frontline.commitments.queries import ClockRow
from frontline.foundation.facts.announce import announce
from frontline.kernel.actors import Actor
from frontline.kernel.facts import Audience, Origin


def look(row: ClockRow, at: datetime) -> ClockRow:
    """The row after a look: a warning from its instant on, a breach once elapsed > target."""
    if row.state != State.RUNNING or row.origin == Origin.HISTORY:
        return row
    cache = looked(
        cache_of(row),
        warned=row.warn_at is not None and row.warn_at <= at,
        breached=row.breach_after is not None and (at - row.breach_after).total_seconds() >= 1,
        origin=row.origin,
    )
    return replace(
        row,
        warned_at=cache["warned_at"],
        breached_at=cache["breached_at"],
        next_look=cache["next_look"],
    )


def cache_of(row: ClockRow) -> Cache:
    return cast("Cache", {name: getattr(row, name) for name in CACHE_COLUMNS})


def announce_turns(before: ClockRow | None, after: ClockRow, *, actor: Actor, at: datetime) -> None:
    """Tell of a warning and a breach that `after` has and `before` had not. Imported history stays silent."""
    if after.origin == Origin.HISTORY:
        return
    audience = Audience.CONFIDENTIAL if after.confidential else Audience.INTERNAL
    about: dict[str, Any] = {
        "subject": after.subject,
        "organisation_id": after.organisation_id,
        "audience": audience,
        "clock": after.uid,
        "measure": after.measure,
        "party_kind": after.party_kind,
        "due_at": after.due_at,
    }
    origin = Origin(after.origin)
    if after.warned_at is not None and (before is None or before.warned_at is None):
        announce(ClockWarned(**about), actor=actor, at=at, origin=origin)
    if after.breached_at is not None and (before is None or before.breached_at is None):
        announce(ClockBreached(**about, breached_at=after.breached_at), actor=actor, at=at, origin=origin)


def announce_retarget(before: ClockRow, after: ClockRow, *, actor: Actor, at: datetime) -> None:
    """Tell of another target, with both due instants."""
    if after.origin == Origin.HISTORY:
        return
    fact = ClockRetargeted(
        subject=after.subject,
        organisation_id=after.organisation_id,
        audience=Audience.CONFIDENTIAL if after.confidential else Audience.INTERNAL,
        clock=after.uid,
        measure=after.measure,
        party_kind=after.party_kind,
        seconds_before=before.target_seconds,
        seconds_after=after.target_seconds,
        due_before=before.due_at,
        due_after=after.due_at,
    )
    announce(fact, actor=actor, at=at, origin=Origin(after.origin))
