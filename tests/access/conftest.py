"""Somebody of each role and nothing else, each with an account, each a stranger to the tickets on the desk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from frontline.config.testing import LONG_AGO, World
from frontline.foundation import clock
from frontline.kernel.actors import Role
from frontline.people.models import Account, Organisation, Person, RoleGrant
from frontline.people.queries import actor_of_person
from frontline.tickets.models import Ticket
from frontline.tickets.usecases.opening import Asked, open_ticket

BACKEND = "frontline.people.web.backends.AccountBackend"


@dataclass(frozen=True)
class Cast:
    """`strangers` have one role each; `inside` and `outside` ask for help, `service` is what they use."""

    strangers: dict[Role, Person]
    inside: Person
    outside: Person
    service: int
    now: datetime

    def browser(self, person: Person) -> Client:
        """A browser in which the person is signed in."""
        client = Client(raise_request_exception=False)
        account, _ = Account.objects.get_or_create(
            person=person, defaults={"login": person.email, "created_at": LONG_AGO}
        )
        client.force_login(account, backend=BACKEND)
        return client

    def open(self, requester: Person, subject: str, **more: Any) -> str:
        """A ticket as if its requester had opened it; returns its ref."""
        asked = Asked(subject=subject, text=f"{subject} in the text too.", requester_id=requester.pk, **more)
        actor = actor_of_person(person_id=requester.pk, now=self.now)
        return open_ticket(asked=asked, actor=actor, now=self.now).ref

    def owner_of(self, ref: str) -> Person:
        return Ticket.objects.get(ref=ref).owner


def _somebody(name: str, organisation: Organisation, *roles: Role) -> Person:
    address = f"{name.lower().replace(' ', '.')}@{organisation.name.lower()}.example"
    person = Person.objects.create(name=name, email=address, organisation=organisation, created_at=LONG_AGO)
    for role in roles:
        RoleGrant.objects.create(person=person, role=role.value, since=LONG_AGO)
    return person


@pytest.fixture
def cast(world: World) -> Cast:
    strangers = {
        role: _somebody(f"Only {role.value.replace('_', ' ')}", world.internal, role)
        for role in Role
        if role not in {Role.USER, Role.SUPPLIER}
    }
    strangers[Role.USER] = _somebody("Only user", world.internal)
    strangers[Role.SUPPLIER] = _somebody("Only supplier", world.supplier)
    return Cast(
        strangers=strangers,
        inside=_somebody("Rita Requester", world.internal),
        outside=_somebody("Kim Kunde", world.customer),
        service=world.payroll.pk,
        now=clock.now(),
    )


@pytest.fixture
def ticket(cast: Cast) -> str:
    return cast.open(cast.inside, "The printer on the third floor is jammed")
