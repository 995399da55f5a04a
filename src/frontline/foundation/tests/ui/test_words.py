from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontline.foundation.ui import words

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 1, 5, 9, 48, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (7500, "2 h 05 min"),
        (86400, "1 d"),
    ],
)
def test_durations_are_said_in_two_units_at_most(seconds, said):
    assert words.duration(seconds) == said


def test_long_durations_drop_what_no_longer_matters():
    assert words.duration(3 * 86400 + 4 * 3600 + 59) == "3 d 4 h"
    assert words.duration(12 * 86400 + 4 * 3600) == "12 d"


def test_working_time_has_no_days():
    assert words.duration(38 * 3600 + 20 * 60, working=True) == "38 h 20 min"


def test_a_span_that_is_over_carries_a_minus():
    assert words.duration(-720) == "−12 min"


def test_full_durations_have_no_abbreviations():
    assert words.duration_in_full(90061) == "1 day 1 hour 1 minute"


def test_moments_are_as_short_as_the_day_allows():
    hour = timedelta(hours=1)
    said = [words.moment(NOW + hour * h, now=NOW, zone=BERLIN) for h in (2, 22, -20, 100, 24 * 60, 24 * 400)]
    assert said == ["12:48", "tomorrow 08:48", "yesterday 14:48", "Fri 14:48", "6 Mar 10:48", "9 Feb 2027"]


def test_a_moment_is_said_in_the_readers_zone_not_in_utc():
    late = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)
    assert words.moment(late, now=NOW, zone=BERLIN) == "tomorrow 00:30"
    assert words.moment(late, now=NOW, zone=ZoneInfo("America/New_York")) == "18:30"


def test_the_full_moment_names_its_zone():
    assert words.moment_in_full(NOW, zone=BERLIN) == "Monday 5 January 2026, 10:48 CET"
    assert words.place_of(ZoneInfo("America/New_York")) == "New York"


def test_distances_look_forward_and_back():
    said = [words.distance(NOW + timedelta(minutes=m), now=NOW) for m in (0, 12, -125)]
    assert said == ["now", "in 12 min", "2 h 05 min ago"]


@pytest.mark.parametrize(
    ("name", "said"), [("Amira El-Sayed", "AS"), ("Ben", "B"), ("", "?"), ("  … ", "?"), ("ömer çelik", "ÖÇ")]
)
def test_initials_stand_for_a_face(name, said):
    assert words.initials(name) == said


@given(st.text(max_size=80))
def test_initials_never_fail_and_stay_short(name):
    assert 1 <= len(words.initials(name)) <= 6


@given(st.integers(0, 10**9), st.booleans())
def test_a_duration_never_has_more_than_two_figures(seconds, working):
    said = words.duration(seconds, working=working)
    assert sum(part.isdigit() for part in said.split()) <= 2
