"""Does the storm find a lie? A toy desk that keeps its word passes, one that answers too early is caught."""

import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.faults.storm import DeskUnderTest, storm

pytestmark = pytest.mark.faults
TOY = Path(__file__).with_name("toy_desk.py")


@pytest.fixture
def toy(data, port):
    desks = []

    def start(manner):
        desk = DeskUnderTest([sys.executable, TOY, "up", str(data), str(port), manner], data=data, port=port)
        desks.append(desk)
        desk.start()
        return desk

    yield start
    for desk in desks:
        desk.stop()


def ask(writer):
    writer.write("/api/v1/tickets", lambda key: {"subject": key})


def stored(desk):
    with psycopg.connect(desk.cluster.running_url()) as connection:
        return {key: str(ref) for ref, key in connection.execute("SELECT ref, key FROM ticket")}


def test_an_honest_desk_keeps_every_answered_ticket_and_does_each_effect_once(toy):
    desk = toy("honest")
    ledger = storm(desk, kills=40, seed=1, life=ask, pause=(0.1, 1.0))
    assert (ledger.lies, ledger.unanswered) == ([], [])
    assert len(ledger.refs) > 100
    assert stored(desk) == ledger.refs
    deadline = time.monotonic() + 20
    with psycopg.connect(desk.cluster.running_url(), autocommit=True) as connection:
        while connection.execute("SELECT count(*) FROM ticket WHERE NOT done").fetchone() != (0,):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        twice = connection.execute(
            "SELECT ref, count(effect.ref) FROM ticket LEFT JOIN effect USING (ref)"
            " GROUP BY ref HAVING count(effect.ref) <> 1"
        ).fetchall()
    assert twice == []


def test_a_desk_that_answers_before_it_stores_is_caught(toy):
    desk = toy("forgetful")
    ledger = storm(desk, kills=10, seed=2, life=ask, pause=(0.1, 1.0))
    time.sleep(1)
    lost = {key for key, ref in ledger.refs.items() if stored(desk).get(key) != ref}
    assert lost or ledger.lies
