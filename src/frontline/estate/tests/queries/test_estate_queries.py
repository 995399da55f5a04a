"""Lists, pages and matches: what each may see, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontline.estate import queries
from frontline.estate.access import UnknownItem, UnknownReason, UnknownService
from frontline.estate.models import ContactReason, Dependency, Item, Service, ServiceUser
from frontline.kernel.actors import ANONYMOUS, SYSTEM

STAFF = ("Amira", "Ben", "Ines", "Viktor", "Clara", "Adam")


def names(rows):
    return {row.name for row in rows}


@pytest.fixture
def estate(world):
    """Things of both organisations, one retired, one supplied by Contoso."""
    Service.objects.create(name="Web shop", organisation=world.customer, owner=world.people["Amira"])
    Service.objects.create(name="Fax", active=False)
    Item.objects.create(
        name="VL-1",
        kind="laptop",
        person=world.people["Vera"],
        organisation=world.customer,
        supplier=world.supplier,
        attributes={"note": "private"},
    )
    return world


def test_who_sees_which_services(estate):
    seen = {
        **{staff: {"VPN", "Payroll", "Web shop", "Fax"} for staff in STAFF},
        "Omar": {"VPN", "Payroll"},
        "Vera": {"VPN", "Payroll", "Web shop"},
        "Sam": set(),
    }
    for name, expected in seen.items():
        actor = estate.actor(name)
        assert names(queries.services_page(actor=actor)) == expected, name
        for row in Service.objects.all():
            if row.name in expected:
                assert queries.service_detail(uid=row.uid, actor=actor).name == row.name
            else:
                with pytest.raises(UnknownService):
                    queries.service_detail(uid=row.uid, actor=actor)
    assert queries.services_page(actor=ANONYMOUS) == []
    assert len(queries.services_page(actor=SYSTEM)) == 4
    shop = Service.objects.get(name="Web shop")
    assert queries.service_detail(uid=shop.uid, actor=estate.actor("Ben")).owner.name == "Amira Example"
    assert queries.service_detail(uid=shop.uid, actor=estate.actor("Vera")).owner is None


def test_who_sees_which_items_and_what_of_them(estate):
    seen = {
        **{staff: {"LT-0042", "VL-1"} for staff in STAFF},
        "Omar": {"LT-0042"},
        "Anna": set(),
        "Vera": {"VL-1"},
        "Sam": {"VL-1"},
    }
    for name, expected in seen.items():
        actor = estate.actor(name)
        assert names(queries.items_page(actor=actor)) == expected, name
        for row in Item.objects.exclude(name__in=expected):
            with pytest.raises(UnknownItem):
                queries.item_page(uid=row.uid, actor=actor)
    uid = Item.objects.get(name="VL-1").uid
    ben, vera, sam = (queries.item_detail(uid=uid, actor=estate.actor(n)) for n in ("Ben", "Vera", "Sam"))
    assert (ben.person.name, dict(ben.attributes)) == ("Vera Example", {"note": "private"})
    assert (vera.person.name, dict(vera.attributes)) == ("Vera Example", {})
    assert (sam.person, sam.organisation, dict(sam.attributes)) == (None, None, {})
    # a supplier cannot find out whose it is by searching for names either
    assert names(queries.items_page(actor=estate.actor("Ben"), text="vera")) == {"VL-1"}
    assert queries.items_page(actor=estate.actor("Sam"), text="vera") == []
    vera_uid = estate.people["Vera"].uid
    assert names(queries.items_page(actor=estate.actor("Sam"), person_uid=vera_uid)) == {"VL-1"}


def test_neighbours_are_narrowed_as_lists_are(estate):
    shop, item = Service.objects.get(name="Web shop"), Item.objects.get(name="VL-1")
    Dependency.objects.create(upper_service=estate.vpn, lower_service=shop)
    Dependency.objects.create(upper_service=estate.vpn, lower_item=item)
    ServiceUser.objects.create(service=estate.vpn, person=estate.people["Anna"])
    ServiceUser.objects.create(service=estate.vpn, person=estate.people["Omar"])
    page = queries.service_page(uid=estate.vpn.uid, actor=estate.actor("Ben"))
    assert [(row.kind, row.name) for row in page.needs] == [("service", "Web shop"), ("item", "VL-1")]
    assert (names(page.users), page.users_in_all) == ({"Anna Example", "Omar Example"}, 2)
    omar = queries.service_page(uid=estate.vpn.uid, actor=estate.actor("Omar"))
    assert (omar.needs, names(omar.users)) == ([], {"Omar Example"})
    below = queries.item_page(uid=item.uid, actor=estate.actor("Ben"))
    assert [(row.kind, row.name) for row in below.needed_by] == [("service", "VPN")]
    assert queries.item_page(uid=item.uid, actor=estate.actor("Sam")).needed_by == []


def test_reasons_follow_the_services_they_are_about(estate):
    shop = Service.objects.get(name="Web shop")
    ContactReason.objects.create(key="shop", name="Shop", service=shop, valid_from=estate.now)
    assert names(queries.reasons(at=estate.now, actor=estate.actor("Ben"))) == {"Password reset", "Shop"}
    assert names(queries.reasons(at=estate.now, actor=estate.actor("Vera"))) == {"Password reset", "Shop"}
    assert names(queries.reasons(at=estate.now, actor=estate.actor("Omar"))) == {"Password reset"}
    assert queries.reasons(at=estate.now, actor=estate.actor("Sam")) == []
    with pytest.raises(UnknownReason):
        queries.reason(key="shop", at=estate.now, actor=estate.actor("Omar"))
    ben = estate.actor("Ben")
    assert names(queries.reasons_of_service(service_id=shop.pk, actor=ben, at=estate.now)) == {"Shop"}


def test_lists_cost_the_same_for_three_rows_as_for_one(world):
    ben, asked = world.actor("Ben"), {}
    Item.objects.all().delete()
    for number in (1, 2):  # 1 row, then 3
        for n in range(number):
            service = Service.objects.create(
                name=f"S {number}{n}",
                owner=world.people["Omar"],
                team=world.network,
                organisation=world.internal,
            )
            item = Item.objects.create(
                name=f"I {number}{n}", kind="pc", person=world.people["Omar"], place=world.berlin
            )
            Dependency.objects.create(upper_service=world.vpn, lower_item=item)
            Dependency.objects.create(upper_service=world.vpn, lower_service=service)
            ServiceUser.objects.create(service=service, person=world.people["Omar"])
            ContactReason.objects.create(
                key=f"r{number}{n}",
                name="R",
                service=service,
                parent_key="password-reset",
                valid_from=world.now,
            )
        calls = {
            "services": lambda: queries.services_page(actor=ben),
            "items": lambda: queries.items_page(actor=ben),
            "page": lambda: queries.service_page(uid=world.vpn.uid, actor=ben),
            "reasons": lambda: queries.reasons(at=world.now, actor=ben),
            "of person": lambda: queries.services_of_person(person_id=world.people["Omar"].pk, actor=ben),
            "match": lambda: queries.match_words(text="vpn", actor=ben, now=world.now),
        }
        for name, call in calls.items():
            with CaptureQueriesContext(connection) as captured:
                call()
            asked.setdefault(name, []).append(len(captured))
    assert asked == {
        "services": [1, 1],
        "items": [1, 1],
        "page": [7, 7],
        "reasons": [1, 1],
        "of person": [1, 1],
        "match": [1, 1],
    }


def test_words_find_what_is_meant_despite_slips(world):
    Service.objects.create(name="E-mail", keywords="Outlook, Exchange")
    Service.objects.create(name="Printing", keywords="Drucker")
    omar = world.actor("Omar")

    def best(text):
        return [row.name for row in queries.match_words(text=text, actor=omar, now=world.now)][:1]

    assert best("My Outlok does not start any more!!") == ["E-mail"]
    assert best("der drucker geht nicht") == ["Printing"]
    assert best("forgot my pasword, please reset") == ["Password reset"]
    assert best("vpn") == ["VPN"]
    assert best("the coffee is cold") == []
    assert best("it does not work") == []
    assert best("'; drop table -- %s %(words)s {services}") == []


def test_words_find_nothing_one_may_not_see(estate):
    def found(name):
        return names(queries.match_words(text="web shop", actor=estate.actor(name), now=estate.now))

    assert ("Web shop" in found("Vera"), "Web shop" in found("Ben")) == (True, True)
    assert ("Web shop" in found("Omar"), found("Sam")) == (False, set())
    assert "Fax" not in names(queries.match_words(text="fax", actor=estate.actor("Ben"), now=estate.now))


def test_somebody_elses_services_and_devices_are_for_the_desk(estate):
    ServiceUser.objects.create(service=estate.vpn, person=estate.people["Omar"])
    omar = estate.people["Omar"].pk
    for name, sees in (("Ben", True), ("Omar", True), ("Anna", False), ("Sam", False)):
        actor = estate.actor(name)
        assert bool(queries.services_of_person(person_id=omar, actor=actor)) == sees, name
        assert bool(queries.items_of_person(actor, person_id=omar)) == sees, name
