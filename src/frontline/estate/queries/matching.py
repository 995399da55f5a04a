"""What somebody means: services and contact reasons that fit the words they typed, best first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection

from frontline.estate.access import reason_scope, service_scope
from frontline.estate.logic.telling import SHORTEST, telling_words
from frontline.estate.models import ContactReason, Service
from frontline.kernel.actors import Actor

#: below this likeness (0 to 1) a match is chance; "pasword" and "password" are 0.67 alike, "mail" and "male" 0.43
LEAST = 0.45


@dataclass(frozen=True, slots=True)
class Match:
    """`kind` is service or reason; `service_id` is what it is about; `likeness` is 0 to 1."""

    kind: str
    id: int
    uid: UUID
    key: str
    name: str
    service_id: int | None
    likeness: float


#: A typed text is compared word by word: the likeness of a thing is that of its best word (its name's or its
#: keywords'), so "my outlook is broken again" finds what people call Outlook. Hundreds of rows, so no index is needed.
FIND = """
WITH said AS (
    SELECT DISTINCT word FROM unnest(%(words)s::text[]) AS word
), things AS (
    SELECT 'service' AS kind, s.id, s.uid, '' AS key, s.name, s.id AS service_id, lower(s.name) AS label,
           lower(s.keywords) AS keywords FROM ({services}) AS s
    UNION ALL
    SELECT 'reason', r.id, r.uid, r.key, r.name, r.service_id, lower(r.name), lower(r.keywords)
    FROM ({reasons}) AS r
), rated AS (
    SELECT t.*, greatest(
        (SELECT max(similarity(said.word, part)) FROM said,
                regexp_split_to_table(t.label || ' ' || t.keywords, '[^[:alnum:]]+') AS part
         WHERE length(part) >= %(shortest)s),
        CASE WHEN t.label = %(text)s THEN 1 ELSE similarity(t.label, %(text)s) END,
        (SELECT max(similarity(btrim(phrase), %(text)s)) FROM regexp_split_to_table(t.keywords, ',') AS phrase)
    ) AS likeness, similarity(t.label, %(text)s) AS whole
    FROM things t
)
SELECT kind, id, uid, key, name, service_id, likeness FROM rated WHERE likeness >= %(least)s
ORDER BY likeness DESC, whole DESC, kind, name, id LIMIT %(limit)s
"""


def match_words(*, text: str, actor: Actor, now: datetime, limit: int = 5) -> list[Match]:
    """Services offered to the actor and contact reasons in force that fit the text, best first. One query.

    None for a text without a word that says anything.
    """
    telling = telling_words(text)
    if not telling:
        return []
    services = Service.objects.filter(service_scope(actor), active=True)
    reasons = ContactReason.objects.filter(reason_scope(actor), valid_from__lte=now)
    open_ended, ended_later = reasons.filter(valid_until=None), reasons.filter(valid_until__gt=now)
    try:
        services_sql, services_values = services.values(
            "id", "uid", "name", "keywords"
        ).query.sql_with_params()
        reasons_sql, reasons_values = (
            (open_ended | ended_later)
            .values("id", "uid", "key", "name", "service_id", "keywords")
            .query.sql_with_params()
        )
    except EmptyResultSet:  # Django sees that the scope holds nothing
        return []
    named: dict[str, Any] = {
        "words": telling,
        "shortest": SHORTEST,
        "text": " ".join(telling),
        "least": LEAST,
        "limit": max(1, min(limit, 50)),
    }
    statement = FIND.format(
        services=_named(services_sql, "s", services_values, named),
        reasons=_named(reasons_sql, "r", reasons_values, named),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        return [Match(*row) for row in cursor.fetchall()]


def _named(sql: str, prefix: str, values: tuple[object, ...], named: dict[str, Any]) -> str:
    """The statement with its places named, so that it can stand inside another; fills `named`."""
    for number, value in enumerate(values):
        named[f"{prefix}{number}"] = value
        sql = sql.replace("%s", f"%({prefix}{number})s", 1)
    return sql
