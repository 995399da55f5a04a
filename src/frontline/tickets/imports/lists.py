"""`frontline import csv`: a list of tickets, one row each, becomes tickets with what the row knows of their past.

A row tells when a ticket was opened, perhaps when it was solved and closed, and who has it. Columns that the map names
and the file lacks are taken as unknown, except the id and the time of opening. Without --map the columns are those of
the ready map `frontline-list`.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from frontline.foundation.imports.columns import UnusableColumns
from frontline.foundation.imports.job import ImportJob, ImportOutcome
from frontline.foundation.imports.reading import Table, open_table
from frontline.foundation.progress import Progress
from frontline.kernel.errors import Phrase, Word
from frontline.tickets.imports.cases import Case, Event, Row, fingerprint, known
from frontline.tickets.imports.eventlog import BATCH
from frontline.tickets.imports.mapping import READY, SAME, BadTime, Map, UnknownState, parse
from frontline.tickets.imports.writing import Writer
from frontline.tickets.logic.states import LIVE


def run(job: ImportJob) -> ImportOutcome:
    """Import the files one after another; all share one map."""
    document = job.mapping or json.loads(READY["frontline-list"].read_text(encoding="utf-8"))
    mapping = parse(document, source=job.source)
    tables = [open_table(path) for path in job.paths]
    for table in tables:
        _check(table, mapping)
    writer = Writer(mapping, job)
    for table in tables:
        found = _read(job, mapping, table)
        done = 0
        with Progress(f"importing {table.path.name}") as progress:
            while batch := list(islice(found, BATCH)):
                writer.write(batch, table)
                done += len(batch)
                progress.tell(done, "tickets")
    return writer.outcome()


def _check(table: Table, mapping: Map) -> None:
    needed = [mapping.column("case"), mapping.column("opened_at"), *mapping.columns.get("subject", ())]
    if missing := [name for name in needed if name not in table.header]:
        raise UnusableColumns(
            path=table.path, why=Phrase("it has no column {names}", names=tuple(missing)), header=table.header
        )


def _read(job: ImportJob, mapping: Map, table: Table) -> Iterator[Case]:
    seen: set[str] = set()
    for record in table.records():
        name = record.cells.get(mapping.column("case"), "")
        problem = record.problem
        if not problem and name in mapping.unknown:
            problem = "It names no ticket."
        if not problem and name in seen:
            problem = "This ticket stands in the file twice; keep one row."
        if not problem:
            seen.add(name)
            try:
                case = case_of(mapping, name, Row(record.line, record.cells), as_of=job.as_of)
            except (BadTime, UnknownState, NotInOrder) as error:
                problem = str(error)
            else:
                if case is not None:
                    yield case
                continue
        job.report.reject(file=table.path.name, line=record.line, external_id=name, reason=problem)


class NotInOrder(BadTime):
    """It has no time of opening, or was {what} before it was opened."""


def case_of(mapping: Map, name: str, row: Row, *, as_of: datetime | None = None) -> Case | None:
    """One row as a case; None when it was opened after `as_of`. Raises BadTime, UnknownState, NotInOrder."""
    opened = mapping.instant(row.cells.get(mapping.column("opened_at"), ""))
    if opened is None:
        raise NotInOrder(what=Word("ticket_state", "solved"))
    if as_of is not None and opened > as_of:
        return None
    group, worker = known(mapping, row.cells, "group"), known(mapping, row.cells, "assignee")
    state, waiting = mapping.state_of(known(mapping, row.cells, "state"))
    events = [Event(opened, "new", "", group, worker)]
    for role, to in (("solved_at", "solved"), ("closed_at", "closed")):
        at = mapping.instant(row.cells.get(mapping.column(role), "")) if mapping.column(role) else None
        if at is not None and at < opened:
            raise NotInOrder(what=Word("ticket_state", to))
        if at is not None and (as_of is None or at <= as_of):
            events.append(Event(max(at, events[-1].at), to, "", group, worker))
    if state not in {SAME, events[-1].state} and (state in LIVE) == (events[-1].state in LIVE):
        events.append(Event(events[-1].at, state, waiting, group, worker))
    return Case(name, row.cells, row.cells, opened, tuple(events), fingerprint([row]))
