"""Facts of new subjects, many at once by COPY: for imports and the demo's history."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from frontline.foundation.facts.announce import Announced
from frontline.foundation.rows import copy
from frontline.foundation.transactions import require_transaction
from frontline.kernel.facts import Subject
from frontline.kernel.ids import uuid7


def copy_facts(facts: Iterable[Announced]) -> int:
    """Write facts in the order given, numbered from 1 per subject; the subjects have no facts yet.

    Returns how many. A subject that has facts already makes the unique heads refuse the whole batch.
    """
    require_transaction()
    heads: Counter[Subject] = Counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        xid = cursor.fetchone()[0]
    count = copy("foundation_fact", _rows(facts, heads))
    copy(
        "foundation_fact_head",
        (
            {"subject_kind": s.kind, "subject_id": s.id, "seq": n, "xid": xid}
            for s, n in sorted(heads.items())
        ),
    )
    return count


def _rows(facts: Iterable[Announced], heads: Counter[Subject]) -> Iterable[dict[str, object]]:
    for a in facts:
        subject = a.fact.subject
        heads[subject] += 1
        yield {
            "uid": uuid7(),
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "seq": heads[subject],
            "kind": a.fact.kind,
            "at": a.at,
            "actor_kind": a.actor.kind.value,
            "actor_id": a.actor.id,
            "on_behalf_of": a.actor.on_behalf_of,
            "organisation_id": a.fact.organisation_id,
            "audience": int(a.fact.audience),
            "origin": a.origin.value,
            "data": a.data,
        }
