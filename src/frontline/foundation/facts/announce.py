"""Announce what happened: one call, one row, in the same transaction as the change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from frontline.foundation import transactions
from frontline.foundation.prepared import prepared
from frontline.kernel.actors import Actor
from frontline.kernel.facts import Fact, Origin
from frontline.kernel.ids import uuid7


@dataclass(frozen=True, slots=True)
class Announced:
    """A fact with who and when, waiting for the end of the transaction."""

    fact: Fact
    actor: Actor
    at: datetime
    origin: Origin
    data: str


def announce(fact: Fact, *, actor: Actor, at: datetime, origin: Origin = Origin.LIVE) -> None:
    """Remember the fact; it is written just before the commit. `at` is an instant with a zone.

    Raises FreeTextInFact here, where the stack still shows who announced it, and RuntimeError outside a
    transaction.
    """
    transactions.require_transaction()
    if at.tzinfo is None:
        raise ValueError(f"{fact.kind} is announced at {at}, an instant without a zone.")
    transactions.pending().append(announced(fact, actor=actor, at=at, origin=origin))


def announced(fact: Fact, *, actor: Actor, at: datetime, origin: Origin = Origin.LIVE) -> Announced:
    """The fact with who and when, not yet remembered anywhere: for those who write many by COPY."""
    return Announced(fact, actor, at, origin, json.dumps(fact.data()))


#: Numbers the batch per subject behind that subject's head row, then writes heads and facts in one round trip.
#: A transaction may get its id early and its place in the sequence late; the head's highest id keeps later facts
#: of a subject from standing before earlier ones. Raising a fact's xid is safe for readers: they read an xid only
#: when every transaction up to it has ended, so also the one that wrote the fact.
FLUSH = """
WITH incoming AS (
    SELECT *, row_number() OVER (PARTITION BY subject_kind, subject_id ORDER BY ordinal) AS place,
           count(*) OVER (PARTITION BY subject_kind, subject_id) AS total
    FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::text[], %s::timestamptz[], %s::text[], %s::bigint[],
                %s::bigint[], %s::bigint[], %s::smallint[], %s::text[], %s::jsonb[])
         WITH ORDINALITY AS t(uid, subject_kind, subject_id, kind, at, actor_kind, actor_id,
                              on_behalf_of, organisation_id, audience, origin, data, ordinal)
), heads AS (
    INSERT INTO foundation_fact_head AS head (subject_kind, subject_id, seq, xid)
    SELECT DISTINCT subject_kind, subject_id, total, pg_current_xact_id() FROM incoming
    ORDER BY subject_kind, subject_id
    ON CONFLICT (subject_kind, subject_id) DO UPDATE
        SET seq = head.seq + EXCLUDED.seq, xid = greatest(head.xid, EXCLUDED.xid)
    RETURNING head.subject_kind, head.subject_id, head.seq, head.xid
)
INSERT INTO foundation_fact (uid, xid, subject_kind, subject_id, seq, kind, at, actor_kind, actor_id,
                             on_behalf_of, organisation_id, audience, origin, data)
SELECT i.uid, h.xid, i.subject_kind, i.subject_id, h.seq - i.total + i.place, i.kind, i.at, i.actor_kind,
       i.actor_id, i.on_behalf_of, i.organisation_id, i.audience, i.origin, i.data
FROM incoming i JOIN heads h USING (subject_kind, subject_id)
ORDER BY i.ordinal
"""


def columns(batch: Sequence[Announced]) -> list[list[object]]:
    """The batch as the twelve arrays FLUSH takes, in order of announcement."""
    return [
        [uuid7() for _ in batch],
        [a.fact.subject.kind for a in batch],
        [a.fact.subject.id for a in batch],
        [a.fact.kind for a in batch],
        [a.at for a in batch],
        [a.actor.kind.value for a in batch],
        [a.actor.id for a in batch],
        [a.actor.on_behalf_of for a in batch],
        [a.fact.organisation_id for a in batch],
        [int(a.fact.audience) for a in batch],
        [a.origin.value for a in batch],
        [a.data for a in batch],
    ]


#: facts a statement writes at most: an importer's transaction may announce very many
CHUNK = 5000


def flush() -> None:
    """Write what was announced. Runs by itself before the outermost commit."""
    batch = transactions.pending()
    if not batch:
        return
    if len(batch) > CHUNK:
        batch = sorted(batch, key=_by_subject)
    with prepared() as cursor:
        for start in range(0, len(batch), CHUNK):
            cursor.execute(FLUSH, columns(batch[start : start + CHUNK]))
    transactions.pending().clear()


def _by_subject(announced: Announced) -> tuple[str, int]:
    """Head rows are locked in this order by everybody, also across chunks."""
    return (announced.fact.subject.kind, announced.fact.subject.id)


transactions.BEFORE_COMMIT.append(flush)
