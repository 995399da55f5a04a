"""What happens to people, past tense: ids, codes and instants only."""

from dataclasses import dataclass
from datetime import datetime

from frontline.kernel.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded(Fact):
    """`cause` is made, mail (an unknown address), or import."""

    person_id: int
    placeholder: bool
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Fact):
    """`fields` names what changed, not the values."""

    person_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMerged(Fact):
    """A placeholder turned out to be somebody known; what pointed to it should point to them."""

    person_id: int
    into_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLeft(Fact):
    """Somebody stops working here at `left_at`; `successor_id` was named to take over, where anybody was."""

    person_id: int
    left_at: datetime
    successor_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(Fact):
    person_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRevoked(Fact):
    person_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipBegun(Fact):
    person_id: int
    team_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipEnded(Fact):
    person_id: int
    team_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillSet(Fact):
    """`level` 0: no longer listed."""

    person_id: int
    skill_id: int
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyChanged(Fact):
    """The weekly shifts of a person were set anew."""

    person_id: int
    team_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveEntered(Fact):
    person_id: int
    since: datetime
    until: datetime
    stand_in_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveCancelled(Fact):
    person_id: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChanged(Fact):
    """An organisation was added or changed; `fields` names what."""

    organisation_row: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChanged(Fact):
    team_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMade(Fact):
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Fact):
    """All other sessions of the account ended with it."""

    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOutEverywhere(Fact):
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreated(Fact):
    person_id: int
    token_id: int
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Fact):
    person_id: int
    token_id: int
