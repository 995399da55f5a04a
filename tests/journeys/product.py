"""The real product, started as a person starts it: `frontline up --demo` on a data folder and port of its own.

Nothing in here, nor in any journey, imports the product: it is reached through its command, its pages, its mail and
its API only.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
SCALE = "small"
#: seconds; generous, for machines that do something else at the same time
PREPARED_WITHIN = 900
READY_WITHIN = 240
STOPPED_WITHIN = 40
#: what a run of tests puts into the environment and the product must not see
_OURS = ("FRONTLINE_", "DJANGO_", "DATABASE_URL", "PYTEST_", "PORT")


class ProductError(Exception):
    """The product did not do what was asked of it; the text holds what it said."""


@dataclass(frozen=True)
class Somebody:
    """A person of the demo organisation who can sign in; `token` is empty where the file of sign-ins has none."""

    role: str
    name: str
    email: str
    password: str
    token: str = ""

    @property
    def key(self) -> str:
        return self.role.lower().replace(" ", "-")


@dataclass
class Product:
    """One running desk. `start` and `stop` may be called once each."""

    data: Path
    extra: dict[str, str] = field(default_factory=dict)
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data / "up.log"

    def command(self, *arguments: str, timeout: float = PREPARED_WITHIN) -> str:
        """What `frontline …` printed. Raises ProductError when it failed."""
        done = subprocess.run(
            [sys.executable, "-m", "frontline", *arguments],
            env=self._environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode:
            raise ProductError(f"frontline {' '.join(arguments)}: {done.returncode}\n{done.stderr[-3000:]}")
        return done.stdout

    def prepare(self) -> None:
        """A desk with the small demo organisation, stopped."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.command("migrate")
        self.command("demo", "seed", "--scale", SCALE)

    def start(self) -> None:
        self.port = free_port()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "frontline", "up", "--demo", "--port", str(self.port)],
                env=self._environment(),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ProductError(f"`frontline up --demo` did not get ready:\n{self.said()}")
            time.sleep(0.2)

    def stop(self) -> int:
        """An orderly end, as Ctrl-C gives it; returns the exit code. A kill only when it takes too long."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(signal.SIGINT)
        try:
            return process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
            raise ProductError(f"`frontline up` did not stop:\n{self.said()}") from None

    def said(self, most: int = 4000) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-most:]

    def cast(self) -> dict[str, Somebody]:
        """Who the product says can sign in, by role."""
        entries = json.loads((self.data / "demo-sign-ins.json").read_text(encoding="utf-8"))
        return {entry["role"]: Somebody(**entry) for entry in entries}

    def colleague(self, name: str, email: str) -> Somebody:
        """Somebody else of the demo organisation: all share one password."""
        return Somebody(role=name, name=name, email=email, password=self.cast()["agent"].password)

    def api(self, person: Somebody) -> httpx.Client:
        headers = {"Authorization": f"Bearer {person.token}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=30)

    def move_clock(self, *, at: datetime | None = None, advance: str = "") -> None:
        """Forward only; everything that falls due on the way happens before this returns."""
        way = (
            ("--advance", advance)
            if at is None
            else ("--at", at.astimezone(UTC).isoformat(timespec="seconds"))
        )
        self.command("demo", "clock", *way)

    def letters(self) -> list[EmailMessage]:
        """The readable outbox, oldest first."""
        files = sorted((self.data / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]

    def _answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/readyz", timeout=10).status_code == httpx.codes.OK
        return False

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return {**kept, "FRONTLINE_DATA": str(self.data), "PYTHONUNBUFFERED": "1", **self.extra}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def prepared_copy(run: str, name: str) -> Iterator[Product]:
    """A stopped desk of one's own, copied from one that the first who comes prepares for all of this run.

    Both lie where the database's own account can enter, so that the copy has a database of its own. The last who
    leaves takes the prepared one away.
    """
    shared = Path(tempfile.gettempdir()) / f"frontline-{os.geteuid()}-{run}"
    shared.mkdir(exist_ok=True)
    shared.chmod(0o711)
    own = shared / name
    with (shared / "in-use").open("w") as in_use, (shared / "lock").open("w") as lock:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            shutil.rmtree(shared / "prepared", ignore_errors=True)
            Product(shared / "prepared").prepare()
            (shared / "done").touch()
        fcntl.flock(lock, fcntl.LOCK_UN)
        subprocess.run(["cp", "-a", str(shared / "prepared"), str(own)], check=True)
        yield Product(own)
        shutil.rmtree(own)
        fcntl.flock(lock, fcntl.LOCK_EX)
        fcntl.flock(in_use, fcntl.LOCK_UN)
        with suppress(BlockingIOError):
            fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(shared)


def items(client: httpx.Client, path: str, **params: Any) -> list[dict[str, Any]]:
    """Every item of a list of the API, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        answer = client.get(path, params={**params, **({"cursor": cursor} if cursor else {})})
        answer.raise_for_status()
        page = answer.json()
        found += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return found
