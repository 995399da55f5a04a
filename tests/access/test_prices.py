"""What each page costs in queries, exactly: one that grows dearer says so here, before anybody feels it.

Counted after a first visit and with what processes keep for a second forgotten, so this is the highest price of a page
that people come back to. What depends on how much there is has tests beside the page that it does not.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from frontline.config.testing import LONG_AGO, World, forget_everything
from frontline.foundation.matrix import entries
from frontline.kernel.actors import Role
from frontline.people.models import RoleGrant
from tests.access.addresses import NATIVE, filled
from tests.access.conftest import Cast

#: pattern -> queries, for somebody who leads, administers, and reads all
DESK = {
    "/desk": 9,
    "/desk/call": 4,
    "/desk/call/callers": 4,
    "/desk/returned": 5,
    "/desk/tickets/<str:ref>": 27,
    "/desk/tickets/<str:ref>/preview": 17,
    "/setup": 10,
    "/setup/agreements": 6,
    "/setup/agreements/<uuid:uid>": 6,
    "/setup/agreements/new": 9,
    "/setup/calendars": 6,
    "/setup/calendars/<uuid:uid>": 9,
    "/setup/calendars/new": 4,
    "/setup/duty": 9,
    "/setup/duty/leave/new": 4,
    "/setup/items": 5,
    "/setup/items/new": 8,
    "/setup/mail": 7,
    "/setup/mail/mailboxes/new": 4,
    "/setup/mail/outbox": 5,
    "/setup/organisations": 5,
    "/setup/organisations/<uuid:uid>": 5,
    "/setup/organisations/new": 4,
    "/setup/people": 8,
    "/setup/people/<uuid:uid>": 14,
    "/setup/people/new": 6,
    "/setup/places": 5,
    "/setup/places/<uuid:uid>": 6,
    "/setup/places/new": 5,
    "/setup/priorities": 5,
    "/setup/reasons": 5,
    "/setup/reasons/new": 8,
    "/setup/roles": 5,
    "/setup/services": 5,
    "/setup/services/<uuid:uid>": 18,
    "/setup/services/new": 8,
    "/setup/skills": 5,
    "/setup/skills/<uuid:uid>": 5,
    "/setup/skills/new": 4,
    "/setup/teams": 5,
    "/setup/teams/<uuid:uid>": 7,
    "/setup/teams/new": 4,
}
#: for somebody who asks for help
DOOR = {
    "/": 11,
    "/ask": 10,
    "/ask/answers": 4,
    "/me": 10,
    "/shelf": 7,
    "/tickets": 9,
    "/tickets/<str:ref>": 15,
    "/tickets/<str:ref>/card": 7,
    "/tickets/<str:ref>/story": 13,
    "/ui/offline": 4,
    "/ui/styleguide": 4,
}


@pytest.fixture
def leader(cast: Cast, world: World, ticket: str) -> Client:
    for role in (Role.ADMINISTRATOR, Role.VENDOR_MANAGER, Role.COMMANDER):
        RoleGrant.objects.create(person=world.people["Amira"], role=role, since=LONG_AGO)
    return cast.browser(world.people["Amira"])


@pytest.fixture
def asker(cast: Cast, ticket: str) -> Client:
    return cast.browser(cast.inside)


def prices(browser: Client, *, door: bool) -> dict[str, int]:
    found = {}
    for entry in entries():
        if (
            entry.method != "PAGE"
            or entry.path in NATIVE
            or entry.path.startswith(("/desk", "/setup")) == door
        ):
            continue
        address = filled(entry.path)
        first = browser.get(address, headers={"Accept": "text/html"})
        if first.status_code != 200 or "text/html" not in first.headers.get("Content-Type", ""):
            continue
        forget_everything()
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address, headers={"Accept": "text/html"}).status_code == 200
        found[entry.path] = len(asked)
    return found


def test_a_page_of_the_desk_or_of_set_up_costs_what_is_written_here(leader: Client):
    assert prices(leader, door=False) == DESK


def test_a_page_of_the_front_door_costs_what_is_written_here(asker: Client):
    assert prices(asker, door=True) == DOOR
