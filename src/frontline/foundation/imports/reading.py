"""Tables from files as people really have them: encodings, delimiters, compressed or not."""

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from frontline.kernel.errors import DeskError

#: what a first look at a file reads
LOOK_BYTES = 64 * 1024
DELIMITERS = ",;\t|"
#: longer cells are a sign of an unclosed quote, not of text
LONGEST_CELL = 10_000_000


class UnusableInput(DeskError):
    """{path} cannot be used: {why}."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table being read: `rows()` gives (line number, cells); lines count from 1, the header is line 1."""

    path: Path
    header: tuple[str, ...]
    encoding: str
    delimiter: str

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row after the header; empty lines are passed over."""
        csv.field_size_limit(LONGEST_CELL)
        with _open(self.path) as raw, io.TextIOWrapper(raw, encoding=self.encoding, newline="") as text:
            reader = csv.reader((line.replace("\0", "") for line in text), delimiter=self.delimiter)
            next(reader, None)
            try:
                for cells in reader:
                    if any(cells):
                        yield reader.line_num, cells
            except (csv.Error, UnicodeDecodeError) as error:
                raise UnusableInput(
                    path=self.path.name, why=f"near line {reader.line_num}: {error}"
                ) from error


def read_table(path: str | Path, *, delimiter: str = "", encoding: str = "") -> Table:
    """Open a table and read its header. Raises UnusableInput for a file that is none."""
    file = Path(path)
    try:
        with _open(file) as raw:
            look = raw.read(LOOK_BYTES)
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise UnusableInput(path=str(path), why=getattr(error, "strerror", None) or str(error)) from error
    if not look.strip():
        raise UnusableInput(path=str(path), why="it is empty")
    encoding = encoding or _encoding(look)
    try:
        first = look.decode(encoding, errors="replace")
    except LookupError as error:
        raise UnusableInput(path=str(path), why=f"there is no encoding {encoding}") from error
    delimiter = delimiter or _delimiter(first)
    header = next(csv.reader(io.StringIO(first.replace("\0", "")), delimiter=delimiter), [])
    names = tuple(name.strip() for name in header)
    if len(names) < 2 and len(first.splitlines()) > 1 and not names[0]:
        raise UnusableInput(path=str(path), why="its first line names no columns")
    doubled = sorted({n for n in names if names.count(n) > 1 and n})
    if doubled:
        raise UnusableInput(path=str(path), why=f"it has columns twice: {', '.join(doubled)}")
    return Table(file, names, encoding, delimiter)


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as probe:
        zipped = probe.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path, "rb")) if zipped else path.open("rb")


def _encoding(look: bytes) -> str:
    """By byte order mark, else UTF-8 when it decodes, else Windows' western code page (which decodes anything)."""
    if look.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        look.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "utf-8-sig" if error.start > len(look) - 4 else "cp1252"
    return "utf-8-sig"


def _delimiter(text: str) -> str:
    """The one that splits the header into most columns."""
    line = text.splitlines()[0]
    return max(DELIMITERS, key=line.count)


def missing_columns(table: Table, wanted: Sequence[str]) -> list[str]:
    return [name for name in wanted if name not in table.header]
