"""What became of an import: counts, the rows refused with their reasons, the cells not used."""

import csv
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from frontline.foundation.imports.reading import UnusableInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to import. `as_of` leaves out what happened later; `tell` hears of progress (done, total or None)."""

    map: str = ""
    dry_run: bool = False
    resume: bool = False
    as_of: datetime | None = None
    tell: Callable[[int, int | None], None] = lambda _done, _total: None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that did not come in: where it stands and what to mend."""

    file: str
    line: int
    reason: str


@dataclass(slots=True)
class Result:
    """Counts by outcome. `unused` lists (column, value, times, first case) of cells that went nowhere."""

    source: str = ""
    tickets: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    events: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    unused: list[tuple[str, str, int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 all in, 3 some rows refused."""
        return 3 if self.rejected else 0

    def summary(self) -> dict[str, Any]:
        """The object that `--json` ends with."""
        return {
            "source": self.source,
            "tickets": self.tickets,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": len(self.rejected),
            "events": self.events,
        }

    def write_report(self, path: Path) -> None:
        """CSV for a `.csv` name, JSON otherwise; raises UnusableInput when it cannot be written."""
        try:
            if path.suffix == ".csv":
                self._write_csv(path)
            else:
                self._write_json(path)
        except OSError as error:
            raise UnusableInput(path=str(path), why=error.strerror or str(error)) from error

    def _write_csv(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["what", "file or column", "line or value", "reason or times", "first case"])
            writer.writerows(["rejected", r.file, r.line, r.reason, ""] for r in self.rejected)
            writer.writerows(["unused", *row] for row in self.unused)

    def _write_json(self, path: Path) -> None:
        document = {
            **self.summary(),
            "notes": self.notes,
            "rejected_rows": [{"file": r.file, "line": r.line, "reason": r.reason} for r in self.rejected],
            "unused_cells": [
                {"column": c, "value": v, "times": n, "first_case": first} for c, v, n, first in self.unused
            ],
        }
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")


def show(result: Result, *, as_json: bool, dry_run: bool) -> None:
    """The end of the command, for people or for machines."""
    if as_json:
        print(json.dumps(result.summary()))  # noqa: T201 - this is the command's output
        return
    head = "would come in" if dry_run else "came in"
    print(  # noqa: T201
        f"{result.source}: {result.created} {head}, {result.updated} updated, {result.unchanged} unchanged, "
        f"{len(result.rejected)} rejected"
    )
    for note in result.notes:
        print(f"  {note}")  # noqa: T201
    for row in result.rejected[:20]:
        print(f"  {row.file} line {row.line}: {row.reason}", file=sys.stderr)  # noqa: T201
    if len(result.rejected) > 20:
        print(f"  … and {len(result.rejected) - 20} more; --report FILE lists them all", file=sys.stderr)  # noqa: T201
