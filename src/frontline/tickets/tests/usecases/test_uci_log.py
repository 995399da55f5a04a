"""The whole UCI incident log becomes tickets, and every figure is held against a script that knows nothing of us.

The script below reads the CSV by itself: the row in force at an instant is the last one in file order whose time is
not later, and a group has a ticket from its row until the next.
"""

import csv
import gzip
import itertools
import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from frontline.commitments.models import Clock
from frontline.config.testing import build
from frontline.foundation import manifest
from frontline.foundation.imports.cli import _mapping
from frontline.foundation.imports.job import ImportJob
from frontline.foundation.imports.report import Report
from frontline.foundation.models import FactRow
from frontline.foundation.testing.data import data_path
from frontline.kernel.actors import SYSTEM
from frontline.tickets.models import Custody, SourceResult, Ticket

STATES = {
    "New": "new",
    "Active": "open",
    "Awaiting User Info": "waiting",
    "Awaiting Evidence": "waiting",
    "Awaiting Vendor": "waiting",
    "Awaiting Problem": "waiting",
    "Resolved": "solved",
    "Closed": "closed",
}
NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)


def run(path, report=None, **more):
    chosen = manifest.imports()["eventlog"]
    with Report(report) as told:
        job = ImportJob(
            format="eventlog",
            paths=[Path(path)],
            source="uci-incident-log",
            report=told,
            actor=SYSTEM,
            now=NOW,
            mapping=_mapping(chosen, "uci-incident-log"),
            **more,
        )
        return chosen.run(job), told


def read(path):
    """[(time, state, group, assignee)] by incident, times lifted to the running latest."""
    cases = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.strptime(row["sys_updated_at"], "%d/%m/%Y %H:%M").replace(tzinfo=UTC)
            events = cases[row["number"]]
            if events:
                at = max(at, events[-1][0])
            group = None if row["assignment_group"] == "?" else row["assignment_group"]
            worker = None if row["assigned_to"] == "?" else row["assigned_to"]
            events.append((at, STATES[row["incident_state"]], group, worker))
    return cases


@pytest.fixture(scope="module")
def log(django_db_setup, django_db_blocker):
    """The log imported once into the test database, and taken away again."""
    path = data_path("uci_servicenow_incidents", "incident_event_log_part1.csv.gz")
    with django_db_blocker.unblock():
        from django.db import transaction

        with transaction.atomic():
            build(NOW)
            outcome, report = run(path)
            with connection.cursor() as cursor:
                # autovacuum sees none of a transaction that goes on: without this, plans take the tables for empty
                cursor.execute(
                    "ANALYZE tickets_ticket, tickets_custody, tickets_source_result, foundation_fact"
                )
            yield path, read(path), outcome, report
            transaction.set_rollback(True)


@pytest.fixture
def imported(log, django_db_blocker):
    with django_db_blocker.unblock():
        yield log


def test_every_incident_comes_in_and_none_is_refused_for_unknown_cells(imported):
    _, cases, outcome, report = imported
    assert (outcome.tickets, outcome.created, outcome.events, report.count) == (12_458, 12_458, 77_008, 0)
    assert Ticket.objects.filter(source="uci-incident-log").count() == len(cases) == 12_458


def test_state_group_and_assignee_equal_the_row_in_force_at_two_thousand_instants(imported):
    _, cases, _, _ = imported
    chance = random.Random(7)
    names = chance.sample(sorted(cases), 1000)
    ids = dict(
        Ticket.objects.filter(source="uci-incident-log", external_id__in=names).values_list(
            "external_id", "pk"
        )
    )
    chains, states = defaultdict(list), defaultdict(list)
    for c in (
        Custody.objects.filter(ticket__in=ids.values())
        .select_related("holder__team", "worker")
        .order_by("seq")
    ):
        chains[c.ticket_id].append(c)
    facts = FactRow.objects.filter(
        subject_kind="ticket", subject_id__in=ids.values(), kind="tickets.StateChanged"
    )
    for subject, at, data in facts.order_by("seq").values_list("subject_id", "at", "data"):
        states[subject].append((at, data["to"]))
    wrong = []
    for name in names:
        events = cases[name]
        for _ in range(2):
            at = events[0][0] + (events[-1][0] - events[0][0]) * chance.random()
            state, group, worker = [e for e in events if e[0] <= at][-1][1:]
            segment = [c for c in chains[ids[name]] if c.since <= at][-1]
            told = [to for when, to in states[ids[name]] if when <= at]
            ours = (
                told[-1] if told else "new",
                None if segment.holder_kind == "desk" else segment.holder.team.name,
                segment.worker.name if segment.worker else None,
            )
            if ours != (state, group, worker):
                wrong.append((name, at, ours, (state, group, worker)))
    assert not wrong


