"""`kill -9` of the supervisor itself: its children notice, and the next start cleans up what does not."""

import json
import signal
import subprocess
import sys

from frontline.foundation import processes


def kill(desk, process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_children_and_grandchildren_end_when_their_supervisor_is_killed(desk):
    process = desk.ready("idle", "family")
    children = {child["pid"] for child in desk.recorded()["children"]}
    desk.wait_for(lambda: len(desk.members_of(desk.pid_of("family"))) == 2)
    children |= desk.members_of(desk.pid_of("family"))
    assert len(children) == 4
    database = desk.cluster.status().pid
    kill(desk, process)
    desk.wait_dead(*children)
    assert processes.is_alive(database)

    again = desk.ready("idle")

    assert desk.cluster.status().pid == database  # adopted: nothing had to be recovered
    assert desk.stop(again) == 0
    assert not processes.is_alive(database)


def test_the_next_start_ends_a_child_that_did_not_notice(desk):
    process = desk.ready("stubborn")
    desk.wait_for(lambda: "deaf" in desk.said())
    stubborn = desk.pid_of("stubborn")
    kill(desk, process)
    assert processes.is_alive(stubborn)

    again = desk.ready("idle")

    assert not processes.is_alive(stubborn)
    assert f"ending stubborn (process {stubborn}), left behind by a killed supervisor" in desk.said()
    assert desk.stop(again) == 0


def test_a_stranger_that_has_the_number_of_an_old_child_is_left_alone(desk):
    kill(desk, desk.ready("idle"))
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        record = desk.recorded()
        record["children"][0]["pid"] = stranger.pid
        (desk.data / "supervisor.json").write_text(json.dumps(record))
        again = desk.ready("idle")
        assert stranger.poll() is None
        stranger.kill()
    assert desk.stop(again) == 0


def test_a_killed_supervisor_and_a_killed_database_are_recovered_together(desk):
    process = desk.ready("idle")
    database = desk.cluster.status().pid
    kill(desk, process)
    subprocess.run(["kill", "-9", str(database)], check=True)
    desk.wait_dead(database)
    again = desk.ready("idle")
    assert desk.cluster.status().pid != database
    assert desk.stop(again) == 0


def test_a_spoilt_record_does_not_prevent_a_start(desk):
    desk.data.joinpath("supervisor.json").write_text("{half")
    assert desk.stop(desk.ready("idle")) == 0
