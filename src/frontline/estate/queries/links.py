"""What needs what: neighbours of a service or an item, narrowed to what the actor may see."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from frontline.estate.access import UnknownItem, UnknownService, item_scope, service_scope
from frontline.estate.logic.graph import End
from frontline.estate.models import Dependency, Item, Service
from frontline.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Named:
    """A reference to another row: its public id and name."""

    uid: UUID
    name: str


def named(row: Any) -> Named | None:
    return None if row is None else Named(row.uid, row.name)


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A neighbour: `kind` is service or item; `retired` when it is no longer in use."""

    kind: str
    id: int
    uid: UUID
    name: str
    retired: bool


def needs(end: End, *, actor: Actor) -> list[NeedRow]:
    """What this needs directly, services first, by name. Two queries."""
    return _neighbours(end, "upper", "lower", actor)


def needed_by(end: End, *, actor: Actor) -> list[NeedRow]:
    """What needs this directly, services first, by name. Two queries."""
    return _neighbours(end, "lower", "upper", actor)


def _neighbours(end: End, here: str, there: str, actor: Actor) -> list[NeedRow]:
    kind, pk = end
    links = Dependency.objects.filter(**{f"{here}_{kind}": pk})
    services = Service.objects.filter(service_scope(actor), pk__in=links.values(f"{there}_service"))
    items = Item.objects.filter(item_scope(actor), pk__in=links.values(f"{there}_item"))
    return [
        *(
            NeedRow("service", pk, uid, name, not active)
            for pk, uid, name, active in services.order_by("name", "id").values_list(
                "pk", "uid", "name", "active"
            )
        ),
        *(
            NeedRow("item", pk, uid, name, status == "retired")
            for pk, uid, name, status in items.order_by("name", "id").values_list(
                "pk", "uid", "name", "status"
            )
        ),
    ]


def end_of(kind: str, uid: UUID | str, *, actor: Actor) -> End:
    """The end of a dependency by kind and public id; raises UnknownService or UnknownItem. One query."""
    if kind == "service":
        found = Service.objects.filter(service_scope(actor), uid=uid).values_list("pk", flat=True).first()
        if found is None:
            raise UnknownService
        return ("service", found)
    found = Item.objects.filter(item_scope(actor), uid=uid).values_list("pk", flat=True).first()
    if found is None:
        raise UnknownItem
    return ("item", found)


def end_by_text(text: str, *, actor: Actor) -> End | None:
    """A service by its name or an item by its name or serial number; None where none or several match. Two queries."""
    words = " ".join(text.split())
    if not words:
        return None
    services = Service.objects.filter(service_scope(actor), name__iexact=words, active=True)
    found = list(services.values_list("pk", flat=True)[:2])
    if len(found) == 1:
        return ("service", found[0])
    items = Item.objects.filter(item_scope(actor)).filter(Q(name__iexact=words) | Q(serial__iexact=words))
    ids = list(items.exclude(status="retired").values_list("pk", flat=True)[:2])
    return ("item", ids[0]) if len(ids) == 1 and not found else None
