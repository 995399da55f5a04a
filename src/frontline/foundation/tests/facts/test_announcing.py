"""Facts are written with the change, once, in order, and hold no free text."""

import random
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection

from frontline.foundation.facts import announce as announcing
from frontline.foundation.facts import dispatch
from frontline.foundation.facts.announce import announce
from frontline.foundation.models import FactHead, FactRow
from frontline.foundation.tests.probe.capability import Poked
from frontline.foundation.tests.probe.database import rows, together, url
from frontline.foundation.transactions import savepoint, transaction
from frontline.kernel.actors import SYSTEM
from frontline.kernel.facts import Audience, Fact, FreeTextInFact, Origin, Subject

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def poke(subject_id: int, **values) -> None:
    announce(Poked(subject=Subject("probe", subject_id), **values), actor=SYSTEM, at=NOW)


def fail_if(condition) -> None:
    if condition:
        raise ZeroDivisionError


def seqs(subject_id: int) -> list[int]:
    found = FactRow.objects.filter(subject_kind="probe", subject_id=subject_id)
    return list(found.order_by("xid", "id").values_list("seq", flat=True))


@pytest.mark.django_db
def test_a_fact_is_stored_whole():
    fact = Poked(
        subject=Subject("probe", 7), organisation_id=3, audience=Audience.SUPPLIER, writer=1, code="P-1"
    )
    with transaction():
        announce(fact, actor=SYSTEM, at=NOW, origin=Origin.EXERCISE)
        assert not FactRow.objects.exists(), "it is written at the end of the transaction"
    row = FactRow.objects.get()
    stored = (
        row.subject_kind,
        row.subject_id,
        row.seq,
        row.at,
        row.actor_kind,
        row.actor_id,
        row.organisation_id,
    )
    assert stored == ("probe", 7, 1, NOW, "system", 0, 3)
    assert (row.audience, row.origin, row.data) == (1, "exercise", {"writer": 1, "turn": 0, "code": "P-1"})


@pytest.mark.django_db
def test_facts_of_a_subject_are_numbered_without_gaps_across_transactions_and_chunks(monkeypatch):
    monkeypatch.setattr(announcing, "CHUNK", 3)
    with transaction():
        for turn in range(10):
            poke(turn % 2, turn=turn)
    with transaction():
        poke(1, turn=10)
    assert (seqs(0), seqs(1)) == ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6])
    turns = FactRow.objects.filter(subject_id=1).order_by("seq").values_list("data__turn", flat=True)
    assert list(turns) == [1, 3, 5, 7, 9, 10]
    assert dict(FactHead.objects.values_list("subject_id", "seq")) == {0: 5, 1: 6}


@pytest.mark.django_db
def test_announcing_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="inside a use case's transaction"):
        poke(1)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["Please call Anna", "Müller", "x" * 65, "a\0b"])
def test_free_text_is_refused_where_it_is_announced_and_takes_the_change_with_it(text):
    with pytest.raises(FreeTextInFact, match="ids and codes only"), transaction():  # noqa: PT012
        poke(1)
        poke(1, code=text)
    assert not FactRow.objects.exists()


@pytest.mark.django_db
def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"), transaction():
        announce(Poked(subject=Subject("probe", 1)), actor=SYSTEM, at=NOW.replace(tzinfo=None))


def test_a_fact_class_carries_its_name_and_refuses_what_json_cannot_hold():
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Odd(Fact):
        thing: object = None

    assert Odd.kind.endswith(".Odd")
    with pytest.raises(FreeTextInFact, match="holds a object"):
        Odd(subject=Subject("probe", 1), thing=object()).data()


@pytest.mark.django_db
def test_a_part_that_fails_alone_takes_its_facts_with_it():
    with transaction():
        poke(1, turn=1)
        with pytest.raises(ZeroDivisionError), savepoint():  # noqa: PT012
            poke(1, turn=2)
            fail_if(True)
        poke(1, turn=3)
    assert list(FactRow.objects.order_by("seq").values_list("seq", "data__turn")) == [(1, 1), (2, 3)]


@pytest.mark.django_db
def test_a_change_that_fails_announces_nothing():
    with pytest.raises(ZeroDivisionError), transaction():  # noqa: PT012
        poke(1)
        fail_if(True)
    with transaction():
        poke(2)
    assert list(FactRow.objects.values_list("subject_id", "seq")) == [(2, 1)]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_began_first_and_wrote_last_is_read_last():
    """Its id is lower, its place in the sequence higher: order of ids alone would turn the two round."""
    began, wrote = threading.Event(), threading.Event()

    def early() -> None:
        with transaction():
            rows("SELECT pg_current_xact_id()")
            began.set()
            assert wrote.wait(10)
            poke(5, turn=2)

    def late() -> None:
        assert began.wait(10)
        with transaction():
            poke(5, turn=1)
        wrote.set()

    together(early, late)
    heard = dispatch.read_after(0, 0)
    assert [(f.seq, f.data["turn"]) for f in heard] == [(1, 1), (2, 2)]


@pytest.mark.django_db(transaction=True)
def test_eight_writers_lose_no_fact_double_none_and_keep_each_subject_in_order():
    """A reader follows at the same time, as dispatchers and streams do; rollbacks and slow commits are among it."""
    writers, turns = 8, 120
    committed: list[tuple[int, int]] = []
    read: list[dispatch.Heard] = []
    done = threading.Event()

    def write(number: int) -> None:
        chance = random.Random(number)
        for turn in range(turns):
            try:
                with transaction():
                    if chance.random() < 0.5:
                        rows("SELECT pg_current_xact_id()")
                    for subject in chance.sample(range(20), 3):
                        poke(subject, writer=number, turn=turn)
                    if chance.random() < 0.2:
                        rows("SELECT pg_sleep(%s)", [chance.random() * 0.01])
                    fail_if(chance.random() < 0.1)
            except ZeroDivisionError:
                continue
            committed.append((number, turn))

    def follow() -> None:
        place = dispatch.START
        while True:
            last_look = done.is_set()
            facts = dispatch.read_after(*place, 50)
            read.extend(facts)
            if facts:
                place = (facts[-1].xid, facts[-1].id)
            elif last_look:
                return

    def write_all() -> None:
        try:
            together(*[lambda n=n: write(n) for n in range(writers)])
        finally:
            done.set()

    together(write_all, follow)
    stored = rows("SELECT id FROM foundation_fact")
    assert sorted(f.id for f in read) == sorted(r[0] for r in stored)
    expected = sorted(pair for pair in committed for _ in range(3))
    assert sorted((f.data["writer"], f.data["turn"]) for f in read) == expected
    for subject in range(20):
        order = [f.seq for f in read if f.subject.id == subject]
        assert order == list(range(1, len(order) + 1)), f"subject {subject} was read out of order"


@pytest.mark.django_db(transaction=True)
def test_what_is_not_settled_is_not_read():
    """A later transaction that commits first waits for the earlier one, so no position passes a gap."""
    began, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction():
            poke(1)
            announcing.flush()
            began.set()
            assert may_end.wait(10)

    def look() -> None:
        assert began.wait(10)
        with transaction():
            poke(2)
        try:
            assert dispatch.read_after(0, 0) == []
        finally:
            may_end.set()

    together(slow, look)
    assert sorted(f.subject.id for f in dispatch.read_after(0, 0)) == [1, 2]
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_of_another_database_on_the_server_holds_nothing_up():
    with psycopg.connect(re.sub(r"/[^/?]+(?=\?|$)", "/postgres", url(), count=1)) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        with transaction():
            poke(1)
        assert [f.subject.id for f in dispatch.read_after(0, 0)] == [1]
