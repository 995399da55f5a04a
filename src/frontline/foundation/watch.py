"""The watch: hands facts to reactions, tells the web processes that there is news, and does the chores that are due.

Any number of watches may run; positions, parked facts and due rows are claimed with SKIP LOCKED.
"""

import time

import structlog
from django.db import close_old_connections, connection

from frontline.foundation import clock, manifest
from frontline.foundation.facts import dispatch, rebase
from frontline.foundation.live.announcer import Announcer
from frontline.foundation.stopping import Stop

log = structlog.get_logger(__name__)

#: between looks when nothing was to do: with the announcer's rhythm this bounds how late a reader hears of a change
IDLE_SECONDS = 0.05
AFTER_AN_ERROR_SECONDS = 1.0


class Watch:
    """Holds when each chore last ran; `round()` does what is due once."""

    def __init__(self) -> None:
        self._ran_at: dict[str, float] = {}
        self._announcer = Announcer()
        self._checked = False

    def run(self, stop: Stop) -> None:
        while not stop.asked:
            try:
                busy = self.round()
            except Exception:
                log.exception("the watch stumbled; it goes on in a second")
                _drop_connection()
                stop.wait(AFTER_AN_ERROR_SECONDS)
                continue
            if not busy:
                stop.wait(IDLE_SECONDS)

    def round(self) -> bool:
        """True when something was done, so that it is worth looking again at once."""
        if not self._checked:
            rebase.if_foreign()
            self._checked = True
        now = clock.now()
        handled = dispatch.dispatch_once(now)
        self._announcer.tell()
        for chore in manifest.chores():
            if time.monotonic() - self._ran_at.get(chore.name, -1e9) >= chore.every_seconds:
                self._ran_at[chore.name] = time.monotonic()
                handled += self._do(chore)
        return handled > 0

    def _do(self, chore: manifest.Chore) -> int:
        """One chore; a broken one must not keep the others from running."""
        try:
            return chore.run(clock.now())
        except Exception:
            log.exception("a chore failed", chore=chore.name)
            _drop_connection()
            return 0


def _drop_connection() -> None:
    """The connection may be the cause; a fresh one costs little."""
    close_old_connections()
    if not connection.in_atomic_block:
        connection.close()
