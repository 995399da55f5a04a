"""Configuration items: devices, servers, applications, licences, and who has them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from frontline.estate.access import item_to_change
from frontline.estate.facts import ItemChanged, ItemRetired
from frontline.estate.logic.words import attributes_of, check_version, line
from frontline.estate.models import Item
from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.kernel.facts import Subject
from frontline.people import queries as people

STATUSES = ("ordered", "in_stock", "in_use", "repair", "retired")


class NotASupplier(Invalid):
    """{name} is no supplier; set up the organisation as one, or choose another."""


class ForeignPerson(Invalid):
    """{name} belongs to another organisation than this item; customers are kept apart."""


class ItemDetails(TypedDict, total=False):
    """What can be said about an item; what is absent stays as it is. `attributes` replace all that were there.

    `person_id` is who uses it, `organisation_id` whose it is: without one it follows the person.
    """

    name: str
    kind: str
    model: str
    serial: str
    status: str
    person_id: int | None
    organisation_id: int | None
    place_id: int | None
    team_id: int | None
    supplier_id: int | None
    attributes: Mapping[str, str | int | float | bool]


@use_case
def create_item(
    *,
    details: ItemDetails,
    actor: Actor,
    now: datetime,
    source: str = "",
    external_id: str | None = None,
) -> Item:
    """Add a configuration item. Raises Invalid, NotASupplier, ForeignPerson."""
    access.require(actor, "estate.manage")
    values = _checked(details)
    for name in ("name", "kind"):
        if not values.get(name):
            raise Invalid("An item needs a name and a kind, such as LT-0042 and laptop.", field=name)
    item = Item(source=source, external_id=external_id, **values)
    _check_links(item, values)
    item.save()
    _tell(item, tuple(sorted(values)), actor, now)
    return item


@use_case
def update_item(
    *,
    uid: str | UUID,
    changes: ItemDetails,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Item:
    """Change a configuration item. Raises StaleVersion, Invalid, NotASupplier, ForeignPerson."""
    item = item_to_change(str(uid), actor)
    check_version(item.version, version)
    values = _checked(changes)
    changed = {name: value for name, value in values.items() if getattr(item, name) != value}
    if not changed:
        return item
    for name, value in changed.items():
        setattr(item, name, value)
    _check_links(item, changed)
    item.version += 1
    item.save()
    _tell(item, tuple(sorted(changed)), actor, now)
    if changed.get("status") == "retired":
        announce(
            ItemRetired(
                subject=Subject("item", item.pk), organisation_id=item.organisation_id, item_id=item.pk
            ),
            actor=actor,
            at=now,
        )
    return item


@use_case
def retire_item(*, uid: str | UUID, actor: Actor, now: datetime, version: int | None = None) -> Item:
    """Take an item out of use; it can no longer be chosen, tickets about it stay."""
    return update_item(uid=uid, changes={"status": "retired"}, version=version, actor=actor, now=now)


def _checked(details: ItemDetails) -> dict[str, Any]:
    values: dict[str, Any] = dict(details)
    for name, most in (("name", 200), ("kind", 40), ("model", 200), ("serial", 120)):
        if name in values:
            values[name] = line(values[name], field=name, most=most)
    if values.get("name") == "":
        raise Invalid("Give the item a name, such as LT-0042.", field="name")
    if "kind" in values:
        values["kind"] = values["kind"].lower()
        if not values["kind"]:
            raise Invalid("Say what kind of item it is, such as laptop or server.", field="kind")
    if "status" in values and values["status"] not in STATUSES:
        raise Invalid("The status is one of {known}.", field="status", known=STATUSES)
    if "attributes" in values:
        values["attributes"] = attributes_of(dict(values["attributes"]))
    return values


def _check_links(item: Item, changed: Mapping[str, Any]) -> None:
    """The supplier is one; the person belongs to the item's organisation, which follows them where none is said."""
    if changed.get("supplier_id") is not None:
        row = people.organisations_by_ids([changed["supplier_id"]]).get(changed["supplier_id"])
        if row is None or row.kind != "supplier":
            raise NotASupplier(field="supplier", name=row.name if row else "?")
    if item.person_id is not None and ("person_id" in changed or "organisation_id" in changed):
        person = people.person_row(person_id=item.person_id)
        if item.organisation_id is None:
            item.organisation_id = person.organisation_id
        elif item.organisation_id != person.organisation_id:
            raise ForeignPerson(field="person", name=person.name)


def _tell(item: Item, fields: tuple[str, ...], actor: Actor, now: datetime) -> None:
    announce(
        ItemChanged(
            subject=Subject("item", item.pk),
            organisation_id=item.organisation_id,
            item_id=item.pk,
            fields=fields,
        ),
        actor=actor,
        at=now,
    )
