"""What happens to what we run, past tense: ids and codes only."""

from dataclasses import dataclass
from datetime import datetime

from frontline.kernel.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChanged(Fact):
    """A service was added or changed; `fields` names what, not the values."""

    service_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRetired(Fact):
    """A service is no longer offered; tickets about it stay."""

    service_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChanged(Fact):
    """A configuration item was added or changed; `fields` names what, not the values."""

    item_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRetired(Fact):
    """A configuration item is out of use; tickets about it stay."""

    item_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyAdded(Fact):
    """The subject needs something else now: one of the two ids says what."""

    lower_service_id: int | None = None
    lower_item_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyRemoved(Fact):
    """The subject no longer needs something: one of the two ids says what."""

    lower_service_id: int | None = None
    lower_item_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUserAdded(Fact):
    service_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUserRemoved(Fact):
    service_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonChanged(Fact):
    """A contact reason has a new version from an instant on; `was_id` is the version before, where there was one."""

    reason_id: int
    was_id: int | None
    valid_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRetired(Fact):
    reason_id: int
    valid_until: datetime
