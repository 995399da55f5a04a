"""The commands of the plumbing as somebody types them: other processes, real exit codes."""

import io
import json
import subprocess
from datetime import UTC, datetime

import pytest

from frontline.config.cli import main
from frontline.foundation import demo
from frontline.foundation.facts.announce import announce
from frontline.foundation.models import Desk, ParkedFact
from frontline.foundation.progress import Progress
from frontline.foundation.tests.probe import database
from frontline.foundation.tests.probe.capability import Poked
from frontline.foundation.transactions import transaction
from frontline.kernel.actors import SYSTEM
from frontline.kernel.errors import DeskError
from frontline.kernel.facts import Subject

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
on_a_desk = pytest.mark.django_db(transaction=True)


@pytest.fixture
def frontline(transactional_db, monkeypatch, capsys):
    """`frontline("demo", "clock")` gives (exit code, standard output, standard error); Django is set up already."""
    monkeypatch.setattr("django.setup", lambda: None)
    monkeypatch.setattr("frontline.config.logging.configure", lambda **_: None)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        return code, *capsys.readouterr()

    return run


def park() -> ParkedFact:
    with transaction():
        announce(Poked(subject=Subject("probe", 1)), actor=SYSTEM, at=NOW)
    ((number,),) = database.rows("SELECT id FROM foundation_fact")
    return ParkedFact.objects.create(
        reaction="probe.mark",
        subject_kind="probe",
        subject_id=1,
        fact_id=number,
        tries=3,
        error="Traceback …\nValueError: no such thing",
        parked_at=NOW,
        retry_at=datetime(9999, 1, 1, tzinfo=UTC),
    )


def test_doctor_looks_at_everything_and_says_what_to_do(frontline):
    code, out, _ = frontline("doctor", "--json")
    checks = {c["name"]: c for c in json.loads(out)}
    assert list(checks) == [
        "database", "migrations", "clock", "facts", "data folder", "browser libraries", "outgoing mail", "address",
    ]  # fmt: skip
    failed = [c for c in checks.values() if c["state"] == "failed"]
    assert code == (1 if failed else 0)
    assert checks["migrations"]["state"] == checks["clock"]["state"] == checks["facts"]["state"] == "ok"
    park()
    _, out, _ = frontline("doctor")
    assert "frontline facts parked" in out


def test_parked_facts_are_listed_and_tried_again(frontline):
    assert frontline("facts", "parked")[:2] == (0, "nothing is parked\n")
    entry = park()
    code, out, _ = frontline("facts", "parked")
    assert code == 0
    assert f"{entry.pk}  probe.mark" in out
    assert "failed 3 times, next: never by itself" in out
    assert "ValueError: no such thing" in out
    assert frontline("facts", "parked", "--retry", str(entry.pk))[:2] == (
        0,
        "1 will be tried again by the watch\n",
    )
    entry.refresh_from_db()
    assert entry.retry_at.year < 9999
    assert frontline("facts", "parked", "--retry", "all", "--json")[:2] == (0, '{"retried": 1}\n')


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("facts", "parked", "--retry", "x"), "takes a number from the list or `all`"),
        (("facts", "parked", "--retry", "999999"), "No parked fact has the number 999999"),
        (("demo",), "Say what"),
        (("demo", "clock", "--advance", "soon"), "such as 6w"),
        (("demo", "clock", "--at", "soon"), "no instant"),
        (("demo", "clock", "--advance", "1d"), "not moved"),
        (("demo", "--live"), "frontline demo seed"),
        (("demo", "seed", "--scale", "huge"), "small, medium, large"),
        (("worker", "--concurrency", "0"), "takes 1 to 64"),
        (("export",), "not part of this version"),
    ],
    ids=lambda v: " ".join(v)[:40],
)
def test_bad_input_gets_one_line_on_standard_error_and_exit_2(frontline, arguments, words):
    code, out, error = frontline(*arguments)
    assert (code, out) == (2, "")
    assert words in error
    assert len(error.strip().splitlines()) == 1


def test_the_demo_clock_shows_and_moves(frontline):
    code, out, _ = frontline("demo", "clock")
    assert (code, "this desk is live" in out) == (0, True)
    Desk.objects.update_or_create(id=1, defaults={"kind": "demo"})
    code, out, _ = frontline("demo", "clock", "--advance", "6w", "--speed", "10")
    assert code == 0, out
    assert "42 d 0 h 0 min ahead, speed 10" in out


