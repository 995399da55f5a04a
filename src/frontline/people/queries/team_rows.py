"""Teams as rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from frontline.kernel.actors import Actor
from frontline.people.access import NoSuchTeam, scope
from frontline.people.models import Membership, Person, RoleGrant, Team


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team that holds tickets."""

    id: int
    uid: UUID
    name: str
    tier: int
    is_desk: bool
    lead_id: int | None
    timezone: str
    active: bool
    version: int
    email: str


FIELDS = ("id", "uid", "name", "tier", "is_desk", "lead_id", "timezone", "active", "version", "email")


def teams(*, with_inactive: bool = False) -> list[TeamRow]:
    """All teams, the desk first, then by tier and name. One query."""
    wanted = Team.objects.filter(Q() if with_inactive else Q(active=True))
    return [TeamRow(*row) for row in wanted.order_by("-is_desk", "tier", "name", "id").values_list(*FIELDS)]


def teams_by_ids(ids: Iterable[int]) -> dict[int, TeamRow]:
    """Teams by id. One query."""
    rows = Team.objects.filter(pk__in=set(ids)).values_list(*FIELDS)
    return {row[0]: TeamRow(*row) for row in rows}


def team_by_uid(uid: UUID | str) -> TeamRow:
    """One team by public id; raises NoSuchTeam. One query."""
    row = Team.objects.filter(uid=uid).values_list(*FIELDS).first()
    if row is None:
        raise NoSuchTeam
    return TeamRow(*row)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person named for what they belong to or may do."""

    person_id: int
    uid: UUID
    name: str


def members_of(*, team_id: int, now: datetime) -> list[MemberRow]:
    """Who belongs to a team now, by name. One query."""
    current = Q(since__lte=now) & (Q(until=None) | Q(until__gt=now))
    rows = Membership.objects.filter(current, team=team_id, person__active=True)
    return [
        MemberRow(*row)
        for row in rows.order_by("person__name", "person_id").values_list(
            "person_id", "person__uid", "person__name"
        )
    ]


def role_holders(*, actor: Actor, now: datetime) -> dict[str, list[MemberRow]]:
    """Who has which role now, of the people the actor may see, by name. One query."""
    current = Q(since__lte=now) & (Q(until=None) | Q(until__gt=now))
    seen = Person.objects.filter(scope(actor), active=True)
    rows = RoleGrant.objects.filter(current, person__in=seen).order_by("person__name", "person_id")
    holders: dict[str, list[MemberRow]] = {}
    for role, pk, uid, name in rows.values_list("role", "person_id", "person__uid", "person__name"):
        holders.setdefault(role, []).append(MemberRow(pk, uid, name))
    return holders
