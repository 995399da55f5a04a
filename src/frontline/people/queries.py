"""Questions about people. Rows out, rights in."""

from datetime import datetime

from django.db import connection

from frontline.kernel.actors import ANONYMOUS, Actor, ActorKind, Role

ACTOR = """
SELECT p.id, p.organisation_id, p.name, p.language, COALESCE(NULLIF(p.timezone, ''), pl.timezone, 'UTC'),
       ARRAY(SELECT role FROM people_role_grant g WHERE g.person_id = p.id AND g.since <= %(now)s
             AND (g.until IS NULL OR g.until > %(now)s)),
       ARRAY(SELECT m.team_id FROM people_membership m WHERE m.person_id = p.id AND m.since <= %(now)s
             AND (m.until IS NULL OR m.until > %(now)s)),
       ARRAY(SELECT y.id FROM people_party y WHERE y.person_id = p.id
             OR (y.organisation_id = p.organisation_id AND o.kind = 'supplier')
             OR y.team_id IN (SELECT m.team_id FROM people_membership m WHERE m.person_id = p.id
                              AND m.since <= %(now)s AND (m.until IS NULL OR m.until > %(now)s))),
       o.kind
FROM people_person p JOIN people_organisation o ON o.id = p.organisation_id
LEFT JOIN people_place pl ON pl.id = p.place_id
"""


def actor_of_account(*, account_id: int, now: datetime) -> Actor:
    """Who is signed in, or nobody when the account or person is no longer active. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            ACTOR
            + "JOIN people_account a ON a.person_id = p.id WHERE a.id = %(id)s AND a.active AND p.active",
            {"id": account_id, "now": now},
        )
        row = cursor.fetchone()
    return ANONYMOUS if row is None else _actor(row)


def actor_of_person(*, person_id: int, now: datetime) -> Actor:
    """The person as an actor: for commands, the demo and work done in somebody's name. One query."""
    with connection.cursor() as cursor:
        cursor.execute(ACTOR + "WHERE p.id = %(id)s AND p.active", {"id": person_id, "now": now})
        row = cursor.fetchone()
    return ANONYMOUS if row is None else _actor(row)


def _actor(row: tuple[object, ...], **more: object) -> Actor:
    person, organisation, name, language, zone, roles, teams, parties, organisation_kind = row
    supplier = organisation_kind == "supplier"
    values: dict[str, object] = {
        "kind": ActorKind.SUPPLIER if supplier else ActorKind.PERSON,
        "id": person,
        "person_id": person,
        "organisation_id": organisation,
        "party_ids": frozenset(parties),  # type: ignore[call-overload]
        "team_ids": frozenset(teams),  # type: ignore[call-overload]
        "roles": frozenset({Role.SUPPLIER} if supplier else {Role(r) for r in [*roles, "user"]}),  # type: ignore[misc]
        "language": language,
        "timezone": zone,
        "name": name,
    }
    return Actor(**{**values, **more})  # type: ignore[arg-type]
