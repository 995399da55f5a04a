"""A small desk for tests: people whose names tell what they may do. Written through the models, once a test.

Amira leads the desk, Ben and Chloe are agents, Omar and Anna are users, Nils is in Network, Ida in Identity, Sam
works for the supplier Contoso, Vera belongs to the customer Initech, which is kept apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.test import TransactionTestCase

from frontline.commitments import policy
from frontline.commitments.usecases.defaults import ensure_defaults
from frontline.estate import queries as estate
from frontline.estate.models import ContactReason, Item, Service
from frontline.foundation import clock
from frontline.kernel.actors import Actor
from frontline.people import queries as people
from frontline.people.models import (
    Membership,
    Organisation,
    Party,
    Person,
    Place,
    RoleGrant,
    Shift,
    Skill,
    Team,
)
from frontline.people.usecases import parties
from frontline.tickets import rota

#: a Wednesday morning in Berlin (09:00 local) on which the desk is open
NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """Handles on the small desk."""

    now: datetime
    internal: Organisation
    customer: Organisation
    supplier: Organisation
    berlin: Place
    desk: Team
    network: Team
    identity: Team
    people: dict[str, Person]
    vpn: Service
    payroll: Service
    laptop: Item
    reset: ContactReason

    def actor(self, name: str) -> Actor:
        """The person as an actor, with today's roles and teams."""
        return people.actor_of_person(person_id=self.people[name].pk, now=self.now)

    def party(self, team: Team) -> int:
        return parties.party_for_team(team_id=team.pk)


def _person(name: str, organisation: Organisation, place: Place, *roles: str) -> Person:
    person = Person.objects.create(
        name=f"{name} Example",
        shown_name=name,
        email=f"{name.lower()}@{organisation.name.lower()}.example",
        phone=f"+49 30 1234{len(name)}{ord(name[0])}",
        phone_digits=f"49301234{len(name)}{ord(name[0])}",
        organisation=organisation,
        place=place,
        employee_number=f"E{ord(name[0])}{len(name)}",
        created_at=LONG_AGO,
    )
    RoleGrant.objects.bulk_create(RoleGrant(person=person, role=role, since=LONG_AGO) for role in roles)
    return person


def _join(team: Team, *members: Person, always: bool = True) -> None:
    for person in members:
        Membership.objects.create(team=team, person=person, since=LONG_AGO)
        if always:
            Shift.objects.bulk_create(
                Shift(
                    person=person,
                    team=team,
                    weekday=day,
                    starts=time(8),
                    ends=time(18),
                    timezone="Europe/Berlin",
                    valid_from=date(2025, 1, 1),
                )
                for day in range(5)
            )


def build(now: datetime = NOW) -> World:
    """Write the small desk."""
    ensure_defaults(now=now)  # emptied by tests that commit
    internal = Organisation.objects.create(name="Acme", kind="internal", domains=["acme.example"])
    customer = Organisation.objects.create(name="Initech", kind="customer", domains=["initech.example"])
    supplier = Organisation.objects.create(name="Contoso", kind="supplier", domains=["contoso.example"])
    berlin = Place.objects.create(organisation=internal, name="Berlin", timezone="Europe/Berlin")
    folk = {
        "Amira": _person("Amira", internal, berlin, "agent", "lead"),
        "Ben": _person("Ben", internal, berlin, "agent"),
        "Chloe": _person("Chloe", internal, berlin, "agent"),
        "Nils": _person("Nils", internal, berlin, "agent"),
        "Ida": _person("Ida", internal, berlin, "agent"),
        "Ines": _person("Ines", internal, berlin, "agent", "commander"),
        "Viktor": _person("Viktor", internal, berlin, "vendor_manager"),
        "Clara": _person("Clara", internal, berlin, "cio"),
        "Adam": _person("Adam", internal, berlin, "administrator"),
        "Omar": _person("Omar", internal, berlin),
        "Anna": _person("Anna", internal, berlin),
        "Vera": _person("Vera", customer, berlin),
        "Sam": _person("Sam", supplier, berlin),
    }
    desk = Team.objects.create(
        name="Service Desk", tier=1, is_desk=True, lead=folk["Amira"], timezone="Europe/Berlin"
    )
    network = Team.objects.create(name="Network", tier=2, lead=folk["Nils"], timezone="Europe/Berlin")
    identity = Team.objects.create(name="Identity", tier=2, lead=folk["Ida"], timezone="Europe/Berlin")
    _join(desk, folk["Amira"], folk["Ben"], folk["Chloe"])
    _join(network, folk["Nils"])
    _join(identity, folk["Ida"])
    for team in (desk, network, identity):
        parties.party_for_team(team_id=team.pk)
    Party.objects.create(kind="organisation", organisation=supplier)
    vpn = Service.objects.create(
        name="VPN", criticality=2, team=network, skill=Skill.objects.create(name="Network basics")
    )
    payroll = Service.objects.create(name="Payroll", criticality=1)
    laptop = Item.objects.create(
        name="LT-0042", kind="laptop", serial="SN0042", person=folk["Omar"], organisation=internal
    )
    reset = ContactReason.objects.create(
        key="password-reset",
        name="Password reset",
        kind="request",
        impact=3,
        urgency=2,
        sensitive=True,
        valid_from=LONG_AGO,
    )
    return World(
        now=now,
        internal=internal,
        customer=customer,
        supplier=supplier,
        berlin=berlin,
        desk=desk,
        network=network,
        identity=identity,
        people=folk,
        vpn=vpn,
        payroll=payroll,
        laptop=laptop,
        reset=reset,
    )


def forget_everything() -> None:
    """Drop what processes keep in memory; between tests the tables change under it."""
    clock.forget()
    policy.forget()
    people.forget_duty()
    people.forget_names()
    estate.forget()
    rota.forget()


def keep_what_migrations_wrote() -> None:
    """Tests that commit empty every table afterwards, the rows of migrations included: write those again."""
    flush: Any = vars(TransactionTestCase)["_fixture_teardown"]

    def flush_and_restore(self: TransactionTestCase) -> None:
        flush(self)
        forget_everything()
        ensure_defaults(now=NOW)
        forget_everything()

    TransactionTestCase._fixture_teardown = flush_and_restore  # type: ignore[attr-defined]  # noqa: SLF001


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    forget_everything()
    yield
    forget_everything()


@pytest.fixture
def world(db: None) -> World:
    """The small desk, in the test's own transaction."""
    return build()
