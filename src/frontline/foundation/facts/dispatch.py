"""Reactions read facts by their own cursor: at least once, in order per subject, idempotent.

A position is (xid, id), read below the oldest transaction still running, because ids alone are taken before
they commit and would be skipped. The position and what the reaction wrote commit together, so inside the
database each fact has its effect once. A failure parks the fact and, behind it, later facts of the same subject.
"""

import json
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection

from frontline.foundation import manifest
from frontline.foundation.models import ParkedFact, ReactionPosition
from frontline.foundation.transactions import savepoint, transaction
from frontline.kernel.facts import Origin, Subject

log = structlog.get_logger(__name__)

BATCH = 500
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

READ = f"""
SELECT {COLUMNS} FROM foundation_fact
WHERE (xid, id) > (%s::text::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, id LIMIT %s
"""  # noqa: S608 - the columns are ours


def heard(row: tuple[Any, ...]) -> Heard:
    data = row[13] if isinstance(row[13], dict) else json.loads(row[13])
    return Heard(row[0], row[1], Subject(row[2], row[3]), *row[4:13], data)


def read_after(xid: int, fact_id: int, limit: int = BATCH) -> list[Heard]:
    """Facts after the position that no running transaction can still precede."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [str(xid), fact_id, limit])
        return [heard(row) for row in cursor.fetchall()]


def dispatch_once(now: datetime, *, only: str | None = None) -> int:
    """One round over all reactions; returns how many facts were handled or parked."""
    handled = 0
    _give_birth(*(reaction.name for reaction in manifest.reactions()))
    for reaction in manifest.reactions():
        if only is None or reaction.name == only:
            handled += _advance(reaction, now)
    return handled + retry_parked(now)


def _advance(reaction: manifest.Reaction, now: datetime) -> int:
    kinds = {fact.kind for fact in reaction.facts}
    with transaction():
        position = (
            ReactionPosition.objects.select_for_update(skip_locked=True).filter(name=reaction.name).first()
        )
        if position is None:  # another dispatcher has it
            return 0
        facts = read_after(position.xid, position.fact_id)
        if not facts:
            return 0
        mine = [f for f in facts if f.kind in kinds and f.origin != Origin.HISTORY]
        blocked = _blocked_subjects(reaction.name) if mine else set()
        for fact in mine:
            if fact.subject in blocked:
                _park(reaction.name, fact, error="", tries=0, retry_at=now, now=now)
            elif not _try(reaction, fact, now):
                blocked.add(fact.subject)
        position.xid, position.fact_id = facts[-1].xid, facts[-1].id
        position.save(update_fields=["xid", "fact_id"])
        return len(facts)


def _give_birth(*names: str) -> None:
    """A new reaction starts at the beginning: what it keeps must follow from the facts alone."""
    born = set(ReactionPosition.objects.values_list("name", flat=True))
    if missing := [ReactionPosition(name=n) for n in names if n not in born]:
        ReactionPosition.objects.bulk_create(missing, ignore_conflicts=True)


def _blocked_subjects(reaction: str) -> set[Subject]:
    rows = ParkedFact.objects.filter(reaction=reaction).values_list("subject_kind", "subject_id").distinct()
    return {Subject(kind, pk) for kind, pk in rows}


def _try(reaction: manifest.Reaction, fact: Heard, now: datetime) -> bool:
    try:
        with savepoint():
            reaction.handle(fact, now)
    except Exception as error:  # noqa: BLE001 - one bad fact must not stop the others; it is parked, visible
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


def retry_parked(now: datetime) -> int:
    """Retry the oldest parked fact of each subject whose time has come."""
    by_name = {r.name: r for r in manifest.reactions()}
    done = 0
    for pk in (
        ParkedFact.objects.filter(retry_at__lte=now).order_by("fact_id").values_list("pk", flat=True)[:200]
    ):
        with transaction():
            parked = ParkedFact.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if parked is None or parked.reaction not in by_name or _waits_behind(parked):
                continue
            done += _retry(by_name[parked.reaction], parked, now)
    return done


def _waits_behind(parked: ParkedFact) -> bool:
    return ParkedFact.objects.filter(
        reaction=parked.reaction,
        subject_kind=parked.subject_kind,
        subject_id=parked.subject_id,
        fact_id__lt=parked.fact_id,
    ).exists()


def _retry(reaction: manifest.Reaction, parked: ParkedFact, now: datetime) -> int:
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
        return 0
    parked.delete()
    return 1


def catch_up(now: datetime, *, rounds: int = 1000) -> None:
    """Dispatch until nothing is left: for tests, imports and the demo clock."""
    for _ in range(rounds):
        if dispatch_once(now) == 0:
            return
