"""Commands of commitments. `lab` needs no database, so what needs one is imported where it is used."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from frontline.commitments.logic import lab
from frontline.foundation.terminal import worded
from frontline.kernel.errors import DeskError, Invalid

UNUSABLE_INPUT = 2


class UnreadableFile(DeskError):
    """{path} cannot be read: {why}."""


def lab_clocks(path: str) -> int:
    """`frontline lab clocks FILE` (`-` reads standard input): answers on standard output.

    Exit 0 when all checks are answered, 3 when some hold an error, 2 with one line on standard error when
    the input cannot be used.
    """
    try:
        answers, code = lab.run(_read_json(path))
    except DeskError as error:
        print(f"frontline lab clocks: {worded(error)}", file=sys.stderr)
        return UNUSABLE_INPUT
    print(json.dumps(answers, indent=2))
    return code


def _read_json(path: str) -> Any:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableFile(path=path, why=error.strerror) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile("{path} is not UTF-8 text.", path=path) from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            "{path} is not JSON: {why} in line {line}, column {column}.",
            path=path,
            why=error.msg,
            line=error.lineno,
            column=error.colno,
        ) from error
    except (RecursionError, ValueError) as error:  # nested too deep, or a number of thousands of digits
        raise UnreadableFile(
            "{path} holds JSON that is nested too deep or numbers too long.", path=path
        ) from error


def add_audit(parser: argparse.ArgumentParser) -> None:
    """Arguments of `frontline audit`."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    clocks = what.add_parser("clocks", help="replay every clock from its marks and compare")
    clocks.add_argument("--json", action="store_true", help="one object for machines")
    clocks.add_argument("--workers", type=int, default=1, help="processes to replay in, 1 to 16")


def audit(arguments: argparse.Namespace) -> int:
    """`frontline audit clocks`: exit 0 when every stored clock follows from its marks, 1 when some do not."""
    from frontline.foundation.progress import Progress

    if not 1 <= arguments.workers <= 16:
        raise Invalid("--workers takes 1 to 16, not {given}.", given=arguments.workers)
    total = 0
    differences: list[Any] = []
    with Progress("replaying clocks") as progress:
        for clocks, found in _replayed(arguments.workers):
            total += clocks
            differences += found
            progress.tell(total)
    if arguments.json:
        print(json.dumps({"clocks": total, "differences": [asdict(d) for d in differences]}, indent=2))
    else:
        for d in differences:
            print(f"{d.subject} {d.measure} {d.clock}: {d.column} is {d.stored}, its marks give {d.replayed}")
        print(f"{total} clocks replayed, {len(differences)} differences")
    return 1 if differences else 0


def _replayed(workers: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """(clocks replayed, differences) of one piece after the other."""
    from frontline.commitments.queries.audit import EVERYTHING, stretches

    if workers == 1:
        yield from _replay(EVERYTHING)
        return
    # pieces are many times the workers, so that progress shows and nobody idles at the end
    with get_context("spawn").Pool(workers, initializer=_prepare) as pool:
        for pieces in pool.imap_unordered(_replay_piece, stretches(workers * 16)):
            yield from pieces


def _replay(stretch: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    from frontline.commitments.queries.audit import audit_clocks

    seen = 0
    for piece in audit_clocks(stretch=stretch):
        yield piece.clocks - seen, piece.differences
        seen = piece.clocks


def _replay_piece(stretch: Any) -> list[tuple[int, Sequence[Any]]]:
    return list(_replay(stretch))


def _prepare() -> None:
    import django

    django.setup()
