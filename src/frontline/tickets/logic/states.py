"""The states of a ticket as a table that can be printed."""

from enum import StrEnum

from frontline.kernel.errors import DeskError, Word


class State(StrEnum):
    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"
    MERGED = "merged"
    CANCELLED = "cancelled"
    SPAM = "spam"


LIVE = frozenset({State.NEW, State.OPEN, State.WAITING})
ENDED = frozenset({State.CLOSED, State.MERGED, State.CANCELLED, State.SPAM})

MOVES: dict[State, frozenset[State]] = {
    State.NEW: frozenset(
        {State.OPEN, State.WAITING, State.SOLVED, State.MERGED, State.CANCELLED, State.SPAM}
    ),
    State.OPEN: frozenset({State.WAITING, State.SOLVED, State.MERGED, State.CANCELLED, State.SPAM}),
    State.WAITING: frozenset({State.OPEN, State.SOLVED, State.MERGED, State.CANCELLED, State.SPAM}),
    State.SOLVED: frozenset({State.OPEN, State.CLOSED, State.MERGED}),
    State.CLOSED: frozenset({State.OPEN}),
    State.MERGED: frozenset({State.OPEN}),
    State.CANCELLED: frozenset({State.OPEN}),
    State.SPAM: frozenset({State.OPEN}),
}

WAITING_FOR = ("requester", "supplier", "approver", "change")
KINDS = ("incident", "request", "question")
SOLVE_CODES = ("fixed", "workaround", "advice", "fulfilled", "no_fault", "duplicate", "by_user", "other")
BLOCKERS = ("permission", "knowledge", "tool", "supplier", "policy", "skill", "other")


class MoveNotAllowed(DeskError):
    """A ticket that is {was} cannot become {to}."""

    status = 409


def check_move(was: str, to: str) -> None:
    """Raise MoveNotAllowed unless the table has the move."""
    if State(to) not in MOVES[State(was)]:
        raise MoveNotAllowed(was=Word("ticket_state", was), to=Word("ticket_state", to))
