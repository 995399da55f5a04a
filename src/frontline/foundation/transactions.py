"""Exact words for transactions: the outermost use case opens one, inner ones require it.

Facts announced inside are kept in memory and written by one statement just before the commit, sorted by subject,
so that two transactions that touch the same subjects take their locks in the same order.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection
from django.db import transaction as django_transaction

P = ParamSpec("P")
R = TypeVar("R")

#: run with the connection just before the outermost transaction commits (facts are flushed by one of these)
BEFORE_COMMIT: list[Callable[[], None]] = []


class _State:
    """Of one connection, and so of one thread."""

    def __init__(self) -> None:
        self.open = False
        #: a door holds the transaction open round whole use cases
        self.door = False
        self.pending: list[Any] = []


def _state() -> _State:
    found: _State | None = getattr(connection, "frontline", None)
    if found is None:
        found = _State()
        setattr(connection, "frontline", found)  # noqa: B010 - a place of our own on Django's object
    return found


def in_transaction() -> bool:
    return _state().open


def pending() -> list[Any]:
    """What this transaction has announced and not yet written."""
    return _state().pending


@contextmanager
def transaction() -> Iterator[None]:
    """Open the transaction, or join the one that is open. No savepoint: an inner failure fails the whole.

    Inside `at_the_door` the outermost use case is still a whole of its own: when it fails, only it is undone.
    """
    state = _state()
    if not state.open:
        with _opened(state):
            yield
    elif state.door:
        state.door = False
        try:
            with savepoint():
                yield
        finally:
            state.door = True
    else:
        yield


@contextmanager
def at_the_door() -> Iterator[None]:
    """Open the transaction for a door that stores something together with what the use cases behind it do."""
    state = _state()
    assert not state.open, "a door is outside of every transaction"
    with _opened(state):
        state.door = True
        try:
            yield
        finally:
            state.door = False


@contextmanager
def _opened(state: _State) -> Iterator[None]:
    state.open, state.pending = True, []
    try:
        with django_transaction.atomic():
            yield
            if not django_transaction.get_rollback():  # a door may have decided to undo it all
                for hook in BEFORE_COMMIT:
                    hook()
    finally:
        state.open, state.pending = False, []


@contextmanager
def savepoint() -> Iterator[None]:
    """A part that may fail alone: its rows and its facts are dropped together."""
    require_transaction()
    buffer = pending()
    kept = len(buffer)
    try:
        with django_transaction.atomic():
            yield
    except BaseException:
        del buffer[kept:]
        raise


def require_transaction() -> None:
    if not in_transaction():
        raise RuntimeError("This must be called inside a use case's transaction.")


def use_case(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a verb that writes: it opens the transaction, or joins the caller's."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction():
            return function(*args, **kwargs)

    return run
