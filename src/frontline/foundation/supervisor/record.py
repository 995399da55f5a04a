"""What a supervisor leaves for its successor: one lock per data folder, and the processes it has started."""

import fcntl
import json
import logging
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from frontline.foundation import processes
from frontline.foundation.postgres.layout import write_private
from frontline.foundation.supervisor.child import signal_group
from frontline.foundation.supervisor.errors import AlreadyRunning
from frontline.kernel.errors import Phrase

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Started:
    """A child's process, known for certain by its birth mark."""

    name: str
    pid: int
    birth: str


@dataclass(frozen=True)
class Record:
    pid: int
    address: str
    children: tuple[Started, ...] = ()


class Records:
    """The lock and the record in `data`. The lock goes with the process, however it ends."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._path = data / "supervisor.json"
        self._handle: int | None = None

    def take(self) -> None:
        """Become the one supervisor of this folder. Raises `AlreadyRunning`."""
        handle = os.open(self._data / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            other = self.read()
            raise AlreadyRunning(
                data=self._data,
                pid=other.pid if other else "?",
                address=other.address if other else Phrase("still starting"),
            ) from None
        self._handle = handle

    def give_back(self) -> None:
        self._path.unlink(missing_ok=True)
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def write(self, record: Record) -> None:
        write_private(self._path, json.dumps(asdict(record), indent=1) + "\n")

    def read(self) -> Record | None:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            children = tuple(Started(**child) for child in found["children"])
            return Record(pid=found["pid"], address=found["address"], children=children)
        except (FileNotFoundError, ValueError, KeyError, TypeError):  # a foreign or spoilt file tells nothing
            return None

    def clear_leftovers(self, patience: float) -> bool:
        """End the children of a killed supervisor that still live; call it with the lock held.

        True when there was such a supervisor; one that stopped in order leaves no record.
        """
        record = self.read()
        left = [child for child in record.children if _lives(child)] if record else []
        for child in left:
            _log.warning("ending %s (process %d), left behind by a killed supervisor", child.name, child.pid)
            signal_group(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            left = [child for child in left if _lives(child)]
        for child in left:
            signal_group(child.pid, signal.SIGKILL)
            while _lives(child):
                time.sleep(0.05)
        return record is not None


def _lives(child: Started) -> bool:
    return processes.is_same(child.pid, child.birth)
