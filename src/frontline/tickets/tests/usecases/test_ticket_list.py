"""A list of tickets comes in with what each row knows; awkward rows are refused by line and reason."""

import csv
from datetime import UTC, datetime

import pytest

from frontline.foundation import manifest
from frontline.foundation.imports.columns import UnusableColumns
from frontline.foundation.imports.job import ImportJob
from frontline.foundation.imports.report import Report
from frontline.kernel.actors import SYSTEM
from frontline.tickets.models import Message, Ticket

HEADER = "id;subject;description;state;opened_at;solved_at;closed_at;team;assignee;requester;priority\n"
ROWS = (
    "1;Printer jams;It eats paper;closed;2026-02-02T08:00:00Z;2026-02-02T09:30:00Z;2026-02-16T09:30:00Z;"
    "Field;Kim;omar@acme.example;3\n"
    "2;VPN;;open;2026-02-20T08:00:00Z;;;;;new.one@acme.example;2\n"
    "3;Upside down;;closed;2026-02-20T08:00:00Z;2026-02-19T08:00:00Z;;;;;\n"
    "4;What state?;;dreaming;2026-02-20T08:00:00Z;;;;;;\n"
    "2;VPN again;;open;2026-02-20T08:00:00Z;;;;;;\n"
    "5;No time;;open;;;;;;;\n"
)


def run(path, report=None):
    chosen = manifest.imports()["csv"]
    with Report(report) as told:
        job = ImportJob(
            format="csv",
            paths=[path],
            source="list",
            report=told,
            actor=SYSTEM,
            now=datetime(2026, 3, 4, 8, tzinfo=UTC),
        )
        return chosen.run(job), told


def test_good_rows_come_in_and_bad_ones_are_named(world, tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(("\ufeff" + HEADER + ROWS).encode())
    outcome, _ = run(file, tmp_path / "report.csv")

    refused = list(csv.DictReader((tmp_path / "report.csv").read_text(encoding="utf-8").splitlines()))
    assert (outcome.created, [(r["line"], r["external_id"]) for r in refused]) == (
        2,
        [("4", "3"), ("5", "4"), ("6", "2"), ("7", "5")],
    )
    one, two = (Ticket.objects.get(source="list", external_id=n) for n in "12")
    assert (one.state, one.requester_id, one.holder.team.name, one.worker.name, one.priority) == (
        "closed",
        world.people["Omar"].pk,
        "Field",
        "Kim",
        "P3",
    )
    assert [m.text for m in Message.objects.filter(ticket=one)] == ["It eats paper"]
    assert (two.state, two.requester.email, two.matters_code) == ("open", "new.one@acme.example", "silent")


def test_a_second_run_changes_nothing(world, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(HEADER + "".join(ROWS.splitlines(keepends=True)[:2]), encoding="utf-8")
    run(file)
    again, _ = run(file)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)


def test_a_file_without_the_needed_columns_is_refused_whole(world, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("number;title\n1;x\n", encoding="utf-8")
    with pytest.raises(UnusableColumns, match="id, opened_at, subject"):
        run(file)
