"""The people of the demo organisation: Norvik, three sites in three time zones, its desk, its suppliers, a customer.

The named ones are those of docs/scenes.md. The rest come from lists by the plan's seed.
"""

import json
import os
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import make_password

from frontline.foundation import clock
from frontline.foundation.demo import Plan
from frontline.foundation.transactions import transaction
from frontline.kernel.actors import SYSTEM
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
from frontline.people.usecases import tokens

PASSWORD = "frontline-demo"  # noqa: S105 - printed by `make run`; the demo desk is no secret
DOMAIN = "norvik.example"

SITES = (("Berlin", "Europe/Berlin"), ("New York", "America/New_York"), ("Singapore", "Asia/Singapore"))
DEPARTMENTS = ("Finance", "Sales", "People", "Engineering", "Operations", "Legal", "Marketing", "IT")
SUPPLIERS = (
    ("Contoso", "contoso", "America/New_York"),
    ("Fabrikam Networks", "fabrikam", "Europe/Berlin"),
    ("Adatum Print", "adatum", "Europe/Berlin"),
    ("Tailspin Cloud", "tailspin", "America/Los_Angeles"),
    ("Litware Devices", "litware", "Asia/Singapore"),
    ("Proseware Telecom", "proseware", "Europe/London"),
)
TEAMS = (
    ("Service Desk", 1, "Europe/Berlin"),
    ("Network", 2, "Europe/Berlin"),
    ("Identity", 2, "Europe/Berlin"),
    ("Workplace", 2, "America/New_York"),
    ("Applications", 2, "Europe/Berlin"),
    ("Cloud Platform", 3, "America/New_York"),
    ("Database", 3, "Asia/Singapore"),
    ("Security", 3, "Europe/Berlin"),
)
SKILLS = (
    "Accounts and access",
    "Network",
    "Laptops",
    "Printing",
    "Office",
    "SAP",
    "Telephony",
    "German",
    "Mandarin",
)

#: name, site, department, roles, team; in the order sign-ins are printed
NAMED = (
    ("Anna Berg", "Berlin", "Finance", (), ""),
    ("Ben Fischer", "Berlin", "IT", ("agent",), "Service Desk"),
    ("Maya Lindqvist", "Berlin", "IT", ("agent", "lead"), "Service Desk"),
    ("Ines Moreau", "Berlin", "IT", ("agent", "commander"), "Service Desk"),
    ("Viktor Hale", "Berlin", "IT", ("vendor_manager",), ""),
    ("Clara Stein", "Berlin", "IT", ("cio",), ""),
    ("Adam Novak", "Berlin", "IT", ("administrator",), ""),
    ("Omar Haddad", "Berlin", "Sales", (), ""),
    ("Amira Nasser", "Berlin", "IT", ("agent",), "Service Desk"),
    ("Nils Brandt", "Berlin", "IT", ("agent",), "Network"),
    ("Ida Sommer", "Berlin", "IT", ("agent",), "Identity"),
    ("Leo Castellano", "New York", "IT", ("agent",), "Service Desk"),
    ("Grace Okafor", "New York", "IT", ("agent",), "Service Desk"),
    ("Wei Ling Tan", "Singapore", "IT", ("agent",), "Service Desk"),
    ("Arjun Mehta", "Singapore", "IT", ("agent",), "Service Desk"),
    ("Sofia Ricci", "Berlin", "IT", ("agent",), "Service Desk"),
    ("Jonas Keller", "Berlin", "IT", ("agent",), "Service Desk"),
    ("Hanna Vogel", "Berlin", "IT", ("agent",), "Workplace"),
    ("Tom Reilly", "New York", "IT", ("agent",), "Workplace"),
    ("Priya Nair", "Singapore", "IT", ("agent",), "Database"),
    ("Marta Kowalska", "Berlin", "IT", ("agent",), "Applications"),
    ("Felix Arnold", "Berlin", "IT", ("agent",), "Applications"),
    ("Dana Whitfield", "New York", "IT", ("agent",), "Cloud Platform"),
    ("Emil Sato", "Berlin", "IT", ("agent",), "Security"),
    ("Lena Hoffmann", "Berlin", "IT", ("agent",), "Network"),
)
SIGN_INS = (
    ("user", "Anna Berg"),
    ("agent", "Ben Fischer"),
    ("lead", "Maya Lindqvist"),
    ("incident commander", "Ines Moreau"),
    ("vendor manager", "Viktor Hale"),
    ("CIO", "Clara Stein"),
    ("administrator", "Adam Novak"),
    ("supplier", "Sam Porter"),
)
FIRST = tuple(
    """
    Aiko Alba Amelie Anton Aylin Bea Boris Carlos Chen Clemens Dario Deniz Ebba Elif Emre Esra Fatou
    Finn Georg Gita Hugo Ilse Imran Irina Jan Jia Joao Karim Kira Lars Laila Luca Malte Mei Milan Nadia
    Nora Oskar Paula Quentin Rafael Rosa Samir Selin Tariq Tilda Uma Victor Wanda Xenia Yara Yusuf Zoe
    Zora
    """.split()  # noqa: SIM905 - a list of names reads better as words
)
LAST = tuple(
    """
    Abadi Albers Bauer Becker Blanc Braun Castro Costa Dahl Diaz Eriksen Ferrari Fuchs Garcia Graf Haas
    Hansen Huber Ito Jensen Kaya Khan Klein Koch Kumar Lang Lee Lim Lopez Maier Meyer Moreno Nguyen
    Nowak Olsen Park Peters Petrov Quist Rao Richter Rossi Santos Schmid Silva Singh Sorensen Suzuki
    Torres Ueda Vargas Wagner Wang Weber Wolf Yilmaz Zhang Zimmer
    """.split()  # noqa: SIM905 - a list of names reads better as words
)


