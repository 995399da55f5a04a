"""Worked by hand: the edges at which working-time arithmetic is known to go wrong."""

import pytest

from frontline.commitments.logic.calendar import (
    Calendar,
    CalendarError,
    Due,
    HorizonError,
    calendar_of,
    due,
    elapsed,
)
from frontline.commitments.logic.instants import format_instant, parse_instant
from frontline.commitments.tests.logic.oracle import DAY_NAMES, Oracle

WORKDAYS = DAY_NAMES[:5]
HOUR = 3600


def calendar(tz="Europe/Berlin", days=WORKDAYS, windows=(("08:00", "18:00"),), **more):
    weekly = {day: [list(window) for window in windows] for day in days}
    return Calendar.parse({"tz": tz, "weekly": weekly, **more})


def at(text):
    return parse_instant(f"{text}Z" if len(text) > 16 else f"{text}:00Z")


def hours(opening, since, until):
    return elapsed(opening, at(since), at(until)) / HOUR


def due_of(opening, since, target, pauses=()):
    answer = due(opening, at(since), target, [(at(start), at(end)) for start, end in pauses])
    return tuple(instant if instant is None else format_instant(instant)[:16] for instant in answer)


def test_a_target_that_ends_at_closing_time_is_due_then_and_broken_after_the_next_opening():
    assert due_of(calendar(), "2025-06-13T14:00", 2 * HOUR) == ("2025-06-13T16:00", "2025-06-16T06:00")


def test_lunch_and_a_holiday_are_left_out():
    opening = calendar(windows=[("08:00", "12:00"), ("13:00", "17:00")], holidays=["2025-05-01"])
    assert due_of(opening, "2025-04-30T09:30", 5 * HOUR) == ("2025-05-02T06:30",) * 2


def test_windows_that_touch_or_overlap_count_once():
    opening = calendar(windows=[("08:00", "12:00"), ("12:00", "13:00"), ("11:00", "12:30")])
    assert opening.open_spans(at("2025-06-13T00:00"), at("2025-06-14T00:00")) == [
        (at("2025-06-13T06:00"), at("2025-06-13T11:00"))
    ]


def test_a_start_outside_hours_waits_for_the_opening():
    assert due_of(calendar(), "2025-06-14T10:00", HOUR) == ("2025-06-16T07:00",) * 2


@pytest.mark.parametrize(
    ("tz", "day", "window", "since", "until", "expected"),
    [
        ("Europe/Berlin", "sun", ("00:00", "06:00"), "2025-03-29T00:00", "2025-03-31T00:00", 5),
        ("Europe/Berlin", "sun", ("00:00", "06:00"), "2025-10-25T00:00", "2025-10-27T00:00", 7),
        ("Europe/Berlin", "sun", ("02:30", "04:00"), "2025-03-29T00:00", "2025-03-31T00:00", 1),
        ("Europe/Berlin", "sun", ("02:00", "02:45"), "2025-03-29T00:00", "2025-03-31T00:00", 0),
        ("Europe/Berlin", "sun", ("01:30", "02:30"), "2025-03-29T00:00", "2025-03-31T00:00", 0.5),
        ("Europe/Berlin", "sun", ("02:30", "02:45"), "2025-10-25T00:00", "2025-10-27T00:00", 0.5),
        ("Europe/Berlin", "sun", ("02:30", "03:30"), "2025-10-25T00:00", "2025-10-27T00:00", 1.5),
        ("Europe/Berlin", "sat", ("22:00", "03:00"), "2025-10-25T00:00", "2025-10-27T00:00", 6),
        ("Australia/Lord_Howe", "sun", ("00:00", "24:00"), "2025-04-04T00:00", "2025-04-08T00:00", 24.5),
        ("Australia/Lord_Howe", "sun", ("00:00", "24:00"), "2025-10-03T00:00", "2025-10-07T00:00", 23.5),
        ("Australia/Lord_Howe", "sun", ("01:45", "02:00"), "2025-04-04T00:00", "2025-04-08T00:00", 0.5),
        ("America/Sao_Paulo", "sun", ("00:00", "24:00"), "2018-11-03T00:00", "2018-11-06T00:00", 23),
        ("America/Sao_Paulo", "sun", ("00:00", "00:30"), "2018-11-03T00:00", "2018-11-06T00:00", 0),
        ("America/Sao_Paulo", "sat", ("22:00", "24:00"), "2018-02-16T00:00", "2018-02-20T00:00", 3),
        ("Pacific/Apia", "fri", ("00:00", "24:00"), "2011-12-28T00:00", "2012-01-04T00:00", 0),
        ("Pacific/Apia", "thu", ("20:00", "04:00"), "2011-12-28T00:00", "2012-01-04T00:00", 4),
        ("Pacific/Apia", "sat", ("08:00", "12:00"), "2011-12-28T00:00", "2012-01-04T00:00", 4),
        (
            "Africa/Monrovia",
            "fri",
            ("00:00", "24:00"),
            "1972-01-05T00:00",
            "1972-01-09T00:00",
            23.25 + 30 / HOUR,
        ),
    ],
)
def test_hours_follow_the_wall_clock_where_it_jumps(tz, day, window, since, until, expected):
    assert hours(calendar(tz, [day], [window]), since, until) == pytest.approx(expected, abs=1e-9)


