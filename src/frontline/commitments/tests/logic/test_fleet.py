"""Many clocks at once answer as one by one."""

import numpy as np
import pytest

from frontline.commitments.logic.calendar import Calendar, CalendarError, due
from frontline.commitments.logic.fleet import NEVER, due_many
from frontline.commitments.logic.instants import parse_instant
from frontline.commitments.tests.logic.oracle import DAY_NAMES

DAY = 86_400
START = parse_instant("2025-01-01T00:00:00Z")
WEEK = {day: [["08:00", "18:00"]] for day in DAY_NAMES[:5]}


def document(**more):
    return {"tz": "Europe/Berlin", "weekly": WEEK, "holidays": ["2025-05-01"], **more}


def one_by_one(calendar, starts, targets, pauses):
    rows = [due(calendar, *row, pauses.get(i, ())) for i, row in enumerate(zip(starts, targets, strict=True))]
    return [[NEVER if row[side] is None else row[side] for row in rows] for side in (0, 1)]


@pytest.mark.parametrize(
    "rules",
    [
        document(),
        document(
            weekly={}, exceptions=[{"date": "2025-07-01", "from": "08:00", "to": "12:00", "open": True}]
        ),
        document(weekly={}),
        document(weekly={day: [["00:00", "24:00"]] for day in DAY_NAMES}, tz="UTC"),
    ],
)
def test_a_fleet_answers_as_its_clocks_do(rules):
    random = np.random.default_rng(7)
    starts = random.integers(START, START + 400 * DAY, 40_000)
    targets = random.choice([0, 1, 3600, 36_000, 144_000, 5_000_000], 40_000)
    starts[:2000] -= starts[:2000] % 3600
    sample = np.r_[0:2000, 2000:40_000:50]
    pauses = {
        int(row): [(int(starts[row]) + 60, int(starts[row]) + 9000)] for row in random.integers(0, 2000, 30)
    }

    dues = due_many(Calendar.parse(rules), starts, targets, pauses)

    seen = [side[sample].tolist() for side in dues]
    rows = {position: pauses[int(row)] for position, row in enumerate(sample) if int(row) in pauses}
    assert seen == one_by_one(Calendar.parse(rules), starts[sample].tolist(), targets[sample].tolist(), rows)


def test_no_clocks_are_no_trouble():
    assert [len(side) for side in due_many(Calendar.parse(document()), [], [])] == [0, 0]


@pytest.mark.parametrize(
    ("starts", "targets", "message"),
    [
        ([1, 2], [3], "two lists of the same length"),
        ([[1]], [[2]], "two lists of the same length"),
        ([1.5], [2], "must be whole seconds"),
        ([1], [-2], "A target is negative"),
    ],
)
def test_a_fleet_without_sense_is_refused(starts, targets, message):
    with pytest.raises(CalendarError, match=message):
        due_many(Calendar.parse(document()), starts, targets)
