"""Looking at processes by their id: is it still the one we started? Never by name, because names lie."""

import os
import subprocess
import time
from functools import cache
from pathlib import Path

_PROC = Path("/proc")


def is_alive(pid: int) -> bool:
    """True when the process exists and is no zombie."""
    if _has_proc():
        fields = _stat_fields(pid)
        return fields is not None and fields[0] not in {"Z", "X"}
    state = _ps(pid, "stat")
    return state is not None and not state.startswith("Z")


def birth_mark(pid: int) -> str | None:
    """A text that no other process with the same id will ever have: boot and start tick. None: it is gone.

    Process ids are reused, in containers within seconds; an id alone proves nothing.
    """
    if _has_proc():
        fields = _stat_fields(pid)
        return None if fields is None else f"{boot_mark()}/{fields[19]}"
    return _ps(pid, "lstart")


def is_same(pid: int, mark: str) -> bool:
    """True when `pid` is alive and still the process that had this birth mark."""
    return is_alive(pid) and birth_mark(pid) == mark


def born_at(pid: int) -> float | None:
    """When the process began, in seconds since 1970 by today's clock; None when it is gone."""
    if _has_proc():
        fields = _stat_fields(pid)
        return None if fields is None else _booted_at() + int(fields[19]) / os.sysconf("SC_CLK_TCK")
    told = _ps(pid, "lstart")
    return None if told is None else time.mktime(time.strptime(told, "%a %b %d %H:%M:%S %Y"))


@cache
def boot_mark() -> str:
    """Changes with every boot of the machine; empty where the system does not tell."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _booted_at() -> int:
    lines = (_PROC / "stat").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("btime "))


@cache
def _has_proc() -> bool:
    return (_PROC / "self/stat").exists()


def _stat_fields(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on (proc(5) counts it as the third)."""
    try:
        line = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The command stands in brackets and may itself hold brackets and spaces.
    return line.rpartition(")")[2].split()


def _ps(pid: int, column: str) -> str | None:
    done = subprocess.run(
        ["ps", "-o", f"{column}=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
    )
    return done.stdout.strip() or None