def test_a_repeated_quarter_of_an_hour_opens_twice():
    opening = calendar(days=["sun"], windows=[("02:30", "02:45")])
    assert opening.open_spans(at("2025-10-26T00:00"), at("2025-10-27T00:00")) == [
        (at("2025-10-26T00:30"), at("2025-10-26T00:45")),
        (at("2025-10-26T01:30"), at("2025-10-26T01:45")),
    ]


def test_a_window_in_the_missing_hour_opens_a_week_later():
    opening = calendar(days=["sun"], windows=[("02:00", "02:45")])
    assert format_instant(opening.next_open(at("2025-03-30T00:00"))) == "2025-04-06T00:00:00Z"


@pytest.mark.parametrize(
    ("holiday", "expected"),
    [("2025-05-02", 6), ("2025-05-03", 2), ("2025-05-04", 8)],
)
def test_a_holiday_blanks_only_its_own_date_of_a_night_shift(holiday, expected):
    opening = calendar(days=["fri"], windows=[("22:00", "06:00")], holidays=[holiday])
    assert hours(opening, "2025-05-02T00:00", "2025-05-05T00:00") == expected


def test_a_window_from_a_time_to_itself_lasts_24_hours():
    opening = calendar("UTC", ["mon"], [("08:00", "08:00")])
    assert opening.open_spans(at("2025-06-01T00:00"), at("2025-06-08T00:00")) == [
        (at("2025-06-02T08:00"), at("2025-06-03T08:00"))
    ]


def test_round_the_clock_loses_nothing_at_midnight_and_is_one_interval():
    opening = calendar("UTC", DAY_NAMES, [("00:00", "24:00")])
    assert opening.work_seconds(at("2025-01-01T00:00"), at("2026-01-01T00:00")) == 31_536_000
    assert len(opening.table.starts) == 2  # the sentinel and the one interval


def test_the_last_exception_that_matches_wins():
    exceptions = [
        {"date": "2025-12-24", "from": "12:00", "to": "24:00", "open": False},
        {"date": "2025-12-24", "from": "14:00", "to": "15:00", "open": True},
        {"date": "2025-12-24", "from": "14:30", "to": "16:00", "open": False},
        {"date": "2025-12-25", "from": "09:00", "to": "10:00", "open": True},
    ]
    opening = calendar("UTC", holidays=["2025-12-25", "2025-12-26"], exceptions=exceptions)
    assert opening.open_spans(at("2025-12-24T00:00"), at("2025-12-28T00:00")) == [
        (at("2025-12-24T08:00"), at("2025-12-24T12:00")),
        (at("2025-12-24T14:00"), at("2025-12-24T14:30")),
        (at("2025-12-25T09:00"), at("2025-12-25T10:00")),
    ]


