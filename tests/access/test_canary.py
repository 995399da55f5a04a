"""A word planted in a ticket that somebody may not see turns up nowhere that they may look."""

import json
import re
import secrets
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client

from frontline.foundation.matrix import entries
from frontline.kernel.actors import Role
from frontline.people.models import Person
from tests.access.addresses import NATIVE, filled
from tests.access.conftest import Cast

#: what the ticket is searched by; the canary itself is never sent, since a page may repeat what was typed
BAIT = "zeppelinhafen"
#: names under which pages and the API take what somebody types or narrows by
SEARCHES = (
    {},
    {"q": BAIT},
    {"q": BAIT[:3]},
    {"search": BAIT, "text": BAIT, "query": BAIT, "name": BAIT},
    {"view": "all", "state": "new", "limit": "200"},
    {"view": "confidential", "sort": "-opened"},
)


def canary() -> str:
    return f"kanarie{secrets.token_hex(8)}"


def readable(refs: list[str]) -> list[str]:
    """Every address that answers reading, with every search, and those of the planted tickets themselves."""
    found = []
    for entry in entries():
        if entry.method in {"PAGE", "GET"} and entry.path not in NATIVE:
            paths = {filled(entry.path), *(re.sub(r"[<{](?:\w+:)?ref[>}]", ref, entry.path) for ref in refs)}
            found += [path for path in sorted(paths) if not set("<{") & set(path)]
    return [f"{path}?{urlencode(search)}" if search else path for path in found for search in SEARCHES]


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code < 500, f"{address}: {answer.status_code}"
    return f"{dict(answer.headers)}\n{body.decode('utf-8', 'replace')}"


def leaks(cast: Cast, person: Person, word: str, refs: list[str]) -> list[str]:
    cache.clear()
    browser = cast.browser(person)
    return [address for address in readable(refs) if word in text_of(browser, address)]


@pytest.mark.parametrize("role", Role)
def test_nobody_else_finds_a_word_of_a_confidential_ticket(role: Role, cast: Cast):
    word = canary()
    ref = cast.open(cast.inside, f"{BAIT} {word}", confidential=True, service_id=cast.service)

    assert leaks(cast, cast.strangers[role], word, [ref]) == []


@pytest.mark.parametrize("role", [Role.USER, Role.SUPPLIER])
def test_nobody_of_another_organisation_finds_a_word_of_its_ticket(role: Role, cast: Cast):
    word = canary()
    ref = cast.open(cast.outside, f"{BAIT} {word}", service_id=cast.service)

    assert leaks(cast, cast.strangers[role], word, [ref]) == []


def test_a_customer_finds_no_word_of_our_own_tickets(cast: Cast):
    word = canary()
    ref = cast.open(cast.inside, f"{BAIT} {word}", service_id=cast.service)

    assert leaks(cast, cast.outside, word, [ref]) == []


def test_who_may_see_the_ticket_does_find_the_word(cast: Cast):
    """The walk can see the canary where it may be seen; otherwise its silence would prove nothing."""
    word = canary()
    ref = cast.open(cast.inside, f"{BAIT} {word}", confidential=True, service_id=cast.service)

    assert leaks(cast, cast.owner_of(ref), word, [ref]) != []
    assert leaks(cast, cast.inside, word, [ref]) != []


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR])
def test_counts_do_not_tell_that_a_confidential_ticket_exists(role: Role, cast: Cast):
    browser = cast.browser(cast.strangers[role])
    before = json.loads(browser.get("/api/v1/tickets?limit=200").content)

    cast.open(cast.inside, f"{BAIT} {canary()}", confidential=True)

    assert json.loads(browser.get("/api/v1/tickets?limit=200").content) == before
