"""What happened to promises. `clock` is the clock's public id; who and when stand beside the fact."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontline.kernel.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWarned(Fact):
    """The warning share of a target is used up. Given once a target."""

    clock: UUID
    measure: str
    party_kind: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockBreached(Fact):
    """More working time has passed than the target allows. Given once a target; `breached_at` is its first second."""

    clock: UUID
    measure: str
    party_kind: str
    due_at: datetime | None
    breached_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRetargeted(Fact):
    """A clock got another target; start and pauses stayed. Both due instants are kept."""

    clock: UUID
    measure: str
    party_kind: str
    seconds_before: int
    seconds_after: int
    due_before: datetime | None
    due_after: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCreated(Fact):
    """A calendar with its first version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarVersionAdded(Fact):
    """New hours from an instant on; the past is frozen."""

    effective_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanged(Fact):
    """Renamed, retired or taken back into use."""

    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksRecomputed(Fact):
    """Running clocks of a calendar were moved to its newest hours because somebody asked for it."""

    examined: int
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementCreated(Fact):
    """An SLA, OLA or contract with its targets."""

    agreement_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementChanged(Fact):
    """Its frame or its targets changed; old targets keep their dates."""

    targets_ended: int
    targets_added: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityMatrixChanged(Fact):
    """Impact and urgency give other priorities from an instant on. The subject is the matrix."""

    valid_from: datetime