def test_a_holiday_can_be_worked_off_on_a_saturday():
    exceptions = [{"date": "2025-10-04", "from": "08:00", "to": "18:00", "open": True}]
    opening = calendar(holidays=["2025-10-03"], exceptions=exceptions)
    assert due_of(opening, "2025-10-02T15:00", 2 * HOUR) == ("2025-10-04T07:00",) * 2


def test_an_exception_runs_past_midnight_as_a_window_does():
    exceptions = [{"date": "2025-06-14", "from": "22:00", "to": "02:00", "open": True}]
    assert hours(calendar(exceptions=exceptions), "2025-06-13T18:00", "2025-06-16T00:00") == 4


def test_a_new_version_moves_the_zone_in_the_middle_of_a_clock():
    week = {day: [["09:00", "17:00"]] for day in WORKDAYS}
    opening = Calendar.parse(
        {
            "versions": [
                {"effective_from": "2025-06-11T10:00:00Z", "tz": "America/New_York", "weekly": week},
                {"effective_from": None, "tz": "Europe/Berlin", "weekly": week},
            ]
        }
    )
    assert due_of(opening, "2025-06-11T06:00", 4 * HOUR) == ("2025-06-11T14:00",) * 2
    assert due_of(opening, "2025-06-11T06:00", 3 * HOUR) == ("2025-06-11T10:00", "2025-06-11T13:00")


def test_before_its_first_version_a_calendar_is_closed():
    version = {"effective_from": "2025-06-11T10:00:00Z", "tz": "UTC", "weekly": {"wed": [["00:00", "24:00"]]}}
    opening = Calendar.parse({"versions": [version]})
    assert due_of(opening, "2020-01-01T00:00", HOUR) == ("2025-06-11T11:00",) * 2


def test_pauses_that_overlap_touch_or_hold_the_start_are_left_out_once():
    pauses = [
        ("2025-06-11T09:00", "2025-06-11T10:00"),
        ("2025-06-11T05:00", "2025-06-11T07:00"),
        ("2025-06-11T09:30", "2025-06-11T10:30"),
        ("2025-06-11T10:30", "2025-06-11T11:00"),
    ]
    # open 06:00-16:00 UTC; starts at 06:30, so 07:00-09:00 and from 11:00 count
    assert due_of(calendar(), "2025-06-11T06:30", 3 * HOUR, pauses) == ("2025-06-11T12:00",) * 2


def test_a_pause_that_begins_when_the_target_is_used_up_delays_only_the_breach():
    pauses = [("2025-06-11T09:00", "2025-06-11T10:00")]
    assert due_of(calendar(), "2025-06-11T06:00", 3 * HOUR, pauses) == (
        "2025-06-11T09:00",
        "2025-06-11T10:00",
    )


def test_a_pause_after_the_breach_changes_nothing():
    pauses = [("2025-06-11T09:00", "2025-06-11T10:00")]
    assert due_of(calendar(), "2025-06-11T06:00", 3 * HOUR - 1, pauses)[0] == "2025-06-11T08:59"


def test_an_empty_target_is_due_at_the_start_and_broken_once_the_doors_open():
    assert due_of(calendar(), "2025-06-14T10:00", 0) == ("2025-06-14T10:00", "2025-06-16T06:00")
    assert due_of(calendar(), "2025-06-13T10:00", 0) == ("2025-06-13T10:00", "2025-06-13T10:00")


def test_a_calendar_that_opens_once_more_answers_null_after_that():
    exceptions = [{"date": "2031-03-05", "from": "10:00", "to": "11:00", "open": True}]
    opening = calendar("UTC", [], exceptions=exceptions)
    assert due_of(opening, "2025-01-01T00:00", HOUR) == ("2031-03-05T11:00", None)
    assert due_of(opening, "2025-01-01T00:00", HOUR - 60) == ("2031-03-05T10:59",) * 2
    assert due_of(opening, "2025-01-01T00:00", HOUR + 1) == (None, None)
    assert due_of(opening, "2031-03-05T11:00", 0) == ("2031-03-05T11:00", None)
    assert opening.next_open(at("2031-03-05T11:00")) is None
    assert not opening.is_open(at("2040-01-01T00:00"))


