"""Parties: whoever can hold a ticket, by name, by kind, with their hours; and who could own one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, NullIf

from frontline.foundation.questions import Listing, question
from frontline.kernel.actors import Role
from frontline.kernel.errors import Invalid
from frontline.people.models import Membership, Party, Person, RoleGrant
from frontline.people.queries.people import person_row


class NoSuchParty(Invalid):
    """There is no team or supplier {text}; use the id or name of one."""


@dataclass(frozen=True, slots=True)
class PartyRow:
    """`kind` as custody says it: desk, team, supplier, requester. `calendar_key` empty means round the clock."""

    id: int
    kind: str
    uid: UUID
    name: str
    calendar_key: str
    team_id: int | None


def _kind(party: Party) -> str:
    if party.team is not None:
        return "desk" if party.team.is_desk else "team"
    return "supplier" if party.organisation is not None else "requester"


def _row(party: Party) -> PartyRow:
    thing = party.team or party.organisation or party.person
    assert thing is not None
    return PartyRow(party.pk, _kind(party), thing.uid, thing.name, party.calendar_key, party.team_id)


def party_row(party_id: int) -> PartyRow:
    """One party. One query."""
    return _row(Party.objects.select_related("team", "organisation", "person").get(pk=party_id))


def holder_kind_of(party_id: int) -> str:
    """What custody calls this party. One query."""
    return party_row(party_id).kind


@question
def _calendar_keys(*, parties: list[int]) -> Listing:
    return Party.objects.filter(pk__any=parties).values_list("pk", "calendar_key")


def calendar_keys(party_ids: Collection[int]) -> dict[int, str]:
    """The hours of these parties by the key of their calendar. One query."""
    return dict(_calendar_keys(parties=list(party_ids)))


@question
def _receivers() -> Listing:
    wanted = Q(team__active=True) | Q(organisation__active=True, organisation__kind="supplier")
    kind = Case(
        When(team__is_desk=True, then=Value("desk")),
        When(team__isnull=False, then=Value("team")),
        default=Value("supplier"),
    )
    either = (Coalesce(F(f"team__{name}"), F(f"organisation__{name}")) for name in ("uid", "name"))
    return Party.objects.filter(wanted).values_list("id", kind, *either, "calendar_key", "team_id")


def receivers() -> list[PartyRow]:
    """Teams and suppliers that a ticket can be handed to, by name. One query."""
    return sorted((PartyRow(*row) for row in _receivers()), key=lambda r: (r.kind != "team", r.name.lower()))


def party_by_name(text: str, *, field: str = "to") -> int:
    """The id of a team's or supplier's party by public id or name; raises NoSuchParty. One query."""
    words = text.strip()
    try:
        wanted = Q(team__uid=UUID(words)) | Q(organisation__uid=UUID(words))
    except ValueError:
        wanted = Q(team__name__iexact=words, team__active=True) | Q(
            organisation__name__iexact=words, organisation__kind="supplier", organisation__active=True
        )
    pk = Party.objects.filter(wanted).order_by("id").values_list("pk", flat=True).first()
    if pk is None:
        raise NoSuchParty(field=field, text=text[:80])
    return pk


@dataclass(frozen=True, slots=True)
class OwnerCandidate:
    """Somebody who might answer for a ticket, with the roles they have now."""

    id: int
    shown_name: str
    roles: frozenset[Role]


def owner_candidate(*, person_id: int, now: datetime) -> OwnerCandidate | None:
    """The active person with this id and their roles. Two queries."""
    if not Person.objects.filter(pk=person_id, active=True).exists():
        return None
    grants = RoleGrant.objects.filter(Q(until=None) | Q(until__gt=now), person=person_id, since__lte=now)
    roles = frozenset(Role(r) for r in grants.values_list("role", flat=True))
    return OwnerCandidate(person_id, person_row(person_id=person_id).shown_name, roles)


@dataclass(frozen=True, slots=True)
class DeskMember:
    """Somebody of the desk, for choosing them."""

    id: int
    uid: UUID
    shown_name: str


@question
def _desk_members(*, now: datetime) -> Listing:
    found = Membership.objects.filter(
        Q(until=None) | Q(until__gt=now), team__is_desk=True, team__active=True, since__lte=now
    ).filter(person__active=True)
    shown = Coalesce(NullIf(F("person__shown_name"), Value("")), F("person__name"))
    return found.values_list("person_id", "person__uid", shown)


def desk_members(*, now: datetime) -> list[DeskMember]:
    """Everybody of the desk team, on duty or not, by name. One query."""
    return sorted((DeskMember(*row) for row in _desk_members(now=now)), key=lambda m: m.shown_name.casefold())


def deputy_lead(*, excluding: int, now: datetime) -> int | None:
    """Who answers when the lead is the one who leaves: the longest-standing other member of the desk."""
    found = (
        Membership.objects.filter(
            Q(until=None) | Q(until__gt=now), team__is_desk=True, team__active=True, person__active=True
        )
        .exclude(person=excluding)
        .order_by("since", "id")
    )
    return found.values_list("person_id", flat=True).first()
