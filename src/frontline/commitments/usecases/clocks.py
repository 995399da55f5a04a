"""Start, pause, resume, retarget, stop and reopen the clocks of a subject.

Each joins the transaction of its caller, who has locked the subject. Clocks are locked in order of their ids; after
the lock the time is `max(now, the last mark)`, so a clock never runs backwards. A change adds marks and rewrites the
rows with the fold of all marks, in one statement for all clocks.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from frontline.commitments import policy
from frontline.commitments.logic.clock import SOLVED, MarkKind, State
from frontline.commitments.planning import (
    CACHE_COLUMNS,
    ClockPlan,
    Hours,
    MarkSpec,
    TargetRow,
    plan_clock,
    settled,
)
from frontline.commitments.queries import COLUMNS, SELECT, ClockRow, rows
from frontline.commitments.usecases.turns import announce_retarget, announce_turns, look
from frontline.foundation.prepared import prepared
from frontline.foundation.transactions import require_transaction
from frontline.kernel.actors import Actor
from frontline.kernel.facts import Origin, Subject

#: the type of each stored column, in the order they are written
CLOCK_TYPES = {
    "uid": "uuid",
    "subject_kind": "text",
    "subject_id": "bigint",
    "measure": "text",
    "party_kind": "text",
    "agreement_id": "bigint",
    "calendar_id": "bigint",
    "calendar_version_id": "bigint",
    "organisation_id": "bigint",
    "confidential": "boolean",
    "warn_percent": "smallint",
    "origin": "text",
    "state": "text",
    "target_seconds": "bigint",
    "started_at": "timestamptz",
    "due_at": "timestamptz",
    "breach_after": "timestamptz",
    "warn_at": "timestamptz",
    "warned_at": "timestamptz",
    "breached_at": "timestamptz",
    "stopped_at": "timestamptz",
    "elapsed_seconds": "bigint",
    "marked_at": "timestamptz",
    "next_look": "timestamptz",
}
MARK_TYPES = {
    "seq": "smallint",
    "kind": "text",
    "at": "timestamptz",
    "target_seconds": "bigint",
    "reason": "text",
    "actor_kind": "text",
    "actor_id": "bigint",
}


@dataclass(frozen=True, slots=True)
class Locked:
    """A clock under its row lock, with its marks in order."""

    row: ClockRow
    marks: tuple[MarkSpec, ...]


@dataclass(frozen=True, slots=True)
class _Turn:
    """What a change adds to one clock: a mark, and for a retarget the new terms."""

    mark: MarkSpec
    terms: TargetRow | None = None


def start_clock(
    *,
    subject: Subject,
    target: TargetRow,
    actor: Actor,
    now: datetime,
    organisation_id: int | None = None,
    confidential: bool = False,
    origin: Origin = Origin.LIVE,
) -> ClockRow:
    """Start one clock; raises NoSuchCalendar and ClockError."""
    plan = plan_clock(
        subject=subject,
        target=target,
        hours=policy.fresh().hours(target.calendar_id),
        started_at=now,
        actor=actor,
        organisation_id=organisation_id,
        confidential=confidential,
        origin=origin,
    )
    return start_planned([plan], actor=actor, now=now)[0]


def start_planned(plans: Sequence[ClockPlan], *, actor: Actor, now: datetime) -> list[ClockRow]:
    """Write planned clocks with their marks: one statement for all. In order of the plans."""
    require_transaction()
    if not plans:
        return []
    clocks = [[plan.clock[name] for plan in plans] for name in CLOCK_TYPES]
    marks = [(plan.uid, mark) for plan in plans for mark in plan.marks]
    columns = [[mark[name] for _, mark in marks] for name in MARK_TYPES]
    with prepared() as cursor:
        cursor.execute(_START, [*clocks, [uid for uid, _ in marks], *columns])
        ids = {uid: pk for pk, uid in cursor.fetchall()}
    started = [
        ClockRow(id=ids[plan.uid], **{name: plan.clock[name] for name in COLUMNS[1:]}) for plan in plans
    ]
    for row in started:
        announce_turns(None, row, actor=actor, at=now)
    return started


def pause_clocks(
    *, subject: Subject, reason: str, actor: Actor, now: datetime, measures: Iterable[str] | None = None
) -> list[ClockRow]:
    """Pause what runs; `reason` is a code such as waiting_requester. Returns the clocks it changed."""

    def turn(clock: Locked, at: datetime) -> _Turn:
        return _Turn(MarkSpec(MarkKind.PAUSE, at, reason=reason))

    return _change(subject, (State.RUNNING,), turn, actor=actor, now=now, measures=measures)


def resume_clocks(
    *, subject: Subject, actor: Actor, now: datetime, measures: Iterable[str] | None = None
) -> list[ClockRow]:
    """Resume what is paused. Returns the clocks it changed."""

    def turn(clock: Locked, at: datetime) -> _Turn:
        return _Turn(MarkSpec(MarkKind.RESUME, at))

    return _change(subject, (State.PAUSED,), turn, actor=actor, now=now, measures=measures)


def stop_clocks(
    *,
    subject: Subject,
    actor: Actor,
    now: datetime,
    measures: Iterable[str] | None = None,
    party_kinds: Iterable[str] | None = None,
    reason: str = "",
) -> list[ClockRow]:
    """Stop what has not stopped. A clock kept its target when the row it returns has no `breached_at`."""

    def turn(clock: Locked, at: datetime) -> _Turn:
        return _Turn(MarkSpec(MarkKind.STOP, at, reason=reason))

    states = (State.RUNNING, State.PAUSED)
    return _change(subject, states, turn, actor=actor, now=now, measures=measures, party_kinds=party_kinds)


def reopen_clocks(
    *, subject: Subject, actor: Actor, now: datetime, measures: Iterable[str] | None = ("resolve",)
) -> list[ClockRow]:
    """Let stopped clocks go on as the same ones; the time in between is a pause. Promises stay as they ended."""

    def turn(clock: Locked, at: datetime) -> _Turn:
        return _Turn(MarkSpec(MarkKind.RESUME, at, reason=SOLVED))

    kinds = ("sla", "ola", "contract")
    return _change(
        subject, (State.STOPPED,), turn, actor=actor, now=now, measures=measures, party_kinds=kinds
    )


def retarget_clocks(
    *, subject: Subject, targets: Sequence[TargetRow], actor: Actor, now: datetime
) -> list[ClockRow]:
    """Give clocks that have not stopped the target of their measure and party; start and pauses stay.

    A clock whose measure and party no target names, or whose terms are the same, is left as it is. Both due
    instants go into a fact. A breach of the old target that the watch had not seen yet is announced first.
    """
    wanted = {(target.measure, target.party_kind): target for target in targets}

    def turn(clock: Locked, at: datetime) -> _Turn | None:
        terms = wanted.get((clock.row.measure, clock.row.party_kind))
        if terms is None or terms == terms_of(clock.row):
            return None
        return _Turn(MarkSpec(MarkKind.RETARGET, at, terms.seconds), terms)

    states = (State.RUNNING, State.PAUSED)
    return _change(subject, states, turn, actor=actor, now=now, measures={measure for measure, _ in wanted})


def set_confidential(*, subject: Subject, confidential: bool) -> int:
    """Mark all clocks of a subject, so that figures leave them out. Returns how many there are."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE commitments_clock SET confidential = %s WHERE subject_kind = %s AND subject_id = %s",
            [confidential, subject.kind, subject.id],
        )
        return int(cursor.rowcount)


