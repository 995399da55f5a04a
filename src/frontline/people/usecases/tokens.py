"""API tokens: made for a person, shown once, revoked."""

import secrets
from datetime import datetime
from typing import Any

from django.conf import settings

from frontline.foundation import access, manifest
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor, ActorKind
from frontline.kernel.errors import Forbidden, Invalid, NotFound
from frontline.kernel.facts import Subject
from frontline.people.access import NoSuchPerson, scope
from frontline.people.facts import TokenCreated, TokenRevoked
from frontline.people.logic.tokens import LENGTH, checked_scopes, digest_of, token_from
from frontline.people.models import ApiToken, Person
from frontline.people.usecases.checks import text


class NoSuchToken(NotFound):
    """There is no such token."""


class TokensMakeNoTokens(Forbidden):
    """A token cannot make or revoke tokens; sign in, or use the command line."""


@use_case
def create_token(
    *,
    person_id: int,
    name: str,
    scopes: list[str],
    real_now: datetime,
    actor: Actor,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A token that acts for the person within the scopes; the text of it is returned this once and never again.

    Its life runs in real time (`real_now`, `expires_at`). Raises UnknownScope, Forbidden, NoSuchPerson.
    """
    person = _person(person_id, actor)
    if expires_at is not None and expires_at <= real_now:
        raise Invalid("This token would have expired already.", field="expires_at")
    areas = frozenset(p.scope.partition(":")[0] for p in manifest.permissions().values())
    if not scopes:
        raise Invalid("Give the token at least one scope, such as tickets:read.", field="scopes")
    label = text(name, field="name", most=100) or "token"
    secret = token_from(secrets.token_bytes(LENGTH))
    token = ApiToken.objects.create(
        person=person,
        name=label,
        digest=digest_of(secret, settings.SECRET_KEY),
        scopes=checked_scopes(scopes, areas=areas),
        created_at=real_now,
        expires_at=expires_at,
    )
    announce(
        TokenCreated(
            subject=Subject("person", person.pk),
            organisation_id=person.organisation_id,
            person_id=person.pk,
            token_id=token.pk,
            scopes=tuple(s if s != "*" else "all" for s in token.scopes),
        ),
        actor=actor,
        at=now,
    )
    return token, secret


@use_case
def revoke_token(*, uid: str, real_now: datetime, actor: Actor, now: datetime) -> None:
    """The token works no longer. One's own; an administrator's reach is everybody's."""
    narrowed: dict[str, Any] = {} if access.may(actor, "people.manage") else {"person": actor.person_id}
    token = ApiToken.objects.select_for_update().select_related("person").filter(uid=uid, **narrowed).first()
    if token is None:
        raise NoSuchToken
    _no_tokens(actor)
    if token.revoked_at is not None:
        return
    token.revoked_at = real_now
    token.save(update_fields=["revoked_at"])
    announce(
        TokenRevoked(
            subject=Subject("person", token.person_id),
            organisation_id=token.person.organisation_id,
            person_id=token.person_id,
            token_id=token.pk,
        ),
        actor=actor,
        at=now,
    )


def _person(person_id: int, actor: Actor) -> Person:
    person = Person.objects.filter(scope(actor), pk=person_id, active=True, left_at=None).first()
    if person is None:
        raise NoSuchPerson
    _no_tokens(actor)
    access.require(actor, "people.own" if person.pk == actor.person_id else "people.manage")
    return person


def _no_tokens(actor: Actor) -> None:
    if actor.kind == ActorKind.TOKEN:
        raise TokensMakeNoTokens
