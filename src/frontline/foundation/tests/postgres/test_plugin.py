"""The test runs' own database: said in the header, one per run, stopped at the end in whatever way it comes."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from frontline.foundation.postgres import Cluster
from frontline.foundation.testing.postgres_plugin import chosen_binaries

CONNECTS = """
import os, time, psycopg

def test_it_connects():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        print("SAW", *connection.execute("SELECT current_database(), current_setting('fsync')").fetchone())

def test_it_waits():
    while "WAIT" in os.environ and not os.path.exists("go on"):
        time.sleep(0.02)
"""


@pytest.fixture
def checkout():
    folder = Path(tempfile.mkdtemp(prefix="fl-"))
    folder.chmod(0o711)
    (folder / "test_it.py").write_text(CONNECTS)
    yield folder
    for data in folder.glob(".frontline-test/postgres-*"):
        Cluster(data).stop()
    shutil.rmtree(folder)


def run(checkout, *, database_url=None, **environment):
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    given = {"DATABASE_URL": database_url} if database_url else {}
    command = [sys.executable, "-m", "pytest", "-s", "-p", "frontline.foundation.testing.postgres_plugin"]
    return subprocess.Popen(
        [*command, "-p", "no:cacheprovider", f"--rootdir={checkout}", "-c", os.devnull, "test_it.py"],
        cwd=checkout,
        env=inherited | given | environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until_connected(process):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "SAW" in line:
            return "".join(lines)
    pytest.fail("it never connected: " + "".join(lines))


def cluster_of(checkout):
    return Cluster(checkout / ".frontline-test" / f"postgres-{chosen_binaries().version()}")


def test_each_run_says_its_server_and_has_a_database_of_its_own(checkout):
    with run(checkout, WAIT="1") as first:
        begun = read_until_connected(first)
        with run(checkout) as second:
            other = second.communicate()[0]
        (checkout / "go on").touch()
        said = begun + first.communicate()[0]
    version = chosen_binaries().version()
    for text, name in ((said, "frontline_0"), (other, "frontline_1")):
        assert f"database: PostgreSQL {version}, embedded, {name}\n" in text
        assert f"SAW {name} off\n" in text
    assert cluster_of(checkout).status().state == "stopped"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_leaves_no_server(checkout, number):
    with run(checkout, WAIT="1") as process:
        read_until_connected(process)
        process.send_signal(number)
        process.communicate()
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert cluster_of(checkout).status().state == "stopped"


def test_a_given_database_is_used_as_it_is(checkout):
    with run(checkout, database_url=os.environ["DATABASE_URL"]) as process:
        said = process.communicate()[0]
    assert (process.returncode, "database: given by DATABASE_URL" in said) == (0, True)
    assert not (checkout / ".frontline-test").exists()


def test_a_server_that_is_not_installed_is_named(checkout):
    with run(checkout, FRONTLINE_TEST_POSTGRES="9") as process:
        said = process.communicate()[0]
    assert process.returncode == pytest.ExitCode.USAGE_ERROR
    assert "FRONTLINE_TEST_POSTGRES=9: no PostgreSQL in /usr/lib/postgresql/9/bin." in said
