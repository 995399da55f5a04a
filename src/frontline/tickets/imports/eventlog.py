"""`frontline import eventlog`: a log of what happened to tickets becomes tickets with their true history.

Custody follows the log's own assignment: a group is a team, no group is the desk. The chain begins with the first
record, because before it nobody knows who had the ticket. Nothing is sent, no live clock starts, and what the source
says about its own promise is kept apart from ours. A second run changes nothing; a log that goes on is continued.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from frontline.foundation.imports.columns import UnusableColumns
from frontline.foundation.imports.job import ImportJob, ImportOutcome
from frontline.foundation.imports.reading import Table, open_table
from frontline.foundation.progress import Progress
from frontline.kernel.errors import DeskError, Phrase
from frontline.tickets.imports.cases import Case, Refused, Row, read_case
from frontline.tickets.imports.mapping import Map, parse
from frontline.tickets.imports.writing import Writer

#: cases in one transaction: a run killed half-way has whole batches, and the next run goes on behind them
BATCH = 500

Cases = dict[str, list[Row]]


class NeedsMap(DeskError):
    """Say with --map what the columns of this log mean: a file, or the name of a ready map."""


def run(job: ImportJob) -> ImportOutcome:
    """Import the files one after another; all share one map."""
    if not job.mapping:
        raise NeedsMap
    mapping = parse(job.mapping, source=job.source)
    tables = [open_table(path) for path in job.paths]
    for table in tables:
        _check(table, mapping)
    writer = Writer(mapping, job)
    for table in tables:
        _write(job, writer, table, _cases(job, mapping, table))
    return writer.outcome()


def _check(table: Table, mapping: Map) -> None:
    wanted = {name for names in mapping.columns.values() for name in names} | set(
        mapping.source_results.values()
    )
    if missing := sorted(wanted - set(table.header)):
        raise UnusableColumns(
            path=table.path, why=Phrase("it has no column {names}", names=tuple(missing)), header=table.header
        )
    if not mapping.column("at") or not mapping.column("state"):
        raise UnusableColumns(
            path=table.path,
            why=Phrase("an event log's map needs the columns `at` and `state`"),
            header=table.header,
        )


def _cases(job: ImportJob, mapping: Map, table: Table) -> Cases:
    """The rows by ticket in file order; rows of no ticket are refused, cells that go nowhere are reported."""
    cases: Cases = {}
    idle = [name for name in table.header if name not in _used(mapping)]
    unused: Counter[tuple[str, str]] = Counter()
    first_seen: dict[tuple[str, str], str] = {}
    for record in table.records():
        case = record.cells.get(mapping.column("case"), "")
        problem = record.problem or ("It names no ticket." if case in mapping.unknown else "")
        if problem:
            job.report.reject(file=table.path.name, line=record.line, external_id=case, reason=problem)
            continue
        cases.setdefault(case, []).append(Row(record.line, record.cells))
        for name in idle:
            if (value := record.cells[name]) not in mapping.unknown:
                unused[name, value] += 1
                first_seen.setdefault((name, value), case)
    for (name, value), times in sorted(unused.items()):
        first = first_seen[name, value]
        job.report.not_used(file=table.path.name, column=name, value=value, times=times, first=first)
    return cases


def _used(mapping: Map) -> set[str]:
    """Columns that became something of ours; final ones are kept with the source's own results."""
    named = {name for names in mapping.columns.values() for name in names}
    return named | set(mapping.source_results.values()) | mapping.final


def _write(job: ImportJob, writer: Writer, table: Table, cases: Cases) -> None:
    found = _read(job, writer.map, table, cases)
    done = 0
    with Progress(f"importing {table.path.name}", total=len(cases)) as progress:
        while batch := list(islice(found, BATCH)):
            writer.write(batch, table)
            done += len(batch)
            progress.tell(done, "tickets")


def _read(job: ImportJob, mapping: Map, table: Table, cases: Cases) -> Iterator[Case]:
    for name, rows in cases.items():
        found = read_case(mapping, name, rows, as_of=job.as_of)
        if isinstance(found, Refused):
            job.report.reject(
                file=table.path.name, line=found.line, external_id=found.case, reason=found.reason
            )
        elif found is not None:
            yield found
