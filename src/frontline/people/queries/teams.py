"""Teams as rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from frontline.people.access import NoSuchTeam
from frontline.people.models import Team


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


FIELDS = ("id", "uid", "name", "tier", "is_desk", "lead_id", "timezone", "active", "version")


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
