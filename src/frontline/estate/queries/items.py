"""Configuration items in full: for the API and for set-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from frontline.estate.access import UnknownItem, item_scope, sees_everything, supplies
from frontline.estate.models import Item
from frontline.estate.queries.links import Named, NeedRow, named, needed_by, needs
from frontline.kernel.actors import Actor

ORDERS = {"id": ("id",), "name": ("name", "id")}
WITH = ("person", "organisation", "place", "team", "supplier")


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """A configuration item in full; `person` uses it.

    Attributes, the team and where it was imported from are for the desk; suppliers do not see whose it is.
    """

    id: int
    uid: UUID
    name: str
    kind: str
    model: str
    serial: str
    status: str
    person: Named | None
    organisation: Named | None
    place: Named | None
    team: Named | None
    supplier: Named | None
    attributes: Mapping[str, str | int | float | bool]
    source: str
    external_id: str | None
    version: int


@dataclass(frozen=True, slots=True)
class ItemPage:
    """An item with what it needs and what needs it."""

    item: ItemDetail
    needs: Sequence[NeedRow]
    needed_by: Sequence[NeedRow]


def items_page(
    *,
    actor: Actor,
    text: str = "",
    kind: str | None = None,
    status: str | None = None,
    person_uid: UUID | None = None,
    after_id: int | None = None,
    offset: int = 0,
    limit: int = 50,
    order: str = "id",
) -> list[ItemDetail]:
    """Items the actor may see, by id (for cursors) or name (for set-up). One query.

    `text` is part of the name, the serial number or the model, or of the name of who uses it.
    """
    wanted = Item.objects.filter(item_scope(actor))
    words = " ".join(text.replace("\0", "").split())[:100]
    if words:
        found = Q(name__icontains=words) | Q(serial__icontains=words) | Q(model__icontains=words)
        if not supplies(actor):
            found |= Q(person__name__icontains=words)
        wanted = wanted.filter(found)
    if kind is not None:
        wanted = wanted.filter(kind=kind.lower())
    if status is not None:
        wanted = wanted.filter(status=status)
    if person_uid is not None and not supplies(actor):
        wanted = wanted.filter(person__uid=person_uid)
    if after_id is not None:
        wanted = wanted.filter(pk__gt=after_id)
    return _details(wanted.order_by(*ORDERS[order])[offset : offset + limit], actor)


def item_detail(*, uid: UUID | str, actor: Actor) -> ItemDetail:
    """One item in full; raises UnknownItem. One query."""
    found = _details(Item.objects.filter(item_scope(actor), uid=uid), actor)
    if not found:
        raise UnknownItem
    return found[0]


def item_page(*, uid: UUID | str, actor: Actor) -> ItemPage:
    """An item with its neighbours; raises UnknownItem. Five queries."""
    item = item_detail(uid=uid, actor=actor)
    end = ("item", item.id)
    return ItemPage(item, needs(end, actor=actor), needed_by(end, actor=actor))


def kinds_in_use() -> list[str]:
    """Kinds of items there are, for a form to suggest. One query."""
    return list(Item.objects.values_list("kind", flat=True).distinct().order_by("kind")[:200])


def _details(wanted: QuerySet[Item], actor: Actor) -> list[ItemDetail]:
    full, whose = sees_everything(actor), not supplies(actor)
    return [_detail(row, full=full, whose=whose) for row in wanted.select_related(*WITH)]


def _detail(row: Any, *, full: bool, whose: bool) -> ItemDetail:
    return ItemDetail(
        id=row.pk,
        uid=row.uid,
        name=row.name,
        kind=row.kind,
        model=row.model,
        serial=row.serial,
        status=row.status,
        person=named(row.person) if whose else None,
        organisation=named(row.organisation) if whose else None,
        place=named(row.place),
        team=named(row.team) if full else None,
        supplier=named(row.supplier),
        attributes=dict(sorted(row.attributes.items())) if full else {},
        source=row.source if full else "",
        external_id=row.external_id if full else None,
        version=row.version,
    )
