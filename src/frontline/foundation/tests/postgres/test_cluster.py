"""The embedded cluster with the real programs: start, stop, share, refuse."""

import subprocess
import sys
import time

import psycopg
import pytest

from frontline.foundation.postgres import Cluster, embedded
from frontline.foundation.postgres.errors import LostPassword, StartFailed, WrongMajorVersion


@pytest.fixture
def url(shared):
    return shared.ensure_started()


def value(url, question):
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()[0]


def test_a_second_start_is_quick_and_finds_the_data(shared):
    url = shared.ensure_started()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('here')")
    assert shared.stop() is True
    assert shared.status().state == "stopped"

    began = time.monotonic()
    again = shared.ensure_started()
    took = time.monotonic() - began

    assert took < 2
    assert again == url
    assert value(again, "SELECT word FROM kept") == "here"


def test_stopping_what_does_not_run_says_so(shared, place):
    shared.ensure_started()
    assert [shared.stop(), shared.stop(), Cluster(place).stop()] == [True, False, False]


def test_a_folder_without_a_cluster_is_absent_and_left_alone(place):
    status = Cluster(place).status()
    assert (status.state, status.pid, status.major) == ("absent", None, None)
    assert Cluster(place).running_url() is None
    assert list(place.iterdir()) == []


def test_the_running_url_is_there_while_it_runs(shared):
    url = shared.ensure_started()
    assert shared.running_url() == url
    shared.stop()
    assert shared.running_url() is None


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
        ("password_encryption", "scram-sha-256"),
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
    ],
)
def test_the_cluster_is_durable_and_closed(url, setting, expected):
    assert value(url, f"SHOW {setting}") == expected


def test_text_beyond_ascii_changes_case_and_sorts_by_code_point(url):
    assert value(url, "SELECT upper('grüße') || lower('ÄÖÜ')") in {"GRÜSSEäöü", "GRÜßEäöü"}
    assert value(url, "SELECT array_agg(w ORDER BY w) FROM unnest('{b,a,Z,ä}'::text[]) w") == [
        "Z",
        "a",
        "b",
        "ä",
    ]


def test_our_role_may_make_databases_but_is_no_superuser(url):
    assert (
        value(url, "SELECT (rolcreatedb, rolsuper)::text FROM pg_roles WHERE rolname = 'frontline'")
        == "(t,f)"
    )


def test_operators_can_add_their_own_settings(shared):
    shared.ensure_started()
    local = shared.status().place / "local.conf"
    local.write_text("work_mem = '7MB'\n")
    local.chmod(0o644)
    shared.stop()
    try:
        assert value(shared.ensure_started(), "SHOW work_mem") == "7MB"
        local.write_text("work_mem = 'plenty'\n")
        shared.stop()
        with pytest.raises(StartFailed, match=r"work_mem.*plenty"):
            shared.ensure_started()
    finally:
        local.unlink()


def test_a_cluster_of_another_major_version_is_refused(shared):
    shared.ensure_started()
    shared.stop()
    marker = shared.status().place / "PG_VERSION"
    ours = marker.read_text()
    marker.write_text("13\n")
    try:
        with pytest.raises(WrongMajorVersion, match=rf"PostgreSQL 13; .* PostgreSQL {ours.strip()}"):
            shared.ensure_started()
    finally:
        marker.write_text(ours)


def test_a_lost_password_is_named(shared):
    shared.ensure_started()
    shared.stop()
    password = shared.data_dir / "postgres" / "password"
    kept = password.rename(password.with_suffix(".kept"))
    try:
        with pytest.raises(LostPassword, match=str(password)):
            shared.ensure_started()
    finally:
        kept.rename(password)


def test_what_a_kill_left_of_a_creation_is_made_anew(place, binaries):
    half = place / "postgres" / "cluster.new"
    half.mkdir(parents=True)
    (place / "postgres").chmod(0o711)
    (half / "PG_VERSION").write_text("half")
    cluster = Cluster(place, binaries=binaries)
    try:
        assert value(cluster.ensure_started(), "SELECT 1") == 1
        assert not half.exists()
    finally:
        cluster.stop()


def test_a_folder_whose_name_is_too_long_for_a_socket_gets_a_loopback_port(place, binaries):
    cluster = Cluster(place / ("long" * 25), binaries=binaries)
    try:
        url = cluster.ensure_started()
        assert "@127.0.0.1:" in url
        assert value(url, "SHOW listen_addresses") == "127.0.0.1"
        cluster.stop()
        assert cluster.ensure_started() == url  # the same port, so that nobody must be told
    finally:
        cluster.stop()


def test_the_last_user_stops_it(shared):
    one, other = Cluster(shared.data_dir), Cluster(shared.data_dir)
    shared.stop()
    for cluster in (one, other):
        cluster._binaries = shared._binaries
        cluster.ensure_started()
    assert one.release() is False
    assert other.status().state == "running"
    assert other.release() is True
    assert other.status().state == "stopped"


def test_a_command_beside_a_running_desk_leaves_the_database_alone(shared):
    url = shared.ensure_started()
    with embedded(shared.data_dir) as theirs:
        assert theirs == url
    assert shared.status().state == "running"


def test_processes_that_start_it_at_once_share_one_server(shared):
    shared.stop()
    script = (
        "import sys; from pathlib import Path; from frontline.foundation.postgres import Cluster\n"
        "from frontline.foundation.postgres.binaries import Binaries\n"
        "cluster = Cluster(Path(sys.argv[1]), binaries=Binaries(Path(sys.argv[2])))\n"
        "cluster.ensure_started(); print(cluster.status().pid, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(shared.data_dir), str(shared._binaries.folder)]
    starters = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    pids = {starter.stdout.readline() for starter in starters}
    for starter in starters:
        starter.communicate()
    assert pids == {f"{shared.status().pid}\n"}
