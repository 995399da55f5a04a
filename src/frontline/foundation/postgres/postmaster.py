"""One server process: known by its pid file and its birth, started, watched and stopped by these alone."""

import atexit
import json
import logging
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from frontline.foundation import processes
from frontline.foundation.postgres.account import Account
from frontline.foundation.postgres.binaries import Binaries
from frontline.foundation.postgres.conf import Address
from frontline.foundation.postgres.creation import environment
from frontline.foundation.postgres.errors import KilledWhileStarting, StartFailed, StopFailed
from frontline.foundation.postgres.layout import Layout, make_folder, write_private
from frontline.kernel.errors import Phrase

_log = logging.getLogger(__name__)

#: our own children, kept so that a dead one is reaped and does not look alive
_children: dict[int, subprocess.Popen[bytes]] = {}
_TICK_SECONDS = 0.02
#: lines of the pid file, counted from 0; right before the state stands the shared memory key
_TIME_LINE, _STATE_LINE = 2, 7
_SAY_SECONDS = 10.0
#: the pid file tells whole seconds, and the process is a moment older than its first line
_BIRTH_TOLERANCE_SECONDS = 5.0
#: backends that outlive a killed server end by themselves; a busy one may need a while
_LEFTOVERS = "shared memory block"
#: (signal, what it asks for, how often the patience)
_WAYS_TO_STOP = (
    (signal.SIGINT, "fast", 1.0),
    (signal.SIGQUIT, "immediate", 0.5),
    (signal.SIGKILL, "kill", 0.5),
)


@dataclass(frozen=True)
class PidFile:
    """What the server writes about itself (postmaster.pid, PostgreSQL's miscadmin.h lists the lines)."""

    pid: int
    started_at: int
    address: Address
    state: str

    @property
    def is_ready(self) -> bool:
        return self.state == "ready"


def read_pid_file(cluster: Path) -> PidFile | None:
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        lines += [""] * (8 - len(lines))
        pid, _, started_at, port, sockets, _, _, state = (line.strip() for line in lines[:8])
        address = Address(Path(sockets) if sockets else None, int(port or 0))
        return PidFile(int(pid), int(started_at or 0), address, state)
    except (FileNotFoundError, ValueError):  # ValueError: caught half-written, the next look sees it whole
        return None


def running(layout: Layout) -> PidFile | None:
    """The server of this cluster if its process is alive, whoever started it and whatever its state."""
    _reap()
    found = read_pid_file(layout.cluster)
    if found is None:
        return None
    return found if processes.is_alive(found.pid) and _is_the_server(layout, found) else None


def start(layout: Layout, *, binaries: Binaries, account: Account, limit: float) -> PidFile:
    """Start the server and wait until it is ready; recovery after a crash happens in here.

    `limit` is in seconds and long on purpose: replaying a crash on a slow disk takes minutes.
    Raises `StartFailed` with what the server said.
    """
    deadline = time.monotonic() + limit
    shutil.rmtree(layout.sockets, ignore_errors=True)
    make_folder(layout.sockets, 0o700)
    account.own(layout.sockets)
    while True:
        _disarm_pid_file(layout)
        child = _spawn(layout, binaries, account)
        if (ready := _wait_ready(layout, child, deadline)) is not None:
            return ready
        if child.returncode == -signal.SIGKILL:
            raise KilledWhileStarting(path=layout.cluster)
        said = _last_words(layout)
        if _LEFTOVERS not in said or time.monotonic() > deadline:
            raise StartFailed(path=layout.cluster, why=said)
        _log.warning("waiting for the last processes of the killed database to end")
        time.sleep(0.5)


def wait_settled(layout: Layout, limit: float) -> PidFile | None:
    """Wait while a server that somebody else started or stops is neither ready nor gone."""
    deadline = time.monotonic() + limit
    while (found := running(layout)) is not None and not found.is_ready:
        if time.monotonic() > deadline:
            why = Phrase("process {pid} has been {state!r} too long", pid=found.pid, state=found.state)
            raise StartFailed(path=layout.cluster, why=why)
        time.sleep(_TICK_SECONDS)
    return found


