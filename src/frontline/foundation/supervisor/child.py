"""One child: a process group of its own, so that nothing it started outlives it."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping

from frontline.foundation import processes
from frontline.foundation.supervisor.options import Command, Patience
from frontline.foundation.supervisor.restarts import Restarts
from frontline.kernel.errors import Phrase

_log = logging.getLogger(__name__)


class Child:
    """Started, looked at, stopped; keeps count of its lives."""

    def __init__(self, command: Command, *, environment: Mapping[str, str], lifeline: int) -> None:
        self.name = command.name
        self.restarts = Restarts()
        self.start_at = 0.0
        self.birth: str | None = None
        self._command = command
        self.environment = environment
        self._lifeline = lifeline
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command.arguments,
            env={**os.environ, **self.environment, **self._command.environment},
            stdin=subprocess.DEVNULL,
            pass_fds=[self._lifeline],
            start_new_session=True,  # Ctrl-C reaches only the supervisor; the group is ours to clear
        )
        self._started = time.monotonic()
        self.birth = processes.birth_mark(self._process.pid)

    def exit_code(self) -> int | None:
        """None while it lives; afterwards the code (negative: the signal), with its whole group cleared."""
        if self._process is None:
            return None
        if not _has_ended(self._process):
            return None
        signal_group(self._process.pid, signal.SIGKILL)
        code = self._process.wait()
        self._process = None
        return code

    def note_end(self, code: int, patience: Patience) -> None:
        """Count this life and set when the next may begin."""
        lived = time.monotonic() - self._started
        self.restarts = self.restarts.after_life(
            seconds=lived, killed=code == -signal.SIGKILL, patience=patience
        )
        self.start_at = time.monotonic() + self.restarts.delay(patience)

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        if self._process is not None:
            signal_group(self._process.pid, signal.SIGKILL)


def stop_all(children: list[Child], patience: float) -> None:
    """Ask all at once, wait up to `patience` seconds together, then kill what is left."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + patience
    left = [child for child in children if child.pid is not None]
    while left and time.monotonic() < deadline:
        left = [child for child in left if child.exit_code() is None]
        time.sleep(0.02)
    for child in left:
        _log.warning("%s did not stop in %g s and is killed", child.name, patience)
        child.kill()
        while child.exit_code() is None:
            time.sleep(0.02)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Look without reaping: while the zombie stands, its group's number cannot become somebody else's."""
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def signal_group(leader: int, number: int) -> None:
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        return


def describe_exit(code: int) -> Phrase:
    """`exit code 1`, or the name of the signal that killed it."""
    if code >= 0:
        return Phrase("exit code {code}", code=code)
    try:
        return Phrase("killed by {signal}", signal=signal.Signals(-code).name)
    except ValueError:
        return Phrase("killed by signal {number}", number=-code)
