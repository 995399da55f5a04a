"""Reactions: at least once, in order per subject, once inside the database; failures park and others go on."""

import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection

from frontline.foundation.facts import dispatch, parked
from frontline.foundation.facts.dispatch import NEVER, RETRY_AFTER, dispatch_once
from frontline.foundation.models import FactRow, ParkedFact, ReactionPosition
from frontline.foundation.testing.catching_up import catch_up
from frontline.foundation.tests.probe import database
from frontline.foundation.tests.probe.capability import Poked
from frontline.foundation.tests.probe.database import rows, together
from frontline.foundation.transactions import in_transaction, transaction
from frontline.kernel.facts import Origin

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


class Recorder:
    """Remembers what it handled; fails on the subjects in `broken`."""

    def __init__(self, *broken: int) -> None:
        self.heard: list[tuple[int, int]] = []
        self.broken = set(broken)
        self.tried: list[tuple[int, int]] = []

    def __call__(self, fact: dispatch.Heard, now: datetime) -> None:
        assert in_transaction()
        self.tried.append((fact.subject.id, fact.seq))
        if fact.subject.id in self.broken:
            raise ValueError(f"cannot handle {fact.subject}")
        self.heard.append((fact.subject.id, fact.seq))


def test_every_reaction_hears_every_fact_once_and_in_order(react, poke):
    one, two = Recorder(), Recorder()
    react(one=one, two=two)
    poke(1, 2, 1, at=NOW)
    poke(2, 3, at=NOW)
    catch_up(NOW)
    catch_up(NOW)
    assert one.heard == two.heard == [(1, 1), (2, 1), (1, 2), (2, 2), (3, 1)]


def test_batches_end_where_they_should(react, poke, monkeypatch):
    monkeypatch.setattr(dispatch, "BATCH", 4)
    recorder = Recorder()
    react(one=recorder)
    for _ in range(3):
        poke(1, 2, 3, at=NOW)
    catch_up(NOW)
    assert recorder.heard == [(s, n) for n in (1, 2, 3) for s in (1, 2, 3)]


def test_a_batch_that_takes_long_commits_what_it_has(react, poke, monkeypatch):
    monkeypatch.setattr(dispatch, "BATCH_SECONDS", -1)
    recorder = Recorder()
    react(one=recorder)
    poke(1, 2, 3, at=NOW)
    dispatch_once(NOW)
    assert recorder.heard == [(1, 1)]
    catch_up(NOW)
    assert recorder.heard == [(1, 1), (2, 1), (3, 1)]


def test_a_reaction_born_later_hears_the_past(react, poke):
    poke(1, at=NOW)
    first, late = Recorder(), Recorder()
    react(first=first)
    catch_up(NOW)
    react(first=first, late=late)
    poke(2, at=NOW)
    catch_up(NOW)
    assert (first.heard, late.heard) == ([(1, 1), (2, 1)], [(1, 1), (2, 1)])


def test_history_is_passed_over_and_exercises_are_heard(react, poke):
    recorder = Recorder()
    react(one=recorder)
    poke(1, at=NOW, origin=Origin.HISTORY)
    poke(1, at=NOW, origin=Origin.EXERCISE)
    poke(1, at=NOW, origin=Origin.HISTORY)
    catch_up(NOW)
    assert recorder.heard == [(1, 2)]
    assert dispatch.look(NOW).read["one"] == dispatch.look(NOW).last


def test_facts_nobody_listens_to_are_passed_over(monkeypatch, poke, react):
    recorder = Recorder()
    react(one=recorder)
    with transaction():
        FactRow.objects.create(
            subject_kind="other", subject_id=1, seq=1, kind="other.Thing", at=NOW, actor_kind="system",
            actor_id=0, audience=2, origin="live",
        )  # fmt: skip
    assert dispatch_once(NOW) == 1
    assert dispatch_once(NOW) == 0
    assert recorder.tried == []


