"""Reactions read facts by their own cursor: at least once, in order per subject, idempotent.

A position is (xid, id), read below the oldest transaction still running (migration 0004 says how), because ids
alone are taken before they commit and would be skipped. The position and what the reaction wrote commit together,
so inside the database each fact has its effect once. A failure parks the fact and, behind it, later facts of the
same subject.
"""

import json
import time
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import OperationalError, connection

from frontline.foundation import manifest
from frontline.foundation.models import ParkedFact, ReactionPosition
from frontline.foundation.prepared import prepared
from frontline.foundation.transactions import savepoint, transaction
from frontline.kernel.facts import Subject

log = structlog.get_logger(__name__)

#: facts a reaction takes in one transaction, and the seconds after which it commits what it has: the rows it
#: changed stay locked that long
BATCH = 500
BATCH_SECONDS = 0.25
#: seconds until the n-th retry; after the last it stays parked until somebody retries it
RETRY_AFTER = (5, 30, 120, 600, 3600, 6 * 3600, 24 * 3600)
#: parked "until somebody looks"; a plain far instant keeps the index simple
NEVER = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact as reactions and timelines see it."""

    id: int
    xid: int
    subject: Subject
    seq: int
    kind: str
    at: datetime
    actor_kind: str
    actor_id: int
    on_behalf_of: int | None
    organisation_id: int | None
    audience: int
    origin: str
    data: dict[str, Any]


COLUMNS = (
    "id, xid::text::bigint, subject_kind, subject_id, seq, kind, at, actor_kind, actor_id, on_behalf_of, "
    "organisation_id, audience, origin, data"
)

#: no transaction still running can commit a fact at or before such a position
SETTLED = "xid < foundation_settled()"

READ = f"""
SELECT {COLUMNS} FROM foundation_fact WHERE (xid, id) > (%s::text::xid8, %s) AND {SETTLED}
ORDER BY foundation_fact.xid, foundation_fact.id LIMIT %s
"""  # noqa: S608 - the columns are ours

#: the facts a reaction listens to and, from the same snapshot, the last position it has then passed
READ_KINDS = f"""
WITH last AS (
    SELECT xid, id FROM foundation_fact WHERE (xid, id) > (%(xid)s::text::xid8, %(id)s) AND {SETTLED}
    ORDER BY xid DESC, id DESC LIMIT 1
), mine AS (
    SELECT {COLUMNS} FROM foundation_fact
    WHERE (xid, id) > (%(xid)s::text::xid8, %(id)s) AND {SETTLED} AND kind = ANY(%(kinds)s) AND origin <> 'history'
    ORDER BY foundation_fact.xid, foundation_fact.id LIMIT %(limit)s
)
SELECT last.xid::text::bigint, last.id, mine.* FROM last LEFT JOIN mine ON true
ORDER BY mine.xid, mine.id
"""  # noqa: S608 - the columns are ours

#: one look that costs next to nothing when there is nothing to do
LOOK = f"""
SELECT (SELECT (xid::text || '-' || id::text) FROM foundation_fact WHERE {SETTLED}
        ORDER BY xid DESC, id DESC LIMIT 1),
       EXISTS (SELECT 1 FROM foundation_parked_fact WHERE retry_at <= %s),
       ARRAY(SELECT name || '=' || xid::text || '-' || fact_id::text FROM foundation_reaction_position)
"""  # noqa: S608 - the condition is ours

Position = tuple[int, int]
START: Position = (0, 0)


def heard(row: tuple[Any, ...]) -> Heard:
    """A row of COLUMNS, in their order."""
    number, xid, kind, subject_id, seq, what, at, *who, organisation, audience, origin, data = row
    actor_kind, actor_id, behalf = who
    return Heard(
        id=number,
        xid=xid,
        subject=Subject(kind, subject_id),
        seq=seq,
        kind=what,
        at=at,
        actor_kind=actor_kind,
        actor_id=actor_id,
        on_behalf_of=behalf,
        organisation_id=organisation,
        audience=audience,
        origin=origin,
        data=data if isinstance(data, dict) else json.loads(data),
    )


def read_after(xid: int, fact_id: int, limit: int = BATCH) -> list[Heard]:
    """Facts after the position that no running transaction can still precede."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [str(xid), fact_id, limit])
        return [heard(row) for row in cursor.fetchall()]


def position(text: str) -> Position:
    """`812-99` as (812, 99)."""
    xid, _, fact_id = text.partition("-")
    return int(xid), int(fact_id)


@dataclass(frozen=True, slots=True)
class Look:
    """The last settled fact, whether a parked one is due, and how far each reaction has read."""

    last: Position
    parked_due: bool
    read: dict[str, Position]


def look(now: datetime) -> Look:
    with prepared() as cursor:  # asked twenty times a second
        cursor.execute(LOOK, [now])
        last, parked_due, read = cursor.fetchone()
    named = (entry.rpartition("=") for entry in read)
    positions = {name: position(where) for name, _, where in named}
    return Look(START if last is None else position(last), parked_due, positions)


def dispatch_once(now: datetime, *, only: str | None = None) -> int:
    """One round over all reactions; returns how many facts were handled, passed over or parked."""
    seen = look(now)
    _give_birth(*(r.name for r in manifest.reactions() if r.name not in seen.read))
    handled = 0
    for reaction in manifest.reactions():
        if only in {None, reaction.name} and seen.read.get(reaction.name, START) < seen.last:
            handled += _advance_or_go_singly(reaction, now)
    return handled + (retry_due(now) if seen.parked_due else 0)


def _give_birth(*names: str) -> None:
    """A new reaction starts at the beginning: what it keeps must follow from the facts alone."""
    if names:
        ReactionPosition.objects.bulk_create([ReactionPosition(name=n) for n in names], ignore_conflicts=True)


