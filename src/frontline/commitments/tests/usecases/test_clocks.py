import pytest

from frontline.commitments import policy
from frontline.commitments.models import Clock, ClockMark
from frontline.commitments.planning import TargetRow, promise_until
from frontline.commitments.queries import clocks_of, hours, standing, targets_for
from frontline.commitments.usecases import clocks
from frontline.commitments.usecases.watch import run_due
from frontline.foundation.models import FactRow
from frontline.foundation.transactions import transaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def business():
    return policy.fresh().entry("business-hours").id


@pytest.fixture
def resolve(business):
    """Four hours of Monday to Friday 08:00 to 18:00 UTC."""
    return TargetRow("resolve", 4 * 3600, business, None, 75, "sla")


def facts():
    kinds = FactRow.objects.filter(subject_kind="ticket").order_by("id")
    return [(row.kind.split(".")[1], row.data.get("measure")) for row in kinds]


def test_a_started_clock_is_due_after_its_working_time(subject, agent, utc, resolve):
    with transaction():
        row = clocks.start_clock(subject=subject, target=resolve, actor=agent, now=utc("2026-03-02 16:00"))
    assert (row.state, row.due_at, row.warn_at, row.next_look) == (
        "running",
        utc("2026-03-03 10:00"),
        utc("2026-03-03 09:00"),
        utc("2026-03-03 09:00"),
    )
    assert clocks_of(subjects=[subject], actor=agent) == {subject: [row]}
    mark = ClockMark.objects.get()
    assert (mark.clock_id, mark.seq, mark.kind, mark.target_seconds, mark.actor_kind, mark.actor_id) == (
        row.id,
        1,
        "start",
        14400,
        "person",
        7,
    )


def test_the_due_instant_on_a_closing_time_is_shown_and_the_breach_waits_for_the_opening(
    subject, agent, utc, resolve
):
    with transaction():
        row = clocks.start_clock(subject=subject, target=resolve, actor=agent, now=utc("2026-03-06 14:00"))
    assert row.due_at == utc("2026-03-06 18:00")
    assert row.breach_after == utc("2026-03-09 08:00")


def test_a_pause_moves_the_due_instant_by_its_working_time(subject, agent, utc, resolve):
    with transaction():
        clocks.start_clock(subject=subject, target=resolve, actor=agent, now=utc("2026-03-02 09:00"))
        (paused,) = clocks.pause_clocks(
            subject=subject, reason="waiting_requester", actor=agent, now=utc("2026-03-02 10:00")
        )
        assert (
            clocks.pause_clocks(subject=subject, reason="again", actor=agent, now=utc("2026-03-02 10:30"))
            == []
        )
        (running,) = clocks.resume_clocks(subject=subject, actor=agent, now=utc("2026-03-02 12:00"))
    assert (paused.state, paused.due_at, paused.next_look, paused.elapsed_seconds) == (
        "paused",
        None,
        None,
        3600,
    )
    assert (running.state, running.due_at, running.elapsed_seconds) == (
        "running",
        utc("2026-03-02 15:00"),
        3600,
    )
    seen = standing(running, now=utc("2026-03-02 16:00"))
    assert (seen.elapsed_seconds, seen.remaining_seconds, seen.breached) == (5 * 3600, -3600, True)


def test_a_clock_never_runs_backwards(subject, agent, utc, resolve):
    with transaction():
        clocks.start_clock(subject=subject, target=resolve, actor=agent, now=utc("2026-03-02 09:00"))
        (row,) = clocks.stop_clocks(subject=subject, actor=agent, now=utc("2026-03-02 08:59"))
    assert (row.stopped_at, row.elapsed_seconds) == (utc("2026-03-02 09:00"), 0)


def test_another_target_keeps_start_and_pauses_and_tells_both_dues(subject, agent, utc, resolve):
    round_the_clock = TargetRow("resolve", 6 * 3600, None, None, 75, "sla")
    with transaction():
        clocks.start_clock(subject=subject, target=resolve, actor=agent, now=utc("2026-03-02 16:00"))
        assert (
            clocks.retarget_clocks(
                subject=subject, targets=[resolve], actor=agent, now=utc("2026-03-02 17:00")
            )
            == []
        )
        (row,) = clocks.retarget_clocks(
            subject=subject, targets=[round_the_clock], actor=agent, now=utc("2026-03-02 17:00")
        )
    assert (row.started_at, row.due_at, row.calendar_id) == (
        utc("2026-03-02 16:00"),
        utc("2026-03-02 22:00"),
        None,
    )
    (fact,) = FactRow.objects.filter(subject_kind="ticket")
    assert fact.data == {
        "clock": str(row.uid),
        "measure": "resolve",
        "party_kind": "sla",
        "seconds_before": 14400,
        "seconds_after": 21600,
        "due_before": "2026-03-03T10:00:00+00:00",
        "due_after": "2026-03-02T22:00:00+00:00",
    }


def test_a_shorter_target_that_is_already_missed_breaks_at_once(subject, agent, utc, resolve):
    short = TargetRow("resolve", 600, resolve.calendar_id, None, 75, "sla")
    with transaction():
        clocks.start_clock(subject=subject, target=resolve, actor=agent, now=utc("2026-03-02 09:00"))
        (row,) = clocks.retarget_clocks(
            subject=subject, targets=[short], actor=agent, now=utc("2026-03-02 10:00")
        )
    assert (row.warned_at, row.breached_at, row.next_look) == (
        utc("2026-03-02 10:00"),
        utc("2026-03-02 10:00"),
        None,
    )
    assert facts() == [
        ("ClockWarned", "resolve"),
        ("ClockBreached", "resolve"),
        ("ClockRetargeted", "resolve"),
    ]


