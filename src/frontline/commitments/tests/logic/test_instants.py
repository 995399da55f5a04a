"""Instants in and out."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontline.commitments.logic.instants import (
    EARLIEST,
    LATEST,
    InstantError,
    format_instant,
    instant_of,
    parse_instant,
    seconds_of,
)


@given(st.integers(EARLIEST, LATEST - 1))
def test_an_instant_survives_writing_and_reading(seconds):
    assert parse_instant(format_instant(seconds)) == seconds
    assert seconds_of(instant_of(seconds)) == seconds


def test_other_zones_and_empty_fractions_are_understood():
    assert parse_instant("2025-06-13T16:00:00+02:00") == parse_instant("2025-06-13t14:00:00.000z")
    assert parse_instant("2025-06-13T16:00:00-03:30") == parse_instant("2025-06-13T19:30:00Z")


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-13T16:00:00",
        "2025-06-13T16:00:00.5Z",
        "2025-06-13 16:00:00Z",
        "2025-02-29T16:00:00Z",
        "2025-06-13T24:00:00Z",
        "2025-06-13T23:59:60Z",
        "2025-06-13",
        "0001-01-01T00:00:00+10:00",
        "٢٠٢٥-06-13T16:00:00Z",
        "",
        None,
        1_750_000_000,
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(InstantError, match=r"is no instant\. Write it in whole seconds with its zone"):
        parse_instant(text)


def test_a_moment_is_rounded_down_to_its_second():
    zone = timezone(timedelta(hours=2))
    assert seconds_of(datetime(1970, 1, 1, 2, 0, 1, 999_999, tzinfo=zone)) == 1
    assert seconds_of(datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)) == -1


def test_a_moment_without_zone_is_refused():
    with pytest.raises(InstantError, match="is no instant"):
        seconds_of(datetime(2025, 6, 13))
