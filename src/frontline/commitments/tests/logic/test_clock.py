"""Clocks as folds over marks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontline.commitments.logic.calendar import Calendar, elapsed
from frontline.commitments.logic.clock import ClockError, Mark, MarkKind, Pause, Reading, State, check, fold
from frontline.commitments.logic.instants import parse_instant
from frontline.commitments.tests.logic.oracle import DAY_NAMES

HOUR = 3600
DESK = Calendar.parse({"tz": "Europe/Berlin", "weekly": {day: [["08:00", "18:00"]] for day in DAY_NAMES[:5]}})
ALWAYS = Calendar.parse({"tz": "UTC", "weekly": {day: [["00:00", "24:00"]] for day in DAY_NAMES}})


def at(text):
    return parse_instant(f"{text}:00Z")


#: Wednesday, the desk is open 06:00 to 16:00 UTC
START = at("2025-06-11T07:00")


def start(target=4 * HOUR, instant=START):
    return Mark(MarkKind.START, instant, target)


def pause(instant, reason="requester"):
    return Mark(MarkKind.PAUSE, at(instant), reason=reason)


def resume(instant):
    return Mark(MarkKind.RESUME, at(instant))


def stop(instant):
    return Mark(MarkKind.STOP, at(instant))


def retarget(instant, target):
    return Mark(MarkKind.RETARGET, at(instant), target)


def test_a_running_clock():
    assert fold([start()], DESK, at("2025-06-11T08:30")) == Reading(
        state=State.RUNNING,
        started_at=START,
        target_seconds=4 * HOUR,
        elapsed_seconds=90 * 60,
        due_at=at("2025-06-11T11:00"),
        breach_after=at("2025-06-11T11:00"),
        warn_at=at("2025-06-11T10:00"),
        breached=False,
        warned=False,
        paused_since=None,
        pause_reason="",
        pauses=(),
        stopped_at=None,
        waits_until=None,
    )


def test_outside_hours_a_clock_waits_and_is_not_paused():
    reading = fold([start(12 * HOUR)], DESK, at("2025-06-11T20:00"))
    assert (reading.state, reading.waits_until) == (State.RUNNING, at("2025-06-12T06:00"))


def test_while_paused_nothing_is_due():
    marks = [start(), pause("2025-06-11T08:00")]
    soon, later = (fold(marks, DESK, at(text)) for text in ("2025-06-11T08:00", "2025-09-01T00:00"))
    assert soon == later
    assert (soon.state, soon.paused_since, soon.pause_reason) == (
        State.PAUSED,
        at("2025-06-11T08:00"),
        "requester",
    )
    assert (soon.due_at, soon.breach_after, soon.warn_at, soon.elapsed_seconds) == (None, None, None, HOUR)


def test_what_lay_before_a_pause_stays_known():
    reading = fold([start(HOUR), pause("2025-06-11T09:00")], DESK, at("2025-06-20T00:00"))
    assert (reading.due_at, reading.breach_after, reading.warn_at) == (
        at("2025-06-11T08:00"),
        at("2025-06-11T08:00"),
        at("2025-06-11T07:45"),
    )
    assert reading.breached


def test_a_pause_exactly_when_the_target_is_used_up_breaks_nothing():
    reading = fold([start(HOUR), pause("2025-06-11T08:00")], DESK, at("2025-06-20T00:00"))
    assert (reading.due_at, reading.breach_after, reading.breached) == (at("2025-06-11T08:00"), None, False)


def test_resuming_moves_the_due_instant_by_the_open_time_of_the_pause():
    marks = [start(), pause("2025-06-11T08:00"), resume("2025-06-12T07:00")]
    reading = fold(marks, DESK, at("2025-06-12T07:30"))
    assert (reading.state, reading.due_at, reading.elapsed_seconds) == (
        State.RUNNING,
        at("2025-06-12T10:00"),
        90 * 60,
    )
    assert reading.pauses == (Pause(at("2025-06-11T08:00"), at("2025-06-12T07:00"), "requester"),)


def test_a_new_target_keeps_start_and_pauses():
    marks = [start(8 * HOUR), pause("2025-06-11T08:00"), resume("2025-06-11T09:00")]
    before = fold(marks, DESK, at("2025-06-11T10:00"))
    after = fold([*marks, retarget("2025-06-11T10:00", HOUR)], DESK, at("2025-06-11T10:00"))
    assert (before.due_at, after.due_at) == (at("2025-06-11T16:00"), at("2025-06-11T08:00"))
    assert (before.breached, after.breached, after.elapsed_seconds) == (False, True, 2 * HOUR)
    # the hour was used up when the pause began, so it is broken after the pause
    assert after.breach_after == at("2025-06-11T09:00")


def test_a_new_target_may_come_while_paused():
    marks = [start(), pause("2025-06-11T08:00"), retarget("2025-06-11T09:00", HOUR // 2)]
    reading = fold(marks, DESK, at("2025-06-11T10:00"))
    assert (reading.state, reading.target_seconds, reading.breached) == (State.PAUSED, HOUR // 2, True)


def test_a_stopped_clock_keeps_its_reading_for_ever():
    marks = [start(), stop("2025-06-11T09:00")]
    reading = fold(marks, DESK, at("2026-01-01T00:00"))
    assert reading == fold(marks, DESK, at("2025-06-11T09:00"))
    assert (reading.state, reading.stopped_at, reading.elapsed_seconds, reading.kept) == (
        State.STOPPED,
        at("2025-06-11T09:00"),
        2 * HOUR,
        True,
    )
    assert (reading.remaining_seconds, reading.due_at) == (2 * HOUR, at("2025-06-11T11:00"))


def test_stopping_within_a_pause_ends_the_pause():
    reading = fold(
        [start(), pause("2025-06-11T08:00"), stop("2025-06-11T10:00")], DESK, at("2025-06-12T00:00")
    )
    assert (reading.elapsed_seconds, reading.paused_since, reading.due_at) == (
        HOUR,
        None,
        at("2025-06-11T13:00"),
    )


def test_a_reopened_clock_goes_on_and_the_solved_time_is_a_recorded_pause():
    marks = [start(), stop("2025-06-11T09:00"), resume("2025-06-12T09:00")]
    reading = fold(marks, DESK, at("2025-06-12T10:00"))
    assert reading.pauses == (Pause(at("2025-06-11T09:00"), at("2025-06-12T09:00"), "solved"),)
    assert (reading.state, reading.elapsed_seconds, reading.due_at, reading.stopped_at) == (
        State.RUNNING,
        3 * HOUR,
        at("2025-06-12T11:00"),
        None,
    )


def test_solved_after_the_due_instant_but_within_the_target_is_kept():
    """Ends at Friday's close; solved on Saturday: the due instant is past, no working time was."""
    friday = at("2025-06-13T14:00")
    marks = [start(2 * HOUR, friday), stop("2025-06-14T12:00")]
    reading = fold(marks, DESK, at("2025-06-14T12:00"))
    assert reading.stopped_at > reading.due_at
    assert (reading.breached, reading.kept) == (False, True)


