"""Outside effects: asked for with the change, one at a time per subject, repeated with back-off, never forgotten."""

import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django import app

from frontline.foundation import clock
from frontline.foundation.jobs import effects, sweep
from frontline.foundation.jobs.effects import GiveUp, effect
from frontline.foundation.jobs.worker import drain
from frontline.foundation.tests.probe import database
from frontline.foundation.tests.probe.database import rows, run
from frontline.foundation.transactions import transaction
from frontline.kernel.facts import Subject

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SUBJECT = Subject("probe", 1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty_queue(transactional_db):
    """Django's flush leaves the queue's tables alone."""
    run("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture
def send():
    """An effect that notes what it sent and fails on demand."""
    sent: list[int] = []

    @effect("probe.send")
    def send(*, number: int, failure: str = "") -> None:
        sent.append(number)
        if failure == "later":
            raise OSError("no route to host")
        if failure == "never":
            raise GiveUp

    yield send, sent
    del app.tasks["probe.send"]


def jobs() -> list[tuple]:
    return rows("SELECT lock, status::text, attempts, args->>'number' FROM procrastinate_jobs ORDER BY id")


def test_it_is_asked_for_with_the_change_or_not_at_all(send):
    asked, sent = send
    with pytest.raises(RuntimeError, match="inside a use case's transaction"):
        asked.defer(subject=SUBJECT, number=1)
    with pytest.raises(ZeroDivisionError), transaction():  # noqa: PT012
        asked.defer(subject=SUBJECT, number=2)
        raise ZeroDivisionError
    with transaction():
        asked.defer(subject=SUBJECT, number=3)
    assert jobs() == [("probe.send/probe:1", "todo", 0, "3")]
    drain()
    assert sent == [3]
    assert jobs()[0][1] == "succeeded"


def test_a_failure_waits_holds_up_its_own_subject_only_and_keeps_order(send):
    asked, sent = send
    with transaction():
        asked.defer(subject=SUBJECT, number=1, failure="later")
        asked.defer(subject=SUBJECT, number=2)
        asked.defer(subject=Subject("probe", 2), number=3)
    drain()
    assert sent == [1, 3]
    assert [(status, attempts) for _, status, attempts, _ in jobs()] == [
        ("todo", 1),
        ("todo", 0),
        ("succeeded", 1),
    ]
    (wait,) = rows(
        "SELECT extract(epoch FROM scheduled_at - clock_timestamp()) FROM procrastinate_jobs WHERE attempts = 1 "
        "AND status = 'todo'"
    )
    assert 0 < wait[0] <= effects.RETRY_AFTER[0]


def test_it_gives_up_after_the_last_repetition_or_when_told_to(send):
    asked, sent = send
    with transaction():
        asked.defer(subject=SUBJECT, number=1, failure="never")
        asked.defer(subject=Subject("probe", 2), number=2, failure="later")
    rows(
        "UPDATE procrastinate_jobs SET attempts = %s WHERE args->>'number' = '2' RETURNING 1",
        [len(effects.RETRY_AFTER)],
    )
    drain()
    assert sorted(sent) == [1, 2]
    assert [status for _, status, *_ in jobs()] == ["failed", "failed"]


def test_repetitions_go_on_for_about_three_days():
    assert timedelta(days=2.5) < timedelta(seconds=sum(effects.RETRY_AFTER)) < timedelta(days=4)


def test_jobs_of_a_dead_worker_or_of_long_ago_are_tried_again_and_others_left_alone():
    real = clock.real_now()
    dead, alive = (
        rows("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id", [beat])[0][0]
        for beat in (real - timedelta(seconds=31), real - timedelta(seconds=10))
    )
    statement = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status, attempts, worker_id) "
        "VALUES ('effects', 'x', %s, 'doing', %s, %s) RETURNING id"
    )
    rows(statement, ["of the dead", 0, dead])
    rows(statement, ["of the living", 0, alive])
    for lock, hours in (("begun just now", 0.9), ("begun long ago", 1.1)):
        ((job,),) = rows(statement, [lock, 0, alive])
        rows(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'started', %s) RETURNING 1",
            [job, real - timedelta(hours=hours)],
        )
    rows(statement, ["of nobody", 2, None])
    rows(statement, ["takes everybody with it", len(effects.RETRY_AFTER), dead])
    assert sweep.rescue_orphans(NOW) == 4
    assert rows("SELECT lock, status::text, attempts, worker_id FROM procrastinate_jobs ORDER BY id") == [
        ("of the dead", "todo", 1, None),
        ("of the living", "doing", 0, alive),
        ("begun just now", "doing", 0, alive),
        ("begun long ago", "todo", 1, None),
        ("of nobody", "todo", 3, None),
        ("takes everybody with it", "failed", len(effects.RETRY_AFTER) + 1, None),
    ]
    assert rows("SELECT id FROM procrastinate_workers") == [(alive,)]
    assert sweep.rescue_orphans(NOW) == 0


def test_finished_jobs_go_after_a_week_and_failed_ones_stay():
    for age, status in ((8, "succeeded"), (6, "succeeded"), (8, "failed"), (8, "todo")):
        ((number,),) = rows(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) "
            "VALUES ('effects', %s, 'todo') RETURNING id",
            [f"{status} {age}"],
        )
        rows("UPDATE procrastinate_jobs SET status = %s WHERE id = %s RETURNING 1", [status, number])
        then = clock.real_now() - timedelta(days=age)
        rows("UPDATE procrastinate_events SET at = %s WHERE job_id = %s RETURNING 1", [then, number])
    assert sweep.prune(NOW) == 1
    left = [name for (name,) in rows("SELECT task_name FROM procrastinate_jobs ORDER BY id")]
    assert left == ["succeeded 6", "failed 8", "todo 8"]


WORKER = """
import django; django.setup()
from django.db import connection
from frontline.foundation.jobs.effects import effect
from frontline.foundation.jobs.worker import work
import time

@effect("probe.slow")
def slow(*, number):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO probe_mark VALUES ('begun', %s)", [number])
    time.sleep(0.0 if number else 60)

work(concurrency=2)
"""


def test_a_killed_worker_leaves_no_job_behind(tmp_path):
    """kill -9 over a running job; the sweep gives it back, and the next worker does it and the rest."""
    run("CREATE TABLE probe_mark (reaction text, fact_id bigint)")
    try:
        rows(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args) "
            "VALUES ('effects', 'probe.slow', 'a', '{\"number\": 0}') RETURNING 1"
        )
        first = database.start("-c", WORKER, data=tmp_path)
        _wait(lambda: rows("SELECT 1 FROM probe_mark"))
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert jobs()[0][:3] == ("a", "doing", 0)
        rows(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute' RETURNING 1"
        )
        rows("UPDATE procrastinate_jobs SET args = '{\"number\": 7}' RETURNING 1")
        assert sweep.rescue_orphans(NOW) == 1
        second = database.start("-c", WORKER, data=tmp_path)
        try:
            _wait(lambda: jobs()[0][1] == "succeeded")
        finally:
            second.terminate()
            assert second.wait(15) == 0
        assert rows("SELECT fact_id FROM probe_mark ORDER BY 1") == [(0,), (7,)]
    finally:
        run("DROP TABLE probe_mark")


def _wait(condition) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
