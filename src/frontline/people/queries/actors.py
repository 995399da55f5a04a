"""Who acts: accounts, persons and tokens as actors, each in one query."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings

from frontline.foundation.prepared import prepared
from frontline.kernel.actors import ANONYMOUS, Actor, ActorKind, Role
from frontline.people.logic.tokens import PREFIX, digest_of

#: `{door}` is what the caller is known by, and comes first: where joins are taken in the order written, a person
#: found last would be looked for among all of them. Each kind of party is asked for by its own index.
ACTOR_WITH = """
SELECT p.id, p.organisation_id, p.name, p.language, COALESCE(NULLIF(p.timezone, ''), pl.timezone, 'UTC'),
       ARRAY(SELECT role FROM people_role_grant g WHERE g.person_id = p.id AND g.since <= %(now)s
             AND (g.until IS NULL OR g.until > %(now)s)),
       ARRAY(SELECT m.team_id FROM people_membership m WHERE m.person_id = p.id AND m.since <= %(now)s
             AND (m.until IS NULL OR m.until > %(now)s)),
       ARRAY(SELECT y.id FROM people_party y WHERE y.person_id = p.id
             UNION ALL
             SELECT y.id FROM people_party y WHERE o.kind = 'supplier' AND y.organisation_id = p.organisation_id
             UNION ALL
             SELECT y.id FROM people_membership m JOIN people_party y ON y.team_id = m.team_id
             WHERE m.person_id = p.id AND m.since <= %(now)s AND (m.until IS NULL OR m.until > %(now)s)),
       o.kind{more}
FROM {door} JOIN people_organisation o ON o.id = p.organisation_id
LEFT JOIN people_place pl ON pl.id = p.place_id
"""

PERSON = ACTOR_WITH.format(more="", door="people_person p") + "WHERE p.id = %(id)s AND p.active"

ACCOUNT = (
    ACTOR_WITH.format(more="", door="people_account a JOIN people_person p ON p.id = a.person_id")
    + "WHERE a.id = %(id)s AND a.active AND p.active"
)

TOKEN = (
    ACTOR_WITH.format(
        more=", k.id, k.scopes", door="people_api_token k JOIN people_person p ON p.id = k.person_id"
    )
    + """
WHERE k.digest = %(digest)s AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > %(real)s)
      AND p.active AND (p.left_at IS NULL OR p.left_at > %(now)s)
"""
)


def actor_of_account(*, account_id: int, now: datetime) -> Actor:
    """Who is signed in, or nobody when the account or person is no longer active. One query."""
    with prepared() as cursor:
        cursor.execute(ACCOUNT, {"id": account_id, "now": now})
        row = cursor.fetchone()
    return ANONYMOUS if row is None else _actor(row)


def actor_of_person(*, person_id: int, now: datetime) -> Actor:
    """The person as an actor: for commands, the demo and work done in somebody's name. One query."""
    with prepared() as cursor:
        cursor.execute(PERSON, {"id": person_id, "now": now})
        row = cursor.fetchone()
    return ANONYMOUS if row is None else _actor(row)


def _actor(row: tuple[Any, ...], **more: Any) -> Actor:
    """Roles of the desk count for people of our own organisations only, whatever was granted."""
    person, organisation, name, language, zone, roles, teams, parties, organisation_kind = row
    held = {"internal": {Role(r) for r in [*roles, "user"]}, "supplier": {Role.SUPPLIER}}
    values: dict[str, Any] = {
        "kind": ActorKind.SUPPLIER if organisation_kind == "supplier" else ActorKind.PERSON,
        "id": person,
        "person_id": person,
        "organisation_id": organisation,
        "party_ids": frozenset(parties),
        "team_ids": frozenset(teams),
        "roles": frozenset(held.get(organisation_kind, {Role.USER})),
        "language": language,
        "timezone": zone,
        "name": name,
    }
    return Actor(**{**values, **more})


def actor_of_token(*, token: str, now: datetime, real_now: datetime) -> Actor | None:
    """Whose token this is, or None when it is unknown, revoked, expired or its person gone. One query.

    The actor has the person's roles at `now`, narrowed by the token's scopes; the token's own life runs in real time.
    """
    if not token.startswith(PREFIX):
        return None
    with prepared() as cursor:
        cursor.execute(TOKEN, {"digest": digest_of(token, settings.SECRET_KEY), "now": now, "real": real_now})
        row = cursor.fetchone()
    if row is None:
        return None
    *person, token_id, scopes = row
    values = json.loads(scopes) if isinstance(scopes, str) else scopes
    return _actor(
        tuple(person), kind=ActorKind.TOKEN, id=token_id, scopes=frozenset(values), on_behalf_of=person[0]
    )