def test_a_breach_begins_one_second_after_the_last_good_instant():
    last = at("2025-06-11T11:00")
    assert [fold([start()], DESK, last + late).breached for late in (0, 1)] == [False, True]


def test_an_earlier_instant_shows_what_was_known_then():
    marks = [start(), pause("2025-06-11T08:00"), resume("2025-06-11T09:00"), stop("2025-06-11T10:00")]
    assert fold(marks, DESK, at("2025-06-11T08:30")) == fold(marks[:2], DESK, at("2025-06-11T08:30"))


def test_the_warning_share_can_be_set_and_is_rounded_up_to_a_second():
    assert fold([start(3)], ALWAYS, START, warn_percent=50).warn_at == START + 2
    with pytest.raises(ClockError, match="between 1 and 100 per cent of a target, not at 0"):
        fold([start()], DESK, START, warn_percent=0)


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        ([pause("2025-06-11T08:00")], "A clock begins with start; this one begins with pause."),
        ([start(), start()], "A clock that is running cannot take start"),
        ([start(), resume("2025-06-11T08:00")], "A clock that is running cannot take resume"),
        ([start(), *[pause("2025-06-11T08:00")] * 2], "A clock that is paused cannot take pause"),
        ([start(), *[stop("2025-06-11T08:00")] * 2], "A clock that is stopped cannot take stop"),
        (
            [start(), stop("2025-06-11T08:00"), pause("2025-06-11T08:00")],
            "A clock that is stopped cannot take",
        ),
        (
            [start(), stop("2025-06-11T08:00"), retarget("2025-06-11T08:00", 5)],
            "A clock that is stopped cannot",
        ),
        ([start(), stop("2025-06-11T06:59")], "The mark stop at 2025-06-11T06:59:00Z lies before the one it"),
        ([start(), stop("2025-06-13T08:00"), resume("2025-06-11T08:00")], "The mark resume at 2025-06-11T08"),
        ([start(None)], "The mark start at 2025-06-11T07:00:00Z has no target."),
        ([start(-1)], "The mark start at 2025-06-11T07:00:00Z has no target."),
        (
            [start(), Mark(MarkKind.RETARGET, START)],
            "The mark retarget at 2025-06-11T07:00:00Z has no target.",
        ),
    ],
)
def test_marks_that_make_no_clock_are_refused(marks, message):
    for read in (check, lambda them: fold(them, DESK, at("2025-06-12T00:00"))):
        with pytest.raises(ClockError) as error:
            read(marks)
        assert str(error.value).startswith(message)


