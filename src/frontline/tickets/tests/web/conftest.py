"""Signed-in browsers of the small desk's people."""

from datetime import datetime

import pytest
from django.test import Client

from frontline.foundation import clock
from frontline.people.models import Account
from frontline.tickets.usecases import opening


@pytest.fixture
def browse(world, monkeypatch):
    """`browse("Ben")`: a client signed in as Ben, at the small desk's own time (or `at`)."""

    def signed_in(name: str, at: datetime | None = None) -> Client:
        monkeypatch.setattr(clock, "now", lambda: at or world.now)
        person = world.people[name]
        account, _made = Account.objects.get_or_create(
            person=person, login=f"{name.lower()}@desk.example", defaults={"created_at": world.now}
        )
        client = Client()
        client.force_login(account)
        return client

    return signed_in


@pytest.fixture
def opened(world):
    """`opened(subject=…)`: the ref of a new ticket of Omar's."""

    def open_one(**more):
        asked = opening.Asked(
            **{
                "subject": "VPN drops",
                "text": "It drops every ten minutes.",
                "requester_email": "omar@acme.example",
                **more,
            }
        )
        return opening.open_ticket(asked=asked, actor=world.actor("Ben"), now=world.now).ref

    return open_one
