"""The engine against the brute-force oracle, and the laws that must hold on any calendar."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontline.commitments.logic.calendar import Calendar, due, elapsed
from frontline.commitments.tests.logic.oracle import Oracle
from frontline.commitments.tests.logic.strategies import QUARTER, calendars, pauses, spans

DAY = 86_400
common = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}


@settings(max_examples=60, **common)
@given(data=st.data())
def test_elapsed_equals_counting_every_quarter_hour(data):
    document, middle = data.draw(calendars())
    start, end = data.draw(spans(middle))
    breaks = data.draw(pauses(middle))

    seconds = elapsed(Calendar.parse(document), start, end, breaks)

    assert seconds == Oracle(document, QUARTER).elapsed(start, end, breaks)


@settings(max_examples=80, **common)
@given(data=st.data())
def test_due_equals_walking_every_quarter_hour(data):
    document, middle = data.draw(calendars())
    start, _ = data.draw(spans(middle))
    breaks = data.draw(pauses(middle))
    target = data.draw(st.integers(0, 120)) * QUARTER
    limit = middle + 16 * DAY

    answer = due(Calendar.parse(document), start, target, breaks)

    seen = tuple(None if at is None or at >= limit else at for at in answer)
    assert seen == Oracle(document, QUARTER).due(start, target, breaks, limit)


@settings(max_examples=30, **common)
@given(data=st.data())
def test_within_an_hour_every_single_second_is_counted_alike(data):
    document, middle = data.draw(calendars())
    calendar, oracle = Calendar.parse(document), Oracle(document, 1)
    spread = random.Random(data.draw(st.integers(0, 9)))
    edge = middle + data.draw(st.integers(-288, 288)) * QUARTER
    start, end = edge - spread.randrange(900), edge + spread.randrange(1, 900)
    breaks = [(start + spread.randrange(300), end - spread.randrange(300)) for _ in range(2)]
    breaks = [(min(pair), max(pair)) for pair in breaks]
    target = spread.randrange(1200)

    assert elapsed(calendar, start, end, breaks) == oracle.elapsed(start, end, breaks)
    answer = due(calendar, start, target, breaks)
    seen = tuple(None if at is None or at >= end + 900 else at for at in answer)
    assert seen == oracle.due(start, target, breaks, end + 900)


@settings(max_examples=30, **common)
@given(data=st.data())
def test_openness_and_the_next_opening_agree_with_the_oracle(data):
    document, middle = data.draw(calendars())
    at, until = data.draw(spans(middle))
    calendar, oracle = Calendar.parse(document), Oracle(document, QUARTER)
    opens = next((step for step in range(at, until, QUARTER) if oracle.open_at(step)), None)

    answer = calendar.next_open(at)

    assert calendar.is_open(at) == oracle.open_at(at)
    assert (None if answer is None or answer >= until else answer) == opens
    listed = [step for since, to in calendar.open_spans(at, until) for step in range(since, to, QUARTER)]
    assert listed == [step for step in range(at, until, QUARTER) if oracle.open_at(step)]


@settings(max_examples=50, **common)
@given(data=st.data())
def test_elapsed_never_falls_and_adds_up(data):
    document, middle = data.draw(calendars())
    breaks = data.draw(pauses(middle, step=7))
    first, second, third = sorted(
        data.draw(st.tuples(*[st.integers(middle - 9 * DAY, middle + 9 * DAY)] * 3))
    )
    calendar = Calendar.parse(document)

    early, late = elapsed(calendar, first, second, breaks), elapsed(calendar, second, third, breaks)

    assert 0 <= early <= second - first
    assert 0 <= late <= third - second
    assert early + late == elapsed(calendar, first, third, breaks)


@settings(max_examples=80, **common)
@given(data=st.data())
def test_due_and_elapsed_undo_each_other(data):
    document, middle = data.draw(calendars())
    breaks = data.draw(pauses(middle, step=11))
    start = data.draw(st.integers(middle - 9 * DAY, middle + 9 * DAY))
    target = data.draw(st.integers(0, 30 * 3600))
    calendar = Calendar.parse(document)

    due_at, breach_after = due(calendar, start, target, breaks)

    if due_at is None:
        assert breach_after is None
        assert elapsed(calendar, start, start + 4000 * DAY, breaks) < target
        return
    assert elapsed(calendar, start, due_at, breaks) == target
    assert due_at == start or elapsed(calendar, start, due_at - 1, breaks) == target - 1
    if breach_after is None:
        assert elapsed(calendar, start, due_at + 4000 * DAY, breaks) == target
        return
    assert breach_after >= due_at
    assert elapsed(calendar, start, breach_after, breaks) == target
    assert elapsed(calendar, start, breach_after + 1, breaks) == target + 1


@settings(max_examples=50, **common)
@given(data=st.data())
def test_pauses_count_once_in_any_order_and_however_they_are_cut(data):
    document, middle = data.draw(calendars())
    breaks = data.draw(pauses(middle, step=13))
    start, end = data.draw(spans(middle, step=17))
    target = data.draw(st.integers(0, 90_000))
    calendar = Calendar.parse(document)
    cut = [piece for since, to in breaks for piece in ((since, (since + to) // 2), ((since + to) // 2, to))]
    other = [*data.draw(st.permutations(cut)), *breaks]

    assert elapsed(calendar, start, end, other) == elapsed(calendar, start, end, breaks)
    assert due(calendar, start, target, other) == due(calendar, start, target, breaks)


@settings(max_examples=8, **common)
@given(data=st.data())
def test_the_order_of_questions_changes_no_answer(data):
    document, middle = data.draw(calendars())
    years = data.draw(st.lists(st.integers(-15, 15), min_size=2, max_size=4))
    starts = [middle + year * 366 * DAY + 12_345 for year in years]
    shared = Calendar.parse(document)

    asked = [due(shared, start, 90_000) for start in starts]

    assert asked == [due(Calendar.parse(document), start, 90_000) for start in starts]
