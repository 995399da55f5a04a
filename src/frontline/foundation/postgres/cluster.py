"""The embedded database of one data directory: started when needed, shared, stopped by its last user."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from frontline.foundation.postgres import account as accounts
from frontline.foundation.postgres import binaries as programs
from frontline.foundation.postgres import layout as layouts
from frontline.foundation.postgres import postmaster
from frontline.foundation.postgres.account import Account
from frontline.foundation.postgres.binaries import Binaries
from frontline.foundation.postgres.conf import (
    DURABLE,
    SOCKET_PORT,
    Address,
    Settings,
    socket_fits,
    write_configuration,
)
from frontline.foundation.postgres.creation import create
from frontline.foundation.postgres.errors import Busy, ForeignCluster, LostPassword, WrongMajorVersion
from frontline.foundation.postgres.layout import SYSTEM_HOME, Layout
from frontline.foundation.postgres.ports import free_port


@dataclass(frozen=True)
class Status:
    """`major` is PostgreSQL's major version of the cluster on disk; `place` the cluster's own directory."""

    state: Literal["absent", "stopped", "starting", "running", "stopping"]
    pid: int | None
    major: int | None
    place: Path


class Cluster:
    """One embedded PostgreSQL under `data_dir/postgres` (see `layout` for the exception).

    Any number of processes may call `ensure_started`; each then counts as a user until it calls `release` or
    `stop`, or ends in whatever way. Errors are `DatabaseError`s that say what to do.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        binaries: Binaries | None = None,
        settings: Settings = DURABLE,
        system_home: Path = SYSTEM_HOME,
        start_limit: float = 600,
        stop_patience: float = 60,
    ) -> None:
        """Limits are in seconds."""
        self.data_dir = data_dir.absolute()
        self._binaries = binaries
        self._settings = settings
        self._system_home = system_home
        self._start_limit = start_limit
        self._stop_patience = stop_patience
        self._use_handle: int | None = None

    def ensure_started(self) -> str:
        """Make the cluster if there is none, start it if it does not run, and return its URL."""
        layout = self._layout()
        account = accounts.choose(layout.cluster.stat().st_uid if layout.exists else None)
        layouts.make_ours(self.data_dir, account)
        with self._transition(layout):
            layout = layouts.prepare(self.data_dir, account, self._system_home)
            self._use(layout)
            try:
                found = postmaster.wait_settled(layout, self._start_limit)
                found = found or self._start(layout, account)
            except BaseException:
                self._stop_using()
                raise
            return found.address.url(_password(layout))

    def release(self) -> bool:
        """Stop using it; the last user stops the server. True when that was us."""
        layout = self._layout()
        if not layout.lock.exists():
            return False
        with self._transition(layout):
            self._stop_using()
            with _file(layout.in_use) as handle:
                if not _try_lock(handle, fcntl.LOCK_EX):
                    return False
                return postmaster.stop(layout, patience=self._stop_patience)

    def stop(self) -> bool:
        """Stop the server whoever uses it. False when it did not run."""
        layout = self._layout()
        if not layout.lock.exists():
            return False
        with self._transition(layout):
            self._stop_using()
            return postmaster.stop(layout, patience=self._stop_patience)

    def status(self) -> Status:
        layout = self._layout()
        major = _major_on_disk(layout)
        if major is None:
            return Status("absent", None, None, layout.cluster)
        found = postmaster.running(layout)
        if found is None:
            return Status("stopped", None, major, layout.cluster)
        state: Literal["starting", "running", "stopping"] = "running"
        if not found.is_ready:
            state = "stopping" if found.state == "stopping" else "starting"
        return Status(state, found.pid, major, layout.cluster)

    def running_url(self) -> str | None:
        """The URL if the server is ready now; starts nothing."""
        layout = self._layout()
        found = postmaster.running(layout) if layout.exists else None
        return found.address.url(_password(layout)) if found is not None and found.is_ready else None

    def _layout(self) -> Layout:
        ours = self.data_dir / "postgres"
        if os.geteuid() != 0 and ours.exists() and (owner := ours.stat().st_uid) != os.geteuid():
            raise ForeignCluster(path=ours, owner=owner)
        return layouts.find(self.data_dir)

    def _start(self, layout: Layout, account: Account) -> postmaster.PidFile:
        binaries = programs.reachable(self._binaries or programs.of_the_wheel(), account, self._system_home)
        found = _major_on_disk(layout)
        if found is None:
            create(layout, binaries=binaries, account=account, settings=self._settings)
        elif found != (brought := binaries.major()):
            raise WrongMajorVersion(path=layout.cluster, found=found, brought=brought)
        _password(layout)
        write_configuration(
            layout.cluster, address=_address(layout), settings=self._settings, account=account
        )
        return postmaster.start(layout, binaries=binaries, account=account, limit=self._start_limit)

    @contextmanager
    def _transition(self, layout: Layout) -> Iterator[None]:
        """Only one process at a time starts or stops this cluster."""
        limit = self._start_limit + self._stop_patience * 2
        deadline = time.monotonic() + limit
        with _file(layout.lock) as handle:
            while not _try_lock(handle, fcntl.LOCK_EX):
                if time.monotonic() > deadline:
                    raise Busy(path=layout.cluster, seconds=round(limit))
                time.sleep(0.05)
            yield

    def _use(self, layout: Layout) -> None:
        if self._use_handle is None:
            handle = os.open(layout.in_use, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(handle, fcntl.LOCK_SH)
            self._use_handle = handle

    def _stop_using(self) -> None:
        if self._use_handle is not None:
            os.close(self._use_handle)  # which gives the lock back, as does our death
            self._use_handle = None


@contextmanager
def embedded(data_dir: Path) -> Iterator[str]:
    """The URL of the embedded database for a command that may or may not find it running.

    Starts it if needed; at the end stops it only if nobody else uses it, so a command beside a running desk
    leaves it alone.
    """
    cluster = Cluster(data_dir)
    url = cluster.ensure_started()
    try:
        yield url
    finally:
        cluster.release()


def _address(layout: Layout) -> Address:
    if socket_fits(layout.sockets):
        return Address(layout.sockets, SOCKET_PORT)
    return Address(None, free_port(layout.ours / "port"))


def _major_on_disk(layout: Layout) -> int | None:
    try:
        return int((layout.cluster / "PG_VERSION").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def _password(layout: Layout) -> str:
    try:
        return layout.password.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise LostPassword(path=layout.cluster, password=layout.password) from error


@contextmanager
def _file(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _try_lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
