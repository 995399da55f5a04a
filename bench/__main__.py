"""`make bench`: create, list, open, search, import, clocks, mail, memory, start and mechanics, beside the raw ceiling.

SCALE is small (6,000 tickets), medium or nothing (100,000), large (1,000,000) or a number. Everything runs on embedded
databases of its own under build/bench, with the durability of production; with DATABASE_URL the desk measured is that
one, which must be empty or hold the demo of the same scale. Writes build/bench.json and prints a table.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import creating, machine, pages, report
from bench.desk import CHECKOUT, Desk

SCALES = {"small": 6_000, "medium": 100_000, "large": 1_000_000}
PARTS = ("pages", "create", "memory", "start", "import", "clocks", "mail", "mechanics")
#: parts that did not come to their end
FAILED: list[str] = []
UCI = "uci_servicenow_incidents"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", default=os.environ.get("SCALE", "") or "medium")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, separated by commas")
    parser.add_argument("--data", type=Path, default=CHECKOUT / "build" / "bench", help="where the desks lie")
    parser.add_argument("--keep", action="store_true", help="leave the desks, to be used by the next run")
    parser.add_argument(
        "--count", type=int, default=200, help="times each page is read; ten times as many created"
    )
    parser.add_argument("--out", type=Path, default=CHECKOUT / "build" / "bench.json")
    parser.add_argument(
        "--no-small", action="store_true", help="leave out the desk of a tenth for comparison"
    )
    options = parser.parse_args()
    scale = SCALES.get(options.scale) or int(options.scale)
    parts = options.only.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    figures: dict[str, Any] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "scale": scale,
        "machine": machine.describe(),
    }
    options.data.mkdir(parents=True, exist_ok=True)
    try:
        _all(figures, parts, options, scale)
    finally:
        if not options.keep:
            shutil.rmtree(options.data, ignore_errors=True)
    figures["machine"]["load_at_end"] = round(os.getloadavg()[0], 2)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(report.markdown(figures))
    return 1 if FAILED else 0


def _all(figures: dict[str, Any], parts: list[str], options: argparse.Namespace, scale: int) -> None:
    if "pages" in parts and not options.no_small and "DATABASE_URL" not in os.environ:
        with _Opened(options.data / "tenth", figures, "seed_tenth", scale // 10) as desk:
            figures["pages_at_tenth"] = _told("pages at a tenth", lambda: pages.measure(desk, options.count))
    if {"pages", "create", "memory", "start"} & set(parts):
        with _Opened(options.data / "whole", figures, "seed", scale) as desk:
            if "pages" in parts:
                figures["pages"] = _told("pages", lambda: pages.measure(desk, options.count))
            if "create" in parts:
                figures |= _told("create", lambda: creating.creation(desk, options.count * 10))
            if "memory" in parts:
                figures["memory"] = _told("memory", lambda: memory(desk))
            if "start" in parts and desk.embedded:
                figures["start"] = _told("start", lambda: cold_start(desk))
    if {"import", "clocks", "mail", "mechanics"} & set(parts) and "DATABASE_URL" not in os.environ:
        with _Opened(options.data / "spare", figures, "", 0) as desk:
            if "import" in parts:
                figures["import"] = _told("import", lambda: imported(desk))
            if "clocks" in parts:
                figures["clocks"] = _told("clocks", lambda: _script(desk, "clocks.py", scale, "--json"))
            if "mail" in parts:
                figures["mail"] = _told(
                    "mail", lambda: _script(desk, "mail.py", max(200, min(1000, scale // 100)))
                )
            if "mechanics" in parts:
                figures["mechanics"] = _told("mechanics", lambda: _script(desk, "mechanics.py", 20_000))


class _Opened:
    """A desk with its database running, migrated and seeded; stopped at the end."""

    def __init__(self, data: Path, figures: dict[str, Any], name: str, tickets: int) -> None:
        self.desk = Desk(data)
        self.figures, self.name, self.tickets = figures, name, tickets

    def __enter__(self) -> Desk:
        self.desk.data.mkdir(parents=True, exist_ok=True)
        self.desk.start_database()
        self.desk.command("migrate")
        if self.tickets:
            self.figures[self.name] = _told(
                f"seed {self.tickets:,} tickets", lambda: self.desk.seed(self.tickets)
            )
        return self.desk

    def __exit__(self, *_: object) -> None:
        self.desk.stop_database()


def _told(name: str, work: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    load = os.getloadavg()[0]
    print(f"{name} …", file=sys.stderr, flush=True)
    try:
        found = work()
    except Exception as error:  # noqa: BLE001 - the other parts still tell something; the end says that one failed
        print(f"{name} failed: {error!r}", file=sys.stderr, flush=True)
        FAILED.append(name)
        return {"failed": repr(error)}
    taken = time.perf_counter() - began
    print(f"{name}: {taken:.1f} s, load {load:.1f} to {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    return found


def memory(desk: Desk) -> dict[str, Any]:
    """MiB of each process after some work: pages read, tickets created, facts handed on."""
    with desk.served("worker", "watch"):
        agent, reader = desk.by_token("agent"), desk.by_session("agent")
        for number in range(50):
            agent.must(
                "POST",
                "/api/v1/tickets",
                {"subject": f"Memory {number}", "requester": "bench@customer.example"},
            )
            reader.ask("GET", "/desk?view=all")
        time.sleep(3)
        return {name: machine.memory(process.pid) for name, process in desk.running.items()}


def cold_start(desk: Desk, times: int = 3) -> dict[str, Any]:
    """Seconds from `frontline up` on existing data, database stopped, until it says that it is ready."""
    taken, lines = [], []
    for _ in range(times):
        desk.stop_database()
        environment = {k: v for k, v in desk.environment().items() if k != "DATABASE_URL"}
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "frontline", "up", "--data", str(desk.data), "--port", str(desk.port)],
            env=environment,
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            # a first start migrates, and says so before
            ready = next((line for line in process.stdout or () if "ready" in line), "")
            taken.append(round(time.perf_counter() - began, 2))
        finally:
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        if "ready" not in ready:
            raise RuntimeError(f"`frontline up` did not become ready: {errors[-1000:]}")
        lines = [line for line in errors.splitlines() if " in " in line]
    desk.start_database()
    return {"seconds": taken, "where": lines}


def imported(desk: Desk) -> dict[str, Any]:
    """The UCI incident log, where it lies: tickets a second."""
    root = os.environ.get("FRONTLINE_TEST_DATA")
    folder = (Path(root) if root else CHECKOUT.parent / "shared" / "data") / UCI
    files = sorted(folder.glob("*.csv.gz"))
    if not files:
        return {"left_out": f"no {UCI} (set FRONTLINE_TEST_DATA)"}
    desk.command("create-admin", "--email", "admin@bench.example")
    began = time.perf_counter()
    said = desk.command(
        "import", "eventlog", *map(str, files), "--map", "uci-incident-log", "--json", fails=True
    )
    taken = time.perf_counter() - began
    counts = json.loads(said.splitlines()[-1])
    return {**counts, "seconds": round(taken, 1), "per_s": round(counts["tickets"] / taken)}


def _script(desk: Desk, name: str, scale: int, *more: str) -> dict[str, Any]:
    """A benchmark of its own, in a process of its own on the spare desk."""
    path = CHECKOUT / "bench" / name
    if not path.exists():
        return {"left_out": f"bench/{name} is not there"}
    done = subprocess.run(
        [sys.executable, str(path), "--scale", str(scale), *more],
        env={**desk.environment(), "DJANGO_SETTINGS_MODULE": "frontline.config.settings"},
        cwd=CHECKOUT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise RuntimeError(f"bench/{name} failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return found


if __name__ == "__main__":
    sys.exit(main())
