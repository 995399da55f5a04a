"""Furnish the desk in DATABASE_URL: ten agents, most of them round the clock, some skilled. Needs Django set up."""

from datetime import time, timedelta

from frontline.config.testing import LONG_AGO, build
from frontline.foundation import clock
from frontline.kernel.actors import SYSTEM
from frontline.people.models import Leave, Membership, Person, PersonSkill, RoleGrant, Shift
from frontline.people.usecases import tokens

COLLEAGUES = ("Dora", "Emil", "Fee", "Gero", "Hana", "Ivo", "Jule")
AWAY, NO_SHIFT = "Ivo", "Jule"
ON_DUTY = {"Amira", "Ben", "Chloe", "Dora", "Emil", "Fee", "Gero", "Hana"}
#: who can do what the VPN asks for; the one who is away is best kept out of it
SKILLED = {"Ben", "Dora", "Emil", "Ivo"}
SPEAKERS = ("Ben", "Chloe", "Nils", "Ida", "Omar", "Anna")


def furnish():
    """The tokens of those who speak, by name."""
    now = clock.real_now()
    world = build(now)
    for name in COLLEAGUES:
        person = world.people[name] = Person.objects.create(
            name=f"{name} Example",
            shown_name=name,
            email=f"{name.lower()}@acme.example",
            organisation=world.internal,
            created_at=LONG_AGO,
        )
        RoleGrant.objects.create(person=person, role="agent", since=LONG_AGO)
        Membership.objects.create(team=world.desk, person=person, since=LONG_AGO)
    _open_round_the_clock(world)
    PersonSkill.objects.bulk_create(
        PersonSkill(person=world.people[name], skill=world.vpn.skill) for name in sorted(SKILLED)
    )
    Leave.objects.create(
        person=world.people[AWAY], since=now - timedelta(days=1), until=now + timedelta(days=7)
    )
    return {name: _token(world.people[name], now) for name in SPEAKERS}


def _open_round_the_clock(world):
    Shift.objects.all().delete()
    members = Membership.objects.exclude(person=world.people[NO_SHIFT])
    Shift.objects.bulk_create(
        Shift(
            person_id=member.person_id,
            team_id=member.team_id,
            weekday=day,
            starts=time(0),
            ends=time(0),
            timezone="Europe/Berlin",
            valid_from=LONG_AGO.date(),
        )
        for member in members
        for day in range(7)
    )


def _token(person, now):
    _, secret = tokens.create_token(
        person_id=person.pk, name="storm", scopes=["*"], real_now=now, actor=SYSTEM, now=now
    )
    return secret
