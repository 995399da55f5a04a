"""What needs what, as a walk over ends of dependencies. An end is ("service" | "item", row id)."""

from collections.abc import Callable, Mapping, Sequence

End = tuple[str, int]


def way(
    start: End, goal: End, needs: Callable[[Sequence[End]], Mapping[End, Sequence[End]]]
) -> list[End] | None:
    """The shortest way from `start` down to `goal`, both included; None when there is none.

    `needs` answers for a whole level at once (each end: what it needs directly), so the price is one question a
    level, and every end is asked about once.
    """
    came_from: dict[End, End | None] = {start: None}
    level = [start]
    while level:
        if goal in came_from:
            return _back(goal, came_from)
        below = needs(level)
        following: list[End] = []
        for end in level:
            for lower in below.get(end, ()):
                if lower not in came_from:
                    came_from[lower] = end
                    following.append(lower)
        level = following
    return None


def _back(goal: End, came_from: Mapping[End, End | None]) -> list[End]:
    path: list[End] = []
    end: End | None = goal
    while end is not None:
        path.append(end)
        end = came_from[end]
    return path[::-1]
