"""Due instants of a fleet of clocks at once, for recomputing every running clock after a calendar changed.

numpy is imported on first use, so that a process which never recomputes a fleet does not pay for it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from frontline.commitments.logic.calendar import Calendar, CalendarError, Pauses, due
from frontline.commitments.logic.instants import LATEST
from frontline.commitments.logic.openings import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Seconds = NDArray[np.int64]

#: stands in the arrays for "never"; the largest 64-bit integer, so that it sorts after every instant
NEVER: Final = 2**63 - 1
#: rows at a time: what a step works on stays in the processor's cache
_BLOCK: Final = 1 << 15


class Dues(NamedTuple):
    """Seconds since 1970 per clock, NEVER for never; see `calendar.Due`."""

    due_at: "Seconds"
    breach_after: "Seconds"


class _Arrays(NamedTuple):
    table: Table
    starts: "Seconds"
    ends: "Seconds"
    totals: "Seconds"
    bases: "Seconds"


def due_many(
    calendar: Calendar,
    starts: "ArrayLike",
    targets: "ArrayLike",
    pauses: Mapping[int, Pauses] | None = None,
) -> Dues:
    """The same as `calendar.due` for many clocks: row i starts at `starts[i]` with `targets[i]` seconds.

    `pauses` maps the rows that have any to theirs; those rows are computed one by one. Takes two integer
    arrays of one length; raises CalendarError for other shapes and for negative targets.
    """
    import numpy as np

    since = np.ascontiguousarray(starts)
    budget = np.ascontiguousarray(targets)
    if since.ndim != 1 or since.shape != budget.shape:
        raise CalendarError("Starts and targets must be two lists of the same length.")
    result = Dues(np.empty(len(since), np.int64), np.empty(len(since), np.int64))
    if not len(since):
        return result
    if since.dtype.kind not in "iu" or budget.dtype.kind not in "iu":
        raise CalendarError("Starts and targets must be whole seconds.")
    since, budget = since.astype(np.int64, copy=False), budget.astype(np.int64, copy=False)
    if budget.min() < 0:
        raise CalendarError("A target is negative. Give the seconds of working time as 0 or more.")
    _compile_enough(calendar, since, budget)
    arrays = _arrays(calendar)
    for begin in range(0, len(since), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        _due_block(arrays, since[block], budget[block], result.due_at[block], result.breach_after[block])
    # what ends beyond the compiled years, or at once, and what was paused takes the careful way
    rest = set(np.flatnonzero(result.due_at == NEVER).tolist()) | set(pauses or ())
    for row in sorted(rest):
        due_at, breach_after = due(calendar, int(since[row]), int(budget[row]), (pauses or {}).get(row, ()))
        result.due_at[row] = NEVER if due_at is None else due_at
        result.breach_after[row] = NEVER if breach_after is None else breach_after
    return result


def _compile_enough(calendar: Calendar, since: Any, budget: Any) -> None:
    """Compiles until the largest budget from the latest start is used up, or nothing follows any more."""
    latest = int(since.max())
    table: Table | None = calendar.cover(int(since.min()), latest + 1)
    while table and table.hi < LATEST and table.totals[-1] <= table.work_before(latest) + int(budget.max()):
        table = calendar.further(table)


def _arrays(calendar: Calendar) -> _Arrays:
    import numpy as np

    table = calendar.table
    if calendar.arrays is None or calendar.arrays.table is not table:
        columns = (np.array(column, np.int64) for column in table[2:])
        calendar.arrays = _Arrays(table, *columns)
    arrays: _Arrays = calendar.arrays
    return arrays


def _due_block(arrays: _Arrays, since: Any, budget: Any, due_at: Any, breach_after: Any) -> None:
    """Fills both outputs; NEVER where the table does not tell."""
    import numpy as np

    last = len(arrays.starts) - 1
    index = np.searchsorted(arrays.starts, since, side="right") - 1
    level = np.minimum(arrays.bases[index] + since, arrays.totals[index]) + budget
    index = np.searchsorted(arrays.totals, level, side="left")
    unknown = (index >= last) | (budget == 0)
    np.minimum(index, last - 1, out=index)
    np.subtract(level, arrays.bases[index], out=due_at)
    breach_after[:] = np.where(level == arrays.totals[index], arrays.starts[index + 1], due_at)
    due_at[unknown] = NEVER