@dataclass
class Folk:
    """What higher capabilities build on."""

    organisation: Organisation
    customer: Organisation
    suppliers: dict[str, Organisation]
    places: dict[str, Place]
    teams: dict[str, Team]
    parties: dict[str, int]
    skills: dict[str, Skill]
    named: dict[str, Person]
    users: list[Person] = field(default_factory=list)
    customers: list[Person] = field(default_factory=list)
    agents: list[Person] = field(default_factory=list)


def seed(plan: Plan) -> None:
    """Organisations, places, people, teams, shifts, leave, accounts; the sign-ins go into a file."""
    chance = plan.random("people")
    with transaction():
        folk = _frame(plan)
        _people(plan, folk, chance)
        _parties(folk)
        _duty(plan, folk)
        sign_ins = _accounts(plan, folk)
    plan.shared["people"] = folk
    _write_sign_ins(settings.DATA, sign_ins)


def _frame(plan: Plan) -> Folk:
    organisation = Organisation.objects.filter(kind="internal").order_by("id").first()
    if organisation is None:
        organisation = Organisation.objects.create(kind="internal", name="Norvik")
    organisation.name, organisation.domains = "Norvik", [DOMAIN]
    organisation.save()
    customer = Organisation.objects.create(name="Halden Retail", kind="customer", domains=["halden.example"])
    suppliers = {
        name: Organisation.objects.create(name=name, kind="supplier", domains=[f"{domain}.example"])
        for name, domain, _ in SUPPLIERS
    }
    places = {
        name: Place.objects.create(organisation=organisation, name=name, timezone=zone)
        for name, zone in SITES
    }
    for name in DEPARTMENTS:
        Department.objects.create(organisation=organisation, name=name)
    teams = {}
    for name, tier, zone in TEAMS:
        existing = Team.objects.filter(is_desk=True).first() if tier == 1 else None
        team = existing or Team(is_desk=tier == 1)
        team.name, team.tier, team.timezone = name, tier, zone
        team.save()
        teams[name] = team
    skills = {
        name: Skill.objects.create(name=name, kind="language" if name in {"German", "Mandarin"} else "topic")
        for name in SKILLS
    }
    return Folk(organisation, customer, suppliers, places, teams, {}, skills, {})