def test_a_clock_that_has_not_started_has_no_reading():
    with pytest.raises(ClockError, match="has not started by 2025-06-11T06:00:00Z"):
        fold([start()], DESK, at("2025-06-11T06:00"))
    with pytest.raises(ClockError, match="this one has no marks"):
        check([])


@st.composite
def histories(draw):
    """Legal marks by a random walk through the states, and an instant not before the last."""
    marks, state, now = [start(draw(st.integers(0, 90_000)))], State.RUNNING, START
    for _ in range(draw(st.integers(0, 8))):
        now += draw(st.integers(0, 100_000))
        kinds = {
            State.RUNNING: ["pause", "retarget", "stop"],
            State.PAUSED: ["resume", "retarget", "stop"],
            State.STOPPED: ["resume"],
        }[state]
        kind = MarkKind(draw(st.sampled_from(kinds)))
        marks.append(
            Mark(kind, now, draw(st.integers(0, 90_000)) if kind is MarkKind.RETARGET else None, "x")
        )
        state = {"pause": State.PAUSED, "resume": State.RUNNING, "stop": State.STOPPED}.get(kind.value, state)
    return marks, now + draw(st.integers(0, 100_000))


@settings(max_examples=120, deadline=None)
@given(histories())
def test_elapsed_is_the_working_time_of_the_stretches_in_which_it_ran(history):
    marks, now = history
    spent, since = 0, None
    for mark in marks:
        if mark.kind in (MarkKind.PAUSE, MarkKind.STOP) and since is not None:
            spent, since = spent + elapsed(DESK, since, mark.at), None
        elif mark.kind in (MarkKind.START, MarkKind.RESUME):
            since = mark.at
    spent += 0 if since is None else elapsed(DESK, since, now)

    assert fold(marks, DESK, now).elapsed_seconds == spent


@settings(max_examples=120, deadline=None)
@given(histories())
def test_what_is_stored_at_the_last_mark_tells_every_later_reading(history):
    marks, now = history
    stored, later = fold(marks, DESK, marks[-1].at), fold(marks, DESK, now)

    assert (stored.due_at, stored.breach_after, stored.warn_at) == (
        later.due_at,
        later.breach_after,
        later.warn_at,
    )
    if later.state is State.RUNNING:
        assert later.breached == (now > stored.breach_after)
        assert later.warned == (now >= stored.warn_at)
    else:
        assert (stored.breached, stored.warned, stored.elapsed_seconds) == (
            later.breached,
            later.warned,
            later.elapsed_seconds,
        )
