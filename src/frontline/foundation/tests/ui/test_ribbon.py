from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontline.foundation.ui.ribbon import ClockMark, EmptyRibbon, Held, Sum, lay_out

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")


def at(minutes):
    return START + timedelta(minutes=minutes)


def number(percent):
    assert percent.endswith("%")
    return float(percent[:-1])


def test_bars_share_the_width_by_their_time():
    held = [Held(at(0), at(30), "desk", "Desk"), Held(at(30), at(120), "team", "Network")]
    bars = lay_out(held, now=at(500), zone=ZONE).lanes[0].bars
    assert [(bar.x, bar.width) for bar in bars] == [("0.000%", "25.000%"), ("25.000%", "75.000%")]


def test_an_open_segment_reaches_until_now():
    ribbon = lay_out([Held(at(0), None, "desk", "Desk")], now=at(60), zone=ZONE)
    assert [(bar.x, bar.width) for bar in ribbon.lanes[0].bars] == [("0.000%", "100.000%")]
    assert ribbon.sums == (Sum("desk", "Desk", 3600, 0),)


def test_dead_time_is_hatched_inside_its_own_bar_and_summed():
    held = [
        Held(at(0), at(60), "desk", "Desk"),
        Held(at(60), at(160), "supplier", "Contoso", dead=[(at(80), at(130))]),
    ]
    ribbon = lay_out(held, now=at(200), zone=ZONE)
    [dead] = ribbon.lanes[0].bars[1].dead
    assert (dead.x, dead.width) == ("20.000%", "50.000%")
    assert ribbon.sums[1] == Sum("supplier", "Contoso", 6000, 3000)


def test_side_by_side_work_runs_in_lanes():
    held = [Held(at(0), at(60), "supplier", "A", lane="1"), Held(at(0), at(60), "supplier", "B", lane="2")]
    ribbon = lay_out(held, now=at(60), zone=ZONE)
    assert [(lane.label, lane.y) for lane in ribbon.lanes] == [("1", 0), ("2", 34)]


def test_a_promise_ahead_is_shown_and_now_is_marked():
    ribbon = lay_out(
        [Held(at(0), None, "desk", "Desk")], marks=[ClockMark(at(80), "word by")], now=at(60), zone=ZONE
    )
    assert 60 < number(ribbon.now_x) < number(ribbon.marks[0].x) < 100


def test_a_promise_far_ahead_does_not_squeeze_the_past():
    ribbon = lay_out(
        [Held(at(0), None, "desk", "Desk")], marks=[ClockMark(at(9000), "resolve")], now=at(60), zone=ZONE
    )
    assert number(ribbon.lanes[0].bars[0].width) > 60


def test_labels_that_would_collide_give_way():
    marks = [ClockMark(at(10), "first label"), ClockMark(at(11), "second label")]
    ribbon = lay_out([Held(at(0), at(600), "desk", "Desk")], marks=marks, now=at(600), zone=ZONE)
    assert [mark.shown for mark in ribbon.marks] == [True, False]


def test_a_ribbon_without_holders_is_refused():
    with pytest.raises(EmptyRibbon):
        lay_out([], now=at(0), zone=ZONE)


def test_zero_length_custody_is_legal():
    held = [Held(at(0), at(0), "desk", "Desk"), Held(at(0), at(0), "team", "Network")]
    assert [bar.width for bar in lay_out(held, now=at(0), zone=ZONE).lanes[0].bars] == ["0.000%", "0.000%"]


@given(st.lists(st.integers(0, 60 * 24 * 400), min_size=1, max_size=12), st.integers(0, 1000))
def test_bars_of_a_chain_touch_and_fill_the_ribbon(minutes, after):
    edges = [0, *sorted(minutes)]
    held = [Held(at(a), at(b), "team", str(i)) for i, (a, b) in enumerate(pairwise(edges))]
    bars = lay_out(held, now=at(edges[-1] + after), zone=ZONE).lanes[0].bars
    for left, right in pairwise(bars):
        assert number(left.x) + number(left.width) == pytest.approx(number(right.x), abs=0.01)
    assert number(bars[-1].x) + number(bars[-1].width) <= 100.01
