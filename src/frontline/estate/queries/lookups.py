"""The light questions the desk asks all day: ids by name, rows by id, choices. The price stands in each docstring."""

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from frontline.estate.models import ContactReason, Item, Service
from frontline.foundation.questions import Listing, question
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid


class NoSuchService(Invalid):
    """There is no such service."""


class NoSuchItem(Invalid):
    """There is no configuration item {text}; use its id, serial number or name."""


class AmbiguousItem(Invalid):
    """Several configuration items are called {text}; use the id or serial number of one."""


class NoSuchReason(Invalid):
    """There is no such contact reason; use the key of one from /contact-reasons."""


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
_MOST_NAMES = 1000


class _Kept:
    services: dict[int, tuple[float, ServiceRow]] = {}
    reasons: dict[int, tuple[float, ReasonRow]] = {}
    #: what was asked for, by whom: since when, which
    names: dict[tuple[str, int | None], tuple[float, int]] = {}


def forget() -> None:
    """Drop what is kept (between tests)."""
    _Kept.services.clear()
    _Kept.reasons.clear()
    _Kept.names.clear()


@question
def _service(*, service: int) -> Listing:
    return Service.objects.filter(pk=service).values_list(*ServiceRow.__slots__)


def service_row(service_id: int) -> ServiceRow:
    """One service; at most a second old."""
    kept = _Kept.services.get(service_id)
    if kept is not None and time.monotonic() - kept[0] < _FRESH_SECONDS:
        return kept[1]
    found = _service(service=service_id)
    if not found:
        raise NoSuchService(field="service")
    row = ServiceRow(*found[0])
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


def _as_uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def find_service(text: str, *, organisation_id: int | None = None) -> int:
    """The id of an active service by its public id or name, offered to this organisation; at most a second old."""
    asked = (text, organisation_id)
    kept = _Kept.names.get(asked)
    if kept is not None and time.monotonic() - kept[0] < _FRESH_SECONDS:
        return kept[1]
    uid = _as_uid(text)
    found = Service.objects.filter(active=True)
    found = found.filter(uid=uid) if uid is not None else found.filter(name__iexact=text.strip())
    if organisation_id is not None:
        found = found.filter(Q(organisation=None) | Q(organisation=organisation_id))
    pk = found.order_by("id").values_list("pk", flat=True).first()
    if pk is None:
        raise NoSuchService(
            "There is no service {text}; use the id or name of one from /services.",
            field="service",
            text=text[:80],
        )
    if len(_Kept.names) > _MOST_NAMES:
        _Kept.names.clear()
    _Kept.names[asked] = (time.monotonic(), pk)
    return pk


def find_item(text: str, *, organisation_id: int | None = None) -> int:
    """The id of a configuration item by its public id, serial number or name. One query."""
    uid = _as_uid(text)
    words = text.strip()
    found = Item.objects.exclude(status="retired")
    found = (
        found.filter(uid=uid) if uid is not None else found.filter(Q(serial=words) | Q(name__iexact=words))
    )
    if organisation_id is not None:
        found = found.filter(Q(organisation=None) | Q(organisation=organisation_id))
    ids = list(found.order_by("id").values_list("pk", flat=True)[:2])
    if not ids:
        raise NoSuchItem(field="ci", text=text[:80])
    if len(ids) > 1:
        raise AmbiguousItem(field="ci", text=text[:80])
    return ids[0]


def find_reason(key: str, *, at: datetime) -> int:
    """The id of the version of a contact reason in force at this instant. One query."""
    found = ContactReason.objects.filter(key=key, valid_from__lte=at).filter(
        Q(valid_until=None) | Q(valid_until__gt=at)
    )
    pk = found.values_list("pk", flat=True).first()
    if pk is None:
        raise NoSuchReason(field="reason")
    return pk


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A configuration item, light."""

    id: int
    uid: UUID
    name: str
    kind: str
    model: str
    serial: str
    status: str


@question
def _items_of(limit: int, /, *, person: int) -> Listing:
    found = Item.objects.filter(person=person).exclude(status="retired").order_by("kind", "name")
    return found.values_list(*ItemRow.__slots__)[:limit]


def items_of_person(actor: Actor, *, person_id: int, limit: int = 20) -> list[ItemRow]:
    """The devices somebody uses, for those who may see them: staff, and the person. One query."""
    if not actor.is_staff and actor.person_id != person_id:
        return []
    return [ItemRow(*values) for values in _items_of(limit, person=person_id)]


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """A service to choose from, by name."""

    id: int
    uid: UUID
    name: str
    criticality: int


@question
def _choices(*, organisation: int | None) -> Listing:
    found = Service.objects.filter(active=True)
    if organisation is not None:
        found = found.filter(Q(organisation=None) | Q(organisation=organisation))
    return found.order_by("name").values_list(*ServiceChoice.__slots__)


def service_choices(*, organisation_id: int | None = None) -> list[ServiceChoice]:
    """Active services (offered to this organisation), by name. One query."""
    return [ServiceChoice(*row) for row in _choices(organisation=organisation_id)]


def search_services(text: str, *, limit: int = 5) -> list[ServiceChoice]:
    """Active services whose name holds these words. One query."""
    found = Service.objects.filter(active=True, name__icontains=text.strip()[:100]).order_by("name")
    return [ServiceChoice(*row) for row in found.values_list(*ServiceChoice.__slots__)[:limit]]


def reason_choices(*, at: datetime) -> list[ReasonRow]:
    """Contact reasons in force at this instant, by name. One query."""
    found = ContactReason.objects.filter(valid_from__lte=at).filter(
        Q(valid_until=None) | Q(valid_until__gt=at)
    )
    return [ReasonRow(*row) for row in found.order_by("name").values_list(*ReasonRow.__slots__)]


def users_of_devices(actor: Actor, text: str, *, limit: int = 10) -> dict[int, str]:
    """Whose device's name or serial number begins so, with the device's name. Staff only. One query."""
    words = text.strip()[:100]
    if not actor.is_staff or len(words) < 3:
        return {}
    found = Item.objects.filter(
        Q(name__istartswith=words) | Q(serial__istartswith=words), person__isnull=False
    ).exclude(status="retired")
    return dict(found.order_by("name").values_list("person_id", "name")[:limit])


def items_by_uids(actor: Actor, uids: list[UUID], *, organisation_id: int) -> dict[UUID, int]:
    """Row ids of configuration items of this organisation (or of nobody's). Staff only. One query."""
    if not actor.is_staff:
        return {}
    found = Item.objects.filter(Q(organisation=None) | Q(organisation=organisation_id), uid__in=uids)
    return dict(found.values_list("uid", "pk"))


def item_name(item_id: int) -> str:
    """The name of an item whose id is known to be good. One query."""
    return Item.objects.values_list("name", flat=True).get(pk=item_id)
