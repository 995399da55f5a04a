"""`frontline import eventlog`: a log of what happened to tickets becomes tickets with their true history.

Custody follows the log's own assignment: a group is a team, no group is the desk. The chain begins with the first
record, because before it nobody knows who had the ticket. Nothing is sent, no live clock starts, and what the source
says about its own promise is kept apart from ours. A second run changes nothing; a log that goes on is continued.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from frontline.foundation.imports import Options, Rejected, Result, Table, UnusableInput, read_table
from frontline.foundation.imports.reading import missing_columns
from frontline.tickets.imports.cases import Case, Refused, Row, read_case
from frontline.tickets.imports.mapping import Map, load
from frontline.tickets.imports.writing import Writer

#: cases in one transaction: a run killed half-way has whole batches, and the next run goes on behind them
BATCH = 500

Cases = dict[str, list[Row]]


def run(paths: Sequence[str], options: Options) -> Result:
    """Import the files one after another; all share one map."""
    if not options.map:
        raise UnusableInput(
            path=paths[0], why="say with --map what its columns mean (a file or a ready map's name)"
        )
    mapping = load(options.map)
    tables = [read_table(path) for path in paths]
    for table in tables:
        _check(table, mapping)
    result = Result(source=mapping.source)
    writer = Writer(mapping, result, dry_run=options.dry_run)
    for table in tables:
        _write(options, writer, table, _cases(mapping, table, result))
    return result


def _check(table: Table, mapping: Map) -> None:
    wanted = {name for names in mapping.columns.values() for name in names} | set(
        mapping.source_results.values()
    )
    if missing := missing_columns(table, sorted(wanted)):
        raise UnusableInput(path=table.path.name, why=f"it has no column {', '.join(missing)}")
    if not mapping.column("at") or not mapping.column("state"):
        raise UnusableInput(path=table.path.name, why="an event log's map needs the columns `at` and `state`")


def _cases(mapping: Map, table: Table, result: Result) -> Cases:
    """The rows by ticket in file order; rows of no ticket are refused, cells that go nowhere are reported."""
    cases: Cases = {}
    idle = [name for name in table.header if name not in _used(mapping)]
    unused: Counter[tuple[str, str]] = Counter()
    first_seen: dict[tuple[str, str], str] = {}
    case_column = table.header.index(mapping.column("case"))
    for line, cells in table.rows():
        if len(cells) != len(table.header):
            reason = f"{len(cells)} cells where the header has {len(table.header)}"
            result.rejected.append(Rejected(table.path.name, line, reason))
            continue
        case = cells[case_column].strip()
        if case in mapping.unknown:
            result.rejected.append(Rejected(table.path.name, line, "it names no ticket"))
            continue
        row = Row(line, dict(zip(table.header, cells, strict=True)))
        cases.setdefault(case, []).append(row)
        for name in idle:
            if (value := row.cells[name]) not in mapping.unknown:
                unused[name, value] += 1
                first_seen.setdefault((name, value), case)
    result.unused += [(c, v, n, first_seen[c, v]) for (c, v), n in sorted(unused.items())]
    return cases


def _used(mapping: Map) -> set[str]:
    """Columns that became something of ours; final ones are kept with the source's own results."""
    named = {name for names in mapping.columns.values() for name in names}
    return named | set(mapping.source_results.values()) | mapping.final


def _write(options: Options, writer: Writer, table: Table, cases: Cases) -> None:
    found = _read(options, writer, table, cases)
    done = 0
    while batch := list(islice(found, BATCH)):
        writer.write(batch, table)
        done += len(batch)
        options.tell(done, len(cases))


def _read(options: Options, writer: Writer, table: Table, cases: Cases) -> Iterator[Case]:
    for name, rows in cases.items():
        found = read_case(writer.map, name, rows, as_of=options.as_of)
        if isinstance(found, Refused):
            reason = f"{found.case}: {found.reason}"
            writer.result.rejected.append(Rejected(table.path.name, found.line, reason))
        elif found is not None:
            yield found
