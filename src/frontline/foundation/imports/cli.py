"""`frontline import FORMAT PATH…`: formats come from the capabilities."""

import argparse
from datetime import datetime
from pathlib import Path

from frontline.foundation import manifest
from frontline.foundation.imports.result import Options, show
from frontline.foundation.progress import Progress
from frontline.kernel.errors import Invalid


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "format", metavar="FORMAT", help="; ".join(f"{f.name}: {f.help}" for f in manifest.imports().values())
    )
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument(
        "--map", default="", metavar="FILE", help="a mapping file, or the name of a ready map"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
    parser.add_argument("--resume", action="store_true", help="go on where an interrupted import stopped")
    parser.add_argument("--report", metavar="FILE", help="rows refused and cells not used, as .json or .csv")
    parser.add_argument("--as-of", metavar="T", help="leave out what happened after this instant")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")


def run(arguments: argparse.Namespace) -> int:
    known = manifest.imports()
    if arguments.format not in known:
        raise Invalid(
            "There is no import format {name}; use one of {known}.",
            name=arguments.format,
            known=", ".join(sorted(known)),
        )
    with Progress(f"importing {arguments.format}") as progress:
        options = Options(
            map=arguments.map,
            dry_run=arguments.dry_run,
            resume=arguments.resume,
            as_of=_instant(arguments.as_of),
            tell=lambda done, total: progress.tell(done, "" if total is None else f"of {total}"),
        )
        result = known[arguments.format].run(arguments.paths, options)
    if arguments.report:
        result.write_report(Path(arguments.report))
    show(result, as_json=arguments.json, dry_run=arguments.dry_run)
    code: int = result.exit_code
    return code


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid("{text} is no instant; write it like 2016-03-15T12:00:00Z.", text=text) from error
    if at.tzinfo is None:
        raise Invalid("{text} names no zone; end it with Z or an offset.", text=text)
    return at
