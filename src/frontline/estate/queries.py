"""Questions about what we run. Rows out, rights in."""

import time
from dataclasses import dataclass
from uuid import UUID

from frontline.estate.models import ContactReason, Service
from frontline.kernel.errors import NotFound


class NoSuchService(NotFound):
    """There is no such service."""


class NoSuchReason(NotFound):
    """There is no such contact reason."""


@dataclass(frozen=True, slots=True)
class ServiceRow:
    id: int
    uid: UUID
    name: str
    criticality: int
    calendar_key: str
    team_id: int | None
    skill_id: int | None
    organisation_id: int | None
    owner_id: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class ReasonRow:
    id: int
    key: str
    name: str
    kind: str
    service_id: int | None
    team_id: int | None
    skill_id: int | None
    impact: int
    urgency: int
    sensitive: bool


#: opening a ticket asks for the same few services all day; a second old is fresh enough
_FRESH_SECONDS = 1.0


class _Kept:
    services: dict[int, tuple[float, ServiceRow]] = {}
    reasons: dict[int, tuple[float, ReasonRow]] = {}


def forget() -> None:
    """Drop what is kept (between tests)."""
    _Kept.services.clear()
    _Kept.reasons.clear()


def service_row(service_id: int) -> ServiceRow:
    """One service; at most a second old."""
    kept = _Kept.services.get(service_id)
    if kept is not None and time.monotonic() - kept[0] < _FRESH_SECONDS:
        return kept[1]
    values = Service.objects.filter(pk=service_id).values_list(*ServiceRow.__slots__).first()
    if values is None:
        raise NoSuchService(field="service")
    row = ServiceRow(*values)
    _Kept.services[service_id] = (time.monotonic(), row)
    return row


def reason_row(reason_id: int) -> ReasonRow:
    """One version of a contact reason; at most a second old."""
    kept = _Kept.reasons.get(reason_id)
    if kept is not None and time.monotonic() - kept[0] < _FRESH_SECONDS:
        return kept[1]
    values = ContactReason.objects.filter(pk=reason_id).values_list(*ReasonRow.__slots__).first()
    if values is None:
        raise NoSuchReason(field="reason")
    row = ReasonRow(*values)
    _Kept.reasons[reason_id] = (time.monotonic(), row)
    return row