def test_custody_seconds_of_every_group_equal_the_scripts_sums(imported):
    _, cases, _, _ = imported
    expected = Counter()
    for events in cases.values():
        for (since, _, group, _), (until, *_) in itertools.pairwise(events):
            expected[group] += int((until - since).total_seconds())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN c.holder_kind = 'desk' THEN NULL ELSE t.name END,"
            " sum(extract(epoch FROM c.until - c.since))::bigint"
            " FROM tickets_custody c JOIN tickets_ticket k ON k.id = c.ticket_id AND k.source = 'uci-incident-log'"
            " LEFT JOIN people_party p ON p.id = c.holder_id LEFT JOIN people_team t ON t.id = p.team_id GROUP BY 1"
        )
        ours = {name: seconds for name, seconds in cursor.fetchall() if seconds}
    assert ours == {group: seconds for group, seconds in expected.items() if seconds}


def test_the_chain_of_every_ticket_is_closed_and_whole(imported):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Custody.objects.filter(ticket__source="uci-incident-log", until=None).exists()


def test_reopenings_are_told(imported):
    _, cases, _, _ = imported
    over = {"solved", "closed"}
    expected = sum(
        1
        for events in cases.values()
        for a, b in itertools.pairwise(events)
        if a[1] in over and b[1] not in over
    )
    told = FactRow.objects.filter(kind="tickets.TicketReopened", origin="history").count()
    assert told == expected > 0


def test_no_clock_starts_and_the_sources_own_result_is_kept_apart(imported):
    path, _, _, _ = imported
    ids = Ticket.objects.filter(source="uci-incident-log").values("pk")
    assert not Clock.objects.filter(subject_kind="ticket", subject_id__in=ids).exists()
    kept = Counter(
        SourceResult.objects.filter(source="uci-incident-log").values_list("fields__made_sla", flat=True)
    )
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        last = {row["number"]: row["made_sla"] for row in csv.DictReader(file)}
    assert kept == Counter(last.values())


def test_a_second_run_changes_nothing(imported):
    path, _, _, _ = imported
    before = (Ticket.objects.count(), Custody.objects.count(), FactRow.objects.count())
    outcome, _ = run(path, resume=True)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, 12_458)
    assert (Ticket.objects.count(), Custody.objects.count(), FactRow.objects.count()) == before


def test_a_log_that_goes_on_is_continued(world, tmp_path):
    path = data_path("uci_servicenow_incidents", "incident_event_log_part1.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        lines = [next(file) for _ in range(400)]
    short = tmp_path / "log.csv"
    short.write_text("".join(lines), encoding="utf-8")
    middle = datetime(2016, 3, 1, tzinfo=UTC) + timedelta(hours=2)
    early, _ = run(short, as_of=middle)
    assert early.created > 0
    later, report = run(short)
    assert report.count == 0
    assert (later.created + later.updated + later.unchanged, later.updated > 0) == (later.tickets, True)
    again, _ = run(short)
    assert (again.updated, again.created) == (0, 0)


def test_cells_that_go_nowhere_stand_in_the_report(world, tmp_path):
    log = tmp_path / "log.csv"
    path = data_path("uci_servicenow_incidents", "incident_event_log_part1.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        log.write_text("".join(next(file) for _ in range(40)), encoding="utf-8")
    run(log, report=tmp_path / "report.csv", dry_run=True)
    told = (tmp_path / "report.csv").read_text(encoding="utf-8").splitlines()
    columns = {row["field"] for row in csv.DictReader(told)}
    assert {"notify", "knowledge", "sys_mod_count"} <= columns
    assert not Ticket.objects.filter(source="uci-incident-log").exists()
