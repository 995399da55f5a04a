"""A storm: writers that note every answer they get, while processes of the desk are killed at random."""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from frontline.foundation import processes
from frontline.foundation.postgres import Cluster

#: the seconds a desk may take from the last kill until it answers again
_PATIENCE = 60


class DeskUnderTest:
    """`frontline up`, or another program over our supervisor, in a process of its own."""

    def __init__(self, command, *, data, port, environment=None):
        self.address = f"http://127.0.0.1:{port}"
        self.data = data
        self.cluster = Cluster(data)
        self._command = command
        self._environment = {**os.environ, **(environment or {})}
        self._environment.pop("DATABASE_URL", None)
        self._log = data / "up.log"
        self.process = None

    def start(self):
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                self._command, env=self._environment, stdout=output, stderr=subprocess.STDOUT
            )
        self.wait_ready(300)

    def wait_ready(self, limit=_PATIENCE):
        deadline = time.monotonic() + limit
        while True:
            assert self.process.poll() is None, f"the supervisor ended:\n{self.said()[-3000:]}"
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.address}/readyz", timeout=2).status_code == 200:
                    return
            assert time.monotonic() < deadline, f"not ready in {limit} s:\n{self.said()[-3000:]}"
            time.sleep(0.1)

    def said(self):
        return self._log.read_text(errors="replace")

    def targets(self):
        """Living processes by what they are: each child's whole group, and the database's first process."""
        found = {}
        with suppress(FileNotFoundError, ValueError):  # the record is being replaced
            record = json.loads((self.data / "supervisor.json").read_text())
            for child in record["children"]:
                if members := _group(child["pid"]):
                    found[child["name"]] = members
        if (pid := self.cluster.status().pid) is not None:
            found["database"] = [pid]
        return found

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=60)
            finally:
                self.process.kill()
        self.cluster.stop()


@dataclass
class Ledger:
    """What the writers know: for every key the reference it was answered with, and how often they had to ask."""

    refs: dict = field(default_factory=dict)
    asked: Counter = field(default_factory=Counter)
    lies: list = field(default_factory=list)
    unanswered: list = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, key, ref):
        with self.lock:
            if self.refs.setdefault(key, ref) != ref:
                self.lies.append(f"{key}: first {self.refs[key]}, then {ref}")


class Writer(threading.Thread):
    """Opens tickets one after the other; asks again with the same key until it has an answer."""

    def __init__(self, desk, ledger, stop, *, body, headers=None):
        super().__init__(daemon=True)
        self._desk, self._ledger, self._stop_wish, self._body = desk, ledger, stop, body
        self._client = httpx.Client(base_url=desk.address, headers=headers, timeout=20)

    def run(self):
        with self._client:
            while not self._stop_wish.is_set():
                self._open_one(str(uuid.uuid4()))

    def _open_one(self, key):
        deadline = None
        for again in itertools.count():
            self._ledger.asked[key] += 1
            answer = self._ask(key)
            if answer is not None and answer.is_success:
                self._ledger.answered(key, answer.json()["ref"])
                # Half of them hear the answer and ask once more: it must be the same.
                if again or random.random() < 0.5:
                    return
            elif answer is not None and answer.status_code not in {409, 429, 500, 502, 503, 504}:
                with self._ledger.lock:
                    self._ledger.lies.append(f"{key}: {answer.status_code} {answer.text[:300]}")
                return
            else:
                if self._stop_wish.is_set():
                    deadline = deadline or time.monotonic() + _PATIENCE
                    if time.monotonic() > deadline:
                        with self._ledger.lock:
                            self._ledger.unanswered.append(key)
                        return
                time.sleep(0.1)

    def _ask(self, key):
        try:
            return self._client.post(
                "/api/v1/tickets", json=self._body(key), headers={"Idempotency-Key": key}
            )
        except httpx.HTTPError:
            return None


def rage(desk, *, kills, rng, pause, targets=None):
    """Kill so many random processes, waiting a random time in between; returns how often each was hit."""
    hit = Counter()
    while hit.total() < kills:
        time.sleep(rng.uniform(*pause))
        assert desk.process.poll() is None, f"the supervisor ended:\n{desk.said()[-3000:]}"
        alive = desk.targets()
        names = sorted(name for name in alive if targets is None or name in targets)
        if not names:
            continue
        name = rng.choice(names)
        with suppress(ProcessLookupError):
            os.kill(rng.choice(alive[name]), signal.SIGKILL)
            hit[name] += 1
    return hit


def storm(desk, *, kills, seed, body, headers=None, writers=8, pause=(0.1, 1.5), targets=None):
    """Writers and kills together; afterwards all writers have their answer or are listed as unanswered."""
    ledger, stop = Ledger(), threading.Event()
    crowd = [Writer(desk, ledger, stop, body=body, headers=headers) for _ in range(writers)]
    for writer in crowd:
        writer.start()
    try:
        hit = rage(desk, kills=kills, rng=random.Random(seed), pause=pause, targets=targets)
        desk.wait_ready()
    finally:
        stop.set()
        for writer in crowd:
            writer.join(_PATIENCE + 30)
    print(
        f"\nstorm {seed}: killed {dict(sorted(hit.items()))}; {len(ledger.refs)} tickets answered,"
        f" {sum(times > 2 for times in ledger.asked.values())} had to be asked for again",
        file=sys.stderr,
    )
    return ledger


def _group(leader):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and processes.is_alive(pid := int(entry.name)):
            with suppress(ProcessLookupError):
                if os.getpgid(pid) == leader:
                    found.append(pid)
    return found