def test_the_command_starts_by_itself(transactional_db, tmp_path):
    process = database.start(
        "-m", "frontline", "facts", "parked", data=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.communicate(timeout=60) == (b"nothing is parked\n", b"")
    assert process.returncode == 0


def test_the_matrix_and_the_api_document(frontline):
    code, out, _ = frontline("matrix", "--json")
    rows = {(r["method"], r["path"]): r for r in json.loads(out)}
    assert code == 0
    assert (
        rows["GET", "/api/v1/live"]["permission"]
        == rows["GET", "/api/v1/facts"]["permission"]
        == "facts.read"
    )
    code, out, _ = frontline("openapi")
    document = json.loads(out)
    assert (code, document["openapi"][:3], "/api/v1/facts" in document["paths"]) == (0, "3.1", True)


@pytest.fixture
def parts(monkeypatch):
    """Two capabilities that say when they are asked to seed."""
    from frontline.foundation import manifest
    from frontline.foundation.manifest import Capability

    asked: list[tuple] = []

    def low(plan):
        plan.shared["people"] = plan.random("people").randint(0, 10**9)
        asked.append(("low", plan.tickets, plan.shared["people"]))

    def high(plan):
        asked.append(("high", plan.shared["people"], Desk.objects.get().kind))

    both = (Capability(name="low", label="", demo=low), Capability(name="high", label="", demo=high))
    monkeypatch.setattr(manifest, "capabilities", lambda: both)
    return asked


def seed(**more) -> bool:
    return demo.seed(**{"tickets": 600, "seed": 1, "now": NOW, "tell": lambda words: None, **more})


@on_a_desk
def test_the_demo_is_made_once_from_the_lowest_capability_up_and_repeats_itself(parts):
    assert seed()
    number = parts[0][2]
    assert parts == [("low", 600, number), ("high", number, "demo")]
    assert not seed()
    assert not seed(tickets=None, seed=None), "`frontline up --demo` takes the demo that is there"
    assert len(parts) == 2
    with pytest.raises(demo.OtherDemo, match="seed 1 with 600"):
        seed(seed=2)
    Desk.objects.all().delete()
    seed()
    assert parts[2] == ("low", 600, number), "the same seed gives the same data"


@on_a_desk
def test_no_demo_is_made_where_there_is_work_or_half_a_demo(parts):
    park()
    with pytest.raises(demo.DeskHasData):
        seed()
    assert parts == []
    database.run("TRUNCATE foundation_fact, foundation_parked_fact")
    Desk.objects.update_or_create(id=1, defaults={"kind": "demo", "demo_seed": None})
    with pytest.raises(demo.HalfDemo, match="Remove the data folder"):
        seed()


@pytest.mark.parametrize(
    ("scale", "tickets"), [("small", 600), ("medium", 6000), ("large", 100_000), ("42", 42)]
)
def test_a_scale_is_a_name_or_a_number(scale, tickets):
    assert demo.tickets_of(scale) == tickets


@pytest.mark.parametrize("scale", ["", "0", "-1", "huge", "10000001"])
def test_other_scales_are_refused(scale):
    with pytest.raises(DeskError, match="small, medium, large"):
        demo.tickets_of(scale)


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_renews_one_line_on_a_terminal_and_writes_plain_lines_to_a_pipe(monkeypatch):
    monkeypatch.setattr("frontline.foundation.progress._TERMINAL_SECONDS", 0)
    screen, pipe = Screen(), io.StringIO()
    for out in (screen, pipe):
        with Progress("seeding", total=200, out=out) as progress:
            progress.tell(1)
            progress.tell(100, "tickets")
            progress.tell(200, "tickets")
    assert screen.getvalue() == (
        "\r\x1b[Kseeding: 1 of 200 (0 %)\r\x1b[Kseeding: 100 of 200 (50 %) tickets"
        "\r\x1b[Kseeding: 200 of 200 (100 %) tickets\n"
    )
    assert pipe.getvalue() == "seeding: 1 of 200 (0 %)\nseeding: 200 of 200 (100 %) tickets\n"


def test_the_columns_of_a_log_are_those_of_its_map(capsys):
    assert main(["import", "eventlog", "--columns"]) == 2
    assert "uci-incident-log" in capsys.readouterr().err
    assert main(["import", "eventlog", "--columns", "--map", "uci-incident-log"]) == 0
    assert "sys_updated_at" in capsys.readouterr().out
