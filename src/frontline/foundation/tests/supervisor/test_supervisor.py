"""The supervisor over a real database: start, stop, refuse, restart, give up."""

import os
import signal
import socket
import urllib.request

import psycopg
import pytest

from frontline.foundation import processes


def children_of(desk):
    return [child["pid"] for child in desk.recorded()["children"]]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_serves_and_stops_cleanly_children_first_database_last(desk, number):
    process = desk.ready("idle", preparations=["end 0"])
    with urllib.request.urlopen(f"{desk.address}/readyz") as answer:
        assert answer.read().decode() == desk.cluster.running_url()
    children = children_of(desk)
    assert len(children) == 2

    assert desk.stop(process, number) == 0

    assert [pid for pid in children if processes.is_alive(pid)] == []
    assert desk.cluster.status().state == "stopped"
    assert not (desk.data / "supervisor.json").exists()
    assert desk.said().splitlines()[-2:][0].endswith("stopping")
    assert desk.said().splitlines()[-1].endswith("stopped")


def test_a_second_start_on_the_same_data_is_refused_and_harms_nothing(desk):
    first = desk.ready("idle")
    desk.log.rename(desk.log.with_suffix(".first"))
    second = desk.up("idle")
    assert second.wait(timeout=60) == 2
    assert desk.said() == (
        f"frontline: Frontline already runs on the data in {desk.data}: process {first.pid}, {desk.address}. "
        f"Use it, stop it with `kill {first.pid}`, or choose another folder with --data.\n"
    )
    assert desk.recorded()["pid"] == first.pid
    assert urllib.request.urlopen(desk.address).status == 200
    assert desk.stop(first) == 0


def test_a_crashed_child_is_started_again_and_said(desk):
    process = desk.ready("idle")
    old = desk.pid_of("idle")
    os.kill(old, signal.SIGKILL)
    desk.wait_for(lambda: desk.pid_of("idle") not in {old, None})
    assert "idle ended (killed by SIGKILL); starting it again in 0.05 s" in desk.said()
    assert processes.is_alive(desk.pid_of("idle"))
    assert desk.stop(process) == 0


def test_it_gives_up_loudly_when_a_child_dies_at_once_again_and_again(desk):
    process = desk.up("end 3")
    assert process.wait(timeout=90) == 1
    assert "frontline: end 3 ended 3 times right after its start (last: exit code 3)" in desk.said()
    assert desk.cluster.status().state == "stopped"
    assert not (desk.data / "supervisor.json").exists()


def test_a_failed_preparation_starts_nothing(desk):
    process = desk.up("idle", preparations=["end 0", "end 5", "end 0"])
    assert process.wait(timeout=90) == 2
    assert "frontline: `end 5` failed (exit code 5)" in desk.said()
    assert "end 0 done" in desk.said()
    assert "web started" not in desk.said()
    assert desk.cluster.status().state == "stopped"


def test_a_stop_during_a_preparation_is_heard(desk):
    process = desk.up(preparations=["idle"])
    desk.wait_for(lambda: "idle started" in desk.said())
    assert desk.stop(process) == 0
    assert "web started" not in desk.said()


def test_a_taken_port_is_named_before_anything_starts(desk):
    with socket.socket() as other:
        other.bind(("127.0.0.1", desk.port))
        other.listen()
        process = desk.up("idle")
        assert process.wait(timeout=60) == 2
    assert desk.said().startswith(f"frontline: Port {desk.port} on 127.0.0.1 cannot be used: ")
    assert "database ready" not in desk.said()


def test_a_child_that_does_not_stop_is_killed(desk):
    process = desk.ready("stubborn")
    stubborn = desk.pid_of("stubborn")
    desk.wait_for(lambda: "deaf" in desk.said())
    assert desk.stop(process) == 0
    assert not processes.is_alive(stubborn)
    assert "stubborn did not stop in 1 s and is killed" in desk.said()


def test_what_a_dead_child_had_started_does_not_outlive_it(desk):
    process = desk.ready("family")
    parent = desk.pid_of("family")
    desk.wait_for(lambda: len(desk.members_of(parent)) == 2)
    (grandchild,) = desk.members_of(parent) - {parent}
    os.kill(parent, signal.SIGKILL)
    desk.wait_dead(grandchild)
    desk.wait_for(lambda: desk.pid_of("family") not in {parent, None})
    assert desk.stop(process) == 0


def test_a_killed_database_comes_back_with_all_that_was_committed(desk):
    process = desk.ready("idle")
    before = desk.cluster.status().pid
    with psycopg.connect(desk.cluster.running_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        os.kill(before, signal.SIGKILL)
    desk.wait_for(lambda: desk.cluster.status().state == "running" and desk.cluster.status().pid != before)
    with psycopg.connect(desk.cluster.running_url()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)
    assert "the database is gone; starting it again" in desk.said()
    assert process.poll() is None
    assert desk.stop(process) == 0


def test_a_given_database_is_used_and_none_is_started(desk):
    url = "postgresql://somebody@127.0.0.1:1/elsewhere"
    process = desk.ready("idle", DATABASE_URL=url)
    assert urllib.request.urlopen(desk.address).read().decode() == url
    assert desk.cluster.status().state in {"absent", "stopped"}
    assert desk.stop(process) == 0
