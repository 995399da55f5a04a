"""Set-up screens: who may, what they save, what they say when it cannot be."""

from datetime import date, time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from frontline.foundation import clock, manifest
from frontline.foundation.models import FactRow
from frontline.kernel.actors import SYSTEM, Role
from frontline.people.models import (
    Account,
    Department,
    Leave,
    Membership,
    Organisation,
    Party,
    Person,
    PersonSkill,
    Place,
    RoleGrant,
    Shift,
    Skill,
    Team,
)
from frontline.people.tests.building import NOW, account, member, organisation, person, shift, staff, team
from frontline.people.usecases.persons import placeholder_for

pytestmark = pytest.mark.django_db

LISTS = ["people", "organisations", "places", "teams", "skills", "roles", "duty"]
NEW = ["people/new", "organisations/new", "places/new", "teams/new", "skills/new", "duty/leave/new"]


def signed_in(row):
    client = Client()
    client.force_login(account(row))
    return client


@pytest.fixture
def admin():
    return signed_in(staff("Rosa Lind", Role.ADMINISTRATOR))


def form_of(row, **changes):
    sent = {
        "name": row.name,
        "shown_name": row.shown_name,
        "email": row.email,
        "phone": row.phone,
        "organisation": str(row.organisation.uid),
        "language": row.language,
        "timezone": row.timezone,
        "active": "on",
        "version": str(row.version),
    }
    return {**sent, **changes}


@pytest.mark.parametrize("role", list(Role))
def test_set_up_is_for_administrators_and_duty_for_leads_too(role):
    if role == Role.SUPPLIER:
        row = person("Carl Contoso", org=organisation("Contoso", "supplier"))
    else:
        row = staff(f"Some {role}", role) if role != Role.USER else person()
    client = signed_in(row)
    for path in [*LISTS, *NEW]:
        allowed = role == Role.ADMINISTRATOR or (path.startswith("duty") and role == Role.LEAD)
        assert client.get(f"/setup/{path}").status_code == (200 if allowed else 403), path


def test_every_page_of_people_sends_strangers_to_sign_in():
    any_uid = "0190a1b2-0000-7000-8000-000000000000"
    for route in manifest.capabilities():
        if route.name != "people":
            continue
        for page in route.routes:
            if page.permission == "public":
                continue
            path = "/" + page.pattern.replace("<uuid:uid>", any_uid).replace(
                "<uuid:team_uid>", any_uid
            ).replace("<uuid:person_uid>", any_uid).replace("<slug:verb>", "grant")
            assert Client().get(path)["Location"].startswith("/sign-in?next="), path


def test_an_empty_desk_has_set_up_pages_that_teach(admin):
    for path in LISTS:
        assert admin.get(f"/setup/{path}").status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_for_three_as_for_one(path, admin, capture):
    def three(number):
        for n in range(number):
            row = person(f"Person {path} {number}-{n}")
            desk = team(f"Team {number}-{n}")
            member(row, desk)
            shift(row, desk)
            organisation(f"Org {number}-{n}", "customer")
            Place.objects.create(name=f"Place {number}-{n}", timezone="Europe/Berlin")
            Skill.objects.create(name=f"Skill {number}-{n}")
            RoleGrant.objects.create(person=row, role="agent", since=NOW)

    three(1)
    one = capture(lambda: admin.get(f"/setup/{path}"))
    three(3)
    assert capture(lambda: admin.get(f"/setup/{path}")) == one


@pytest.fixture
def capture():
    def run(work):
        clock.forget()
        with CaptureQueriesContext(connection) as queries:
            assert work().status_code == 200
        return len(queries)

    return run