def test_a_failure_parks_its_subject_for_its_reaction_only(react, poke):
    good, bad = Recorder(), Recorder(1)
    react(good=good, bad=bad)
    poke(1, 2, 1, 3, at=NOW)
    poke(1, 2, at=NOW)
    catch_up(NOW)
    assert good.heard == [(1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (2, 2)]
    assert bad.heard == [(2, 1), (3, 1), (2, 2)]
    assert bad.tried.count((1, 1)) == 1
    assert (1, 2) not in bad.tried, "what comes after a failure waits behind it"
    (entry,) = parked.parked()
    assert (entry.reaction, entry.subject, entry.tries, entry.waiting) == ("bad", "probe:1", 1, 2)
    assert entry.error.rstrip().endswith("ValueError: cannot handle probe:1")
    assert entry.retry_at == NOW + timedelta(seconds=RETRY_AFTER[0])


def test_retries_come_later_each_time_and_then_wait_for_somebody(react, poke):
    bad = Recorder(1)
    react(bad=bad)
    poke(1, at=NOW)
    now = NOW
    catch_up(now)
    for tries, pause in enumerate(RETRY_AFTER, start=1):
        entry = ParkedFact.objects.get()
        assert (entry.tries, entry.retry_at) == (tries, now + timedelta(seconds=pause))
        catch_up(entry.retry_at - timedelta(seconds=1))
        assert len(bad.tried) == tries
        now = entry.retry_at
        catch_up(now)
    entry = ParkedFact.objects.get()
    assert (entry.tries, entry.retry_at) == (len(RETRY_AFTER) + 1, NEVER)
    assert parked.parked()[0].retry_at is None
    catch_up(now + timedelta(days=3650))
    assert len(bad.tried) == len(RETRY_AFTER) + 1


def test_after_a_retry_that_works_what_waited_follows_in_order(react, poke):
    recorder = Recorder(1)
    react(one=recorder)
    poke(1, 1, 2, at=NOW)
    catch_up(NOW)
    poke(1, at=NOW)
    catch_up(NOW)
    recorder.broken.clear()
    catch_up(NOW + timedelta(seconds=RETRY_AFTER[0]))
    assert recorder.heard == [(2, 1), (1, 1), (1, 2), (1, 3)]
    assert parked.parked() == []
    poke(1, at=NOW)
    catch_up(NOW)
    assert recorder.heard[-1] == (1, 4)


def test_a_person_can_ask_for_a_retry_of_one_or_all(react, poke):
    recorder = Recorder(1, 2)
    react(one=recorder)
    poke(1, 2, at=NOW)
    catch_up(NOW)
    ParkedFact.objects.update(retry_at=NEVER)
    recorder.broken.clear()
    catch_up(NOW)
    assert recorder.heard == []
    first = parked.parked()[0]
    assert parked.retry_parked(number=first.id, now=NOW) == 1
    catch_up(NOW)
    assert recorder.heard == [(1, 1)]
    assert parked.retry_parked(number=None, now=NOW) == 1
    catch_up(NOW)
    assert recorder.heard == [(1, 1), (2, 1)]
    with pytest.raises(parked.NothingParked, match="No parked fact has the number"):
        parked.retry_parked(number=first.id, now=NOW)


def test_parked_facts_of_a_reaction_that_is_gone_stay_and_hold_up_nobody(react, poke):
    bad, good = Recorder(1), Recorder()
    react(old=bad)
    poke(1, at=NOW)
    catch_up(NOW)
    react(new=good)
    catch_up(NOW + timedelta(days=1))
    assert good.heard == [(1, 1)]
    assert [p.reaction for p in parked.parked()] == ["old"]


def test_what_a_failed_reaction_wrote_is_undone_and_what_it_announced_too(react, poke, marks):
    def write_then_fail(fact, now):
        rows("INSERT INTO probe_mark VALUES ('x', %s) RETURNING 1", [fact.id])
        if fact.subject.id == 2:
            raise ValueError

    react(one=write_then_fail)
    poke(1, 2, 3, at=NOW)
    catch_up(NOW)
    ids = dict(FactRow.objects.values_list("id", "subject_id"))
    assert [ids[r[0]] for r in rows("SELECT fact_id FROM probe_mark ORDER BY 1")] == [1, 3]


def test_a_limit_of_the_database_is_met_fact_by_fact(react, poke, marks):
    """A deadlock or timeout undoes the batch, so its facts are tried one by one, and only the bad one is parked."""

    def slow_on_two(fact, now):
        rows("INSERT INTO probe_mark VALUES ('x', %s) RETURNING 1", [fact.id])
        if fact.subject.id == 2:
            rows("SET LOCAL statement_timeout = 20")
            rows("SELECT pg_sleep(1)")

    def rows(statement, parameters=()):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    react(one=slow_on_two)
    poke(1, 2, 3, at=NOW)
    catch_up(NOW)
    ids = dict(FactRow.objects.values_list("id", "subject_id"))
    assert [ids[r[0]] for r in database.rows("SELECT fact_id FROM probe_mark ORDER BY 1")] == [1, 3]
    (entry,) = parked.parked()
    assert entry.subject == "probe:2"
    assert OperationalError.__name__ in entry.error


def test_two_dispatchers_do_each_fact_once(react, poke, marks):
    def mark(fact, now):
        rows("INSERT INTO probe_mark VALUES ('one', %s) RETURNING 1", [fact.id])

    react(one=mark)
    for _ in range(40):
        poke(1, 2, 3, at=NOW)

    def run() -> None:
        until = time.monotonic() + 10
        while time.monotonic() < until and dispatch.look(NOW).read.get("one") != dispatch.look(NOW).last:
            dispatch_once(NOW)

    together(run, run, run)
    counted = Counter(r[0] for r in rows("SELECT fact_id FROM probe_mark"))
    assert set(counted.values()) == {1}
    assert len(counted) == 120


def test_a_dispatcher_killed_at_any_moment_leaves_each_effect_once(poke, marks, tmp_path):
    """kill -9 again and again while it works; what it wrote and how far it read commit together."""
    watch = "import django; django.setup(); from frontline.foundation.watch import *; Watch().run(Stop())"
    subjects = [n % 30 for n in range(150)]
    kills = 0
    for round_ in range(6):
        poke(*subjects, at=NOW)
        process = database.start("-c", watch, data=tmp_path)
        try:
            before = len(rows("SELECT 1 FROM probe_mark"))
            until = time.monotonic() + 60
            while len(rows("SELECT 1 FROM probe_mark")) == before and time.monotonic() < until:
                time.sleep(0.002 * round_)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        kills += process.returncode == -signal.SIGKILL
    process = database.start("-c", watch, data=tmp_path)
    try:
        until = time.monotonic() + 120
        while len(rows("SELECT 1 FROM probe_mark")) < 900 and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        process.terminate()
        process.wait()
    assert kills == 6
    counted = Counter(r[0] for r in rows("SELECT fact_id FROM probe_mark"))
    assert counted == Counter(FactRow.objects.values_list("id", flat=True))
    assert len(counted) == 900


def test_a_reaction_that_announces_is_heard_by_itself_too(react, poke):
    """Its own facts get the id of its own transaction, which its position must not have passed."""
    heard: list[int] = []

    def echo(fact, now):
        heard.append(fact.data["turn"])
        if fact.data["turn"] < 3:
            from frontline.foundation.facts.announce import announce
            from frontline.kernel.actors import SYSTEM

            announce(Poked(subject=fact.subject, turn=fact.data["turn"] + 1), actor=SYSTEM, at=now)

    react(echo=echo)
    poke(1, at=NOW)
    catch_up(NOW)
    assert heard == [0, 1, 2, 3]


def test_positions_from_another_cluster_are_renumbered_in_their_order(react, poke):
    """As after a restore: ids of transactions far above those of this cluster."""
    from frontline.foundation.facts import rebase

    assert not rebase.if_foreign()
    one, two = Recorder(), Recorder()
    react(one=one)
    poke(1, 2, 1, at=NOW)
    catch_up(NOW)
    poke(3, 1, at=NOW)
    react(one=one, two=two)
    ReactionPosition.objects.create(name="two")
    far = 10**12
    rows("UPDATE foundation_fact SET xid = ((xid::text)::bigint + %s)::text::xid8 RETURNING 1", [far])
    rows("UPDATE foundation_fact_head SET xid = ((xid::text)::bigint + %s)::text::xid8 RETURNING 1", [far])
    rows(
        "UPDATE foundation_reaction_position SET xid = ((xid::text)::bigint + %s)::text::xid8 "
        "WHERE name = 'one' RETURNING 1",
        [far],
    )
    catch_up(NOW)
    assert two.heard == [], "facts of the future are not read"
    assert rebase.if_foreign()
    assert not rebase.if_foreign()
    poke(1, 4, at=NOW)
    catch_up(NOW)
    assert one.heard == [(1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (1, 4), (4, 1)]
    assert two.heard == one.heard
