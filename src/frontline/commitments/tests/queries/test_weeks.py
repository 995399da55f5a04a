from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from frontline.commitments.logic.calendar import Calendar
from frontline.commitments.queries.weeks import Opening, weeks_ahead

EVERY_DAY = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def days(rules, now):
    weeks = weeks_ahead(Calendar.parse(rules), zone=ZoneInfo(rules["tz"]), now=now)
    assert [len(week) for week in weeks] == [7, 7, 7, 7]
    return {day.date: day for week in weeks for day in week}


def test_four_whole_weeks_from_the_monday_of_this_one():
    found = days({"tz": "Asia/Tokyo", "weekly": EVERY_DAY}, datetime(2026, 3, 1, 16, tzinfo=UTC))
    assert (min(found), max(found)) == (date(2026, 3, 2), date(2026, 3, 29))


def test_openings_are_drawn_where_they_lie_in_the_day():
    found = days(
        {"tz": "Europe/Berlin", "weekly": {"mon": [["06:00", "12:00"], ["18:00", "24:00"]]}},
        datetime(2026, 3, 2, tzinfo=UTC),
    )
    assert found[date(2026, 3, 2)].openings == (
        Opening("06:00", "12:00", 25.0, 25.0),
        Opening("18:00", "24:00", 75.0, 25.0),
    )
    assert found[date(2026, 3, 3)].openings == ()


def test_days_on_which_the_clocks_change_are_marked():
    found = days({"tz": "Europe/Berlin", "weekly": EVERY_DAY}, datetime(2026, 3, 20, tzinfo=UTC))
    forward = found[date(2026, 3, 29)]
    assert (forward.shift_minutes, forward.open_seconds) == (60, 23 * 3600)
    back = days({"tz": "Europe/Berlin", "weekly": EVERY_DAY}, datetime(2026, 10, 20, tzinfo=UTC))
    assert (back[date(2026, 10, 25)].shift_minutes, back[date(2026, 10, 25)].open_seconds) == (-60, 25 * 3600)
    assert {day.shift_minutes for day in found.values() if day is not forward} == {0}
