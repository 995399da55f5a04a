"""Clocks under load: arithmetic on one core, a million running clocks, how late the watch fires, a full replay.

`run(scale)` needs DATABASE_URL of a database that may be filled: it is migrated, clocks are added under subjects of
the kind `bench`, and taken away at the end. Alone: `DATABASE_URL=… python bench/clocks.py --scale 1000000`.
"""

import argparse
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontline.config.settings")

BERLIN = {
    "tz": "Europe/Berlin",
    "weekly": {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25"],
}
START = 1_767_225_600  # 2026-01-01T00:00:00Z
YEAR = 365 * 86_400
WATCHERS = 2


def run(scale: int) -> dict[str, Any]:
    """Figures by name. `scale` is the number of clocks stored; times in seconds, rates per second."""
    import django

    django.setup()
    return {**arithmetic(), **stored(scale)}


def arithmetic(count: int = 200_000) -> dict[str, Any]:
    """Due instants per second on one core: scalar, with three pauses, vectorised. Median of five."""
    import numpy as np

    from frontline.commitments.logic.calendar import Calendar, due
    from frontline.commitments.logic.fleet import due_many

    calendar = Calendar.parse(BERLIN)
    dice = random.Random(1)
    starts = [START + dice.randrange(YEAR) for _ in range(count)]
    targets = [dice.randrange(1, 40 * 3600) for _ in range(count)]
    pauses = [[(s + 3600 * k, s + 3600 * k + 900) for k in (1, 5, 9)] for s in starts[: count // 4]]
    due(calendar, START, 1)
    calendar.cover(START - YEAR, START + 3 * YEAR)

    def scalar() -> int:
        for start, target in zip(starts, targets, strict=True):
            due(calendar, start, target)
        return count

    def paused() -> int:
        for start, target, stood in zip(starts, targets, pauses, strict=False):
            due(calendar, start, target, stood)
        return len(pauses)

    many = np.resize(np.array(starts), 1_000_000), np.resize(np.array(targets), 1_000_000)

    def vector() -> int:
        due_many(calendar, *many)
        return 1_000_000

    return {
        "due_scalar_per_s": _rate(scalar),
        "due_three_pauses_per_s": _rate(paused),
        "due_vectorised_per_s": _rate(vector),
    }


def _rate(work: Callable[[], int]) -> int:
    rates = []
    for _ in range(5):
        began = time.perf_counter()
        done = work()
        rates.append(done / (time.perf_counter() - began))
    return round(statistics.median(rates))


def stored(scale: int) -> dict[str, Any]:
    """Rates of starting, pausing and auditing with `scale` running clocks, and the lag of the watch."""
    from frontline.commitments import policy
    from frontline.commitments.usecases.calendars import create_calendar
    from frontline.commitments.usecases.defaults import ensure_defaults
    from frontline.kernel.actors import SYSTEM

    now = datetime.now(UTC)
    ensure_defaults(now=now)
    if "bench-berlin" not in policy.fresh().by_key:
        create_calendar(key="bench-berlin", name="Bench", rules=BERLIN, actor=SYSTEM, now=now)
    _clear()
    try:
        figures = {"clocks": scale, **_fill(scale, now)}
        figures |= _verbs()
        figures |= _lag()
        figures |= _storm()
        figures |= _replay()
    finally:
        _clear()
    return figures


def _fill(scale: int, now: datetime) -> dict[str, Any]:
    """`scale` running clocks with random starts in the last week and dues ahead; a third paused once before."""
    from frontline.commitments import policy
    from frontline.commitments.logic.clock import MarkKind
    from frontline.commitments.planning import ALWAYS, MarkSpec, TargetRow, plan_clock
    from frontline.commitments.usecases.copying import copy_planned
    from frontline.foundation.transactions import transaction
    from frontline.kernel.actors import SYSTEM
    from frontline.kernel.facts import Subject

    berlin = policy.fresh().hours(policy.fresh().entry("bench-berlin").id)
    dice = random.Random(2)
    began = time.perf_counter()
    for first in range(0, scale, 20_000):
        plans = []
        for number in range(first, min(first + 20_000, scale)):
            started = now - timedelta(seconds=dice.randrange(7 * 86_400))
            hours = berlin if number % 3 else ALWAYS
            seconds = dice.randrange(30 * 86_400, 60 * 86_400)
            history = ()
            if number % 3 == 1:
                history = (
                    MarkSpec(MarkKind.PAUSE, started + timedelta(minutes=5), reason="waiting_requester"),
                    MarkSpec(MarkKind.RESUME, started + timedelta(minutes=50)),
                )
            target = TargetRow("resolve", seconds, hours.calendar_id, None, 75, "sla")
            plans.append(
                plan_clock(
                    subject=Subject("bench", number),
                    target=target,
                    hours=hours,
                    started_at=started,
                    actor=SYSTEM,
                    history=history,
                )
            )
        with transaction():
            copy_planned(plans)
    seconds_taken = time.perf_counter() - began
    _sql("ANALYZE commitments_clock, commitments_clock_mark")
    return {"copied_per_s": round(scale / seconds_taken)}


def _verbs(count: int = 500) -> dict[str, Any]:
    """Milliseconds per call, p50, each in a transaction of its own, three clocks a subject."""
    from frontline.commitments.planning import ALWAYS, TargetRow, plan_clock, promise_until
    from frontline.commitments.queries import clocks_of
    from frontline.commitments.usecases import clocks
    from frontline.foundation.transactions import transaction
    from frontline.kernel.actors import SYSTEM
    from frontline.kernel.facts import Subject

    now = datetime.now(UTC)
    respond = TargetRow("respond", 86_400, None, None, 75, "sla")
    resolve = TargetRow("resolve", 864_000, None, None, 75, "sla")
    promise = promise_until(due_at=now + timedelta(days=2), now=now)
    taken: dict[str, list[float]] = {"start": [], "pause": [], "resume": [], "read": [], "stop": []}

    def timed(name: str, work: Callable[[], Any]) -> None:
        began = time.perf_counter()
        with transaction():
            work()
        taken[name].append((time.perf_counter() - began) * 1000)

    for number in range(count):
        subject = Subject("bench", 10_000_000 + number)

        def start(subject: Subject = subject) -> None:
            plans = [
                plan_clock(subject=subject, target=t, hours=ALWAYS, started_at=now, actor=SYSTEM)
                for t in (respond, resolve, promise)
            ]
            clocks.start_planned(plans, actor=SYSTEM, now=now)

        who: dict[str, Any] = {"subject": subject, "actor": SYSTEM, "now": now}
        timed("start", start)
        timed("pause", lambda who=who: clocks.pause_clocks(reason="waiting_requester", **who))
        timed("resume", lambda who=who: clocks.resume_clocks(**who))
        timed("read", lambda subject=subject: clocks_of(subjects=[subject], actor=SYSTEM))
        timed("stop", lambda who=who: clocks.stop_clocks(**who))
    return {f"{name}_ms_p50": round(statistics.median(values), 2) for name, values in taken.items()}


def _lag(rate: int = 200, seconds: int = 15) -> dict[str, Any]:
    """How late breaches are told when `rate` a second fall due and `WATCHERS` processes watch, in seconds."""
    began = datetime.now(UTC) + timedelta(seconds=4)
    due = [began + timedelta(seconds=n / rate) for n in range(rate * seconds)]
    _soon(due, 20_000_000)
    _watch(until=(due[-1] + timedelta(seconds=5)).timestamp())
    lags = _told(20_000_000)
    return {
        "due_in_stream": len(due),
        "told_in_stream": len(lags),
        "lag_p50_s": _part(lags, 0.50),
        "lag_p99_s": _part(lags, 0.99),
        "lag_max_s": round(max(lags), 3),
    }


def _storm(count: int = 20_000) -> dict[str, Any]:
    """All at one instant: how many are told a second until the last."""
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=6)
    _soon([at] * count, 30_000_000)
    _watch(until=at.timestamp() + 60, enough=30_000_000)
    lags = _told(30_000_000)
    return {
        "due_at_once": count,
        "told_of_storm": len(lags),
        "storm_last_lag_s": round(max(lags), 3),
        "storm_told_per_s": round(len(lags) / max(*lags, 0.001)),
    }


def _soon(due: list[datetime], first: int) -> None:
    from frontline.commitments.planning import ALWAYS, TargetRow, plan_clock
    from frontline.commitments.usecases.copying import copy_planned
    from frontline.foundation.transactions import transaction
    from frontline.kernel.actors import SYSTEM
    from frontline.kernel.facts import Subject

    # warned at once, so that only breaches are measured; a breach begins a second after the target
    hour = TargetRow("respond", 3600, None, None, 1, "sla")
    plans = [
        plan_clock(
            subject=Subject("bench", first + n),
            target=hour,
            hours=ALWAYS,
            started_at=at - timedelta(seconds=3601),
            actor=SYSTEM,
        )
        for n, at in enumerate(due)
    ]
    for plan in plans:
        plan.clock["warned_at"] = plan.clock["warn_at"]
        plan.clock["next_look"] = plan.clock["breach_after"] + timedelta(seconds=1)
    with transaction():
        copy_planned(plans)


def _watch(*, until: float, enough: int | None = None) -> None:
    context = multiprocessing.get_context("spawn")
    watchers = [context.Process(target=_watcher, args=(until, enough)) for _ in range(WATCHERS)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join()


def _watcher(until: float, enough: int | None) -> None:
    """A watch as the product runs it: a look, then a nap of 50 ms when there was nothing to do."""
    import django

    django.setup()
    from frontline.commitments.usecases.watch import run_due

    while time.time() < until:
        if not run_due(datetime.now(UTC)):
            time.sleep(0.05)
            if enough is not None and not _left(enough):
                return


def _left(first: int) -> int:
    return int(
        _sql(
            "SELECT count(*) FROM commitments_clock WHERE subject_kind = 'bench' AND subject_id >= %s "
            "AND next_look IS NOT NULL",
            [first],
        )[0][0]
    )


def _told(first: int) -> list[float]:
    """Seconds from the instant of each breach until it was written: a fact's public id holds that millisecond."""
    rows = _sql(
        "SELECT ('x' || left(replace(f.uid::text, '-', ''), 12))::bit(48)::bigint / 1000.0 "
        "- extract(epoch FROM c.next_due) FROM foundation_fact f "
        "JOIN (SELECT subject_id, "
        "date_trunc('second', started_at) + interval '3601 seconds' AS next_due "
        "FROM commitments_clock WHERE subject_kind = 'bench') c "
        "USING (subject_id) WHERE f.subject_kind = 'bench' AND f.kind = 'commitments.ClockBreached' "
        "AND f.subject_id >= %s AND f.subject_id < %s",
        [first, first + 10_000_000],
    )
    return [max(0.0, float(lag)) for (lag,) in rows]


def _replay() -> dict[str, Any]:
    """The command people run, with as many processes as watchers."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "frontline", "audit", "clocks", "--json", "--workers", str(WATCHERS)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode not in {0, 1} or not done.stdout:
        raise RuntimeError(f"`frontline audit clocks` failed: {done.stderr}")
    answer = json.loads(done.stdout)
    taken = time.perf_counter() - began
    return {
        "replayed": answer["clocks"],
        "replay_differences": len(answer["differences"]),
        "replay_s": round(taken, 1),
        "replayed_per_s": round(answer["clocks"] / taken),
    }


def _part(values: list[float], share: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 3)


def _clear() -> None:
    _sql(
        "DELETE FROM commitments_clock_mark WHERE clock_id IN "
        "(SELECT id FROM commitments_clock WHERE subject_kind = 'bench')"
    )
    _sql("DELETE FROM commitments_clock WHERE subject_kind = 'bench'")
    _sql("DELETE FROM foundation_fact WHERE subject_kind = 'bench'")
    _sql("DELETE FROM foundation_fact_head WHERE subject_kind = 'bench'")


def _sql(statement: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall()) if cursor.description else []


#: name of a figure -> what DESIGN section 8 wants of it
BUDGETS = {
    "due_scalar_per_s": ">= 600,000",
    "due_three_pauses_per_s": ">= 100,000",
    "due_vectorised_per_s": ">= 5,000,000",
    "lag_p99_s": "< 2",
    "replay_s": "< 120 for a million",
    "replay_differences": "0",
}


def table(figures: dict[str, Any]) -> str:
    width = max(len(name) for name in figures)
    return "\n".join(
        f"{name:{width}}  {value:>14,}  {BUDGETS.get(name, '')}".rstrip() for name, value in figures.items()
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = run(options.scale)
    print(json.dumps(figures, indent=2) if options.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
