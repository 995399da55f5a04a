"""Gaps, waits and chains against a scan of every second."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontline.commitments.logic.alignment import gap, max_wait
from frontline.commitments.logic.calendar import Calendar, CalendarError, due, elapsed
from frontline.commitments.logic.chain import Stage, WorstChain, worst_chain
from frontline.commitments.logic.instants import instant_of, parse_instant
from frontline.commitments.tests.logic.oracle import DAY_NAMES, Oracle
from frontline.commitments.tests.logic.strategies import QUARTER, calendars, rules, spans

HOUR, DAY = 3600, 86_400
common = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}


def opening(tz, since="09:00", until="17:00", days=DAY_NAMES[:5], **more):
    return Calendar.parse({"tz": tz, "weekly": {day: [[since, until]] for day in days}, **more})


def at(text):
    return parse_instant(f"{text}:00Z")


BERLIN, NEW_YORK = opening("Europe/Berlin"), opening("America/New_York")
ALWAYS = opening("UTC", "00:00", "24:00", DAY_NAMES)
NEVER = opening("UTC", days=[])


def test_the_payroll_chain_breaks_over_the_first_weekend_of_2026():
    stages = [Stage(BERLIN, 2 * HOUR), Stage(NEW_YORK, 4 * HOUR)]
    year = at("2026-01-01T00:00"), at("2027-01-01T00:00")
    worst = 75 * HOUR + 59 * 60 + 59
    assert worst_chain(Stage(ALWAYS, 8 * HOUR), stages, *year) == WorstChain(
        feasible=False,
        worst_elapsed=worst,
        worst_slack=8 * HOUR - worst,
        best_elapsed=6 * HOUR,
        first_worst_start=at("2026-01-02T14:00") + 1,
        finish=at("2026-01-05T18:00"),
        breaching_starts=27_705_339,
        starts=31_536_000,
        worst_wall=worst,
        first_worst_wall_start=at("2026-01-02T14:00") + 1,
    )


def test_with_everybody_round_the_clock_hours_simply_add_up():
    stages = [Stage(ALWAYS, 2 * HOUR), Stage(ALWAYS, 4 * HOUR)]
    answer = worst_chain(Stage(ALWAYS, 8 * HOUR), stages, at("2026-01-01T00:00"), at("2027-01-01T00:00"))
    assert (answer.feasible, answer.worst_elapsed, answer.best_elapsed, answer.breaching_starts) == (
        True,
        6 * HOUR,
        6 * HOUR,
        0,
    )


def test_berlin_waits_for_new_york_thirty_hours_in_an_ordinary_week():
    assert gap(BERLIN, NEW_YORK, at("2026-06-01T00:00"), at("2026-06-08T00:00")) == (30 * HOUR, 10 * HOUR)
    # New York has changed its clocks, Berlin has not
    assert gap(BERLIN, NEW_YORK, at("2026-03-09T00:00"), at("2026-03-16T00:00")) == (25 * HOUR, 15 * HOUR)


def test_the_longest_wait_of_2025_begins_on_a_holiday_weekend():
    berlin = opening("Europe/Berlin", "08:00", "18:00")
    new_york = opening("America/New_York", holidays=["2025-01-01", "2025-07-04", "2025-12-25"])
    answer = max_wait(berlin, new_york, at("2025-01-01T00:00"), at("2026-01-01T00:00"))
    assert answer == (79 * HOUR, at("2025-07-04T06:00"))


def test_a_wait_without_end_names_the_second_it_begins():
    day = at("2026-06-01T00:00"), at("2026-06-02T00:00")
    assert max_wait(BERLIN, NEVER, *day) == (None, at("2026-06-01T07:00"))
    assert max_wait(NEVER, BERLIN, *day) == (None, None)
    assert max_wait(BERLIN, ALWAYS, *day) == (0, at("2026-06-01T07:00"))


@settings(max_examples=40, **common)
@given(data=st.data())
def test_gap_and_wait_equal_a_scan(data):
    first, middle = data.draw(calendars())
    second = data.draw(st.sampled_from(["Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe"]))
    second = data.draw(rules(second, instant_of(middle).date()))
    start, end = data.draw(spans(middle, reach=3 * DAY))
    a, b = Calendar.parse(first), Calendar.parse(second)
    opens_a, opens_b = Oracle(first, QUARTER).open_at, Oracle(second, QUARTER).open_at
    scanned = [step for step in range(start, end, QUARTER) if opens_a(step)]

    both = sum(QUARTER for step in scanned if opens_b(step))
    assert gap(a, b, start, end) == (len(scanned) * QUARTER - both, both)

    waits = [(b.next_open(step), step) for step in scanned]
    endless = [step for opens, step in waits if opens is None]
    longest = max((opens - step for opens, step in waits if opens is not None), default=None)
    if endless:
        assert max_wait(a, b, start, end) == (None, endless[0])
    elif longest is None:
        assert max_wait(a, b, start, end) == (None, None)
    else:
        first_at = next(step for opens, step in waits if opens - step == longest)
        assert max_wait(a, b, start, end) == (longest, first_at)


@settings(max_examples=40, **common)
@given(data=st.data())
def test_a_chain_equals_a_scan_of_every_start_second(data):
    document, middle = data.draw(calendars())
    pool = [Calendar.parse(document), BERLIN, NEW_YORK, ALWAYS]
    target = st.integers(0, 30 * HOUR)
    stages = [
        Stage(data.draw(st.sampled_from(pool)), data.draw(target))
        for _ in range(data.draw(st.integers(0, 3)))
    ]
    sla = Stage(data.draw(st.sampled_from(pool)), data.draw(target))
    start = middle + data.draw(st.integers(-500, 500)) * QUARTER - data.draw(st.integers(1, 600))
    end = start + data.draw(st.integers(1, 2 * HOUR))

    assert worst_chain(sla, stages, start, end) == scan(sla, stages, start, end)


@pytest.mark.parametrize("hour", ["05:40", "06:30", "07:00", "12:30", "14:30", "15:40", "19:30"])
@pytest.mark.parametrize(
    ("promise", "stages"),
    [
        (Stage(BERLIN, 1800), [Stage(ALWAYS, HOUR)]),
        (Stage(BERLIN, 900), [Stage(ALWAYS, 600), Stage(NEW_YORK, 1200)]),
        (Stage(NEW_YORK, HOUR), [Stage(BERLIN, 2 * HOUR), Stage(ALWAYS, 1)]),
        (Stage(BERLIN, 0), [Stage(BERLIN, 0), Stage(ALWAYS, 2 * HOUR)]),
    ],
)
def test_near_opening_and_closing_times_a_chain_equals_a_scan(hour, promise, stages):
    # the edges of Berlin (07:00 and 15:00 UTC) and New York (13:00 and 21:00) lie inside, or just outside
    span = at(f"2026-06-03T{hour}"), at(f"2026-06-03T{hour}") + 3000
    assert worst_chain(promise, stages, *span) == scan(promise, stages, *span)


def scan(sla, stages, start, end):
    elapsed_by_start, finish_by_start, never = {}, {}, []
    for second in range(start, end):
        finish = second
        for stage in stages:
            finish = due(stage.calendar, finish, stage.target_seconds).due_at
            if finish is None:
                never.append(second)
                break
        else:
            finish_by_start[second] = finish
            elapsed_by_start[second] = elapsed(sla.calendar, second, finish)
    breaching = sum(spent > sla.target_seconds for spent in elapsed_by_start.values()) + len(never)
    best = min(elapsed_by_start.values(), default=None)
    if never:
        worst = worst_wall = finish = None
        first = first_wall = never[0]
    else:
        worst = max(elapsed_by_start.values())
        first = next(second for second, spent in elapsed_by_start.items() if spent == worst)
        finish = finish_by_start[first]
        walls = {second: end_at - second for second, end_at in finish_by_start.items()}
        worst_wall = max(walls.values())
        first_wall = next(second for second, wall in walls.items() if wall == worst_wall)
    return WorstChain(
        feasible=worst is not None and worst <= sla.target_seconds,
        worst_elapsed=worst,
        worst_slack=None if worst is None else sla.target_seconds - worst,
        best_elapsed=best,
        first_worst_start=first,
        finish=finish,
        breaching_starts=breaching,
        starts=end - start,
        worst_wall=worst_wall,
        first_worst_wall_start=first_wall,
    )


def test_starts_that_never_finish_are_the_worst():
    once = opening(
        "UTC",
        days=[],
        exceptions=[{"date": "2026-06-02", "from": "10:00", "to": "12:00", "open": True}],
    )
    span = at("2026-06-02T09:00"), at("2026-06-02T13:00")
    answer = worst_chain(Stage(ALWAYS, 2 * HOUR), [Stage(once, HOUR)], *span)
    assert answer == scan(Stage(ALWAYS, 2 * HOUR), [Stage(once, HOUR)], *span)
    assert (answer.feasible, answer.worst_elapsed, answer.first_worst_start) == (
        False,
        None,
        at("2026-06-02T11:00") + 1,
    )


def test_an_empty_span_of_starts_is_refused():
    with pytest.raises(CalendarError, match="There is no start second to look at"):
        worst_chain(Stage(ALWAYS, 1), [], 100, 100)
    with pytest.raises(CalendarError, match="A target is negative"):
        worst_chain(Stage(ALWAYS, 1), [Stage(ALWAYS, -1)], 100, 200)
