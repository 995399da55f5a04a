"""Set-up screens of services, items and contact reasons: who may, what they save, what they say when it cannot be."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from frontline.estate.models import ContactReason, Dependency, Item, Service, ServiceUser
from frontline.foundation import clock
from frontline.people.models import Account

PAGES = [
    "services",
    "services/new",
    "services/{service}",
    "items",
    "items/new",
    "items/{item}",
    "reasons",
    "reasons/new",
    "reasons/password-reset",
]
NOBODY = "0190a1b2-0000-7000-8000-000000000000"


def signed_in(world, name):
    person = world.people[name]
    account = Account(person=person, login=person.email, created_at=world.now)
    account.set_password("correct horse battery")
    account.save()
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def admin(world):
    return signed_in(world, "Adam")


def filled(path, world):
    return f"/setup/{path}".format(service=world.vpn.uid, item=world.laptop.uid)


def words(answer):
    return answer.content.decode()


def service_form(**changes):
    return {"name": "E-mail", "criticality": "2", "active": "on", **changes}


def item_form(**changes):
    return {"name": "LT-7", "kind": "laptop", "status": "in_use", **changes}


def reason_form(**changes):
    return {"name": "VPN trouble", "kind": "incident", "impact": "3", "urgency": "2", **changes}


@pytest.mark.parametrize("name", ["Amira", "Ben", "Ines", "Viktor", "Clara", "Adam", "Omar", "Vera", "Sam"])
def test_setting_up_is_for_administrators(world, name):
    client = signed_in(world, name)
    for page in PAGES:
        assert client.get(filled(page, world)).status_code == (200 if name == "Adam" else 403), page
    if name != "Adam":
        for path in ("services/{service}/user", "items/{item}/link", "reasons/password-reset/retire"):
            assert client.post(filled(path, world), {"value": "VPN"}).status_code == 403, path
    assert not ServiceUser.objects.exists()


def test_strangers_are_sent_to_sign_in(world):
    for page in PAGES:
        answer = Client().get(filled(page, world))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in"), page


def test_a_service_is_added_changed_and_found(admin, world):
    sent = service_form(
        keywords="Outlook",
        owner="omar@acme.example",
        team=str(world.network.uid),
        organisation=str(world.customer.uid),
        calendar_key="business-hours",
    )
    assert admin.post("/setup/services/new", sent)["Location"] == "/setup/services"
    made = Service.objects.get(name="E-mail")
    assert (made.owner, made.team, made.organisation, made.criticality, made.calendar_key) == (
        world.people["Omar"],
        world.network,
        world.customer,
        2,
        "business-hours",
    )
    path = f"/setup/services/{made.uid}"
    form = admin.get(path).context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value()}
    assert again == {**sent, "criticality": 2, "active": True}
    assert admin.post(path, {**again, "version": "1"}).status_code == 302
    made.refresh_from_db()
    assert made.version == 1  # nothing was changed
    del again["active"]
    admin.post(path, {**again, "name": "Mail", "version": "1"})
    made.refresh_from_db()
    assert (made.name, made.active, made.version) == ("Mail", False, 2)
    found = words(admin.get("/setup/services", {"q": "outlook"}))
    assert ("Mail" in found, "Retired" in found, "Payroll" in found) == (True, True, False)
    assert "No service matches" in words(admin.get("/setup/services", {"q": "nothing like it"}))


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": "vpn"}, "name", "A service called vpn exists already."),
        ({"owner": "who@nowhere.example"}, "owner", "Nobody has the address who@nowhere.example."),
        ({"calendar_key": "no key!"}, "calendar_key", "A key is made of small letters"),
        ({"criticality": "9"}, "criticality", "Select a valid choice"),
        ({"team": NOBODY}, "team", "Select a valid choice"),
        ({"name": ""}, "name", "This field is required."),
    ],
)
def test_what_is_wrong_with_a_service_is_said_at_its_field_and_what_was_typed_stays(
    admin, changes, field, message
):
    answer = admin.post("/setup/services/new", service_form(description="Typed already", **changes))
    assert answer.status_code == 422
    assert message in answer.context["form"].errors[field][0]
    assert "Typed already" in words(answer)
    assert f'href="#id_{field}"' in words(answer)
    assert not Service.objects.filter(name="E-mail").exists()


def test_a_page_drawn_before_somebody_elses_change_is_refused(admin, world):
    sent = service_form(name="VPN", version="7")
    answer = admin.post(f"/setup/services/{world.vpn.uid}", sent)
    assert (answer.status_code, "changed after you loaded it" in words(answer)) == (422, True)


def test_needs_are_added_by_name_or_serial_number_and_circles_are_told(admin, world):
    vpn, laptop = f"/setup/services/{world.vpn.uid}", f"/setup/items/{world.laptop.uid}"
    assert admin.post(f"{vpn}/link", {"direction": "needs", "value": "sn0042"})["Location"] == vpn
    admin.post(f"{vpn}/link", {"direction": "needed_by", "value": "payroll"})
    links = Dependency.objects.order_by("id").values_list("upper_service", "lower_service", "lower_item")
    assert list(links) == [(world.vpn.pk, None, world.laptop.pk), (world.payroll.pk, world.vpn.pk, None)]
    circle = admin.post(f"{laptop}/link", {"direction": "needs", "value": "Payroll"}, follow=True)
    assert "LT-0042 → Payroll → VPN → LT-0042" in words(circle)
    nothing = admin.post(f"{laptop}/link", {"direction": "needs", "value": "Atlantis"}, follow=True)
    assert "No single service or item is called Atlantis" in words(nothing)
    page = words(admin.get(laptop))
    assert f'action="{laptop}/unlink"' in page
    sent = {"direction": "needed_by", "kind": "service", "value": str(world.vpn.uid)}
    admin.post(f"{laptop}/unlink", sent)
    assert Dependency.objects.count() == 1
    assert admin.post(f"{laptop}/unlink", {**sent, "value": "nonsense"}).status_code == 302
    assert admin.post(f"{laptop}/burn", sent).status_code == 404
    assert admin.post(f"/setup/items/{NOBODY}/link", {"value": "VPN"}).status_code == 404


def test_who_uses_a_service_is_listed_by_address(admin, world):
    path = f"/setup/services/{world.vpn.uid}"
    admin.post(f"{path}/user", {"value": "omar@acme.example"})
    assert "Omar Example" in words(admin.get(path))
    wrong = admin.post(f"{path}/user", {"value": "who@nowhere.example"}, follow=True)
    assert "Nobody has the address who@nowhere.example." in words(wrong)
    admin.post(f"{path}/no-user", {"value": str(world.people["Omar"].uid)})
    assert not ServiceUser.objects.exists()


def test_an_item_is_added_and_changed_and_untouched_facts_keep_their_kind(admin, world):
    sent = item_form(
        person="anna@acme.example", supplier=str(world.supplier.uid), attributes="os: macOS 15\nurl: a:b"
    )
    assert admin.post("/setup/items/new", sent)["Location"] == "/setup/items"
    made = Item.objects.get(name="LT-7")
    assert (made.person, made.organisation, made.supplier, made.attributes) == (
        world.people["Anna"],
        world.internal,
        world.supplier,
        {"os": "macOS 15", "url": "a:b"},
    )
    made.attributes = {"lent": True, "ram": 16}
    made.save()
    path = f"/setup/items/{made.uid}"
    form = admin.get(path).context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value()}
    assert again["attributes"] == "lent: True\nram: 16"
    admin.post(path, {**again, "status": "repair", "attributes": "lent: True\nram: 32", "version": "1"})
    made.refresh_from_db()
    assert (made.status, made.attributes, made.version) == ("repair", {"lent": True, "ram": "32"}, 2)
    wrong = admin.post(path, {**again, "attributes": "just words", "version": "2"})
    assert (wrong.status_code, "write name: value" in words(wrong)) == (422, True)
    foreign = admin.post(path, {**again, "person": "vera@initech.example", "version": "2"})
    assert "belongs to another organisation" in foreign.context["form"].errors["person"][0]
    assert "LT-7" in words(admin.get("/setup/items", {"q": "anna"}))


def test_a_reason_is_added_changed_from_a_day_on_and_retired(admin, world):
    sent = reason_form(key="vpn-trouble", service=str(world.vpn.uid), sensitive="on")
    assert admin.post("/setup/reasons/new", sent)["Location"] == "/setup/reasons"
    made = ContactReason.objects.get(key="vpn-trouble")
    assert (made.service, made.sensitive, made.version) == (world.vpn, True, 1)
    path, later = "/setup/reasons/vpn-trouble", clock.now() + timedelta(days=10)
    changed = reason_form(name="Tunnel", valid_from=later.date().isoformat(), version="1")
    assert admin.post(path, changed)["Location"] == "/setup/reasons"
    new = ContactReason.objects.get(key="vpn-trouble", valid_until=None)
    assert (new.name, new.version, new.valid_from.date(), new.valid_from.hour) == (
        "Tunnel",
        2,
        new.valid_from.date(),
        23,  # midnight in Berlin
    )
    page = words(admin.get(path))
    assert ("Planned" in page, "In force" in page) == (True, True)
    again = admin.get(path).context["form"].initial["valid_from"].isoformat()
    admin.post(path, reason_form(name="Tunnels", valid_from=again, version="2"))
    new.refresh_from_db()
    assert (new.name, new.version) == ("Tunnels", 3)
    taken = admin.post("/setup/reasons/new", sent)
    assert "exists already" in taken.context["form"].errors["key"][0]
    hidden = admin.post("/setup/reasons/new", {**sent, "key": "new"})
    assert "choose another key" in hidden.context["form"].errors["key"][0]
    past = admin.post(path, reason_form(valid_from="2020-01-01", version="3"))
    assert "from now or later" in past.context["form"].errors["valid_from"][0]
    assert admin.post(f"{path}/retire", {"version": "2"}, follow=True).context["version"] == 3  # an old page
    assert admin.post(f"{path}/retire", {"version": "3"})["Location"] == "/setup/reasons"
    assert admin.get(path).status_code == 404


def test_a_reason_something_is_sorted_under_stays(admin, world):
    admin.post("/setup/reasons/new", reason_form(key="access", name="Access"))
    sent = {
        "name": "Password reset",
        "kind": "request",
        "impact": "3",
        "urgency": "2",
        "parent_key": "access",
    }
    admin.post("/setup/reasons/password-reset", {**sent, "version": "1"})
    assert "Access › Password reset" in words(admin.get("/setup/reasons"))
    kept = admin.post("/setup/reasons/access/retire", {"version": "1"}, follow=True)
    assert "Password reset is sorted under this contact reason" in words(kept)
    assert ContactReason.objects.filter(key="access", valid_until=None).exists()


def test_lists_cost_the_same_for_three_rows_as_for_one(admin, world):
    for path in ("services", "items", "reasons"):
        counts = []
        for number in (1, 2):
            for n in range(number):
                service = Service.objects.create(name=f"{path} {number}{n}", owner=world.people["Omar"])
                Item.objects.create(name="I", kind="pc", person=world.people["Omar"])
                ContactReason.objects.create(
                    key=f"{path}-{number}-{n}", name="R", service=service, valid_from=world.now
                )
            clock.forget()
            with CaptureQueriesContext(connection) as queries:
                assert admin.get(f"/setup/{path}").status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1], path


def test_long_lists_have_pages(admin, world):
    Service.objects.bulk_create(Service(name=f"Service {n:03}") for n in range(60))
    first = words(admin.get("/setup/services"))
    assert ("1 to 50" in first, "page=2" in first, "Service 055" in first) == (True, True, False)
    second = words(admin.get("/setup/services", {"page": "2"}))
    assert ("51 to 62" in second, "Service 055" in second) == (True, True)
    for odd in ("0", "-1", "x", "9" * 30):
        assert admin.get("/setup/services", {"page": odd}).status_code == 200
