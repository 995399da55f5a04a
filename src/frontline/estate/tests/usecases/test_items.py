"""Configuration items: adding, changing, retiring, and what hangs on them."""

import pytest

from frontline.estate.access import UnknownItem
from frontline.estate.models import Item
from frontline.estate.usecases import items
from frontline.estate.usecases.items import ForeignPerson, NotASupplier
from frontline.foundation.models import FactRow
from frontline.kernel.errors import Forbidden, Invalid


def test_an_item_is_added_changed_and_retired(world):
    adam = world.actor("Adam")
    made = items.create_item(
        details={
            "name": "LT-1",
            "kind": "Laptop",
            "serial": " SN 1 ",
            "person_id": world.people["Anna"].pk,
            "supplier_id": world.supplier.pk,
            "attributes": {"os": "macOS 15", "ram": 16},
        },
        actor=adam,
        now=world.now,
    )
    stored = Item.objects.get(pk=made.pk)
    assert (stored.kind, stored.serial, stored.organisation, stored.attributes, stored.status) == (
        "laptop",
        "SN 1",
        world.internal,  # follows its person
        {"os": "macOS 15", "ram": 16},
        "in_use",
    )
    items.update_item(
        uid=made.uid, changes={"attributes": {"os": "macOS 16"}}, version=1, actor=adam, now=world.now
    )
    retired = items.retire_item(uid=made.uid, version=2, actor=adam, now=world.now)
    assert (retired.status, retired.attributes, retired.version) == ("retired", {"os": "macOS 16"}, 3)
    facts = FactRow.objects.filter(subject_kind="item", subject_id=made.pk).order_by("id")
    assert [row.kind for row in facts] == [
        "estate.ItemChanged",
        "estate.ItemChanged",
        "estate.ItemChanged",
        "estate.ItemRetired",
    ]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"kind": "laptop"}, "name"),
        ({"name": "X"}, "kind"),
        ({"name": "X", "kind": " "}, "kind"),
        ({"name": "X", "kind": "k", "status": "lost"}, "status"),
        ({"name": "X", "kind": "k", "attributes": {"a": [1]}}, "attributes"),
        ({"name": "X", "kind": "k" * 41}, "kind"),
    ],
)
def test_what_cannot_be_is_refused_by_field(world, details, field):
    with pytest.raises(Invalid) as refused:
        items.create_item(details=details, actor=world.actor("Adam"), now=world.now)
    assert refused.value.field == field
    assert Item.objects.count() == 1


def test_customers_stay_apart_and_only_suppliers_supply(world):
    adam = world.actor("Adam")
    with pytest.raises(ForeignPerson, match="Vera Example belongs to another organisation"):
        items.update_item(
            uid=world.laptop.uid, changes={"person_id": world.people["Vera"].pk}, actor=adam, now=world.now
        )
    with pytest.raises(NotASupplier, match="Initech is no supplier"):
        items.update_item(
            uid=world.laptop.uid, changes={"supplier_id": world.customer.pk}, actor=adam, now=world.now
        )
    moved = items.update_item(
        uid=world.laptop.uid,
        changes={"person_id": world.people["Vera"].pk, "organisation_id": world.customer.pk},
        actor=adam,
        now=world.now,
    )
    assert (moved.person, moved.organisation) == (world.people["Vera"], world.customer)


def test_only_administrators_change_items_and_others_do_not_learn_of_them(world):
    for name, error in (("Ben", Forbidden), ("Omar", Forbidden), ("Anna", UnknownItem), ("Sam", UnknownItem)):
        with pytest.raises(error):
            items.retire_item(uid=world.laptop.uid, actor=world.actor(name), now=world.now)
    world.laptop.refresh_from_db()
    assert world.laptop.status == "in_use"
