"""A word planted in a ticket that somebody may not see turns up nowhere that they may look."""

import json
import re
import secrets
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client

from frontline.foundation.matrix import entries
from frontline.kernel.actors import Role
from frontline.people.models import Person
from tests.access.addresses import NATIVE, PARAMETER, filled
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


def readable(refs: list[str]) -> Iterator[str]:
    """Every address that answers reading: lists with every search, single things as they are."""
    for entry in entries():
        if entry.method not in {"PAGE", "GET"} or entry.path in NATIVE:
            continue
        if not PARAMETER.search(entry.path):
            yield from (f"{entry.path}?{urlencode(search)}" for search in SEARCHES)
            continue
        yield filled(entry.path)
        for ref in refs:
            path = re.sub(r"[<{](?:\w+:)?ref[>}]", ref, entry.path)
            if not PARAMETER.search(path):
                yield path


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code < 500, f"{address}: {answer.status_code}"
    return f"{dict(answer.headers)}\n{body.decode('utf-8', 'replace')}"


def leaks(cast: Cast, person: Person, words: list[str], refs: list[str]) -> Iterator[str]:
    cache.clear()
    browser = cast.browser(person)
    for address in readable(refs):
        text = text_of(browser, address)
        yield from (f"{address} shows {word}" for word in words if word in text)


@pytest.mark.parametrize("role", Role)
def test_a_stranger_finds_no_word_of_what_is_not_theirs(role: Role, cast: Cast):
    """Confidential for everybody; another organisation's for those who work for none or one."""
    secret, foreign = canary(), canary()
    refs = [
        cast.open(cast.inside, f"{BAIT} {secret}", confidential=True, service_id=cast.service),
        cast.open(cast.outside, f"{BAIT} {foreign}", service_id=cast.service),
    ]
    hidden = [secret, foreign] if role in {Role.USER, Role.SUPPLIER} else [secret]

    assert list(leaks(cast, cast.strangers[role], hidden, refs)) == []


def test_a_customer_finds_no_word_of_our_own_tickets(cast: Cast):
    word = canary()
    ref = cast.open(cast.inside, f"{BAIT} {word}", service_id=cast.service)

    assert list(leaks(cast, cast.outside, [word], [ref])) == []


def test_who_may_see_the_ticket_does_find_the_word(cast: Cast):
    """The walk can see the canary where it may be seen; otherwise its silence would prove nothing."""
    word = canary()
    ref = cast.open(cast.inside, f"{BAIT} {word}", confidential=True, service_id=cast.service)

    assert next(leaks(cast, cast.owner_of(ref), [word], [ref]), None) is not None
    assert next(leaks(cast, cast.inside, [word], [ref]), None) is not None


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR])
def test_counts_do_not_tell_that_a_confidential_ticket_exists(role: Role, cast: Cast):
    browser = cast.browser(cast.strangers[role])
    before = json.loads(browser.get("/api/v1/tickets?limit=200").content)

    cast.open(cast.inside, f"{BAIT} {canary()}", confidential=True)

    assert json.loads(browser.get("/api/v1/tickets?limit=200").content) == before
