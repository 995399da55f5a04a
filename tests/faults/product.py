"""The real product on an empty data folder, furnished, live, and sending its mail to a sink."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from tests.faults import books
from tests.faults.storm import DeskUnderTest

ROOT = Path(__file__).resolve().parents[2]
FURNISH = (
    "import json, django; django.setup()\n"
    "from tests.faults.small_desk import furnish; print(json.dumps(furnish()))"
)
#: what a run of tests has in its environment and the product must not see
_OURS = ("FRONTLINE_", "DJANGO_", "DATABASE_URL", "PYTEST_", "PORT")


class RealDesk(DeskUnderTest):
    """`frontline up`; `furnish` gives a new one people. `tokens` are theirs, by name."""

    def __init__(self, *, data, port, smtp_port):
        outside = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        self._inside = {
            **outside,
            "FRONTLINE_SMTP_HOST": "127.0.0.1",
            "FRONTLINE_SMTP_PORT": str(smtp_port),
            "PYTHONUNBUFFERED": "1",
        }
        command = [sys.executable, "-m", "frontline", "up", "--data", data, "--port", str(port)]
        super().__init__(command, data=data, port=port, environment=self._inside)

    def furnish(self):
        environment = {**self._told(), "DJANGO_SETTINGS_MODULE": "frontline.config.settings"}
        (self.data / "tokens.json").write_text(self._run("-c", FURNISH, environment=environment))

    @property
    def tokens(self):
        return json.loads((self.data / "tokens.json").read_text())

    def frontline(self, *arguments):
        """What `frontline …` prints about this desk while it runs."""
        return self._run("-m", "frontline", *arguments, environment=self._told())

    def begin(self, *arguments):
        """`frontline …` beside the running desk, to be killed or waited for."""
        return subprocess.Popen(
            [sys.executable, "-m", "frontline", *arguments],
            env=self._told(),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def connection(self):
        return psycopg.connect(self.cluster.running_url(), autocommit=True)

    def settle(self, *, limit, hurry):
        """Wait until nothing is under way. `hurry` lets what waits for its next attempt, or for a dead worker's
        last sign of life to be old enough, come at once."""
        deadline = time.monotonic() + limit
        with self.connection() as connection:
            if hurry:
                _let_time_pass(connection)
            while connection.execute(books.UNDER_WAY).fetchone() != (0,):
                assert time.monotonic() < deadline, books.broken(connection)
                time.sleep(0.5)
                _bring_forward(connection)

    def _told(self):
        return {
            **self._inside,
            "FRONTLINE_DATA": str(self.data),
            "DATABASE_URL": self.cluster.running_url(),
        }

    @staticmethod
    def _run(*arguments, environment):
        done = subprocess.run(
            [sys.executable, *arguments],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


def _bring_forward(connection):
    """The next attempts come now: that they come after minutes and hours is proved elsewhere."""
    connection.execute(
        "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND scheduled_at > now()"
    )
    connection.execute("UPDATE foundation_parked_fact SET retry_at = now() WHERE tries > 0")


def _let_time_pass(connection):
    """A worker that lives tells so within ten seconds; the dead ones are old at once."""
    connection.execute(
        "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'"
        " WHERE id < (SELECT max(id) FROM procrastinate_workers)"
    )
