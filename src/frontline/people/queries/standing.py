"""How far people and duty are set up: what there is, counted, and what is missing. For the first page of set-up."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from frontline.foundation import access
from frontline.kernel.actors import Actor
from frontline.people.queries.duty import on_duty


@dataclass(frozen=True, slots=True)
class Desk:
    """The team that is the desk, with its members of today."""

    uid: str
    name: str
    led: bool
    members: int


@dataclass(frozen=True, slots=True)
class PeopleStanding:
    """Counts of what is active. `organisations` and `holders` count by kind and by role; `empty_teams` holds
    (uid, name) of teams without members.
    """

    organisations: Mapping[str, int]
    domains: int
    places: int
    zones: int
    teams: int
    empty_teams: tuple[tuple[str, str], ...]
    people: int
    colleagues: int
    accounts: int
    unrecognised: int
    skills: int
    skilled: int
    holders: Mapping[str, int]
    desk: Desk | None


@dataclass(frozen=True, slots=True)
class DutyStanding:
    """Of the desk's members: how many have shifts, are on duty now, are away now."""

    members: int
    planned: int
    on_duty: int
    away: int


_PEOPLE = """
WITH members AS (SELECT m.team_id, m.person_id FROM people_membership m
    JOIN people_person p ON p.id = m.person_id AND p.active AND p.left_at IS NULL
    WHERE m.since <= %(now)s AND (m.until IS NULL OR m.until > %(now)s)),
here AS (SELECT id, organisation_id, placeholder FROM people_person
         WHERE active AND left_at IS NULL AND merged_into_id IS NULL),
granted AS (SELECT g.role, count(DISTINCT g.person_id) AS people FROM people_role_grant g
            JOIN here ON here.id = g.person_id WHERE g.since <= %(now)s AND (g.until IS NULL OR g.until > %(now)s)
            GROUP BY g.role)
SELECT json_build_object(
    'organisations', (SELECT COALESCE(json_object_agg(kind, n), '{}') FROM (
        SELECT kind, count(*) AS n FROM people_organisation WHERE active GROUP BY kind) o),
    'domains', (SELECT count(*) FROM people_organisation, jsonb_array_elements_text(domains)
                WHERE active AND kind = 'internal'),
    'places', (SELECT count(*) FROM people_place WHERE active),
    'zones', (SELECT count(DISTINCT timezone) FROM people_place WHERE active),
    'teams', (SELECT count(*) FROM people_team WHERE active),
    'empty_teams', (SELECT COALESCE(json_agg(json_build_array(uid, name) ORDER BY name), '[]') FROM people_team t
        WHERE active AND NOT EXISTS (SELECT FROM members m WHERE m.team_id = t.id)),
    'people', (SELECT count(*) FROM here),
    'colleagues', (SELECT count(*) FROM here JOIN people_organisation o ON o.id = here.organisation_id
                   WHERE o.kind = 'internal'),
    'accounts', (SELECT count(*) FROM people_account a JOIN here ON here.id = a.person_id WHERE a.active),
    'unrecognised', (SELECT count(*) FROM here WHERE placeholder),
    'skills', (SELECT count(*) FROM people_skill),
    'skilled', (SELECT count(DISTINCT s.person_id) FROM people_person_skill s JOIN here ON here.id = s.person_id),
    'holders', (SELECT COALESCE(json_object_agg(role, people), '{}') FROM granted),
    'desk', (SELECT json_build_object('uid', t.uid, 'name', t.name, 'led', EXISTS (
            SELECT FROM here WHERE here.id = t.lead_id), 'members', (
            SELECT count(*) FROM members m WHERE m.team_id = t.id))
        FROM people_team t WHERE t.is_desk AND t.active)
)
"""

_DUTY = """
WITH members AS (SELECT m.team_id, m.person_id FROM people_membership m
    JOIN people_person p ON p.id = m.person_id AND p.active AND p.left_at IS NULL
    WHERE m.since <= %(now)s AND (m.until IS NULL OR m.until > %(now)s)),
desk AS (SELECT m.person_id FROM members m JOIN people_team t ON t.id = m.team_id WHERE t.is_desk AND t.active)
SELECT count(*),
    count(*) FILTER (WHERE EXISTS (SELECT FROM people_shift s WHERE s.person_id = desk.person_id
        AND (s.valid_until IS NULL OR s.valid_until > %(now)s::date))),
    count(*) FILTER (WHERE EXISTS (SELECT FROM people_leave l WHERE l.person_id = desk.person_id
        AND l.since <= %(now)s AND l.until > %(now)s)),
    array_agg(desk.person_id)
FROM desk
"""


def people_standing(*, actor: Actor, now: datetime) -> PeopleStanding:
    """One query."""
    access.require(actor, "people.manage")
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"now": now})
        (told,) = cursor.fetchone()
    found: dict[str, Any] = json.loads(told) if isinstance(told, str) else told
    desk = found.pop("desk")
    empty = tuple((uid, name) for uid, name in found.pop("empty_teams"))
    return PeopleStanding(**found, empty_teams=empty, desk=None if desk is None else Desk(**desk))


def duty_standing(*, actor: Actor, now: datetime) -> DutyStanding:
    """One query, and those of `on_duty`."""
    access.require(actor, "people.duty")
    with connection.cursor() as cursor:
        cursor.execute(_DUTY, {"now": now})
        members, planned, away, ids = cursor.fetchone()
    working = {row.person_id for row in on_duty(at=now)}
    return DutyStanding(members=members, planned=planned, on_duty=len(working & set(ids or ())), away=away)
