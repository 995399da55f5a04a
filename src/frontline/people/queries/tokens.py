"""Tokens as their owner sees them: everything but the secret."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from frontline.kernel.actors import Actor
from frontline.people.models import ApiToken


@dataclass(frozen=True, slots=True)
class TokenRow:
    uid: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None


def own_tokens(*, actor: Actor, real_now: datetime) -> list[TokenRow]:
    """The actor's tokens that still work, newest first. One query."""
    if actor.person_id is None:
        return []
    live = Q(expires_at=None) | Q(expires_at__gt=real_now)
    rows = ApiToken.objects.filter(live, person=actor.person_id, revoked_at=None).order_by("-id")
    return [TokenRow(*row) for row in rows.values_list("uid", "name", "scopes", "created_at", "expires_at")]
