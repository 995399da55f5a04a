"""The real product under load: a rush that is shared out, and kill -9 at random while people work.

What was answered stands, once; what was to leave has left, and what may have left twice is known.
"""

import random
import statistics
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults import books, spoils
from tests.faults.lives import API, SERVICES, Lives
from tests.faults.small_desk import ON_DUTY, SKILLED
from tests.faults.storm import storm

TARGETS = ("web", "worker", "watch", "database", "backend")
CLIENTS = 8
OWNERS = ("an owner who is not on duty at the desk", "an owner without the skill that the service asks for")
STORED = """
SELECT p.shown_name, count(*) FROM tickets_ticket t JOIN people_person p ON p.id = t.owner_id GROUP BY 1
"""


@pytest.mark.parametrize("tickets", [300, pytest.param(1000, marks=pytest.mark.faults)])
def test_a_rush_of_tickets_from_eight_clients_is_shared_among_those_on_duty(desk, tickets):
    rng = random.Random(1)
    wanted = [rng.choice(SERVICES) for _ in range(tickets)]
    headers = {"Authorization": f"Bearer {desk.tokens['Ben']}"}
    with httpx.Client(base_url=desk.address, headers=headers, timeout=60) as client:

        def ask(number):
            body = {"subject": f"Case {number}", "requester": f"r{number}@acme.example"}
            answer = client.post(f"{API}/tickets", json={**body, "service": wanted[number]})
            assert answer.status_code == 201, answer.text
            return answer.json()["owner"]["name"]

        with ThreadPoolExecutor(CLIENTS) as clients:
            owners = list(clients.map(ask, range(tickets)))

    load = Counter(owners)
    print(f"\n{tickets} tickets: {sorted(load.items())}", file=sys.stderr)
    assert set(load) == ON_DUTY
    assert {
        owner for owner, service in zip(owners, wanted, strict=True) if service == "VPN"
    } <= SKILLED & ON_DUTY
    assert max(load.values()) <= 1.5 * statistics.median(load.values()), load
    with desk.connection() as connection:
        assert dict(connection.execute(STORED)) == load
        found = {words: connection.execute(books.BROKEN[words]).fetchall() for words in OWNERS}
    assert found == {words: [] for words in OWNERS}


def weather(desk, *, kills, pause, limit, hurry):
    """The storm, and the calm after it."""
    lives = Lives(desk.tokens)
    ledger = storm(desk, kills=kills, seed=kills, life=lives.one, pause=pause, targets=TARGETS)
    desk.settle(limit=limit, hurry=hurry)
    return ledger


def check(desk, ledger):
    assert (ledger.lies, ledger.unanswered) == ([], [])
    with desk.connection() as connection:
        assert books.broken(connection) == {}
        assert books.deaf(connection) == set()
        assert books.written(connection) == books.promised(ledger)
        answers = {**ledger.of("accept"), **ledger.of("return")}
        assert books.passed_on(connection) == {a["id"]: a["state"] for a in answers.values()}
        letters = books.letters(connection)
    desk.frontline("audit", "clocks")
    assert set(desk.sink.taken) == set(letters)
    too_often = {
        name: (times, letters[name])
        for name, times in desk.sink.taken.items()
        if times > letters[name][0] or times - 1 > letters[name][1]
    }
    assert too_often == {}
    assert [who for who in desk.sink.recipients.values() if len(who) > 1] == []
    again = sum(times - 1 for times in desk.sink.taken.values())
    unknown = sum(unknown for _, unknown in letters.values())
    print(
        f"\nstorm: {ledger.told()}\n{len(letters)} letters, {dict(desk.sink.moods)}, {unknown} attempts of"
        f" unknown fate, {again} of them had arrived",
        file=sys.stderr,
    )


def test_ten_kills_lose_nothing_and_do_nothing_twice(desk):
    ledger = weather(desk, kills=10, pause=(0.5, 3.0), limit=240, hurry=True)
    assert len(ledger.done) > 20
    check(desk, ledger)


@pytest.mark.faults
@pytest.mark.timeout(0)  # an hour of kills
def test_two_hundred_kills_lose_nothing_and_do_nothing_twice(desk):
    ledger = weather(desk, kills=200, pause=(0.2, 6.0), limit=600, hurry=False)
    assert len(ledger.done) > 1000
    assert set(ledger.killed) == set(TARGETS)
    check(desk, ledger)
    with desk.connection() as connection:
        assert spoils.blind(connection) == []
