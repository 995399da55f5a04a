"""Ways through what needs what."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from frontline.estate.logic.graph import End, way

ENDS = st.tuples(st.sampled_from(["service", "item"]), st.integers(1, 5))
EDGES = st.lists(st.tuples(ENDS, ENDS), max_size=25)


def needing(edges: Sequence[tuple[End, End]]):
    asked: list[End] = []

    def needs(level: Sequence[End]) -> Mapping[End, list[End]]:
        asked.extend(level)
        return {end: [lower for upper, lower in edges if upper == end] for end in level}

    return needs, asked


def distance(edges: Sequence[tuple[End, End]], start: End, goal: End) -> int | None:
    """Steps by brute force: whatever can be reached in one more step, until nothing new comes."""
    reached, steps = {start}, 0
    while goal not in reached:
        wider = reached | {lower for upper, lower in edges if upper in reached}
        if wider == reached:
            return None
        reached, steps = wider, steps + 1
    return steps


@given(EDGES, ENDS, ENDS)
def test_a_way_is_a_shortest_chain_of_needs_and_each_end_is_asked_about_once(edges, start, goal):
    needs, asked = needing(edges)
    found = way(start, goal, needs)
    steps = distance(edges, start, goal)
    assert len(asked) == len(set(asked))
    if steps is None:
        assert found is None
    else:
        assert found is not None
        assert (found[0], found[-1], len(found)) == (start, goal, steps + 1)
        assert all(pair in edges for pair in pairwise(found))
