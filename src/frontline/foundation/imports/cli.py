"""`frontline import FORMAT PATH…`: one command for every format the capabilities declare.

Exit codes: 0 all rows in, 3 some rejected (each with its reason in the report), 2 unusable input.
"""

import argparse
import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from frontline.foundation import clock, manifest
from frontline.foundation.imports.job import ImportFormat, ImportJob, ImportOutcome
from frontline.foundation.imports.report import Report
from frontline.kernel.actors import SYSTEM
from frontline.kernel.errors import DeskError, Phrase

SOURCE = re.compile(r"^[a-z0-9][a-z0-9_.-]{0,63}$")


class UnknownFormat(DeskError):
    """{name} is no format this version can import; it can: {known}."""


class NotForThisFormat(DeskError):
    """`import {format}` does not take --{option}."""


class ColumnsAreMapped(DeskError):
    """A map says what the columns of {format} mean: add --map with a file, or with a ready one ({ready})."""


class BadMapFile(DeskError):
    """The map {name} cannot be used: {why}."""


class BadInstant(DeskError):
    """--as-of takes an instant with a zone, such as 2026-03-02T08:41:00Z, not {text!r}."""


class BadSource(DeskError):
    """--source takes a short name in small letters, digits, dots and dashes, not {text!r}."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("format", metavar="FORMAT", help=", ".join(sorted(manifest.imports())))
    parser.add_argument("paths", metavar="PATH", nargs="*", type=Path)
    parser.add_argument(
        "--map", metavar="FILE", help="which column is what: a JSON file or the name of a ready map"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
    parser.add_argument("--resume", action="store_true", help="go on where a stopped import was")
    parser.add_argument("--report", metavar="FILE", type=Path, help="write rejected rows there, with reasons")
    parser.add_argument("--as-of", metavar="T", help="the instant the data describes")
    parser.add_argument("--source", help="where the rows come from; rows are known again by source and id")
    parser.add_argument(
        "--columns", action="store_true", help="list the columns of the format and do nothing"
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object")


def run(arguments: argparse.Namespace) -> int:
    known = manifest.imports()
    if arguments.format not in known:
        raise UnknownFormat(name=arguments.format, known=tuple(sorted(known)))
    chosen: ImportFormat = known[arguments.format]
    if arguments.columns:
        return _list_columns(chosen, arguments.map)
    if not arguments.paths:
        raise DeskError("Name at least one file to import.")
    _check_options(chosen, arguments)
    mapping = _mapping(chosen, arguments.map)
    with Report(arguments.report) as report:
        job = ImportJob(
            format=chosen.name,
            paths=arguments.paths,
            source=_source(arguments.source or mapping.get("source") or chosen.name),
            report=report,
            actor=SYSTEM,
            now=clock.now(),
            mapping=mapping,
            dry_run=arguments.dry_run,
            resume=arguments.resume,
            as_of=_instant(arguments.as_of),
        )
        outcome = chosen.run(job)
    _tell(job, outcome, as_json=arguments.json)
    return 3 if report.count else 0


def _list_columns(chosen: ImportFormat, name: str | None) -> int:
    """The format's own columns; where a map says what columns mean, those of the map."""
    if not chosen.columns and name is None:
        raise ColumnsAreMapped(format=chosen.name, ready=tuple(sorted(chosen.maps)))
    for column in chosen.columns:
        print(f"{column.name:20} {column.help}")
    if not chosen.columns:
        for meaning, names in _mapping(chosen, name).get("columns", {}).items():
            print(f"{', '.join([names] if isinstance(names, str) else names):40} {meaning}")
    return 0


def _check_options(chosen: ImportFormat, arguments: argparse.Namespace) -> None:
    given = {"map": arguments.map, "resume": arguments.resume, "as-of": arguments.as_of}
    for option, value in given.items():
        if value and option not in chosen.options:
            raise NotForThisFormat(format=chosen.name, option=option)


def _mapping(chosen: ImportFormat, name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    path = chosen.maps.get(name, Path(name))
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        if not chosen.maps:
            raise BadMapFile(name=name, why=error.strerror) from error
        ready = tuple(sorted(chosen.maps))
        why = Phrase("{why}; ready maps are {ready}", why=error.strerror, ready=ready)
        raise BadMapFile(name=name, why=why) from error
    except ValueError as error:
        raise BadMapFile(name=name, why=Phrase("it is no JSON ({why})", why=error)) from error
    if not isinstance(found, dict):
        raise BadMapFile(name=name, why=Phrase("it must be a JSON object"))
    return found


def _source(text: Any) -> str:
    if not isinstance(text, str) or not SOURCE.match(text):
        raise BadSource(text=text)
    return text


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInstant(text=text) from error
    if at.tzinfo is None:
        raise BadInstant(text=text)
    return at


def _tell(job: ImportJob, outcome: ImportOutcome, *, as_json: bool) -> None:
    report = job.report
    for note in outcome.notes:
        print(note, file=sys.stderr)
    if report.path is None:
        for row in report.first:
            where = f"{row.file}:{row.line}" + (f" ({row.field})" if row.field else "")
            print(f"rejected {where}: {row.reason}", file=sys.stderr)
        if report.count > len(report.first):
            print(f"and {report.count - len(report.first)} more; --report FILE lists all", file=sys.stderr)
    counts = {
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": report.count,
    }
    if as_json:
        whole = {"source": job.source, "tickets": outcome.tickets, **counts, "events": outcome.events}
        print(json.dumps(whole))
        return
    would = "Nothing was changed; this would be: " if job.dry_run else ""
    print(f"{would}{job.format} from {job.source}: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