def test_a_longer_target_takes_a_breach_back_that_the_watch_had_not_seen_but_tells_of_it(
    subject, agent, utc, resolve
):
    long = TargetRow("resolve", 40 * 3600, resolve.calendar_id, None, 75, "sla")
    with transaction():
        clocks.start_clock(subject=subject, target=resolve, actor=agent, now=utc("2026-03-02 09:00"))
        (row,) = clocks.retarget_clocks(
            subject=subject, targets=[long], actor=agent, now=utc("2026-03-02 14:00")
        )
    assert (row.warned_at, row.breached_at, row.next_look) == (None, None, utc("2026-03-05 09:00"))
    assert facts()[:2] == [("ClockWarned", "resolve"), ("ClockBreached", "resolve")]


def test_stopping_late_tells_of_the_breach_that_the_watch_had_not_seen(subject, agent, utc, resolve):
    with transaction():
        clocks.start_clock(subject=subject, target=resolve, actor=agent, now=utc("2026-03-02 09:00"))
        (row,) = clocks.stop_clocks(subject=subject, actor=agent, now=utc("2026-03-02 13:00:01"))
    assert (row.state, row.breached_at, row.next_look) == ("stopped", utc("2026-03-02 13:00:01"), None)
    assert facts() == [("ClockWarned", "resolve"), ("ClockBreached", "resolve")]
    assert run_due(utc("2026-03-05 00:00")) == 0


def test_stopping_on_the_last_second_keeps_the_target(subject, agent, utc, resolve):
    with transaction():
        clocks.start_clock(subject=subject, target=resolve, actor=agent, now=utc("2026-03-02 09:00"))
        (row,) = clocks.stop_clocks(subject=subject, actor=agent, now=utc("2026-03-02 13:00:00.999"))
    assert row.breached_at is None


def test_a_reopened_ticket_goes_on_with_the_same_clock(subject, agent, utc, resolve):
    with transaction():
        first = clocks.start_clock(subject=subject, target=resolve, actor=agent, now=utc("2026-03-02 09:00"))
        clocks.start_clock(
            subject=subject,
            target=promise_until(due_at=utc("2026-03-02 10:00"), now=utc("2026-03-02 09:00")),
            actor=agent,
            now=utc("2026-03-02 09:00"),
        )
        clocks.stop_clocks(subject=subject, actor=agent, now=utc("2026-03-02 10:00"), reason="solved")
        (row,) = clocks.reopen_clocks(subject=subject, actor=agent, now=utc("2026-03-04 08:00"))
    assert (row.id, row.state, row.due_at) == (first.id, "running", utc("2026-03-04 11:00"))


def test_a_promise_is_due_at_the_instant_that_was_said(subject, agent, utc):
    said = promise_until(due_at=utc("2026-03-07 15:00"), now=utc("2026-03-06 17:20:30.5"))
    with transaction():
        row = clocks.start_clock(subject=subject, target=said, actor=agent, now=utc("2026-03-06 17:20:30.5"))
    assert (row.due_at, row.party_kind, row.measure) == (utc("2026-03-07 15:00"), "promise", "next_update")


def test_the_watch_warns_once_and_breaks_once_after_the_last_second(subject, agent, utc, resolve):
    with transaction():
        clocks.start_clock(subject=subject, target=resolve, actor=agent, now=utc("2026-03-02 09:00"))
    assert run_due(utc("2026-03-02 11:59:59")) == 0
    assert (run_due(utc("2026-03-02 12:00")), run_due(utc("2026-03-02 13:00"))) == (1, 0)
    assert facts() == [("ClockWarned", "resolve")]
    assert (run_due(utc("2026-03-02 13:00:01")), run_due(utc("2026-03-03 13:00"))) == (1, 0)
    assert facts() == [("ClockWarned", "resolve"), ("ClockBreached", "resolve")]
    row = Clock.objects.get()
    assert (row.warned_at, row.breached_at) == (utc("2026-03-02 12:00"), utc("2026-03-02 13:00:01"))


def test_queries_do_not_grow_with_the_number_of_clocks(subject, agent, utc, django_assert_num_queries):
    asked = {
        "service_id": None,
        "organisation_id": None,
        "criticality": 3,
        "calendar_key": "",
        "priority": "P3",
        "at": utc("2026-03-02 09:00"),
    }
    targets_for(**asked)
    with transaction():
        with django_assert_num_queries(0):
            targets = targets_for(**asked)
        with django_assert_num_queries(1):
            plans = [
                clocks.plan_clock(
                    subject=subject,
                    target=t,
                    hours=hours(t.calendar_id),
                    started_at=utc("2026-03-02 09:00"),
                    actor=agent,
                )
                for t in targets
            ]
            assert [
                r.measure for r in clocks.start_planned(plans, actor=agent, now=utc("2026-03-02 09:00"))
            ] == [
                "resolve",
                "respond",
            ]
        with django_assert_num_queries(3):
            clocks.pause_clocks(subject=subject, reason="x", actor=agent, now=utc("2026-03-02 09:05"))
        with django_assert_num_queries(3):
            clocks.resume_clocks(
                subject=subject, actor=agent, now=utc("2026-03-02 09:06"), measures=["respond"]
            )
        with django_assert_num_queries(1):
            clocks_of(subjects=[subject], actor=agent)