def _people(plan: Plan, folk: Folk, chance: Random) -> None:
    departments = {d.name: d for d in Department.objects.filter(organisation=folk.organisation)}
    since = plan.now - timedelta(days=900)
    used: set[str] = set()

    def person(
        name: str, organisation: Organisation, domain: str, place: Place | None, **more: object
    ) -> Person:
        local = name.lower().replace(" ", ".")
        short = name.split(maxsplit=1)[0].lower()
        address = f"{short if name in {n[0] for n in NAMED} else local}@{domain}"
        while address in used:
            address = f"{local}{len(used)}@{domain}"
        used.add(address)
        digits = f"4930{5_550_000 + len(used)}"
        return Person(
            name=name,
            shown_name=name.split(maxsplit=1)[0] + " " + name.rsplit(maxsplit=1)[-1][0] + ".",
            email=address,
            phone=f"+{digits[:2]} {digits[2:4]} {digits[4:]}",
            phone_digits=digits,
            organisation=organisation,
            place=place,
            employee_number=f"N{10_000 + len(used)}",
            created_at=since,
            **more,
        )

    everyone: list[Person] = []
    for name, site, department, _, _ in NAMED:
        made = person(name, folk.organisation, DOMAIN, folk.places[site], department=departments[department])
        folk.named[name] = made
        everyone.append(made)
    count = max(40, min(400, plan.tickets // 15))
    for _ in range(count):
        site = chance.choices(SITES, weights=(5, 3, 2))[0][0]
        department = chance.choice(DEPARTMENTS[:-1])
        made = person(
            f"{chance.choice(FIRST)} {chance.choice(LAST)}",
            folk.organisation,
            DOMAIN,
            folk.places[site],
            department=departments[department],
            language="de" if site == "Berlin" and chance.random() < 0.5 else "en",
            vip=chance.random() < 0.02,
        )
        folk.users.append(made)
        everyone.append(made)
    for n in range(20):
        made = person(f"{chance.choice(FIRST)} {LAST[n]}", folk.customer, "halden.example", None)
        folk.customers.append(made)
        everyone.append(made)
    sam = person(
        "Sam Porter", folk.suppliers["Contoso"], "contoso.example", None, timezone="America/New_York"
    )
    folk.named["Sam Porter"] = sam
    everyone.append(sam)
    Person.objects.bulk_create(everyone)
    folk.users += [folk.named["Anna Berg"], folk.named["Omar Haddad"]]
    grants, memberships = [], []
    for name, _, _, roles, team in NAMED:
        someone = folk.named[name]
        grants += [RoleGrant(person=someone, role=role, since=since) for role in roles]
        if team:
            memberships.append(Membership(team=folk.teams[team], person=someone, since=since))
            if team == "Service Desk":
                folk.agents.append(someone)
    RoleGrant.objects.bulk_create(grants)
    Membership.objects.bulk_create(memberships)
    _leads(folk)
    _skills(folk, chance)


LEADS = {
    "Service Desk": "Maya Lindqvist",
    "Network": "Nils Brandt",
    "Identity": "Ida Sommer",
    "Workplace": "Hanna Vogel",
    "Applications": "Marta Kowalska",
    "Cloud Platform": "Dana Whitfield",
    "Database": "Priya Nair",
    "Security": "Emil Sato",
}


def _leads(folk: Folk) -> None:
    for team, name in LEADS.items():
        Team.objects.filter(pk=folk.teams[team].pk).update(lead=folk.named[name])


def _skills(folk: Folk, chance: Random) -> None:
    rows = []
    for agent in folk.agents:
        rows += [
            PersonSkill(person=agent, skill=folk.skills[name], level=chance.randint(1, 3))
            for name in SKILLS[:7]
            if chance.random() < 0.7
        ]
    PersonSkill.objects.bulk_create(rows)


def _parties(folk: Folk) -> None:
    """Whoever can hold a ticket, with their hours by the key of a calendar."""
    rows = []
    for name, team in folk.teams.items():
        place = next(site for site, zone in SITES if zone == team.timezone)
        key = "desk-hours" if team.is_desk else f"{place.lower().replace(' ', '-')}-office"
        rows.append((name, Party(kind="team", team=team, calendar_key=key)))
    for name, domain, _ in SUPPLIERS:
        rows.append(
            (name, Party(kind="organisation", organisation=folk.suppliers[name], calendar_key=domain))
        )
    for name, party in rows:
        known = Party.objects.filter(team=party.team) if party.team else Party.objects.none()
        existing = known.first()
        if existing is None:
            party.save()
        else:
            Party.objects.filter(pk=existing.pk).update(calendar_key=party.calendar_key)
            party = existing  # noqa: PLW2901 - the one that was there serves
        folk.parties[name] = party.pk


#: first and last hour of the working week by person: early, day, late; the desk follows the sun
HOURS = {
    "Ben Fischer": (time(8), time(23, 30)),
    "Amira Nasser": (time(7), time(15, 30)),
    "Jonas Keller": (time(6), time(14, 30)),
    "Sofia Ricci": (time(12), time(20, 30)),
    "Ines Moreau": (time(9), time(22)),
    "Leo Castellano": (time(8), time(17)),
    "Grace Okafor": (time(10), time(20)),
    "Wei Ling Tan": (time(8), time(17)),
    "Arjun Mehta": (time(9), time(18)),
}


def _duty(plan: Plan, folk: Folk) -> None:
    rows = []
    valid_from = (plan.now - timedelta(days=900)).date()
    for name, site, _, _, team in NAMED:
        if not team:
            continue
        starts, ends = HOURS.get(name, (time(8), time(17)))
        rows += [
            Shift(
                person=folk.named[name],
                team=folk.teams[team],
                weekday=day,
                starts=starts,
                ends=ends,
                timezone=folk.places[site].timezone,
                valid_from=valid_from,
            )
            for day in range(5)
        ]
    Shift.objects.bulk_create(rows)
    berlin = ZoneInfo("Europe/Berlin")
    friday = plan.now.astimezone(berlin) + timedelta(days=4)
    Leave.objects.create(
        person=folk.named["Sofia Ricci"],
        since=friday.replace(hour=0, minute=0),
        until=friday.replace(hour=0, minute=0) + timedelta(days=10),
        reason="leave",
        stand_in=folk.named["Amira Nasser"],
    )


def _accounts(plan: Plan, folk: Folk) -> list[dict[str, str]]:
    encoded = make_password(PASSWORD)
    everybody = dict.fromkeys([*(name for _, name in SIGN_INS), *(name for name, *_ in NAMED)])
    Account.objects.bulk_create(
        Account(person=folk.named[name], login=folk.named[name].email, password=encoded, created_at=plan.now)
        for name in everybody
    )
    sign_ins = []
    for role, name in SIGN_INS:
        someone = folk.named[name]
        _, secret = tokens.create_token(
            person_id=someone.pk,
            name="demo",
            scopes=["*"],
            real_now=clock.real_now(),
            actor=SYSTEM,
            now=plan.now,
        )
        sign_ins.append(
            {
                "role": role,
                "name": name,
                "email": someone.email,
                "password": PASSWORD,
                "token": secret,
            }
        )
    return sign_ins


def _write_sign_ins(data: Path, sign_ins: list[dict[str, str]]) -> None:
    path = data / "demo-sign-ins.json"
    with open(path, "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        json.dump(sign_ins, file, indent=2, ensure_ascii=False)
