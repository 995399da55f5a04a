"""Questions about promises: the rules answer from memory (see `policy`), clocks and set-up from the database."""

from frontline.commitments.queries.clocks import (
    COLUMNS,
    SELECT,
    ClockRow,
    Standing,
    clocks_of,
    next_due,
    rows,
    standing,
)
from frontline.commitments.queries.rules import (
    calendar,
    hours,
    party_targets_for,
    priority_for,
    targets_for,
)

__all__ = [
    "COLUMNS",
    "SELECT",
    "ClockRow",
    "Standing",
    "calendar",
    "clocks_of",
    "hours",
    "next_due",
    "party_targets_for",
    "priority_for",
    "rows",
    "standing",
    "targets_for",
]
