"""The estate API: manners and rights."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from frontline.estate.models import ContactReason, Item, Service
from frontline.foundation import clock
from frontline.kernel.actors import SYSTEM
from frontline.people.usecases.tokens import create_token

NOBODY = "0190a1b2-0000-7000-8000-000000000000"


def caller(world, name, *scopes):
    _token, secret = create_token(
        person_id=world.people[name].pk,
        name="test",
        scopes=list(scopes) or ["*"],
        real_now=clock.real_now(),
        actor=SYSTEM,
        now=world.now,
    )
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def admin(world):
    return caller(world, "Adam")


def send(client, method, path, sent, **headers):
    call = getattr(client, method)
    return call(f"/api/v1{path}", sent, content_type="application/json", headers=headers)


def get(client, path, **query):
    return client.get(f"/api/v1{path}", query)


def test_a_service_is_made_read_changed_and_protected_from_lost_updates(admin, world):
    sent = {
        "name": "E-mail",
        "criticality": 1,
        "keywords": "Outlook",
        "owner": str(world.people["Omar"].uid),
        "team": str(world.network.uid),
    }
    made = send(admin, "post", "/services", sent)
    assert made.status_code == 201
    body = made.json()
    path = f"/services/{body['id']}"
    assert body == {
        "id": body["id"],
        "name": "E-mail",
        "description": "",
        "keywords": "Outlook",
        "criticality": 1,
        "calendar_key": "",
        "owner": {"id": str(world.people["Omar"].uid), "name": "Omar Example"},
        "business_owner": None,
        "team": {"id": str(world.network.uid), "name": "Network"},
        "skill": None,
        "organisation": None,
        "active": True,
        "external": None,
        "version": 1,
    }
    assert made["Location"] == f"/api/v1{path}"
    assert send(admin, "patch", path, {"criticality": 2}).status_code == 428
    assert send(admin, "patch", path, {"criticality": 2}, **{"If-Match": '"7"'}).status_code == 412
    changed = send(admin, "patch", path, {"owner": None, "active": False}, **{"If-Match": made["ETag"]})
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert changed.json() == {**body, "owner": None, "active": False, "version": 2}
    assert get(admin, path).json() == changed.json()
    assert [s["name"] for s in get(admin, "/services", active="true", q="out").json()["items"]] == []


@pytest.mark.parametrize(
    ("path", "sent", "field"),
    [
        ("/services", {"name": " "}, "name"),
        ("/services", {}, "name"),
        ("/services", {"name": "X", "criticality": 5}, "criticality"),
        ("/services", {"name": "X", "owner": NOBODY}, "owner"),
        ("/services", {"name": "X", "team": NOBODY}, "team"),
        ("/services", {"name": "X", "surprise": 1}, "surprise"),
        ("/services", {"name": "a\0b"}, "name"),
        ("/services", {"name": "X", "calendar_key": "?"}, "calendar_key"),
        ("/cis", {"name": "X"}, "kind"),
        ("/cis", {"name": "X", "kind": "pc", "status": "eaten"}, "status"),
        ("/cis", {"name": "X", "kind": "pc", "person": NOBODY}, "person"),
        ("/cis", {"name": "X", "kind": "pc", "supplier": NOBODY}, "supplier"),
        ("/cis", {"name": "X", "kind": "pc", "attributes": {" ": "x"}}, "attributes"),
        ("/contact-reasons", {"key": "Not a key", "name": "X"}, "key"),
        ("/contact-reasons", {"key": "x", "name": "X", "impact": 4}, "impact"),
        ("/contact-reasons", {"key": "x", "name": "X", "parent_key": "none"}, "parent_key"),
        ("/contact-reasons", {"key": "x", "name": "X", "valid_from": "2020-01-01T00:00:00Z"}, "valid_from"),
        ("/contact-reasons", {"key": "x", "name": "X", "valid_from": "2030-01-01T00:00:00"}, "valid_from"),
        ("/contact-reasons", {"key": "x", "name": "X", "service": NOBODY}, "service"),
    ],
)
def test_bad_input_is_named_by_its_field(admin, path, sent, field):
    answer = send(admin, "post", path, sent)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_null_is_for_references_only(admin, world):
    headers = {"If-Match": "*"}
    for path, sent in (
        (f"/services/{world.vpn.uid}", {"name": None}),
        (f"/cis/{world.laptop.uid}", {"attributes": None}),
        ("/contact-reasons/password-reset", {"impact": None}),
    ):
        answer = send(admin, "patch", path, sent, **headers)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, next(iter(sent)))


def test_a_ci_is_made_changed_and_retired(admin, world):
    sent = {
        "name": "LT-7",
        "kind": "Laptop",
        "person": str(world.people["Anna"].uid),
        "place": str(world.berlin.uid),
        "supplier": str(world.supplier.uid),
        "attributes": {"os": "macOS", "ram": 16, "lent": True, "weight": 1.5},
    }
    made = send(admin, "post", "/cis", sent)
    body = made.json()
    assert (made.status_code, body["kind"], body["organisation"]["name"]) == (201, "laptop", "Acme")
    assert body["attributes"] == sent["attributes"]
    path = f"/cis/{body['id']}"
    foreign = send(
        admin, "patch", path, {"person": str(world.people["Vera"].uid)}, **{"If-Match": made["ETag"]}
    )
    assert (foreign.status_code, foreign.json()["code"]) == (422, "foreign_person")
    gone = send(admin, "patch", path, {"status": "retired"}, **{"If-Match": made["ETag"]})
    assert (gone.json()["status"], gone.json()["version"]) == ("retired", 2)
    assert [i["name"] for i in get(admin, "/cis", status="in_use").json()["items"]] == ["LT-0042"]
    mine = get(admin, "/cis", person=str(world.people["Anna"].uid)).json()["items"]
    assert [i["name"] for i in mine] == ["LT-7"]


def test_dependencies_are_added_shown_from_both_sides_and_removed(admin, world):
    path = f"/cis/{world.laptop.uid}/dependencies"
    vpn = {"kind": "service", "id": str(world.vpn.uid)}
    added = send(admin, "post", path, {**vpn, "direction": "needs"})
    assert added.json() == {
        "needs": [{"kind": "service", "id": str(world.vpn.uid), "name": "VPN", "retired": False}],
        "needed_by": [],
    }
    other = get(admin, f"/services/{world.vpn.uid}/dependencies").json()
    assert [(n["kind"], n["name"]) for n in other["needed_by"]] == [("ci", "LT-0042")]
    circle = send(admin, "post", path, {**vpn, "direction": "needed_by"})
    assert (circle.status_code, circle.json()["code"]) == (409, "circular_dependency")
    assert "VPN → LT-0042 → VPN" in circle.json()["detail"]
    gone = admin.delete(f"/api/v1{path}", query_params={**vpn, "direction": "needs"})
    assert (gone.status_code, gone.json()) == (200, {"needs": [], "needed_by": []})
    assert send(admin, "post", path, {"kind": "service", "id": NOBODY}).status_code == 404
    assert get(admin, f"/cis/{NOBODY}/dependencies").status_code == 404


def test_a_contact_reason_gets_new_versions_and_is_retired(admin, world):
    made = send(
        admin, "post", "/contact-reasons", {"key": "vpn", "name": "VPN", "service": str(world.vpn.uid)}
    )
    assert (made.status_code, made["ETag"], made.json()["service"]["name"]) == (201, '"1"', "VPN")
    path = "/contact-reasons/vpn"
    assert send(admin, "patch", path, {"urgency": 1}).status_code == 428
    changed = send(admin, "patch", path, {"urgency": 1}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["urgency"], changed["ETag"]) == (200, 1, '"2"')
    assert send(admin, "patch", path, {"urgency": 2}, **{"If-Match": '"1"'}).status_code == 412
    planned = send(
        admin, "patch", path, {"name": "Tunnel", "valid_from": "2100-01-01T00:00:00Z"}, **{"If-Match": '"2"'}
    )
    assert (planned.json()["name"], planned.json()["version"]) == ("Tunnel", 3)
    now = get(admin, path)
    assert (now.json()["name"], now.json()["version"], now["ETag"]) == ("VPN", 2, '"3"')
    assert get(admin, "/contact-reasons", at="2100-01-02T00:00:00Z").json()["items"][1]["name"] == "Tunnel"
    mixed = send(admin, "patch", path, {"active": False, "name": "X"}, **{"If-Match": '"3"'})
    assert (mixed.status_code, mixed.json()["errors"][0]["field"]) == (422, "active")
    gone = send(admin, "patch", path, {"active": False}, **{"If-Match": '"3"'})
    assert gone.status_code == 200
    assert (
        get(admin, "/contact-reasons", at="2100-01-02T00:00:00Z").json()["items"][0]["key"]
        == "password-reset"
    )
    assert ContactReason.objects.filter(key="vpn").count() == 3


def test_lists_page_by_cursor_without_gap_or_double(admin, world):
    for n in range(5):
        Service.objects.create(name=f"Service {n}")
        Item.objects.create(name=f"Item {n}", kind="pc")
        ContactReason.objects.create(key=f"reason-{n}", name=f"Reason {n}", valid_from=world.now)
    for path, expected in (
        ("/services", ["VPN", "Payroll", *(f"Service {n}" for n in range(5))]),
        ("/cis", ["LT-0042", *(f"Item {n}" for n in range(5))]),
        ("/contact-reasons", ["Password reset", *(f"Reason {n}" for n in range(5))]),
    ):
        seen, cursor = [], None
        while True:
            page = get(admin, path, limit=2, **({"cursor": cursor} if cursor else {})).json()
            seen += [item["name"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == expected
        assert get(admin, path, cursor="nonsense").status_code == 422
        assert get(admin, path, limit=201).status_code == 422


def test_lists_cost_the_same_for_three_as_for_one(admin, world):
    for path in ("/services", "/cis", "/contact-reasons"):
        counts = []
        for number in (1, 2):
            for n in range(number):
                service = Service.objects.create(name=f"{path} {number} {n}", owner=world.people["Omar"])
                Item.objects.create(name="I", kind="pc", person=world.people["Omar"], place=world.berlin)
                ContactReason.objects.create(
                    key=f"{path[1:4]}-{number}-{n}", name="R", service=service, valid_from=world.now
                )
            clock.forget()
            with CaptureQueriesContext(connection) as queries:
                assert get(admin, path).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] == 3, path  # clock, token, list


def test_what_each_role_may(world):
    for name in ("Amira", "Ben", "Ines", "Viktor", "Clara", "Adam", "Omar", "Vera", "Sam"):
        client, manages = caller(world, name), name == "Adam"
        bodies = {
            "/services": {"name": f"S {name}"},
            "/cis": {"name": name, "kind": "pc"},
            "/contact-reasons": {"key": name.lower(), "name": name},
        }
        for path, body in bodies.items():
            assert get(client, path).status_code == 200, (name, path)
            assert send(client, "post", path, body).status_code == (201 if manages else 403), (name, path)
        changed = send(client, "patch", f"/cis/{world.laptop.uid}", {"model": "M"}, **{"If-Match": "*"})
        assert changed.status_code == (200 if manages else 403), name
    assert get(Client(), "/services").status_code == 401
    reader = caller(world, "Adam", "estate:read")
    refused = send(reader, "post", "/services", {"name": "X"})
    assert (refused.status_code, "estate:write" in refused.json()["detail"]) == (403, True)
    assert get(caller(world, "Adam", "people:read"), "/services").status_code == 403