def test_a_person_is_added_with_the_department_that_was_missing(admin):
    owner = Organisation.objects.get()
    anna = person("Anna Meier")
    answer = admin.post(
        "/setup/people/new",
        {
            "name": "Omar Haddad",
            "email": "Omar@Meridian.example",
            "organisation": str(owner.uid),
            "department": "Finance > Payroll",
            "manager": anna.email,
            "language": "en",
            "timezone": "Europe/Berlin",
            "active": "on",
        },
    )
    omar = Person.objects.get(name="Omar Haddad")
    assert answer["Location"] == f"/setup/people/{omar.uid}"
    assert (omar.email, omar.manager, omar.department.parent.name) == (
        "omar@meridian.example",
        anna,
        "Finance",
    )
    assert Department.objects.count() == 2
    page = admin.get(f"/setup/people/{omar.uid}").content.decode()
    assert "Finance &gt; Payroll" in page
    assert anna.email in page


def test_errors_keep_what_was_typed_and_stand_at_their_field(admin):
    anna, omar = person("Anna Meier"), person("Omar Haddad")
    sent = form_of(
        omar, email=anna.email, title="Controller", timezone="Moon/Base", manager="ghost@x.example"
    )
    answer = admin.post(f"/setup/people/{omar.uid}", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nobody has the address ghost@x.example" in page
    assert 'value="Controller"' in page
    answer = admin.post(f"/setup/people/{omar.uid}", {**sent, "manager": "", "timezone": ""})
    assert "is here already" in answer.content.decode()
    omar.refresh_from_db()
    assert omar.version == 1


def test_two_administrators_do_not_overwrite_each_other(admin):
    anna = person("Anna Meier")
    assert admin.post(f"/setup/people/{anna.uid}", form_of(anna, title="Controller")).status_code == 302
    late = admin.post(f"/setup/people/{anna.uid}", form_of(anna, title="CFO"))
    assert late.status_code == 422
    assert "changed after you loaded it" in late.content.decode()


def test_roles_teams_and_skills_are_given_and_taken(admin):
    ben, desk, vpn = person("Ben Kraus"), team(is_desk=True), Skill.objects.create(name="VPN")

    def act(verb, **sent):
        answer = admin.post(f"/setup/people/{ben.uid}/{verb}", sent)
        assert answer["Location"] == f"/setup/people/{ben.uid}"

    act("grant", value="agent")
    act("join", value=str(desk.uid))
    act("skill", value=str(vpn.uid), level="3")
    assert RoleGrant.objects.filter(person=ben, role="agent", until=None).exists()
    assert Membership.objects.filter(person=ben, team=desk, until=None).exists()
    assert PersonSkill.objects.get().level == 3
    page = admin.get(f"/setup/people/{ben.uid}").content.decode()
    assert "teaches it" in page
    act("revoke", value="agent")
    act("part", value=str(desk.uid))
    act("skill", value=str(vpn.uid), level="0")
    assert not RoleGrant.objects.filter(person=ben, until=None).exists()
    assert not Membership.objects.filter(until=None).exists()
    assert not PersonSkill.objects.exists()
    kinds = FactRow.objects.filter(subject_kind="person", subject_id=ben.pk).order_by("seq")
    assert list(kinds.values_list("kind", flat=True)) == [
        "people.RoleGranted",
        "people.MembershipBegun",
        "people.SkillSet",
        "people.RoleRevoked",
        "people.MembershipEnded",
        "people.SkillSet",
    ]


@pytest.mark.parametrize(
    ("verb", "sent", "words"),
    [
        ("grant", {"value": "emperor"}, "is no role"),
        ("grant", {"value": "user"}, "is no role"),
        ("join", {"value": "no-uid"}, "Choose one from the list"),
        ("skill", {"value": "0190a1b2-0000-7000-8000-000000000000", "level": "9"}, "level is 0, 1, 2 or 3"),
        ("merge", {"value": "ghost@x.example"}, "Nobody has the address"),
        ("merge", {"value": ""}, "Say whose address"),
        ("leave", {"value": "ghost@x.example"}, "Nobody has the address"),
    ],
)
def test_what_cannot_be_done_is_said_on_the_page(admin, verb, sent, words):
    ben = person("Ben Kraus")
    answer = admin.post(f"/setup/people/{ben.uid}/{verb}", sent, follow=True)
    assert words in answer.content.decode()
    assert admin.post(f"/setup/people/{ben.uid}/explode").status_code == 404


def test_the_last_administrator_stays(admin):
    rosa = Person.objects.get(name="Rosa Lind")
    answer = admin.post(f"/setup/people/{rosa.uid}/revoke", {"value": "administrator"}, follow=True)
    assert "last administrator" in answer.content.decode()
    staff("Second Admin", Role.ADMINISTRATOR)
    admin.post(f"/setup/people/{rosa.uid}/revoke", {"value": "administrator"})
    assert admin.get("/setup/people").status_code == 403


def test_people_of_customers_get_no_roles_of_the_desk(admin):
    guest = person("Greta Guest", org=organisation("Nordwind", "customer"))
    assert "have no roles of the desk" in admin.get(f"/setup/people/{guest.uid}").content.decode()
    answer = admin.post(f"/setup/people/{guest.uid}/grant", {"value": "agent"}, follow=True)
    assert "for our own people" in answer.content.decode()
    assert not RoleGrant.objects.filter(person=guest).exists()


def test_an_account_is_made_with_a_password_shown_once(admin):
    ben = person("Ben Kraus")
    page = admin.post(f"/setup/people/{ben.uid}/account").content.decode()
    secret = page.split("<code>")[1].split("</code>")[0]
    signed = Client().post("/sign-in", {"login": ben.email, "password": secret})
    assert signed.status_code == 302
    assert secret not in admin.get(f"/setup/people/{ben.uid}").content.decode()
    admin.post(f"/setup/people/{ben.uid}/close")
    assert Account.objects.get(person=ben).active is False
    assert Client().post("/sign-in", {"login": ben.email, "password": secret}).status_code == 422


def test_a_placeholder_is_recognised_or_merged(admin):
    anna = person("Anna Meier")
    stray = Person.objects.get(pk=placeholder_for(email="x.y@else.example", actor=SYSTEM, now=NOW))
    assert "merge the address" in admin.get(f"/setup/people/{stray.uid}").content.decode()
    admin.post(f"/setup/people/{stray.uid}", form_of(stray, name="Xenia Young"))
    stray.refresh_from_db()
    assert (stray.name, stray.placeholder) == ("Xenia Young", False)
    other = Person.objects.get(pk=placeholder_for(email="am@private.example", actor=SYSTEM, now=NOW))
    answer = admin.post(f"/setup/people/{other.uid}/merge", {"value": anna.email})
    assert answer["Location"] == f"/setup/people/{anna.uid}"


def test_organisations_places_teams_and_skills_are_made_and_changed(admin):
    admin.post(
        "/setup/organisations/new",
        {"name": "Contoso", "kind": "supplier", "domains": "contoso.example\n@c.example", "active": "on"},
    )
    contoso = Organisation.objects.get(name="Contoso")
    assert (contoso.kind, contoso.domains) == ("supplier", ["c.example", "contoso.example"])
    assert Party.objects.get(organisation=contoso).kind == "organisation"
    rival = admin.post(
        "/setup/organisations/new", {"name": "B", "kind": "customer", "domains": "contoso.example"}
    )
    assert "belongs to Contoso already" in rival.content.decode()
    bad = admin.post("/setup/organisations/new", {"name": "B", "kind": "customer", "domains": "not a domain"})
    assert "is not a mail domain" in bad.content.decode()

    admin.post("/setup/places/new", {"name": "Oslo", "timezone": "Europe/Oslo", "active": "on"})
    oslo = Place.objects.get()
    twice = admin.post("/setup/places/new", {"name": "Oslo", "timezone": "Europe/Oslo", "active": "on"})
    assert "Oslo exists already" in twice.content.decode()
    admin.post(
        f"/setup/places/{oslo.uid}",
        {"name": "Oslo", "timezone": "Europe/Berlin", "active": "on", "version": "1"},
    )
    oslo.refresh_from_db()
    assert (oslo.timezone, oslo.version) == ("Europe/Berlin", 2)

    rosa = Person.objects.get(name="Rosa Lind")
    sent = {
        "name": "Service desk",
        "tier": "1",
        "is_desk": "on",
        "lead": rosa.email,
        "timezone": "Europe/Berlin",
        "active": "on",
    }
    admin.post("/setup/teams/new", sent)
    desk = Team.objects.get()
    assert (desk.is_desk, desk.lead) == (True, rosa)
    assert Party.objects.get(team=desk).kind == "team"
    second = admin.post("/setup/teams/new", {**sent, "name": "Other"})
    assert "There is one desk" in second.content.decode()
    closed = admin.post(f"/setup/teams/{desk.uid}", {k: v for k, v in sent.items() if k != "active"})
    assert "must stay active" in closed.content.decode()

    admin.post("/setup/skills/new", {"name": "VPN", "kind": "topic"})
    assert (
        "exists already" in admin.post("/setup/skills/new", {"name": "vpn", "kind": "tool"}).content.decode()
    )
    skill = Skill.objects.get()
    admin.post(f"/setup/skills/{skill.uid}", {"name": "Remote access", "kind": "tool"})
    skill.refresh_from_db()
    assert (skill.name, skill.kind) == ("Remote access", "tool")


def test_a_lead_plans_a_week_and_enters_leave(admin):
    desk = team(is_desk=True, timezone="Europe/Berlin")
    ben, ines = staff("Ben Kraus", Role.AGENT), staff("Ines Vogel", Role.LEAD)
    member(ben, desk)
    lead = signed_in(ines)
    path = f"/setup/duty/{desk.uid}/{ben.uid}"
    start = lead.get(path).context["form"].initial["valid_from"]
    bad = lead.post(path, {"valid_from": start, "timezone": "Europe/Berlin", "day_0": "eight to five"})
    assert bad.status_code == 422
    assert "write 08:00-16:00" in bad.content.decode()
    sent = {
        "valid_from": start,
        "timezone": "Europe/Berlin",
        "day_0": "08:00-12:00, 13-17",
        "day_4": "22:00-06:00",
    }
    assert lead.post(path, sent)["Location"] == f"/setup/duty?team={desk.uid}"
    rows = Shift.objects.order_by("weekday", "starts").values_list("weekday", "starts", "ends", "valid_from")
    assert list(rows) == [
        (0, time(8), time(12), start),
        (0, time(13), time(17), start),
        (4, time(22), time(6), start),
    ]
    assert lead.get(path).context["form"].initial["day_0"] == "08:00-12:00, 13:00-17:00"
    week = lead.get(f"/setup/duty?team={desk.uid}&week={start.isoformat()}").content.decode()
    assert "Ben Kraus" in week
    leave = {
        "person": ben.email,
        "first": "2026-12-21",
        "last": "2027-01-03",
        "reason": "leave",
        "stand_in": ines.email,
    }
    assert lead.post("/setup/duty/leave/new", leave)["Location"] == "/setup/duty"
    stored = Leave.objects.get()
    assert (stored.since.isoformat(), stored.until.isoformat(), stored.stand_in) == (
        "2026-12-21T00:00:00+00:00",
        "2027-01-04T00:00:00+00:00",
        ines,
    )
    assert "Ines Vogel" in lead.get("/setup/duty").content.decode()
    lead.post(f"/setup/duty/leave/{stored.uid}/cancel")
    assert not Leave.objects.exists()
    late = lead.post("/setup/duty/leave/new", {**leave, "last": "2026-12-20"})
    assert "before the first" in late.content.decode()


def test_a_new_plan_ends_the_old_one_the_day_it_begins():
    desk, ben = team(is_desk=True), staff("Ben Kraus", Role.AGENT)
    old = shift(ben, desk)
    lead = signed_in(staff("Ines Vogel", Role.LEAD))
    path = f"/setup/duty/{desk.uid}/{ben.uid}"
    start = lead.get(path).context["form"].initial["valid_from"]
    lead.post(path, {"valid_from": start, "timezone": "Europe/Berlin", "day_1": "09:00-17:00"})
    old.refresh_from_db()
    assert old.valid_until == start
    assert isinstance(start, date)
