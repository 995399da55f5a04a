"""The first page of set-up says what there is, what is missing and what comes next, to each as far as they may see."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontline.channels.models import Mailbox
from frontline.commitments.models import Calendar
from frontline.config.testing import LONG_AGO, World, forget_everything
from frontline.estate.models import Service
from frontline.foundation import clock, manifest
from frontline.kernel.actors import SYSTEM, Role
from frontline.people.models import Account, Leave, Organisation, Person, Place, Shift, Skill, Team
from frontline.people.queries import duty
from frontline.people.usecases.founding import create_administrator
from tests.access.conftest import BACKEND, Cast

STEP = re.compile(
    r'<li class="setup-step" data-state="(?P<state>\w+)">.*?<h2><a href="(?P<href>[^"]+)">(?P<label>[^<]+)</a></h2>'
    r".*?<p>(?P<says>[^<]*)</p>(?P<gaps>.*?)</div>\s*</li>",
    re.DOTALL,
)
GAP = re.compile(r'<li(?: data-needed)?><a href="([^"]+)">([^<]+)</a>')


def page_of(browser) -> str:
    answer = browser.get("/setup")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def steps(page: str) -> dict[str, tuple[str, str, list[tuple[str, str]]]]:
    """Label -> state, sentence, (what is missing, where it is mended)."""
    return {
        found["label"]: (found["state"], found["says"], [(b, a) for a, b in GAP.findall(found["gaps"])])
        for found in STEP.finditer(page)
    }


def headline(page: str) -> tuple[str, str]:
    first, lead = re.search(r"<h1>([^<]+)</h1>\s*<p class=\"lead\">([^<]+)</p>", page).groups()
    return first, lead


def test_the_administrator_sees_every_section_with_its_numbers(cast: Cast, world: World):
    page = page_of(cast.browser(cast.strangers[Role.ADMINISTRATOR]))
    house = Calendar.objects.get(key="business-hours").uid
    assert headline(page) == (
        "The desk works; 6 things would make it better",
        "9 of 14 sections are complete.",
    )
    assert {label: (state, gaps) for label, (state, _says, gaps) in steps(page).items() if gaps} == {
        "Skills": (
            "better",
            [("Nobody has a skill yet: open a person and say what they can do", "/setup/people")],
        ),
        "Services": (
            "better",
            [
                ("Nobody answers for 2 services", "/setup/services?only=owner"),
                ("1 service has no team to hand it to", "/setup/services?only=team"),
            ],
        ),
        "Calendars": (
            "better",
            [
                (
                    "The house's hours are still those every desk begins with, 8 to 18 in UTC: say when you are open",
                    f"/setup/calendars/{house}",
                )
            ],
        ),
        "Agreements": (
            "better",
            [("1 supplier has no contract here, so no clock holds them to it", "/setup/agreements")],
        ),
        "Mail": (
            "better",
            [
                (
                    "Add the address that people write to, so that their mail becomes tickets",
                    "/setup/mail/mailboxes/new",
                )
            ],
        ),
    }
    assert {label: says.partition(" on duty")[0] for label, (_state, says, _gaps) in steps(page).items()} == {
        "Organisations": "1 organisation of yours, 1 customer and 1 supplier.",
        "Places": "1 place in 1 time zone.",
        "Teams": "3 teams. The desk is “Service Desk”: 3 members.",
        "People": "23 people, 19 of them yours. Accounts to sign in with: 1.",
        "Skills": "1 skill. People who have one: 0.",
        "Roles": (
            "Agent: 7, Desk lead: 2, Incident commander: 2, Vendor manager: 2, CIO: 2, Administrator: 2."
        ),
        "Duty and leave": "3 at the desk, 3 with shifts.",
        "Services": "2 services, 1 of them of the highest criticality.",
        "Items": "1 device or component, 1 of them with somebody who uses it.",
        "Contact reasons": "1 contact reason. Those that check the caller first: 1.",
        "Calendars": "2 calendars.",
        "Agreements": "In force: 2 SLAs.",
        "Priorities": "Impact and urgency give P1 to P5, as every desk begins.",
        "Mail": "No mailbox yet.",
    }


def test_who_is_on_duty_now_and_who_is_away_is_counted(cast: Cast, world: World):
    Shift.objects.update(starts="00:00", ends="00:00")
    for weekday in range(7):
        for name in ("Amira", "Ben", "Chloe"):
            Shift.objects.get_or_create(
                person=world.people[name],
                team=world.desk,
                weekday=weekday,
                timezone="UTC",
                defaults={"starts": "00:00", "ends": "00:00", "valid_from": "2025-01-01"},
            )
    Leave.objects.create(person=world.people["Ben"], since=LONG_AGO, until=clock.now() + timedelta(days=1))
    duty.forget()
    says = steps(page_of(cast.browser(cast.strangers[Role.LEAD])))["Duty and leave"][1]
    assert says == "3 at the desk, 3 with shifts, 2 on duty now, 1 away."


def test_others_see_what_they_may_see(cast: Cast):
    seen = {
        role: list(steps(page_of(cast.browser(cast.strangers[role]))))
        for role in (Role.AGENT, Role.LEAD, Role.CIO)
    }
    promises = ["Calendars", "Agreements", "Priorities"]
    assert seen == {Role.AGENT: promises, Role.LEAD: ["Duty and leave", *promises], Role.CIO: promises}
    refused = {
        role: cast.browser(cast.strangers[role]).get("/setup").status_code
        for role in (Role.USER, Role.SUPPLIER)
    }
    assert refused == {Role.USER: 403, Role.SUPPLIER: 403}


def test_every_section_of_set_up_has_its_line(cast: Cast):
    sections = [
        item.label
        for c in manifest.capabilities()
        for item in c.nav
        if item.face == "setup" and item.route != "setup"
    ]
    listed = list(steps(page_of(cast.browser(cast.strangers[Role.ADMINISTRATOR]))))
    assert sorted(map(str, sections)) == sorted(listed), "Lend a SetupPart for it in the manifest."


def test_a_desk_of_its_first_minute_is_told_what_to_do_first(client, db):
    create_administrator(
        email="adam@acme.example",
        name="Adam",
        zone="UTC",
        password="a good password",
        actor=SYSTEM,
        now=clock.now(),
    )
    client.force_login(Account.objects.get(), backend=BACKEND)
    page = page_of(client)
    assert headline(page) == (
        "1 thing is missing before the desk can do its work",
        "4 of 14 sections are complete.",
    )
    comes_next = re.search(
        r'id="setup-next".*?<p>([^<]+)</p><a class="btn btn-primary" href="([^"]+)">', page, re.DOTALL
    )
    assert comes_next.groups() == (
        "Nobody is an agent: give the role to those who work at the desk",
        "/setup/people",
    )
    assert [label for label, (state, _says, _gaps) in steps(page).items() if state == "done"] == [
        "Teams",
        "People",
        "Agreements",
        "Priorities",
    ]


@pytest.mark.parametrize(
    ("harm", "section", "expected"),
    [
        (lambda w: Team.objects.filter(pk=w.desk.pk).update(lead=None), "Teams", "missing"),
        (lambda w: Team.objects.filter(pk=w.desk.pk).update(is_desk=False), "Teams", "missing"),
        (
            lambda w: Organisation.objects.filter(kind="internal").update(domains=[]),
            "Organisations",
            "better",
        ),
        (lambda w: Place.objects.update(active=False), "Places", "better"),
        (
            lambda w: Person.objects.filter(pk=w.people["Anna"].pk).update(placeholder=True),
            "People",
            "better",
        ),
        (lambda w: Shift.objects.all().delete(), "Duty and leave", "better"),
        (lambda w: Service.objects.update(active=False), "Services", "better"),
        (
            lambda w: Mailbox.objects.create(name="Desk", address="desk@acme.example", error="no"),
            "Mail",
            "missing",
        ),
    ],
)
def test_what_breaks_shows_on_its_line(cast: Cast, world: World, harm, section, expected):
    browser = cast.browser(cast.strangers[Role.ADMINISTRATOR])
    before = steps(page_of(browser))[section]
    harm(world)
    after = steps(page_of(browser))[section]
    assert (after[0], after != before) == (expected, True)
    assert after[2] != before[2]


def test_what_is_missing_leads_to_the_rows_behind_it(cast: Cast, world: World):
    browser = cast.browser(cast.strangers[Role.ADMINISTRATOR])
    Person.objects.filter(pk=world.people["Anna"].pk).update(placeholder=True)
    Service.objects.filter(pk=world.vpn.pk).update(owner=world.people["Nils"], team=None)
    links = [href for _state, _says, gaps in steps(page_of(browser)).values() for _text, href in gaps]
    assert [browser.get(href).status_code for href in links] == [200] * len(links)

    people = browser.get("/setup/people?only=unrecognised").content.decode()
    assert ("Anna Example" in people, "Ben Example" in people) == (True, False)
    services = browser.get("/setup/services?only=owner").content.decode()
    assert (world.payroll.name in services, world.vpn.name in services) == (True, False)


def test_the_page_costs_the_same_however_much_there_is_and_no_more_than_is_declared(cast: Cast, world: World):
    browser = cast.browser(cast.strangers[Role.ADMINISTRATOR])
    page_of(browser)  # templates and types of rows are looked up once

    def price(address: str) -> int:
        forget_everything()  # what is kept for seconds would make one page cheaper than the next
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        return len(queries)

    few = price("/setup")
    for number in range(3):
        Skill.objects.create(name=f"Skill {number}")
        Team.objects.create(name=f"Team {number}")
        Service.objects.create(name=f"Service {number}")
        Organisation.objects.create(name=f"Customer {number}", kind="customer")
    assert price("/setup") == few
    declared = sum(part.queries for c in manifest.capabilities() for part in c.setup)
    assert few - price("/ui/offline") <= declared