def test_a_last_version_without_hours_ends_all_clocks():
    opening = Calendar.parse(
        {
            "versions": [
                {"effective_from": None, "tz": "UTC", "weekly": {"mon": [["00:00", "24:00"]]}},
                {"effective_from": "2025-06-02T12:00:00Z", "tz": "UTC", "weekly": {}},
            ]
        }
    )
    assert due_of(opening, "2025-06-02T00:00", 12 * HOUR) == ("2025-06-02T12:00", None)
    assert due_of(opening, "2025-06-02T00:00", 12 * HOUR + 1) == (None, None)


def test_far_years_are_compiled_when_asked_and_never_guessed():
    opening = calendar("UTC", DAY_NAMES, [("00:00", "24:00")])
    start, far = at("2025-06-01T00:00"), 40 * 366 * 86_400
    assert due(opening, start, far) == Due(start + far, start + far)
    assert opening.work_seconds(at("1990-01-01T00:00"), at("1990-01-02T00:00")) == 86_400


@pytest.mark.parametrize("tz", ["Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"])
@pytest.mark.parametrize("day", ["2200-12-31", "2201-03-29", "2300-10-26", "2400-02-29", "2501-01-01"])
def test_in_far_centuries_every_quarter_of_an_hour_is_still_right(tz, day):
    document = {
        "tz": tz,
        "weekly": {name: [["00:15", "03:30"], ["22:00", "01:45"]] for name in DAY_NAMES[2:]},
        "holidays": ["2201-03-29", "2300-10-26"],
    }
    start, end = at(f"{day}T00:00") - 4 * 86_400, at(f"{day}T00:00") + 4 * 86_400
    opening, oracle = Calendar.parse(document), Oracle(document, 900)
    quarters = [step for since, to in opening.open_spans(start, end) for step in range(since, to, 900)]
    assert quarters == [step for step in range(start, end, 900) if oracle.open_at(step)]
    table = opening.table
    edges = [edge for span in zip(table.starts[1:], table.ends[1:], strict=True) for edge in span]
    assert edges == sorted(set(edges))
    assert table.lo <= edges[0] < edges[-1] <= table.hi


def test_to_the_end_of_time_hours_are_counted_as_weeks_are():
    opening = calendar(days=["mon", "fri"])
    start, end = at("2025-06-13T14:00"), at("9999-12-31T23:59:59")
    # 9999-12-31 is a Friday: 2 hours, then a Monday and a Friday of each of the weeks to it
    weeks = (at("9999-12-31T00:00") - at("2025-06-13T00:00")) // (7 * 86_400)
    assert opening.work_seconds(start, end) == (2 + weeks * 20) * HOUR


def test_past_the_year_9999_it_refuses():
    with pytest.raises(HorizonError, match="beyond the years 1 to 9999"):
        due(calendar(), at("2025-06-01T00:00"), 10**12)


def test_a_calendar_text_is_compiled_once():
    text = '{"tz": "UTC", "weekly": {"mon": [["08:00", "18:00"]]}}'
    assert calendar_of(text) is calendar_of(text)
    with pytest.raises(CalendarError, match="calendar: This is not JSON"):
        calendar_of("{")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda opening: elapsed(opening, 100, 99), "end lies before the start"),
        (lambda opening: opening.work_seconds(100, 99), "end lies before the start"),
        (lambda opening: due(opening, 100, -1), "target is negative"),
        (lambda opening: due(opening, 100, 10, [(300, 200)]), "pause ends before it begins"),
        (lambda opening: elapsed(opening, 100, 900, [(300, 200)]), "pause ends before it begins"),
    ],
)
def test_questions_without_sense_are_refused(ask, message):
    with pytest.raises(CalendarError, match=message):
        ask(calendar())