def terms_of(row: ClockRow) -> TargetRow:
    return TargetRow(
        row.measure, row.target_seconds, row.calendar_id, row.agreement_id, row.warn_percent, row.party_kind
    )


def _change(
    subject: Subject,
    states: Sequence[State],
    turn: Callable[[Locked, datetime], _Turn | None],
    *,
    actor: Actor,
    now: datetime,
    measures: Iterable[str] | None,
    party_kinds: Iterable[str] | None = None,
) -> list[ClockRow]:
    require_transaction()
    changed: list[ClockRow] = []
    added: list[tuple[int, int, MarkSpec]] = []
    for clock in lock_clocks(subject, states, measures, party_kinds):
        at = max(now, clock.marks[-1].at)
        step = turn(clock, at)
        if step is None:
            continue
        before, after = _apply(clock, step, at)
        announce_turns(clock.row, before, actor=actor, at=at)
        announce_turns(before, after, actor=actor, at=at)
        if step.terms is not None:
            announce_retarget(before, after, actor=actor, at=at)
        changed.append(after)
        added.append((after.id, len(clock.marks) + 1, step.mark))
    _write(changed, added, actor)
    return changed


def _apply(clock: Locked, step: _Turn, at: datetime) -> tuple[ClockRow, ClockRow]:
    """The row just before the change, with what it had reached by then, and the row after it."""
    before = after = clock.row
    if step.terms is not None:
        # what the old target had reached counts, even if the watch has not come by
        before = look(clock.row, at)
        after = replace(
            before,
            agreement_id=step.terms.agreement_id,
            calendar_id=step.terms.calendar_id,
            warn_percent=step.terms.warn_percent,
        )
        hours = policy.fresh().hours(after.calendar_id)
    else:
        hours = hours_of(clock.row)
    cache = settled((*clock.marks, step.mark), hours, warn_percent=after.warn_percent, origin=after.origin)
    return before, replace(after, calendar_version_id=hours.version_id, **cache)


def hours_of(row: ClockRow) -> Hours:
    """The hours a clock was computed with: its calendar as it stood then."""
    return policy.fresh().hours(row.calendar_id, row.calendar_version_id)


