"""A real supervisor in a process of its own, over toy children and a real database."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

from frontline.foundation import processes
from frontline.foundation.postgres import Cluster

TOYS = Path(__file__).with_name("toys.py")


class Desk:
    """One data folder and the supervisors that are started on it."""

    def __init__(self, data):
        self.data = data
        self.log = data / "supervisor.out"
        self.cluster = Cluster(data)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._started = []

    def up(self, *children, preparations=(), **environment):
        """Start a supervisor; returns its process. Its output is what `said` reads."""
        options = {
            "data": str(self.data),
            "port": self.port,
            "preparations": preparations,
            "children": ["web", *children],
        }
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        with self.log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, TOYS, "up", json.dumps(options)],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**inherited, **environment},
            )
        self._started.append(process)
        return process

    def ready(self, *children, **more):
        process = self.up(*children, **more)
        self.wait_for(lambda: f"Frontline is ready: {self.address}" in self.said())
        return process

    def said(self):
        return self.log.read_text()

    def recorded(self):
        return json.loads((self.data / "supervisor.json").read_text())

    def pid_of(self, name):
        return {child["name"]: child["pid"] for child in self.recorded()["children"]}.get(name)

    def wait_for(self, holds, limit=90.0):
        deadline = time.monotonic() + limit
        while not holds():
            assert time.monotonic() < deadline, f"did not happen in time; the supervisor said:\n{self.said()}"
            time.sleep(0.02)

    def wait_dead(self, *pids):
        self.wait_for(lambda: not any(map(processes.is_alive, pids)))

    def members_of(self, group):
        """The living processes of a process group."""
        found = set()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and processes.is_alive(pid := int(entry.name)):
                with suppress(ProcessLookupError):
                    if os.getpgid(pid) == group:
                        found.add(pid)
        return found

    def stop(self, process, number=signal.SIGTERM):
        process.send_signal(number)
        return process.wait(timeout=90)

    def end(self):
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.cluster.stop()


@pytest.fixture(scope="session")
def data():
    folder = Path(tempfile.mkdtemp(prefix="fl-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def desk(data):
    """Every test ends with all processes gone; the data folder is shared, so each begins where another ended."""
    made = Desk(data)
    yield made
    made.end()
