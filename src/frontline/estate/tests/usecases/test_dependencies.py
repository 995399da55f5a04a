"""What needs what: once each, and never in a circle."""

import pytest

from frontline.estate.models import Dependency, Item, Service
from frontline.estate.usecases.dependencies import (
    CircularDependency,
    NeedsItself,
    add_dependency,
    remove_dependency,
)
from frontline.kernel.errors import Forbidden


def service(name):
    return ("service", Service.objects.create(name=name).pk)


def test_a_circle_is_refused_with_the_way_round(world):
    given = {"actor": world.actor("Adam"), "now": world.now}
    shop, stock, ledger = service("Shop"), service("Stock"), service("Ledger")
    server = ("item", Item.objects.create(name="srv-1", kind="server").pk)
    for upper, lower in ((shop, stock), (stock, server), (server, ledger)):
        assert add_dependency(upper=upper, lower=lower, **given)
    with pytest.raises(CircularDependency) as refused:
        add_dependency(upper=ledger, lower=shop, **given)
    assert str(refused.value) == (
        "This would be a circle: Ledger → Shop → Stock → srv-1 → Ledger. Remove one of these steps first."
    )
    with pytest.raises(NeedsItself, match="Shop cannot need itself"):
        add_dependency(upper=shop, lower=shop, **given)
    assert Dependency.objects.count() == 3
    assert remove_dependency(upper=stock, lower=server, **given)
    assert add_dependency(upper=ledger, lower=shop, **given)


def test_a_diamond_is_no_circle_and_twice_is_once(world):
    given = {"actor": world.actor("Adam"), "now": world.now}
    top, left, right, bottom = (service(n) for n in ("Top", "Left", "Right", "Bottom"))
    for upper, lower in ((top, left), (top, right), (left, bottom), (right, bottom)):
        assert add_dependency(upper=upper, lower=lower, **given)
    assert not add_dependency(upper=top, lower=left, **given)
    assert not remove_dependency(upper=left, lower=right, **given)
    assert Dependency.objects.count() == 4


def test_the_price_of_looking_for_a_circle_is_by_depth_not_by_number(world, django_assert_num_queries):
    given = {"actor": world.actor("Adam"), "now": world.now}
    top = service("Top")
    middle = [service(f"Middle {n}") for n in range(20)]
    for lower in middle:
        add_dependency(upper=top, lower=lower, **given)
    above = service("Above")
    # savepoint and its end, lock, known already?, two levels, row, facts
    with django_assert_num_queries(8):
        add_dependency(upper=above, lower=top, **given)


def test_only_administrators_link(world):
    ends = {"upper": ("service", world.vpn.pk), "lower": ("service", world.payroll.pk)}
    for name in ("Ben", "Omar", "Sam"):
        with pytest.raises(Forbidden):
            add_dependency(**ends, actor=world.actor(name), now=world.now)
        with pytest.raises(Forbidden):
            remove_dependency(**ends, actor=world.actor(name), now=world.now)
