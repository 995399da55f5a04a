"""Which rows were not taken, and why: kept for the summary, and written to a file as they come."""

import csv
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from frontline.kernel.errors import DeskError

#: rejected rows shown on the terminal when no report was asked for
SHOWN = 20


class ReportNotWritable(DeskError):
    """The report {path} cannot be written: {why}."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """`line` is the line in the file the row begins on; `field` the column, where one is to blame."""

    file: str
    line: int
    external_id: str
    field: str
    reason: str


class Report:
    """`with Report(path) as report: report.reject(...)`; without a path it only counts and keeps the first few."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.count = 0
        self.first: list[Rejected] = []
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        if self.path is not None:
            try:
                self._file = self.path.open("w", encoding="utf-8", newline="")
            except OSError as error:
                raise ReportNotWritable(path=self.path, why=error.strerror) from error
            self._writer = csv.writer(self._file)
            self._writer.writerow(["file", "line", "external_id", "field", "reason"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def reject(
        self, *, line: int, reason: str, file: str = "", external_id: str = "", field: str = ""
    ) -> None:
        """This row is not taken, for this reason."""
        row = Rejected(file, line, external_id, field, reason)
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(row)
        if self._writer is not None:
            self._writer.writerow([row.file, row.line, row.external_id, row.field, row.reason])

    def not_used(self, *, column: str, value: str, times: int, first: str, file: str = "") -> None:
        """A cell that became nothing here: told in the file only, and no row is refused for it."""
        if self._writer is not None:
            self._writer.writerow([file, "", first, column, f"not used, {times} times: {value}"])
