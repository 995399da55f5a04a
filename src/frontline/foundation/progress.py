"""How far a long command is: one line that renews itself on a terminal, plain lines when piped."""

import sys
import time
from types import TracebackType
from typing import Self, TextIO

_TERMINAL_SECONDS = 0.1
_PIPE_SECONDS = 5.0


class Progress:
    """`with Progress("seeding", total=6000) as progress: progress.tell(120, "tickets")`. Writes to standard error.

    Without a total only the count is told. The last state is always told, and ends its line.
    """

    def __init__(self, what: str, *, total: int | None = None, out: TextIO | None = None) -> None:
        self._what = what
        self._total = total
        self._out = sys.stderr if out is None else out
        self._terminal = self._out.isatty()
        self._told_at = -1e9
        self._line = ""
        self._shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line and self._line != self._shown:
            self._show()
        if self._terminal and self._shown:
            self._out.write("\n")
            self._out.flush()

    def tell(self, done: int, words: str = "") -> None:
        """Remember the state, and show it when the last showing was long enough ago."""
        share = "" if not self._total else f" of {self._total} ({min(100, done * 100 // self._total)} %)"
        self._line = f"{self._what}: {done}{share}" + (f" {words}" if words else "")
        pause = _TERMINAL_SECONDS if self._terminal else _PIPE_SECONDS
        if time.monotonic() - self._told_at >= pause:
            self._show()

    def _show(self) -> None:
        self._told_at = time.monotonic()
        if self._terminal:
            self._out.write("\r\x1b[K" + self._line)
        else:
            self._out.write(self._line + "\n")
        self._shown = self._line
        self._out.flush()
