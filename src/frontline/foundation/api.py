"""The plumbing's operations: the facts, as their readers may know them."""

from typing import Any

from django.db import connection
from django.http import HttpRequest
from ninja import Query, Schema

from frontline.foundation import manifest
from frontline.foundation.facts.dispatch import COLUMNS, SETTLED, START, Heard, Position, heard
from frontline.foundation.facts.timeline import most
from frontline.foundation.http.api import (
    MOST,
    PROBLEMS,
    ApiRouter,
    Limit,
    Page,
    Text,
    read_cursor,
    write_cursor,
)
from frontline.foundation.http.requests import actor_of
from frontline.foundation.live import callers, events, rights
from frontline.kernel.actors import Actor

router = ApiRouter(tags=["facts"])

#: rows looked at to fill a page; a reader of little among much gets shorter pages, not slower ones
MOST_LOOKED_AT = 2000
_STEP = 500


class FactOut(Schema):
    """What happened. `actor` and the ids in `data` are opaque: equal for equals, and nothing else."""

    id: str
    kind: str
    subject: str
    seq: int
    at: str
    actor: str
    origin: str
    data: dict[str, Any]


class FactPage(Page):
    items: list[FactOut]


_READ = f"""
SELECT {COLUMNS} FROM foundation_fact
WHERE (xid, id) > (%(xid)s::text::xid8, %(id)s) AND {SETTLED}
  AND subject_kind = ANY(%(kinds)s) AND audience <= %(audience)s AND (%(kind)s = '' OR kind = %(kind)s)
  AND (%(all)s OR (subject_kind, subject_id) IN (SELECT * FROM unnest(%(subject_kinds)s::text[], %(ids)s::bigint[])))
ORDER BY foundation_fact.xid, foundation_fact.id LIMIT %(limit)s
"""  # noqa: S608 - the columns are ours


class FactQuery(Schema):
    """`subject` is `ticket:INC-1` or, for all of its kind, `ticket`; `kind` such as `tickets.TicketSolved`."""

    subject: list[Text] = []
    kind: Text = ""
    cursor: Text | None = None
    limit: Limit = 50


@router.get("/facts", permission=callers.PERMISSION, response={200: FactPage, **PROBLEMS})
def list_facts(request: HttpRequest, query: Query[FactQuery]) -> Any:
    """What happened, oldest first, imported history included. The `id` of a fact is good as a cursor too."""
    limit = query.limit
    actor = actor_of(request)
    after = _place(query.cursor)
    wanted = callers.wanted(actor, query.subject)
    found: list[Heard] = []
    looked, more = 0, True
    while more and len(found) <= limit and looked < MOST_LOOKED_AT:
        rows = _read(actor, after, query.kind, wanted)
        looked += len(rows)
        more = len(rows) == _STEP
        if rows:
            after = (rows[-1].xid, rows[-1].id)
        found.extend(rights.visible({actor: wanted}, rows, history=True)[actor])
    page = found[:limit]
    if len(found) > limit:
        after, more = (page[-1].xid, page[-1].id), True
    refs = events.refs_of({f.subject for f in page})
    return {
        "items": [events.shown(f, actor, refs[f.subject]) for f in page],
        "next_cursor": write_cursor(*after) if more else None,
    }


def _place(cursor: str | None) -> Position:
    """A cursor of ours, or the id of a fact."""
    if cursor is not None and (position := events.read_id(cursor)) is not None:
        return position
    values = read_cursor(cursor, int, int)
    return START if values is None else (values[0], values[1])


def _read(actor: Actor, after: Position, kind: str, wanted: rights.Wanted) -> list[Heard]:
    kinds = list(manifest.live_subjects())
    if wanted is not None:
        kinds = [k for k in kinds if any(s.kind == k for s in wanted)]
    single = None if wanted is None or any(s.id == 0 for s in wanted) else sorted(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            _READ,
            {
                "xid": str(after[0]),
                "id": after[1],
                "kinds": kinds,
                "audience": int(most(actor)),
                "kind": kind,
                "all": single is None,
                "subject_kinds": [s.kind for s in single or ()],
                "ids": [s.id for s in single or ()],
                "limit": _STEP,
            },
        )
        return [heard(row) for row in cursor.fetchall()]


def install(api: Any) -> None:
    api.add_router("", router)


assert MOST <= _STEP
