"""A desk to measure: its own embedded database with production's durability, seeded, served by the real processes."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from bench import machine
from frontline.foundation.postgres.cluster import Cluster
from frontline.foundation.postgres.ports import free_port

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Answer:
    """`wall` is what the client waited, `inside` what Django took, both in milliseconds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    wall: float

    @property
    def inside(self) -> float:
        return float(self.headers.get("x-bench-ms", "nan"))

    @property
    def queries(self) -> int:
        return int(self.headers.get("x-bench-queries", "-1"))


class Client:
    """One kept connection."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = dict(headers)

    def ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        began = time.perf_counter()
        self._connection.request(method, path, body=body, headers=self.headers)
        response = self._connection.getresponse()
        content = response.read()
        wall = (time.perf_counter() - began) * 1000
        headers: dict[str, str] = {}
        for name, value in response.getheaders():
            headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
        return Answer(response.status, headers, content, wall)

    def must(self, method: str, path: str, body: Any = None) -> Answer:
        """An answer that is good; anything else ends the benchmark, for its figure would mean nothing."""
        answer = self.ask(method, path, None if body is None else json.dumps(body).encode())
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {answer.body[:400]!r}")
        return answer


class Desk:
    """One data folder: database, commands, served processes."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.cluster = Cluster(data)
        self.url = os.environ.get("DATABASE_URL", "")
        self.embedded = not self.url
        self.port = 0
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start_database(self) -> None:
        if self.embedded:
            self.url = self.cluster.ensure_started()

    def stop_database(self) -> None:
        if self.embedded:
            self.cluster.stop()

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "FRONTLINE_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "PYTHONPATH": str(CHECKOUT),
        }

    def command(self, *arguments: str, fails: bool = False) -> str:
        """Run `frontline …` to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "frontline", *arguments],
            env=self.environment(),
            cwd=CHECKOUT,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode not in ({0, 3} if fails else {0}):
            raise RuntimeError(f"frontline {' '.join(arguments)} failed: {done.stderr[-2000:]}")
        return done.stdout

    def seed(self, tickets: int) -> dict[str, Any]:
        """Make the demo organisation; tickets a second, nothing when it is there already."""
        began = time.perf_counter()
        said = self.command("demo", "seed", "--scale", str(tickets))
        taken = time.perf_counter() - began
        if "already" in said:
            return {"tickets": tickets, "reused": True}
        with psycopg.connect(self.environment()["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")  # as on a desk in life, and not while pages are measured
        return {"tickets": tickets, "seconds": round(taken, 1), "per_s": round(tickets / taken)}

    @contextmanager
    def served(self, *more: str) -> Iterator[None]:
        """The web process, and those named (`worker`, `watch`) beside it."""
        self.port = free_port(self.data / "bench-port")
        try:
            self._start("web", "web", "--port", str(self.port))
            for name in more:
                self._start(name, name)
            self._wait_ready()
            yield
        finally:
            for process in self.running.values():
                process.terminate()
            for process in self.running.values():
                process.wait(30)
            self.running.clear()

    def _start(self, name: str, *arguments: str) -> None:
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", "frontline", *arguments], env=self.environment(), cwd=CHECKOUT
        )

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if Client(self.port, {}).ask("GET", "/readyz").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError("the web process did not become ready within a minute")

    def cpu(self) -> dict[str, float]:
        """CPU seconds used so far by `web` and `database` (0 for a database that is not ours to see)."""
        found = {"web": machine.cpu_seconds(self.running["web"].pid), "database": 0.0}
        pid = self.cluster.status().pid if self.embedded else None
        if pid is not None:
            found["database"] = machine.cpu_seconds(pid)
        return found

    def sign_ins(self) -> dict[str, dict[str, str]]:
        """The demo's accounts by role: name, email, password, token."""
        listed = json.loads((self.data / "demo-sign-ins.json").read_text(encoding="utf-8"))
        return {one["role"]: one for one in listed}

    def by_token(self, role: str) -> Client:
        token = self.sign_ins()[role]["token"]
        return Client(self.port, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})

    def by_session(self, role: str) -> Client:
        """Signed in through the form, as a browser does it."""
        person = self.sign_ins()[role]
        client = Client(self.port, {})
        jar: dict[str, str] = {}
        page = client.ask("GET", "/sign-in")
        _keep_cookies(page, jar)
        found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
        if found is None:
            raise RuntimeError("the sign-in page has no form")
        form = {
            "csrfmiddlewaretoken": found[1].decode(),
            "login": person["email"],
            "password": person["password"],
        }
        client.headers = {
            "Cookie": _cookies(jar),
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://127.0.0.1:{self.port}/sign-in",
        }
        answer = client.ask("POST", "/sign-in", urlencode(form).encode())
        _keep_cookies(answer, jar)
        if "frontline_session" not in jar:
            raise RuntimeError(f"signing in as {role} answered {answer.status}")
        client.headers = {"Cookie": _cookies(jar)}
        return client


def _keep_cookies(answer: Answer, jar: dict[str, str]) -> None:
    jar.update(re.findall(r"(frontline_\w+)=([^;,]*)", answer.headers.get("set-cookie", "")))


def _cookies(jar: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())
