"""When a child is started again, and when not: the pure part."""

from hypothesis import given
from hypothesis import strategies as st

from frontline.foundation.supervisor import Patience
from frontline.foundation.supervisor.restarts import Restarts

PATIENCE = Patience(
    steady_after=5, tries_at_first=3, tries_later=8, first_delay=0.25, last_delay=10, last_delay_if_killed=1
)
lives = st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=30)


def after(many, start=None):
    restarts = start or Restarts()
    for seconds, killed in many:
        restarts = restarts.after_life(seconds=seconds, killed=killed, patience=PATIENCE)
    return restarts


def test_the_delay_doubles_up_to_its_end():
    delays = [after([(0, False)] * count).delay(PATIENCE) for count in range(9)]
    assert delays == [0.25, 0.25, 0.5, 1, 2, 4, 8, 10, 10]


def test_a_child_killed_from_outside_is_back_soon():
    delays = [after([(0, True)] * count).delay(PATIENCE) for count in range(1, 7)]
    assert delays == [0.25, 0.5, 1, 1, 1, 1]


def test_a_child_that_never_came_up_is_given_up_sooner_than_one_that_ran():
    fresh = [after([(0, False)] * count).is_hopeless(PATIENCE) for count in range(1, 10)]
    proven = [after([(9, False)] + [(0, False)] * count).is_hopeless(PATIENCE) for count in range(1, 10)]
    assert fresh == [False] * 2 + [True] * 7
    assert proven == [False] * 7 + [True] * 2


@given(lives)
def test_the_delay_stays_within_its_bounds(many):
    assert PATIENCE.first_delay <= after(many).delay(PATIENCE) <= PATIENCE.last_delay


@given(lives, st.floats(5, 1000))
def test_a_steady_life_wipes_out_what_was_before(many, seconds):
    assert after([*many, (seconds, False)]) == Restarts(was_steady=True)


@given(st.lists(st.floats(0, 100), max_size=50))
def test_a_child_killed_from_outside_is_never_given_up(many):
    assert not after([(seconds, True) for seconds in many]).is_hopeless(PATIENCE)


@given(lives)
def test_forgiving_keeps_only_that_it_once_ran(many):
    restarts = after(many)
    assert restarts.forgiven() == Restarts(was_steady=restarts.was_steady)