class _OneByOne(Exception):
    """The batch met a deadlock or a limit of the database; nothing is stored, and each fact is tried by itself."""


def _advance_or_go_singly(reaction: manifest.Reaction, now: datetime) -> int:
    try:
        return _advance(reaction, now, limit=BATCH)
    except _OneByOne:
        return _advance(reaction, now, limit=1)


def _advance(reaction: manifest.Reaction, now: datetime, *, limit: int) -> int:
    """One batch: the position and what the reaction wrote commit together."""
    with transaction():
        place = claim(reaction.name)
        if place is None:
            return 0
        passed, mine = _read_kinds(reaction, (place.xid, place.fact_id), limit)
        if passed is None:
            return 0
        handled = _handle(reaction, mine, now, singly=limit == 1)
        if handled < len(mine) or len(mine) == limit:  # more may follow: stand at the last one handled
            passed = (mine[handled - 1].xid, mine[handled - 1].id)
        place.xid, place.fact_id = passed
        place.save(update_fields=["xid", "fact_id"])
        return max(1, handled)


def claim(name: str) -> ReactionPosition | None:
    """The reaction's position, locked: one dispatcher at a time advances or retries it. None: another has it."""
    return ReactionPosition.objects.select_for_update(skip_locked=True).filter(name=name).first()


def _read_kinds(
    reaction: manifest.Reaction, after: Position, limit: int
) -> tuple[Position | None, list[Heard]]:
    kinds = [fact.kind for fact in reaction.facts]
    with connection.cursor() as cursor:
        cursor.execute(READ_KINDS, {"xid": str(after[0]), "id": after[1], "kinds": kinds, "limit": limit})
        rows = cursor.fetchall()
    if not rows:
        return None, []
    return (rows[0][0], rows[0][1]), [heard(row[2:]) for row in rows if row[2] is not None]


def _handle(reaction: manifest.Reaction, mine: list[Heard], now: datetime, *, singly: bool) -> int:
    """Handle or park, until the end or the time is up; returns how many."""
    blocked = _blocked_subjects(reaction.name) if mine else set()
    until = time.monotonic() + BATCH_SECONDS
    for count, fact in enumerate(mine, start=1):
        if fact.subject in blocked:
            _park(reaction.name, fact, error="", tries=0, retry_at=NEVER, now=now)
        elif not _try(reaction, fact, now, singly=singly):
            blocked.add(fact.subject)
        if time.monotonic() > until:
            return count
    return len(mine)


def _blocked_subjects(reaction: str) -> set[Subject]:
    rows = ParkedFact.objects.filter(reaction=reaction).values_list("subject_kind", "subject_id").distinct()
    return {Subject(kind, pk) for kind, pk in rows}


def _try(reaction: manifest.Reaction, fact: Heard, now: datetime, *, singly: bool) -> bool:
    try:
        with savepoint():
            reaction.handle(fact, now)
    except Exception as error:
        if isinstance(error, OperationalError) and not singly:
            raise _OneByOne from error
        log.warning(
            "reaction failed", reaction=reaction.name, fact=fact.id, kind=fact.kind, error=repr(error)
        )
        retry_at = now + timedelta(seconds=RETRY_AFTER[0])
        _park(reaction.name, fact, error=_words(error), tries=1, retry_at=retry_at, now=now)
        return False
    return True


def _words(error: Exception) -> str:
    return "".join(traceback.format_exception(error))[-4000:].replace("\0", "")


def _park(name: str, fact: Heard, *, error: str, tries: int, retry_at: datetime, now: datetime) -> None:
    """`tries` 0 waits behind an earlier one of its subject and is never due by itself."""
    ParkedFact.objects.create(
        reaction=name,
        subject_kind=fact.subject.kind,
        subject_id=fact.subject.id,
        fact_id=fact.id,
        error=error,
        tries=tries,
        parked_at=now,
        retry_at=retry_at,
    )


def retry_due(now: datetime) -> int:
    """Retry parked facts whose time has come and, after a success, those that waited behind, in order."""
    by_name = {r.name: r for r in manifest.reactions()}
    due = ParkedFact.objects.filter(retry_at__lte=now, reaction__in=by_name).order_by("retry_at", "id")
    return sum(_retry_subject(by_name[parked.reaction], parked, now) for parked in due[:200])


def _retry_subject(reaction: manifest.Reaction, first: ParkedFact, now: datetime) -> int:
    """Each fact in its own transaction; stops at the first that fails again."""
    done = 0
    while True:
        with transaction():
            if claim(reaction.name) is None:  # another dispatcher could be parking behind this one
                return done
            parked = (
                ParkedFact.objects.filter(
                    reaction=reaction.name, subject_kind=first.subject_kind, subject_id=first.subject_id
                )
                .order_by("fact_id")
                .first()
            )
            if parked is None or (parked.tries > 0 and parked.retry_at > now):
                return done
            if not _retry(reaction, parked, now):
                return done
            done += 1


def _retry(reaction: manifest.Reaction, parked: ParkedFact, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM foundation_fact WHERE id = %s", [parked.fact_id])  # noqa: S608
        fact = heard(cursor.fetchone())
    try:
        with savepoint():
            reaction.handle(fact, now)
    except Exception as error:  # noqa: BLE001 - stays parked, with the reason
        step = RETRY_AFTER[parked.tries] if parked.tries < len(RETRY_AFTER) else None
        parked.tries += 1
        parked.error = _words(error)
        parked.retry_at = NEVER if step is None else now + timedelta(seconds=step)
        parked.save()
        return False
    parked.delete()
    return True
