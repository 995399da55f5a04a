"""Shifts against an oracle that looks at every quarter of an hour, and the rules of standing in."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontline.people.logic.duty import Absence, DutyBook, StandIn, WeeklyShift, merged, turns_of, without

QUARTER = timedelta(minutes=15)
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Santiago", "UTC"]
DAYS = [
    date(2026, 3, 27),
    date(2026, 10, 23),
    date(2026, 3, 6),
    date(2026, 4, 3),
    date(2026, 9, 4),
    date(2026, 6, 1),
]
times = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))


def shift(person=1, team=1, weekday=0, starts=time(8), ends=time(16), zone="Europe/Berlin", **more):
    return WeeklyShift(
        person_id=person,
        team_id=team,
        weekday=weekday,
        starts=starts,
        ends=ends,
        zone=zone,
        valid_from=more.pop("valid_from", date(2020, 1, 1)),
        **more,
    )


def brute(one, since, until):
    """For each start date: from the first to the last quarter hour whose wall clock lies in the window."""
    zone = ZoneInfo(one.zone)
    days = {}
    at = since - timedelta(days=3)
    while at < until + timedelta(days=3):
        wall = at.astimezone(zone).replace(tzinfo=None)
        for day in (wall.date(), wall.date() - timedelta(days=1)):
            end = datetime.combine(day if one.ends > one.starts else day + timedelta(days=1), one.ends)
            valid = one.valid_from <= day and (one.valid_until is None or day < one.valid_until)
            if day.weekday() == one.weekday and valid and datetime.combine(day, one.starts) <= wall < end:
                first, _ = days.get(day, (at, at))
                days[day] = (first, at + QUARTER)
        at += QUARTER
    return sorted(span for span in days.values() if span[0] < until and span[1] > since)


@given(
    weekday=st.integers(0, 6),
    starts=times,
    ends=times,
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(DAYS),
    ended=st.none() | st.integers(0, 9),
)
def test_shifts_are_what_a_person_would_read_off_the_clock_on_the_wall(
    weekday, starts, ends, zone, day, ended
):
    one = shift(
        weekday=weekday,
        starts=starts,
        ends=ends,
        zone=zone,
        valid_until=None if ended is None else day + timedelta(days=ended),
        valid_from=date(2026, 1, 1),
    )
    since = datetime.combine(day, time(), tzinfo=UTC)
    until = since + timedelta(days=7)
    assert [(t.since, t.until) for t in turns_of(one, since=since, until=until)] == brute(one, since, until)


@given(
    weekday=st.lists(st.integers(0, 6), min_size=1, max_size=4),
    starts=times,
    ends=times,
    zone=st.sampled_from(ZONES),
    leave=st.tuples(st.integers(0, 400), st.integers(1, 200)),
    probe=st.integers(0, 600),
)
def test_the_roster_agrees_with_every_quarter_of_an_hour(weekday, starts, ends, zone, leave, probe):
    base = datetime(2026, 3, 27, tzinfo=UTC)
    shifts = [
        shift(person=n, weekday=w, starts=starts, ends=ends, zone=zone) for n, w in enumerate(weekday, 1)
    ]
    away = Absence(person_id=1, since=base + leave[0] * QUARTER, until=base + sum(leave) * QUARTER)
    at = base + probe * QUARTER
    expected = {
        one.person_id
        for one in shifts
        if any(a <= at < b for a, b in brute(one, at, at + QUARTER))
        and not (one.person_id == 1 and away.since <= at < away.until)
    }
    book = DutyBook(shifts, [away])
    assert {row.person_id for row in book.roster(at)} == expected
    for row in book.roster(at):
        assert book.on_duty(row.person_id, row.until - QUARTER)
        assert not book.on_duty(row.person_id, row.until)


@given(probes=st.lists(st.integers(0, 1400), min_size=2, max_size=12))
def test_answers_kept_between_questions_are_the_answers_of_a_fresh_book(probes):
    base = datetime(2026, 10, 23, tzinfo=UTC)
    shifts = [
        shift(person=p, weekday=w, starts=time(6 + 4 * p), ends=time(15)) for p in (1, 2) for w in range(7)
    ]
    shifts.append(shift(person=2, team=7, weekday=6, starts=time(22), ends=time(6), zone="America/New_York"))
    away = [Absence(person_id=1, since=base + 30 * QUARTER, until=base + 90 * QUARTER)]
    kept = DutyBook(shifts, away)
    for probe in probes:
        at = base + probe * timedelta(minutes=7)
        assert kept.roster(at) == DutyBook(shifts, away).roster(at)


@given(
    spans=st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=6),
    holes=st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=4),
)
def test_cutting_holes_leaves_exactly_what_is_in_a_span_and_in_no_hole(spans, holes):
    base = datetime(2026, 1, 1, tzinfo=UTC)

    def stretch(pairs):
        return [(base + a * QUARTER, base + (a + n) * QUARTER) for a, n in pairs]

    left = without(merged(stretch(spans)), stretch(holes))
    for n in range(75):
        at = base + n * QUARTER
        inside = any(a <= at < b for a, b in stretch(spans)) and not any(
            a <= at < b for a, b in stretch(holes)
        )
        assert any(a <= at < b for a, b in left) == inside


BEN, INES, PAUL, MIA = 1, 2, 3, 4
DESK, NETWORK = 10, 20
#: Monday 12 January 2026, 16:00 in Berlin
FOUR = datetime(2026, 1, 12, 15, 0, tzinfo=UTC)
EIGHT = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)


def desk(*absences, leads=None, late=(INES, PAUL)):
    """Ben works 8 to 16, the late shift 14 to 22, Mia nights: all of them at the desk, Monday to Friday."""
    shifts = [shift(BEN, DESK, w) for w in range(5)]
    shifts += [shift(p, DESK, w, time(14), time(22)) for p in late for w in range(5)]
    return DutyBook(
        shifts,
        absences,
        members=dict.fromkeys((BEN, INES, PAUL), frozenset({DESK})),
        leads=leads or {},
        desk_team_id=DESK,
    )


def test_ben_owns_it_and_ines_answers_until_eight():
    assert desk(leads={DESK: INES}).stand_in(BEN, FOUR) == StandIn(INES, EIGHT)


def test_on_shift_everybody_answers_for_themselves():
    assert desk(leads={DESK: INES}).stand_in(BEN, FOUR - timedelta(seconds=1)) is None


def test_without_a_lead_on_duty_the_same_colleague_answers_all_evening():
    book = desk(leads={DESK: MIA})
    chosen = {book.stand_in(BEN, FOUR + n * QUARTER) for n in range(24)}
    assert len(chosen) == 1
    assert chosen.pop().person_id in {INES, PAUL}


def test_whoever_was_named_for_the_leave_answers_first():
    week = Absence(
        person_id=BEN, since=FOUR - timedelta(days=1), until=FOUR + timedelta(days=2), stand_in_id=PAUL
    )
    back = datetime(2026, 1, 15, 7, 0, tzinfo=UTC)
    assert desk(week, leads={DESK: INES}).stand_in(BEN, FOUR) == StandIn(PAUL, back)


def test_a_named_stand_in_who_is_away_passes_it_to_the_one_they_named():
    span = {"since": FOUR - timedelta(days=1), "until": FOUR + timedelta(days=1)}
    ben = Absence(person_id=BEN, stand_in_id=PAUL, **span)
    paul = Absence(person_id=PAUL, stand_in_id=INES, **span)
    circle = Absence(person_id=INES, stand_in_id=BEN, **span)
    assert desk(ben, paul).stand_in(BEN, FOUR).person_id == INES
    assert desk(ben, paul, circle).stand_in(BEN, FOUR) is None


def test_at_night_with_nobody_there_only_a_named_stand_in_stands_in():
    night = datetime(2026, 1, 12, 23, 0, tzinfo=UTC)
    away = Absence(person_id=BEN, since=FOUR, until=FOUR + timedelta(days=1), stand_in_id=PAUL)
    assert desk().stand_in(BEN, night) is None
    assert desk(away).stand_in(BEN, night) == StandIn(PAUL, datetime(2026, 1, 14, 7, tzinfo=UTC))


def test_somebody_without_shifts_answers_for_themselves_unless_on_leave():
    away = Absence(person_id=MIA, since=FOUR, until=EIGHT, stand_in_id=INES)
    assert desk().stand_in(MIA, FOUR) is None
    assert desk(away).stand_in(MIA, FOUR) == StandIn(INES, EIGHT)


def test_the_next_duty_skips_the_weekend_and_the_leave():
    friday = datetime(2026, 1, 16, 16, 0, tzinfo=UTC)
    book = desk(Absence(person_id=BEN, since=friday, until=friday + timedelta(days=4)))
    assert book.next_on_duty(BEN, friday) == datetime(2026, 1, 21, 7, 0, tzinfo=UTC)
    assert book.next_on_duty(BEN, FOUR - timedelta(hours=1)) == FOUR - timedelta(hours=1)
    assert book.next_on_duty(99, friday) is None


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 28), 7),
        ("Europe/Berlin", date(2026, 10, 24), 9),
        ("UTC", date(2026, 3, 28), 8),
    ],
)
def test_a_night_shift_is_as_long_as_the_night_was(zone, day, hours):
    night = shift(weekday=5, starts=time(22), ends=time(6), zone=zone)
    (turn,) = turns_of(
        night,
        since=datetime.combine(day, time(12), tzinfo=UTC),
        until=datetime.combine(day, time(12), tzinfo=UTC) + timedelta(days=1),
    )
    assert turn.until - turn.since == timedelta(hours=hours)
