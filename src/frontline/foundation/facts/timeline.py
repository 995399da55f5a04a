"""What happened to one subject, as its readers may know it: who did it and which rows it names stay opaque."""

import hashlib
import hmac
import re
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from frontline.foundation.facts.dispatch import COLUMNS, Heard, heard
from frontline.foundation.models import FactHead
from frontline.kernel.actors import Actor, ActorKind, Role
from frontline.kernel.facts import Audience, Subject

#: whole numbers in a fact that count or order something; every other one is an id of ours and stays inside
NUMBERS = frozenset(
    {"seq", "lane", "version", "impact", "urgency", "tier", "count", "size", "minutes", "seconds", "score"}
)
_SUBJECT = re.compile(r"^[a-z_]+:\d+$")


def most(actor: Actor) -> Audience:
    """The widest audience the actor belongs to. Whether they may see the subject at all is asked elsewhere."""
    if actor.kind == ActorKind.SUPPLIER or Role.SUPPLIER in actor.roles:
        return Audience.SUPPLIER
    return Audience.CONFIDENTIAL if actor.is_staff else Audience.PUBLIC


_OF_SUBJECT = f"""
SELECT {COLUMNS} FROM foundation_fact
WHERE subject_kind = %s AND subject_id = %s AND seq > %s AND audience <= %s
ORDER BY seq LIMIT %s
"""  # noqa: S608 - the columns are ours


def of_subject(subject: Subject, *, actor: Actor, after: int = 0, limit: int = 200) -> list[Heard]:
    """Facts about one subject after a sequence number, oldest first. One query.

    The caller has checked that the actor may see the subject; facts for staff are left out for others.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OF_SUBJECT, [subject.kind, subject.id, after, int(most(actor)), limit])
        return [heard(row) for row in cursor.fetchall()]


def pseudonym(fact: Heard, reader: Actor) -> str:
    """`me`, `system`, `rule`, or an opaque name: the same for the same person or token every time."""
    if fact.actor_kind in {ActorKind.SYSTEM, ActorKind.RULE, ActorKind.ANONYMOUS}:
        return fact.actor_kind
    person = fact.on_behalf_of if fact.actor_kind == ActorKind.TOKEN else fact.actor_id
    if person is not None and person == reader.person_id:
        return "me"
    return opaque("actor", fact.actor_id) if person is None else opaque("person", person)


@lru_cache(maxsize=20_000)
def opaque(kind: str, number: int) -> str:
    """An id of ours as a keyed digest: equal for equals, and nothing can be counted or guessed from it."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"{kind}:{number}".encode(), hashlib.sha256)
    return f"{kind}-{digest[:8].hex()}"


def shown_data(fact: Heard) -> dict[str, Any]:
    """The values of a fact without our ids: codes, instants, flags and counts as they are, ids opaque."""
    return {name: _shown(name, value) for name, value in fact.data.items()}


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(name, v) for v in value]
    if isinstance(value, str) and _SUBJECT.match(value):
        kind, _, number = value.partition(":")
        return opaque(kind, int(number))
    if isinstance(value, bool) or not isinstance(value, int) or name in NUMBERS:
        return value
    return opaque("id", value)


def count_of(subject: Subject) -> int:
    """How many facts there are about a subject. One query."""
    head = FactHead.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
    return head.values_list("seq", flat=True).first() or 0
