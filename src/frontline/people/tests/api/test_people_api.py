"""The people API: manners and rights."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from frontline.foundation import clock
from frontline.kernel.actors import SYSTEM, Role
from frontline.people.models import Organisation, Person, RoleGrant
from frontline.people.tests.building import NOW, member, organisation, person, shift, staff, team
from frontline.people.usecases.tokens import create_token

pytestmark = pytest.mark.django_db


def caller(row, *scopes):
    _token, secret = create_token(
        person_id=row.pk,
        name="test",
        scopes=list(scopes) or ["*"],
        real_now=clock.real_now(),
        actor=SYSTEM,
        now=NOW,
    )
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def admin():
    return caller(staff("Rosa Lind", Role.ADMINISTRATOR))


def patch(client, path, sent, **headers):
    return client.patch(f"/api/v1{path}", sent, content_type="application/json", headers=headers)


def post(client, path, sent):
    return client.post(f"/api/v1{path}", sent, content_type="application/json")


def test_a_stranger_and_a_wrong_token_are_told_to_sign_in():
    for client in (
        Client(),
        Client(headers={"Authorization": "Bearer fl_wrong"}),
        Client(headers={"Authorization": "Bearer"}),
    ):
        answer = client.get("/api/v1/people")
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"


def test_a_person_is_made_read_changed_and_protected_from_lost_updates(admin):
    made = post(admin, "/people", {"name": "Anna Meier", "email": "Anna@Meridian.example"})
    assert made.status_code == 201
    body = made.json()
    assert (body["email"], body["organisation"]["name"], body["version"]) == (
        "anna@meridian.example",
        "Meridian",
        1,
    )
    path = f"/people/{body['id']}"
    assert made["Location"] == f"/api/v1{path}"
    assert patch(admin, path, {"title": "CFO"}).status_code == 428
    assert patch(admin, path, {"title": "CFO"}, **{"If-Match": '"7"'}).status_code == 412
    changed = patch(admin, path, {"title": "CFO", "place": None}, **{"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["title"], changed["ETag"]) == (200, "CFO", '"2"')
    assert admin.get(f"/api/v1{path}").json() == changed.json()


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"name": "X", "email": "nonsense"}, 422, "email"),
        ({"name": "X", "timezone": "Mars/X"}, 422, "timezone"),
        ({"name": "X", "language": "zz"}, 422, "language"),
        ({"name": "X", "organisation": "0190a1b2-0000-7000-8000-000000000000"}, 422, "organisation"),
        ({"name": "X" * 201}, 422, "name"),
        ({"name": " \t "}, 422, "name"),
        ({"name": "a\u0000b"}, 422, "name"),
        ({"name": "X", "surprise": 1}, 422, "surprise"),
        ({"name": None}, 422, "name"),
        ({}, 422, "name"),
    ],
)
def test_bad_input_is_named_by_its_field(admin, sent, status, field):
    answer = post(admin, "/people", sent)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == field


def test_the_list_pages_by_cursor_without_gap_or_double(admin):
    for n in range(7):
        person(f"Person {n}")
    seen, cursor = [], None
    while True:
        page = admin.get("/api/v1/people", {"limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        seen += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["Rosa Lind", *(f"Person {n}" for n in range(7))]
    assert admin.get("/api/v1/people", {"cursor": "nonsense"}).status_code == 422
    assert admin.get("/api/v1/people", {"limit": 201}).status_code == 422
    assert [i["name"] for i in admin.get("/api/v1/people", {"q": "son 3"}).json()["items"]] == ["Person 3"]


def test_the_list_costs_the_same_for_three_as_for_one(admin):
    counts = []
    for number in (1, 3):
        for n in range(number):
            row = person(f"P {number} {n}")
            member(row, team(f"T {number} {n}"))
            RoleGrant.objects.create(person=row, role="agent", since=NOW)
        clock.forget()
        with CaptureQueriesContext(connection) as queries:
            assert admin.get("/api/v1/people").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6  # clock, token, persons, roles, teams, skills


def test_who_sees_whom():
    contoso = organisation("Contoso", "supplier")
    nordwind = organisation("Nordwind", "customer")
    rows = {
        "agent": staff("Ben Kraus", Role.AGENT, org=organisation()),
        "user": person("Anna Meier"),
        "supplier": person("Carl Contoso", org=contoso),
        "colleague": person("Cora Contoso", org=contoso),
        "customer": person("Greta Guest", org=nordwind),
        "neighbour": person("Nora Nordwind", org=nordwind),
    }
    # a role that slipped into a foreign organisation by hand grants nothing
    RoleGrant.objects.create(person=rows["customer"], role="administrator", since=NOW)
    RoleGrant.objects.create(person=rows["supplier"], role="administrator", since=NOW)
    seen = {
        "agent": set(rows),
        "user": {"user"},
        "supplier": {"supplier", "colleague"},
        "customer": {"customer"},
    }
    for who, expected in seen.items():
        client = caller(rows[who])
        listed = {item["name"] for item in client.get("/api/v1/people").json()["items"]}
        assert listed == {rows[name].name for name in expected}, who
        for name, row in rows.items():
            status = client.get(f"/api/v1/people/{row.uid}").status_code
            assert status == (200 if name in expected else 404), (who, name)
            changed = patch(client, f"/people/{row.uid}", {"title": "X"}, **{"If-Match": '"1"'})
            assert changed.status_code == 403
        owners = {item["name"] for item in client.get("/api/v1/organisations").json()["items"]}
        own = rows[who].organisation.name
        assert owners == ({"Contoso", "Nordwind", "Meridian"} if who == "agent" else {own}), who
        assert client.get("/api/v1/shifts").status_code == (200 if who == "agent" else 403)
        assert client.get("/api/v1/people/me").json()["name"] == rows[who].name
    assert not Person.objects.exclude(title="").exists()


def test_a_token_does_no_more_than_its_scopes():
    rosa = staff("Rosa Lind", Role.ADMINISTRATOR)
    reader = caller(rosa, "people:read")
    assert reader.get("/api/v1/people").status_code == 200
    refused = post(reader, "/people", {"name": "X"})
    assert refused.status_code == 403
    assert "people:write" in refused.json()["detail"]
    assert caller(rosa, "people:write").get("/api/v1/people").status_code == 200


def test_a_token_dies_with_its_person_and_its_time():
    ben = staff("Ben Kraus", Role.AGENT)
    now = clock.real_now()
    _row, secret = create_token(
        person_id=ben.pk,
        name="short",
        scopes=["*"],
        expires_at=now + timedelta(hours=1),
        real_now=now,
        actor=SYSTEM,
        now=NOW,
    )
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/people/me").status_code == 200
    Person.objects.filter(pk=ben.pk).update(active=False)
    assert client.get("/api/v1/people/me").status_code == 401


def test_organisations_are_made_changed_and_kept_apart(admin):
    made = post(
        admin, "/organisations", {"name": "Contoso", "kind": "supplier", "domains": ["Contoso.example"]}
    )
    assert made.status_code == 201
    body = made.json()
    assert body["domains"] == ["contoso.example"]
    path = f"/organisations/{body['id']}"
    assert patch(admin, path, {"name": "Contoso Ltd"}).status_code == 428
    changed = patch(admin, path, {"name": "Contoso Ltd"}, **{"If-Match": made["ETag"]})
    assert (changed.json()["name"], changed.json()["version"]) == ("Contoso Ltd", 2)
    person("Carl", org=Organisation.objects.get(uid=body["id"]))
    fixed = patch(admin, path, {"kind": "customer"}, **{"If-Match": changed["ETag"]})
    assert (fixed.status_code, fixed.json()["code"]) == (409, "kind_is_fixed")
    taken = post(admin, "/organisations", {"name": "B", "kind": "customer", "domains": ["contoso.example"]})
    assert (taken.status_code, taken.json()["errors"][0]["field"]) == (409, "domains")


def test_teams_places_skills_and_shifts_are_read(admin):
    desk, network = team(is_desk=True, tier=1), team("Network")
    shift(person("Ben Kraus"), desk)
    assert [t["name"] for t in admin.get("/api/v1/teams").json()["items"]] == ["Service desk", "Network"]
    (row,) = admin.get("/api/v1/shifts", {"team": str(desk.uid), "on": "2026-01-12"}).json()["items"]
    assert (row["weekday"], row["starts"], row["ends"], row["timezone"]) == (
        0,
        "08:00:00",
        "16:00:00",
        "Europe/Berlin",
    )
    assert admin.get("/api/v1/shifts", {"team": str(network.uid)}).json()["items"] == []
    assert admin.get("/api/v1/skills").json() == {"items": []}
    assert admin.get("/api/v1/places").json() == {"items": [], "next_cursor": None}
