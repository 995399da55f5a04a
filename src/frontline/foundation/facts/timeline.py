"""The timeline of a subject, from its facts. Who did it stays a pseudonym unless the reader may open that record."""

import hashlib
import hmac

from django.conf import settings
from django.db import connection

from frontline.foundation.facts.dispatch import COLUMNS, Heard, heard
from frontline.kernel.actors import Actor, ActorKind
from frontline.kernel.facts import Audience, Subject


def of_subject(subject: Subject, *, actor: Actor, after: int = 0, limit: int = 200) -> list[Heard]:
    """Facts about one subject after a sequence number, oldest first. One query.

    The caller has checked that the actor may see the subject; facts for staff are left out for others.
    """
    most = Audience.CONFIDENTIAL if actor.is_staff else Audience.INTERNAL
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM foundation_fact WHERE subject_kind = %s AND subject_id = %s AND seq > %s "  # noqa: S608
            "AND audience <= %s ORDER BY seq LIMIT %s",
            [subject.kind, subject.id, after, int(most), limit],
        )
        return [heard(row) for row in cursor.fetchall()]


def pseudonym(fact: Heard, reader: Actor) -> str:
    """`system`, `me`, or a stable code that tells actors apart without naming them."""
    if fact.actor_kind in {ActorKind.SYSTEM, ActorKind.RULE}:
        return fact.actor_kind
    if fact.actor_kind == ActorKind.PERSON and fact.actor_id == reader.person_id:
        return "me"
    name = f"{fact.actor_kind}:{fact.actor_id}".encode()
    return "a-" + hmac.new(settings.SECRET_KEY.encode(), name, hashlib.sha256).hexdigest()[:12]
