"""Kill it at the worst moments; nothing committed is lost and nobody has to clean up by hand."""

import os
import subprocess
import sys

import psycopg
import pytest

from frontline.foundation import processes
from frontline.foundation.postgres import account, postmaster

EVERY = list(range(1, 1001))


@pytest.fixture(autouse=True)
def _thousand_rows(shared):
    with psycopg.connect(shared.ensure_started()) as connection:
        connection.execute("DROP TABLE IF EXISTS counted")
        connection.execute("CREATE TABLE counted (number int)")
        connection.execute("INSERT INTO counted SELECT generate_series(1, 1000)")


def committed(url):
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM counted ORDER BY number")]


def test_committed_rows_survive_a_killed_server(shared, kill):
    with psycopg.connect(shared.ensure_started(), autocommit=True) as connection:
        connection.execute("BEGIN")
        connection.execute("INSERT INTO counted VALUES (-1)")
        kill(shared.status().pid)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("COMMIT")
    assert shared.status().state == "stopped"

    assert committed(shared.ensure_started()) == EVERY


def test_a_server_whose_starter_was_killed_is_adopted(shared):
    shared.stop()
    script = (
        "import os, signal, sys; from pathlib import Path; from frontline.foundation.postgres import Cluster\n"
        "from frontline.foundation.postgres.binaries import Binaries\n"
        "cluster = Cluster(Path(sys.argv[1]), binaries=Binaries(Path(sys.argv[2])))\n"
        "cluster.ensure_started(); print(cluster.status().pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(shared.data_dir), str(shared._binaries.folder)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    orphan = int(done.stdout)

    assert shared.status().pid == orphan
    assert committed(shared.ensure_started()) == EVERY
    assert shared.status().pid == orphan
    assert shared.stop() is True
    assert not processes.is_alive(orphan)


def test_an_orphan_is_recognised_without_the_note_of_its_start(shared):
    shared.ensure_started()
    pid = shared.status().pid
    shared._layout().postmaster.unlink()
    assert (shared.status().state, shared.status().pid) == ("running", pid)


@pytest.mark.parametrize("keep_note", [True, False])
def test_a_stale_pid_file_that_names_a_stranger_neither_blocks_nor_hurts_it(shared, kill, keep_note):
    shared.ensure_started()
    kill(shared.status().pid)
    layout = shared._layout()
    if not keep_note:
        layout.postmaster.unlink()
    owner = account.choose(layout.cluster.stat().st_uid)
    with subprocess.Popen(["sleep", "60"], cwd="/", **owner.spawn()) as stranger:
        pid_file = layout.cluster / "postmaster.pid"
        first, _, rest = pid_file.read_text().partition("\n")
        # The old server began an hour ago; the stranger has just been given its number.
        lines = rest.split("\n")
        lines[1] = str(int(lines[1]) - 3600)
        pid_file.write_text("\n".join([str(stranger.pid), *lines]))
        assert first != str(stranger.pid)
        try:
            assert shared.status().state == "stopped"
            assert committed(shared.ensure_started()) == EVERY
            assert shared.stop() is True
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_server_that_ignores_the_polite_way_is_stopped_all_the_same(shared):
    shared.ensure_started()
    pid = shared.status().pid
    os.kill(pid, 19)  # SIGSTOP: it cannot answer a fast or an immediate shutdown
    assert postmaster.stop(shared._layout(), patience=0.2) is True
    assert not processes.is_alive(pid)
    assert committed(shared.ensure_started()) == EVERY


def test_a_pid_file_made_ready_for_the_next_server_is_not_taken_for_a_running_one(shared, kill):
    shared.ensure_started()
    kill(shared.status().pid)
    layout = shared._layout()
    before = postmaster.read_pid_file(layout.cluster)
    key = (layout.cluster / "postmaster.pid").read_text().splitlines()[6]

    postmaster._disarm_pid_file(layout)

    after = postmaster.read_pid_file(layout.cluster)
    assert (after.pid, after.started_at, after.state) == (os.getpid(), 0, "")
    assert after.address == before.address
    assert (layout.cluster / "postmaster.pid").read_text().splitlines()[6:] == [key]
    assert shared.status().state == "stopped"