GOOD = {"tz": "UTC", "weekly": {}}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "calendar: This must be an object."),
        ({"weekly": {}}, "calendar: 'tz' is missing. Add it."),
        ({"tz": "UTC"}, "calendar: 'weekly' is missing. Add it."),
        (GOOD | {"tz": "Mars/Olympus"}, "calendar.tz: 'Mars/Olympus' is no time zone known here."),
        (GOOD | {"tz": "../etc/passwd"}, "calendar.tz: '../etc/passwd' is no time zone known here."),
        (GOOD | {"tz": "Europe"}, "calendar.tz: 'Europe' is no time zone known here."),
        (GOOD | {"tz": "localtime"}, "calendar.tz: 'localtime' is no time zone known here."),
        (GOOD | {"tz": None}, "calendar.tz: None is no time zone known here."),
        (GOOD | {"holyday": []}, "calendar: Not known here: holyday. Use exceptions, holidays, tz, weekly."),
        (
            GOOD | {"weekly": {"monday": []}},
            "calendar.weekly: 'monday' is no weekday. Use mon, tue, wed, thu,",
        ),
        (GOOD | {"weekly": {"mon": [["08:00"]]}}, "calendar.weekly.mon[0]: A window is a pair"),
        (GOOD | {"weekly": {"mon": ["08:00"]}}, "calendar.weekly.mon[0]: This must be a list."),
        (GOOD | {"weekly": {"mon": None}}, "calendar.weekly.mon: This must be a list."),
        (GOOD | {"weekly": {"mon": [["8:00", "18:00"]]}}, "calendar.weekly.mon[0] start: '8:00' is no time"),
        (GOOD | {"weekly": {"mon": [["08:00", "24:01"]]}}, "calendar.weekly.mon[0] end: '24:01' is no time"),
        (
            GOOD | {"weekly": {"mon": [["08:60", "18:00"]]}},
            "calendar.weekly.mon[0] start: '08:60' is no time",
        ),
        (GOOD | {"weekly": {"mon": [[8, 18]]}}, "calendar.weekly.mon[0] start: 8 is no time of day."),
        (
            GOOD | {"weekly": {"mon": [["24:00", "06:00"]]}},
            "calendar.weekly.mon[0]: Nothing starts at 24:00.",
        ),
        (GOOD | {"holidays": ["2025-02-29"]}, "calendar.holidays[0]: '2025-02-29' is no date."),
        (GOOD | {"holidays": ["20250301"]}, "calendar.holidays[0]: '20250301' is no date."),
        (GOOD | {"holidays": "2025-03-01"}, "calendar.holidays: This must be a list."),
        (
            GOOD | {"exceptions": [{"date": "2025-03-01"}]},
            "calendar.exceptions[0]: 'from' is missing. Add it.",
        ),
        (
            GOOD | {"exceptions": [{"date": "2025-03-01", "from": "08:00", "to": "09:00", "open": 1}]},
            "calendar.exceptions[0].open: 1 is neither true nor false.",
        ),
        ({"versions": []}, "calendar.versions: Give at least one version."),
        ({"versions": [GOOD]}, "calendar.versions[0]: 'effective_from' is missing."),
        ({"versions": [], **GOOD}, "calendar: Not known here: tz, weekly. Use versions."),
        (
            {"versions": [{"effective_from": "yesterday", **GOOD}]},
            "calendar.versions[0].effective_from: 'yesterday' is no instant.",
        ),
        (
            {"versions": [{"effective_from": None, **GOOD}, {"effective_from": None, **GOOD}]},
            "calendar.versions: Two versions take effect at the same instant.",
        ),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_with_its_place(document, message):
    with pytest.raises(CalendarError) as error:
        Calendar.parse(document)
    assert str(error.value).startswith(message)


def test_remarks_in_a_calendar_are_let_pass():
    document = {"name": "Desk", "tz": "UTC", "weekly": {}, "exceptions": [], "note": "until further notice"}
    assert Calendar.parse(document).next_open(0) is None
