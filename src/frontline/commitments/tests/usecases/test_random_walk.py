"""Random lives of clocks: whatever happens, a replay of the marks gives the stored row, and each turn is told once."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from frontline.commitments import policy
from frontline.commitments.models import Clock
from frontline.commitments.planning import TargetRow, promise_until
from frontline.commitments.queries import clocks_of, standing
from frontline.commitments.queries.audit import audit_clocks
from frontline.commitments.usecases import clocks
from frontline.commitments.usecases.watch import run_due
from frontline.foundation.models import FactRow
from frontline.foundation.transactions import transaction
from frontline.kernel.actors import SYSTEM
from frontline.kernel.facts import Subject

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(12))
def test_a_replay_of_the_marks_gives_the_stored_rows(seed, utc):
    dice = random.Random(seed)
    business = policy.fresh().entry("business-hours").id
    subjects = [Subject("ticket", number) for number in range(1, 4)]
    now = utc("2026-03-27 07:59:30") + timedelta(microseconds=dice.randrange(1_000_000))
    for _ in range(80):
        now += timedelta(
            seconds=dice.choice((0, 1, 59, 600, 3600, 7200, 40_000)), milliseconds=dice.randrange(999)
        )
        subject = dice.choice(subjects)
        with transaction():
            _something(dice, subject, business, now)
        if dice.random() < 0.5:
            run_due(now)
        (piece,) = audit_clocks()
        assert piece.differences == ()
    _standings_agree(subjects, now)
    # with one target for life, each turn is told at most once; a new target may be missed anew
    never_retargeted = {
        str(row.uid) for row in Clock.objects.all() if not row.marks.filter(kind="retarget").exists()
    }
    told = Counter(
        (kind, data["clock"])
        for kind, data in FactRow.objects.values_list("kind", "data")
        if data["clock"] in never_retargeted
    )
    assert set(told.values()) <= {1}


def _something(dice, subject, business, now):
    target = TargetRow(
        dice.choice(("respond", "resolve")),
        dice.choice((0, 1, 600, 3600, 36_000)),
        dice.choice((business, None)),
        None,
        dice.choice((50, 75, 100)),
        "sla",
    )
    happens = dice.choice(
        ("start", "promise", "pause", "resume", "resume", "retarget", "retarget", "stop", "reopen")
    )
    who = {"subject": subject, "actor": SYSTEM, "now": now - timedelta(seconds=dice.choice((0, 0, 5)))}
    if happens == "start":
        clocks.start_clock(target=target, **who)
    elif happens == "promise":
        clocks.start_clock(
            target=promise_until(due_at=who["now"] + timedelta(hours=1), now=who["now"]), **who
        )
    elif happens == "pause":
        clocks.pause_clocks(reason="waiting_requester", measures=dice.choice((None, ["resolve"])), **who)
    elif happens == "resume":
        clocks.resume_clocks(**who)
    elif happens == "retarget":
        clocks.retarget_clocks(targets=[target], **who)
    elif happens == "stop":
        clocks.stop_clocks(measures=dice.choice((None, ["respond"])), **who)
    else:
        clocks.reopen_clocks(measures=None, **who)


def _standings_agree(subjects, now):
    """How a clock stands by its row alone is how it stands by its marks."""
    from frontline.commitments.logic.clock import Mark, fold
    from frontline.commitments.logic.instants import seconds_of

    for rows in clocks_of(subjects=subjects, actor=SYSTEM).values():
        for row in rows:
            (locked,) = clocks.with_marks([row])
            at = max(seconds_of(now), seconds_of(locked.marks[-1].at))
            reading = fold(
                [Mark(m.kind, seconds_of(m.at), m.target_seconds, m.reason) for m in locked.marks],
                clocks.hours_of(row).calendar,
                at,
                warn_percent=row.warn_percent,
            )
            seen = standing(row, now=max(now, locked.marks[-1].at))
            assert (seen.elapsed_seconds, seen.warned, seen.breached) == (
                reading.elapsed_seconds,
                reading.warned,
                reading.breached,
            )


def test_a_row_that_was_tampered_with_is_found(subject, utc, capsys):
    from argparse import Namespace

    from frontline.commitments import cli

    with transaction():
        row = clocks.start_clock(
            subject=subject,
            target=TargetRow("respond", 600, None, None, 75, "sla"),
            actor=SYSTEM,
            now=utc("2026-03-02 09:00"),
        )
    assert cli.audit(Namespace(json=False, workers=1)) == 0
    Clock.objects.update(due_at=utc("2026-03-02 09:20"), breached_at=utc("2026-03-02 09:11"))
    assert cli.audit(Namespace(json=False, workers=1)) == 1
    out = capsys.readouterr().out
    assert "1 clocks replayed, 0 differences" in out
    assert (
        f"ticket:1001 respond {row.uid}: due_at is 2026-03-02 09:20:00+00:00, its marks give 2026-03-02 09:10:00+00:00"
        in out
    )
    assert "breached_at is 2026-03-02 09:11:00+00:00, its marks give 2026-03-02 09:10:01+00:00" in out