def stop(layout: Layout, *, patience: float) -> bool:
    """Ask for a fast shutdown; after `patience` seconds for an immediate one; then kill. False: none ran."""
    found = running(layout)
    birth = processes.birth_mark(found.pid) if found else None
    if found is None or birth is None:
        return False
    for number, way, share in _WAYS_TO_STOP:
        if way != "fast":
            _log.warning("the database does not stop; trying again: %s", way)
        try:
            os.kill(found.pid, number)
        except ProcessLookupError:
            return True
        deadline = time.monotonic() + patience * share
        while time.monotonic() < deadline:
            _reap()
            if not processes.is_same(found.pid, birth):
                return True
            time.sleep(_TICK_SECONDS)
    raise StopFailed(path=layout.cluster, pid=found.pid)


def _reap() -> None:
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            del _children[pid]


@atexit.register
def _let_go() -> None:
    """A server that others still use outlives us on purpose; Python would complain about a child left running."""
    for child in _children.values():
        child.returncode = child.poll() or 0


def _spawn(layout: Layout, binaries: Binaries, account: Account) -> subprocess.Popen[bytes]:
    with layout.start_output.open("wb") as output:
        child = subprocess.Popen(
            [binaries.program("postgres"), "-D", layout.cluster],
            cwd=layout.home,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C on the terminal is for us, the database stops last
            umask=0o077,
            **account.spawn(),
        )
    _children[child.pid] = child
    write_private(
        layout.postmaster, json.dumps({"pid": child.pid, "birth": processes.birth_mark(child.pid)}) + "\n"
    )
    return child


def _wait_ready(layout: Layout, child: subprocess.Popen[bytes], deadline: float) -> PidFile | None:
    say_at = time.monotonic() + _SAY_SECONDS
    while child.poll() is None:
        found = read_pid_file(layout.cluster)
        if found is not None and found.pid == child.pid and found.is_ready:
            return found
        if time.monotonic() > deadline:
            child.send_signal(signal.SIGQUIT)
            child.wait(timeout=30)
            why = Phrase("it was not ready in time. {said}", said=_last_words(layout))
            raise StartFailed(path=layout.cluster, why=why)
        if time.monotonic() > say_at:
            say_at += _SAY_SECONDS
            _log.info("the database is still starting: %s", _last_words(layout))
        time.sleep(_TICK_SECONDS)
    _children.pop(child.pid, None)
    return None


def _is_the_server(layout: Layout, found: PidFile) -> bool:
    try:
        noted = json.loads(layout.postmaster.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        noted = {}
    if noted.get("pid") == found.pid:
        return bool(processes.birth_mark(found.pid) == noted.get("birth"))
    # We were killed between starting it and noting it down: its own account of its birth decides.
    born = processes.born_at(found.pid)
    return born is not None and abs(born - found.started_at) <= _BIRTH_TOLERANCE_SECONDS


def _disarm_pid_file(layout: Layout) -> None:
    """Let PostgreSQL take over the pid file of a dead server, whoever has its process id now.

    It would refuse when that id belongs to a stranger, or to a zombie that nobody has reaped yet. Deleting the
    file would also delete the shared memory key that betrays backends of a killed server. So only the id is
    replaced: by ours, for PostgreSQL takes the id of its own parent for stale. Time and state go too, lest
    somebody who looks at this moment take us for a server that is ready.
    """
    path = layout.cluster / "postmaster.pid"
    if read_pid_file(layout.cluster) is None:
        return
    lines = path.read_text(encoding="utf-8").splitlines()[:_STATE_LINE]
    lines[0] = str(os.getpid())
    lines[_TIME_LINE : _TIME_LINE + 1] = ["0"]
    with path.open("r+", encoding="utf-8") as file:
        file.write("\n".join([*lines, ""]))
        file.truncate()


def _last_words(layout: Layout) -> str:
    """The end of what the server said, from its start or, once it logs, from its newest log."""
    sources = [layout.start_output]
    logs = sorted((layout.cluster / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
    born = layout.start_output.stat().st_mtime if layout.start_output.exists() else 0.0
    sources += [log for log in logs[-1:] if log.stat().st_mtime >= born]
    lines = [line for path in sources if path.exists() for line in _tail(path)]
    telling = [line for line in lines if "redirecting log" not in line and "Future log output" not in line]
    return " / ".join(telling[-4:]) or "it said nothing"


def _tail(path: Path) -> list[str]:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 4096, 0))
        return file.read().decode("utf-8", errors="replace").splitlines()[-4:]
