"""A storm: writers that note every answer they get, while processes of the desk are killed at random."""

import itertools
import json
import os
import random
import signal
import socket
import subprocess
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

#: the seconds a desk may take from a kill until it answers again, on a machine that has much else to do
_PATIENCE = 600
#: kills in a hundred that come while the desk still recovers from the one before
_CRUELTY = 30


class DeskUnderTest:
    """`frontline up`, or another program over our supervisor, in a process of its own."""

    def __init__(self, command, *, data, port, environment=None):
        self.address = f"http://127.0.0.1:{port}"
        self.data = data
        self.cluster = Cluster(data)
        self._command = command
        self._environment = dict(os.environ if environment is None else environment)
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
                if httpx.get(f"{self.address}/readyz", timeout=10).status_code == 200:
                    return
            assert time.monotonic() < deadline, f"not ready in {limit} s:\n{self.said()[-3000:]}"
            time.sleep(0.1)

    def said(self):
        return self._log.read_text(errors="replace")

    def targets(self):
        """Living processes by what they are: each child's whole group, the database's first and its others."""
        found = {}
        with suppress(FileNotFoundError, ValueError):  # the record is being replaced
            record = json.loads((self.data / "supervisor.json").read_text())
            for child in record["children"]:
                if members := _group(child["pid"]):
                    found[child["name"]] = members
        if (pid := self.cluster.status().pid) is not None:
            found["database"] = [pid]
            if backends := _children(pid):
                found["backend"] = backends
        return found

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=60)
            finally:
                self.process.kill()
        self.cluster.stop()


@dataclass(frozen=True)
class Done:
    """A write the desk has said yes to: what it was, and the answer's body."""

    verb: str
    answer: dict


@dataclass
class Ledger:
    """What the writers know: for every key what was answered, how often they had to ask, and what went wrong."""

    done: dict[str, Done] = field(default_factory=dict)
    asked: Counter = field(default_factory=Counter)
    trouble: Counter = field(default_factory=Counter)
    killed: Counter = field(default_factory=Counter)
    lies: list = field(default_factory=list)
    unanswered: list = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, key, verb, body):
        with self.lock:
            first = self.done.setdefault(key, Done(verb, body)).answer
            if first != body:
                self.lies.append(f"{verb} {key}: first {first}, then {body}")

    def of(self, verb):
        """Key and answer of the writes of one kind, in order."""
        return {key: done.answer for key, done in self.done.items() if done.verb == verb}

    def told(self):
        """One line for whoever reads along."""
        kinds = Counter(done.verb for done in self.done.values())
        return (
            f"killed {dict(sorted(self.killed.items()))}; answered {dict(sorted(kinds.items()))};"
            f" asked again after {dict(sorted(self.trouble.items()))}"
        )

    @property
    def refs(self):
        return {key: answer["ref"] for key, answer in self.of("tickets").items()}


class NoAnswer(Exception):
    """The desk did not answer this one: it stands in the ledger as unanswered, or as a lie."""


class Writer(threading.Thread):
    """Lives `life(writer)` over and over; each write is asked again with the same key until it has an answer."""

    def __init__(self, desk, ledger, stop, *, life, rng):
        super().__init__(daemon=True)
        self.rng = rng
        self.ledger = ledger
        self._life, self._stop_wish = life, stop
        self._client = httpx.Client(base_url=desk.address, timeout=20)

    def run(self):
        with self._client:
            while not self._stop_wish.is_set():
                with suppress(NoAnswer):
                    self._life(self)

    def write(self, path, body, *, method="POST", headers=None, refusals=()):
        """The answer to `body(key)`, or None where it was refused with one of these codes.

        What is begun is brought to its end even when everybody shall stop.
        """
        key = str(uuid.uuid4())
        sent = body(key)
        deadline = None
        for again in itertools.count():
            self.ledger.asked[key] += 1
            trouble, answer = self._ask(method, path, sent, {"Idempotency-Key": key, **(headers or {})})
            if trouble is None:
                self.ledger.answered(key, "change" if method == "PATCH" else path.rpartition("/")[2], answer)
                # Half of them hear the answer and ask once more: it must be the same.
                if again or self.rng.random() < 0.5:
                    return answer
                continue
            with self.ledger.lock:
                self.ledger.trouble[trouble] += 1
                if answer is not None and trouble.partition(" ")[2] in refusals:
                    return None
                if answer is not None:
                    self.ledger.lies.append(f"{path} {key}: {trouble} {answer}")
                    raise NoAnswer
            if self._stop_wish.is_set():
                deadline = deadline or time.monotonic() + _PATIENCE
                if time.monotonic() > deadline:
                    with self.ledger.lock:
                        self.ledger.unanswered.append(key)
                    raise NoAnswer
            time.sleep(0.1)
        raise AssertionError

    def _ask(self, method, path, body, headers):
        """(None, the answer); (what happened, None) where asking again is right; (status, words) where it is not."""
        try:
            answer = self._client.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            return type(error).__name__, None
        if answer.is_success:
            return None, answer.json()
        code = answer.json().get("code", "") if "json" in answer.headers.get("Content-Type", "") else ""
        trouble = f"{answer.status_code} {code}".strip()
        again = answer.status_code in {429, 500, 502, 503, 504} or code == "key_in_flight"
        return trouble, None if again else answer.text[:300]


def rage(desk, *, kills, rng, pause, targets=None):
    """Kill so many random processes, waiting a random time in between; returns how often each was hit.

    Mostly the desk answers again before the next one, so that work is done between them.
    """
    hit = Counter()
    while hit.total() < kills:
        if rng.randrange(100) >= _CRUELTY:
            desk.wait_ready()
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


def storm(desk, *, kills, seed, life, writers=8, pause=(0.1, 1.5), targets=None):
    """Writers and kills together; afterwards all writers have their answer or are listed as unanswered."""
    ledger, stop = Ledger(), threading.Event()
    crowd = [
        Writer(desk, ledger, stop, life=life, rng=random.Random(f"{seed}/{number}"))
        for number in range(writers)
    ]
    for writer in crowd:
        writer.start()
    try:
        ledger.killed = rage(desk, kills=kills, rng=random.Random(seed), pause=pause, targets=targets)
        desk.wait_ready()
    finally:
        stop.set()
        for writer in crowd:
            writer.join(_PATIENCE + 30)
    return ledger


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _group(leader):
    return _processes(lambda pid: os.getpgid(pid) == leader)


def _children(parent):
    def is_child(pid):
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        return int(stat.rpartition(")")[2].split()[1]) == parent

    return _processes(is_child)


def _processes(wanted):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and processes.is_alive(pid := int(entry.name)):
            with suppress(ProcessLookupError, FileNotFoundError):
                if wanted(pid):
                    found.append(pid)
    return found
