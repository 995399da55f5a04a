"""Clusters of our own, apart from the one the test run uses: these tests kill them."""

import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest

from frontline.foundation import processes
from frontline.foundation.postgres import Cluster
from frontline.foundation.testing.postgres_plugin import chosen_binaries


@pytest.fixture(scope="session")
def binaries():
    return chosen_binaries()


@pytest.fixture
def place():
    """A folder with a short name (a socket must fit) that the database's account can pass through."""
    folder = Path(tempfile.mkdtemp(prefix="fl-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def shared(binaries):
    """One durable cluster for all; the tests start, stop and kill it as they like."""
    folder = Path(tempfile.mkdtemp(prefix="fl-"))
    folder.chmod(0o711)
    cluster = Cluster(folder, binaries=binaries)
    yield cluster
    cluster.stop()
    shutil.rmtree(folder)


@pytest.fixture
def kill():
    def kill_and_wait(pid):
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not processes.is_alive(pid))

    return kill_and_wait


def wait_until(holds, limit=60.0):
    deadline = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)
