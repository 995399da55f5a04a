"""What the kernel knows of processes: CPU seconds and memory of a process with everything it started."""

import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def family(root: int) -> list[int]:
    """The process and its descendants that live now."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, left = [], [root]
    while left:
        pid = left.pop()
        found.append(pid)
        left += children.get(pid, [])
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of the family, with what has ended and was waited for by its parent."""
    total = 0
    for pid in family(root):
        if fields := _stat(pid):
            total += sum(int(fields[n]) for n in (11, 12, 13, 14))
    return total / TICK


def memory(root: int) -> dict[str, float]:
    """MiB: `resident` of the largest process, `proportional` of all with shared pages counted once."""
    resident, proportional = 0.0, 0.0
    for pid in family(root):
        values = _rollup(pid)
        resident = max(resident, values.get("Rss", 0) / 1024)
        proportional += values.get("Pss", 0) / 1024
    return {"resident_mib": round(resident, 1), "proportional_mib": round(proportional, 1)}


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, state first; empty when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def _rollup(pid: int) -> dict[str, int]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return {}
    return {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith("kB")}


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 of the values, rounded to a hundredth."""
    cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
    return {"p50": round(cuts[49], 2), "p95": round(cuts[94], 2), "p99": round(cuts[98], 2)}


def describe() -> dict[str, object]:
    """The machine, and how busy it is with other things just now."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "load": round(os.getloadavg()[0], 2),
    }
