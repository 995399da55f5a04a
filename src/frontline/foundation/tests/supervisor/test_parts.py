"""What is started by default, how addresses are written, and the lifeline by itself."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from frontline.foundation import processes
from frontline.foundation.supervisor import Options, lifeline
from frontline.foundation.supervisor.address import ensure_free, why_not_ready
from frontline.foundation.supervisor.child import describe_exit
from frontline.foundation.supervisor.errors import BadAddress, BadLifeline


def started(options):
    python = (sys.executable, "-m", "frontline")
    commands = (*options.commands_before(), *options.commands())
    assert all(command.arguments[:3] == python for command in commands)
    return [(command.name, " ".join(command.arguments[3:])) for command in commands]


def test_a_plain_desk_is_migrated_and_has_web_worker_and_watch():
    assert started(Options(data=Path("x"), port=81, host="::1")) == [
        ("migrate", "migrate"),
        ("web", "web --host ::1 --port 81"),
        ("worker", "worker"),
        ("watch", "watch"),
    ]


def test_a_demo_desk_is_seeded_and_workers_are_numbered():
    assert started(Options(data=Path("x"), demo=True, workers=2)) == [
        ("migrate", "migrate"),
        ("demo seed", "demo seed"),
        ("web", "web --host 127.0.0.1 --port 8000"),
        ("worker 1", "worker"),
        ("worker 2", "worker"),
        ("watch", "watch"),
    ]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("fe80::1", "http://[fe80::1]:8000"),
        ("desk.example", "http://desk.example:8000"),
    ],
)
def test_the_address_is_one_a_browser_here_can_open(host, address):
    assert Options(data=Path("x"), host=host).address == address


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 70000), ("no.such.host.invalid", 80), ("192.0.2.1", 8000)]
)
def test_an_address_nobody_can_listen_on_is_named(host, port):
    with pytest.raises(BadAddress, match=rf"{host}, port {port}: .+"):
        ensure_free(host, port)


def test_nobody_answers_on_a_closed_port():
    assert "refused" in why_not_ready("http://127.0.0.1:1", 0.5)


def test_ends_are_described_by_code_or_signal():
    assert [str(describe_exit(code)) for code in (0, 3, -9, -250)] == [
        "exit code 0",
        "exit code 3",
        "killed by SIGKILL",
        "killed by signal 250",
    ]


def test_an_unsupervised_process_holds_no_lifeline(monkeypatch):
    monkeypatch.delenv(lifeline.VARIABLE, raising=False)
    assert lifeline.hold() is False


def test_the_end_of_the_pipe_is_the_end_of_the_supervisor(monkeypatch):
    reading, writing = lifeline.make()
    monkeypatch.setenv(lifeline.VARIABLE, lifeline.name(reading))
    ended = threading.Event()
    try:
        assert lifeline.hold(ended.set) is True
        assert not ended.wait(0.2)
        os.close(writing)
        assert ended.wait(5)
    finally:
        os.close(reading)


@pytest.mark.parametrize("inode", ["{right}", "1"])
def test_another_file_under_the_same_number_is_not_taken_for_the_lifeline(inode, tmp_path):
    with (tmp_path / "other").open("w") as other:
        right = os.fstat(other.fileno()).st_ino
        assert lifeline._read(f"{other.fileno()}:{inode.format(right=right)}:7:then").descriptor is None
    assert lifeline._read("99999:1:7:a b:c").descriptor is None


def test_a_grandchild_whose_parent_ended_first_still_notices_the_end_of_the_supervisor(monkeypatch):
    with subprocess.Popen(["sleep", "60"]) as supervisor:
        birth = processes.birth_mark(supervisor.pid)
        monkeypatch.setenv(lifeline.VARIABLE, f"99999:1:{supervisor.pid}:{birth}")
        ended = threading.Event()
        assert lifeline.hold(ended.set) is True
        assert not ended.wait(0.2)
        supervisor.kill()
        assert ended.wait(5)


@pytest.mark.parametrize("value", ["", "nonsense", "1:2:3", "a:b:c:d"])
def test_a_lifeline_nobody_wrote_is_refused(value, monkeypatch):
    monkeypatch.setenv(lifeline.VARIABLE, value)
    with pytest.raises(BadLifeline, match="no supervisor wrote"):
        lifeline.hold()