_LOCK = f"""
SELECT {SELECT} FROM commitments_clock
WHERE subject_kind = %s AND subject_id = %s AND state = ANY(%s)
  AND (%s::text[] IS NULL OR measure = ANY(%s)) AND (%s::text[] IS NULL OR party_kind = ANY(%s))
ORDER BY id FOR NO KEY UPDATE
"""  # noqa: S608 - the columns are ours

_MARKS = """
SELECT clock_id, kind, at, target_seconds, reason FROM commitments_clock_mark
WHERE clock_id = ANY(%s) ORDER BY clock_id, seq
"""


def lock_clocks(
    subject: Subject,
    states: Sequence[State],
    measures: Iterable[str] | None,
    party_kinds: Iterable[str] | None,
) -> list[Locked]:
    """The clocks of a subject under their row locks. Two queries: marks are read once the rows are ours."""
    wanted = None if measures is None else sorted(measures)
    kinds = None if party_kinds is None else sorted(party_kinds)
    with connection.cursor() as cursor:
        cursor.execute(
            _LOCK,
            [subject.kind, subject.id, [s.value for s in states], wanted, wanted, kinds, kinds],
        )
        return with_marks(rows(cursor.fetchall()))


def with_marks(locked: Sequence[ClockRow]) -> list[Locked]:
    """Rows with their marks; one query."""
    if not locked:
        return []
    marks: dict[int, list[MarkSpec]] = {row.id: [] for row in locked}
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, [list(marks)])
        for clock_id, kind, at, seconds, reason in cursor.fetchall():
            marks[clock_id].append(MarkSpec(MarkKind(kind), at, seconds, reason))
    return [Locked(row, tuple(marks[row.id])) for row in locked]


#: columns a change may rewrite
_CHANGED = ("agreement_id", "calendar_id", "calendar_version_id", "warn_percent", *CACHE_COLUMNS)


def _unnest(types: Iterable[str]) -> str:
    return ", ".join(f"%s::{kind}[]" for kind in types)


_CLOCK_NAMES = ", ".join(CLOCK_TYPES)
_MARK_NAMES = ", ".join(MARK_TYPES)

_START = f"""
WITH clock AS (
    INSERT INTO commitments_clock ({_CLOCK_NAMES})
    SELECT {_CLOCK_NAMES} FROM unnest({_unnest(CLOCK_TYPES.values())})
           WITH ORDINALITY AS t({_CLOCK_NAMES}, ordinal) ORDER BY ordinal
    RETURNING id, uid
), mark AS (
    INSERT INTO commitments_clock_mark (clock_id, {_MARK_NAMES})
    SELECT clock.id, {_MARK_NAMES} FROM unnest(%s::uuid[], {_unnest(MARK_TYPES.values())})
           WITH ORDINALITY AS t(uid, {_MARK_NAMES}, ordinal) JOIN clock USING (uid) ORDER BY ordinal
)
SELECT id, uid FROM clock
"""  # noqa: S608 - the columns are ours

_SET = ", ".join(f"{name} = t.{name}" for name in _CHANGED)
_REWRITE = f"""
UPDATE commitments_clock c SET {_SET}
FROM unnest(%s::bigint[], {_unnest(CLOCK_TYPES[name] for name in _CHANGED)}) AS t(id, {", ".join(_CHANGED)})
WHERE c.id = t.id
"""  # noqa: S608 - the columns are ours

_WRITE = f"""
WITH mark AS (
    INSERT INTO commitments_clock_mark (clock_id, {_MARK_NAMES})
    SELECT * FROM unnest(%s::bigint[], {_unnest(MARK_TYPES.values())})
)
{_REWRITE}"""  # noqa: S608 - the columns are ours


def _write(changed: Sequence[ClockRow], added: Sequence[tuple[int, int, MarkSpec]], actor: Actor) -> None:
    if not changed:
        return
    marks: list[list[Any]] = [
        [clock_id for clock_id, _, _ in added],
        [seq for _, seq, _ in added],
        [mark.kind.value for _, _, mark in added],
        [mark.at for _, _, mark in added],
        [mark.target_seconds for _, _, mark in added],
        [mark.reason for _, _, mark in added],
        [actor.kind.value for _ in added],
        [actor.id for _ in added],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [*marks, *columns_of(changed)])


def rewrite(changed: Sequence[ClockRow]) -> None:
    """Store rows anew without a mark, for clocks under their lock: what a recompute does. One statement."""
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(_REWRITE, columns_of(changed))


def columns_of(changed: Sequence[ClockRow]) -> list[list[Any]]:
    """The ids and what a change may rewrite, as arrays."""
    return [[row.id for row in changed], *([getattr(row, name) for row in changed] for name in _CHANGED)]
