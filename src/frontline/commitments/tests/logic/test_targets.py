"""Priorities and targets."""

import pytest

from frontline.commitments.logic.targets import (
    DEFAULT_MATRIX,
    DEFAULT_TARGETS,
    LEVELS,
    PRIORITIES,
    Aim,
    Hours,
    Target,
    TargetError,
    matrix_from_json,
    matrix_to_json,
    priority_of,
    target_of,
)


def test_the_default_matrix_is_the_agreed_one():
    rows = [[priority_of(DEFAULT_MATRIX, impact, urgency) for urgency in LEVELS] for impact in LEVELS]
    assert rows == [["P1", "P2", "P3"], ["P2", "P3", "P4"], ["P3", "P4", "P5"]]


def test_the_default_targets_are_the_agreed_ones():
    minutes = {aim: [DEFAULT_TARGETS[aim, priority] // 60 for priority in PRIORITIES] for aim in Aim}
    assert minutes == {
        Aim.RESPOND: [15, 30, 120, 240, 480],
        Aim.RESOLVE: [240, 480, 960, 1440, 2400],
    }


def test_only_the_two_highest_priorities_of_the_first_tier_count_round_the_clock():
    hours = {
        (priority, tier): target_of(DEFAULT_TARGETS, Aim.RESOLVE, priority, tier).hours
        for priority in PRIORITIES
        for tier in (None, 1, 2)
    }
    round_the_clock = {key for key, value in hours.items() if value is Hours.ROUND_THE_CLOCK}
    assert round_the_clock == {("P1", 1), ("P2", 1)}
    assert target_of(DEFAULT_TARGETS, Aim.RESPOND, "P1", 1) == Target(
        Aim.RESPOND, "P1", 900, Hours.ROUND_THE_CLOCK
    )


def test_a_matrix_survives_storing():
    assert matrix_from_json(matrix_to_json(DEFAULT_MATRIX)) == DEFAULT_MATRIX


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (None, "The cell of impact 1 and urgency 1 holds None. Use one of P1, P2, P3, P4, P5."),
        (matrix_to_json(DEFAULT_MATRIX) | {"2:3": "P9"}, "The cell of impact 2 and urgency 3 holds 'P9'."),
        (matrix_to_json(DEFAULT_MATRIX) | {"4:1": "P1"}, "The matrix has cells it does not know: 4:1."),
    ],
)
def test_a_matrix_with_a_wrong_cell_is_refused(document, message):
    with pytest.raises(TargetError) as error:
        matrix_from_json(document)
    assert str(error.value).startswith(message)


def test_unknown_levels_and_priorities_are_refused():
    with pytest.raises(TargetError, match="no priority for impact 0 and urgency 4"):
        priority_of(DEFAULT_MATRIX, 0, 4)
    with pytest.raises(TargetError, match="no target resolve for a ticket of priority P6"):
        target_of(DEFAULT_TARGETS, Aim.RESOLVE, "P6")
