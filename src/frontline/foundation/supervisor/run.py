"""The supervisor itself: one loop that looks at the database, the children and the wish to stop."""

import logging
import os
import signal
import sys
import threading
import time
from types import FrameType

from frontline.foundation.postgres.cluster import Cluster
from frontline.foundation.postgres.errors import KilledWhileStarting, StartFailed
from frontline.foundation.postgres.layout import make_data_dir
from frontline.foundation.supervisor import address, lifeline, standing
from frontline.foundation.supervisor.child import Child, describe_exit, stop_all
from frontline.foundation.supervisor.errors import KeepsDying, PreparationFailed
from frontline.foundation.supervisor.options import Command, Options
from frontline.foundation.supervisor.record import Record, Records, Started
from frontline.foundation.supervisor.restarts import Restarts
from frontline.foundation.terminal import worded
from frontline.kernel.errors import DeskError, Phrase

_log = logging.getLogger(__name__)
_LATE_SECONDS = 30.0
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def run(options: Options) -> int:
    """Run everything until told to stop. 0: stopped on request; 1: gave up; 2: could not start at all."""
    _log_to_standard_error()
    return Supervisor(options).run()


class Supervisor:
    """Holds the processes of one data folder."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._patience = options.patience
        self._records = Records(options.data)
        self._cluster = None if os.environ.get("DATABASE_URL") else Cluster(options.data)
        self._stop = threading.Event()
        self._reading, self._writing = lifeline.make()
        self._url = os.environ.get("DATABASE_URL", "")
        self._children: list[Child] = []
        self._database_restarts = Restarts(was_steady=True)

    def run(self) -> int:
        # nohup asks for SIGHUP to be ignored, and it stays so.
        wanted = [number for number in _STOP_SIGNALS if not _is_ignored_hangup(number)]
        before = {number: signal.signal(number, self._ask_to_stop) for number in wanted}
        try:
            return self._run()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(self._reading)
            os.close(self._writing)

    def _run(self) -> int:
        try:
            make_data_dir(self._options.data)
            self._records.take()
        except DeskError as error:
            return _complain(error, 2)
        try:
            self._start()
            self._loop()
        except DeskError as error:
            return _complain(error, 1 if isinstance(error, KeepsDying) else 2)
        else:
            return 0
        finally:
            self._end()

    def _start(self) -> None:
        was_killed = self._records.clear_leftovers(self._patience.child_stop)
        address.wait_free(
            self._options.host, self._options.port, self._patience.child_stop if was_killed else 0
        )
        self._note()
        self._start_database()
        for command in self._options.commands_before():
            self._prepare_once(command)
        if not self._stop.is_set():
            self._children = [self._child(command) for command in self._options.commands()]
            for child in self._children:
                self._start_child(child)
            threading.Thread(target=self._tell_when_ready, name="readiness", daemon=True).start()

    def _loop(self) -> None:
        while not self._stop.wait(self._patience.tick):
            self._look_at_database()
            for child in self._children:
                self._look_at(child)

    def _tell_when_ready(self) -> None:
        """Print the address once it answers, and every half minute that it does not yet. Runs in a thread: the
        first answer takes seconds, and the children must be looked after meanwhile."""
        late_at = time.monotonic() + _LATE_SECONDS
        pause = self._patience.tick
        while not self._stop.wait(pause):
            why = address.why_not_ready(self._options.address, self._patience.ask)
            if why is None:
                print(f"Frontline is ready: {self._options.address}", flush=True)  # noqa: T201 (for the terminal)
                return
            if time.monotonic() >= late_at:
                late_at += _LATE_SECONDS
                pause = max(pause, 1.0)
                _log.warning("%s/readyz does not answer yet: %s", self._options.address, why)

    def _end(self) -> None:
        if self._children:
            _log.info("stopping")
        stop_all(self._children, self._patience.child_stop)
        if self._cluster is not None and not self._cluster.release() and self._cluster.running_url():
            _log.info("another command still uses the database and will stop it")
        self._records.give_back()
        _log.info("stopped")

    def _start_database(self) -> None:
        if self._cluster is None:
            return
        began = time.monotonic()
        self._url = self._cluster.ensure_started()
        status = self._cluster.status()
        _log.info("database ready in %.1f s (process %s)", time.monotonic() - began, status.pid)

    def _look_at_database(self) -> None:
        """A dead database comes first: without it the children can only fail, and that is not their fault."""
        if self._cluster is None or self._cluster.status().state == "running":
            return
        _log.warning("the database is gone; starting it again")
        url = self._url
        try:
            self._start_database()
        except StartFailed as error:
            self._database_restarts = self._database_restarts.after_life(
                seconds=0, killed=isinstance(error, KilledWhileStarting), patience=self._patience
            )
            if self._database_restarts.is_hopeless(self._patience):
                raise KeepsDying(
                    name=Phrase("the database"), times=self._database_restarts.failed, how=error
                ) from error
            _log.warning("%s", error)
            self._stop.wait(self._database_restarts.delay(self._patience))
            return
        self._database_restarts = Restarts(was_steady=True)
        for child in self._children:
            child.restarts = child.restarts.forgiven()
        if self._url != url:  # another loopback port: the children know only the old one
            stop_all(self._children, self._patience.child_stop)
            for child in self._children:
                child.environment = self._environment()
                child.start_at = 0.0

    def _look_at(self, child: Child) -> None:
        if child.pid is None:
            if time.monotonic() >= child.start_at and not self._stop.is_set():
                self._start_child(child)
            return
        code = child.exit_code()
        if code is None:
            return
        child.note_end(code, self._patience)
        if child.restarts.is_hopeless(self._patience):
            raise KeepsDying(name=child.name, times=child.restarts.failed, how=describe_exit(code))
        delay = child.restarts.delay(self._patience)
        _log.warning("%s ended (%s); starting it again in %g s", child.name, describe_exit(code), delay)

    def _start_child(self, child: Child) -> None:
        child.start()
        self._note()
        _log.info("%s started (process %s)", child.name, child.pid)

    def _prepare_once(self, command: Command) -> None:
        """Our own preparations are left out when there is nothing to do: each costs a start of Django."""
        note = self._options.data / "migrated.json"
        if self._options.preparations is not None:
            self._prepare(command)
        elif standing.is_done(command, self._url, note):
            _log.info("%s has nothing to do", command.name)
        else:
            self._prepare(command)
            if not self._stop.is_set():
                standing.note_done(command, self._url, note)

    def _prepare(self, command: Command) -> None:
        """Run a command to its end; a wish to stop ends it early."""
        if self._stop.is_set():
            return
        began = time.monotonic()
        child = self._child(command)
        self._children = [child]  # so that it is recorded, and stopped with us
        self._start_child(child)
        while (code := child.exit_code()) is None:
            if self._stop.wait(0.02):
                return
        self._children = []
        if code != 0:
            raise PreparationFailed(command=command.name, code=code)
        _log.info("%s done in %.1f s", command.name, time.monotonic() - began)

    def _child(self, command: Command) -> Child:
        return Child(command, environment=self._environment(), lifeline=self._reading)

    def _environment(self) -> dict[str, str]:
        """What every child is told. The user's own FRONTLINE_URL wins: a proxy may stand in front."""
        return {
            "DATABASE_URL": self._url,
            "FRONTLINE_DATA": str(self._options.data),
            "FRONTLINE_URL": os.environ.get("FRONTLINE_URL", self._options.address),
            "PORT": str(self._options.port),
            lifeline.VARIABLE: lifeline.name(self._reading),
        }

    def _note(self) -> None:
        started = tuple(
            Started(child.name, child.pid, child.birth)
            for child in self._children
            if child.pid is not None and child.birth is not None
        )
        self._records.write(Record(pid=os.getpid(), address=self._options.address, children=started))

    def _ask_to_stop(self, number: int, _frame: FrameType | None) -> None:
        """The first time: an orderly end. The second time the person means it: the children are killed."""
        if self._stop.is_set():
            for child in self._children:
                child.kill()
        else:
            _log.info("received %s", signal.Signals(number).name)
        self._stop.set()


def _is_ignored_hangup(number: int) -> bool:
    return number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN


def _complain(error: DeskError, code: int) -> int:
    print(f"frontline: {worded(error)}", file=sys.stderr, flush=True)  # noqa: T201 (one line for a person)
    return code


def _log_to_standard_error() -> None:
    """Plain lines, unless whoever called has set up logging already."""
    if logging.getLogger().handlers:
        return
    formatter = logging.Formatter(
        "%(asctime)s.%(msecs)03dZ %(levelname)-7s supervisor %(message)s", datefmt="%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    log = logging.getLogger("frontline")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
