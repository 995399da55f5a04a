"""The watch with many watchers at once, on real connections."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections

from frontline.commitments import policy
from frontline.commitments.logic.clock import MarkKind
from frontline.commitments.models import Clock
from frontline.commitments.planning import ALWAYS, MarkSpec, TargetRow, plan_clock
from frontline.commitments.queries import next_due
from frontline.commitments.queries.audit import audit_clocks, stretches
from frontline.commitments.usecases import clocks
from frontline.commitments.usecases.copying import copy_planned
from frontline.commitments.usecases.watch import run_due
from frontline.foundation.models import FactRow
from frontline.foundation.transactions import transaction
from frontline.kernel.actors import SYSTEM
from frontline.kernel.facts import Origin, Subject

HOUR = TargetRow("respond", 3600, None, None, 75, "sla")


def start_many(count, now, **more):
    with transaction():
        clocks.start_planned(
            [
                plan_clock(
                    subject=Subject("ticket", number),
                    target=HOUR,
                    hours=ALWAYS,
                    started_at=now,
                    actor=SYSTEM,
                    **more,
                )
                for number in range(1, count + 1)
            ],
            actor=SYSTEM,
            now=now,
        )


@pytest.mark.django_db(transaction=True)
def test_four_watchers_and_people_who_stop_clocks_tell_of_each_breach_once(utc):
    start = utc("2026-03-02 09:00")
    start_many(800, start)
    handled, barrier = [], threading.Barrier(5)

    def watch():
        barrier.wait()
        try:
            while done := run_due(start + timedelta(hours=2), batch=20, rounds=3):
                handled.append(done)
        finally:
            connections.close_all()

    def people():
        barrier.wait()
        try:
            for number in range(800, 0, -7):
                with transaction():
                    clocks.stop_clocks(
                        subject=Subject("ticket", number), actor=SYSTEM, now=start + timedelta(hours=2)
                    )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=watch) for _ in range(4)] + [threading.Thread(target=people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_due(start + timedelta(hours=2))

    told = Counter(FactRow.objects.values_list("kind", "subject_id"))
    wanted = {
        (f"commitments.{kind}", number)
        for kind in ("ClockWarned", "ClockBreached")
        for number in range(1, 801)
    }
    assert set(told) == wanted
    assert set(told.values()) == {1}
    assert Clock.objects.filter(breached_at=None).count() == 0
    assert [piece.differences for piece in audit_clocks()] == [()]


@pytest.mark.django_db
def test_imported_history_and_its_breaches_stay_silent(utc):
    start = utc("2026-03-02 09:00")
    late = (MarkSpec(MarkKind.STOP, start + timedelta(hours=3)),)
    start_many(3, start, origin=Origin.HISTORY)
    start_many(3, start, origin=Origin.HISTORY, history=late)
    assert run_due(start + timedelta(days=9)) == 0
    assert next_due() is None
    assert FactRow.objects.count() == 0
    stopped = Clock.objects.filter(state="stopped")
    assert {row.breached_at for row in stopped} == {start + timedelta(hours=1, seconds=1)}


@pytest.mark.django_db
def test_an_exercise_is_told_as_an_exercise(utc):
    start_many(1, utc("2026-03-02 09:00"), origin=Origin.EXERCISE)
    run_due(utc("2026-03-02 12:00"))
    assert set(FactRow.objects.values_list("kind", "origin")) == {
        ("commitments.ClockWarned", "exercise"),
        ("commitments.ClockBreached", "exercise"),
    }


@pytest.mark.django_db
def test_the_demo_clock_hears_the_next_turn(utc):
    start_many(1, utc("2026-03-02 09:00"))
    assert next_due() == utc("2026-03-02 09:45")
    run_due(utc("2026-03-02 09:45"))
    assert next_due() == utc("2026-03-02 10:00:01")
    run_due(utc("2026-03-02 10:00:01"))
    assert next_due() is None


@pytest.mark.django_db
def test_copying_writes_the_same_rows_as_starting(utc):
    business = policy.fresh().entry("business-hours").id
    start = utc("2026-03-02 09:00")
    plans = [
        plan_clock(
            subject=Subject("ticket", number),
            target=TargetRow("resolve", 7200, business, None, 80, "sla"),
            hours=policy.fresh().hours(business),
            started_at=start,
            actor=SYSTEM,
            organisation_id=5,
            confidential=number == 2,
            origin=Origin.HISTORY,
            history=marks,
        )
        for number, marks in enumerate(
            [
                (),
                (MarkSpec(MarkKind.PAUSE, start + timedelta(hours=1), reason="waiting_requester"),),
                (
                    MarkSpec(MarkKind.RETARGET, start + timedelta(minutes=30), 600),
                    MarkSpec(MarkKind.STOP, start + timedelta(hours=30)),
                ),
            ],
            1,
        )
    ]

    def stored():
        rows = [
            {k: v for k, v in row.items() if k != "id"} | {"marks": marks}
            for row in Clock.objects.order_by("id").values()
            for marks in [
                list(
                    Clock.objects.get(id=row["id"])
                    .marks.order_by("seq")
                    .values("seq", "kind", "at", "target_seconds", "reason", "actor_kind", "actor_id")
                )
            ]
        ]
        Clock.marks.rel.related_model.objects.all().delete()
        Clock.objects.all().delete()
        return rows

    with transaction():
        assert copy_planned(plans) == 3
        copied = stored()
        clocks.start_planned(plans, actor=SYSTEM, now=start)
        assert copied == stored()
    assert len(copied) == 3


@pytest.mark.django_db
def test_stretches_hold_every_clock_once(utc):
    start_many(25, utc("2026-03-02 09:00"))
    pieces = [list(audit_clocks(stretch=stretch)) for stretch in stretches(4)]
    assert [len(piece) for piece in pieces] == [1, 1, 1, 1]
    assert sum(piece.clocks for (piece,) in pieces) == 25
    assert {piece.differences for (piece,) in pieces} == {()}


@pytest.mark.django_db
def test_nothing_to_audit_is_no_difference():
    assert stretches(4) == []
    assert [piece.clocks for piece in audit_clocks()] == [0]
