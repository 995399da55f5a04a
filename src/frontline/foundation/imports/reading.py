"""Reading tables of text as they come: any encoding Excel writes, any usual delimiter, gzip or not.

Nothing is guessed about a row: one that does not have the header's number of cells comes back with a problem.
"""

import codecs
import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, cast

from frontline.kernel.errors import DeskError, Phrase

DELIMITERS = ",;\t|"
#: bytes looked at to find the delimiter
SAMPLE = 64 * 1024
LONGEST_CELL = 16 * 1024 * 1024
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableFile(DeskError):
    """{path} cannot be read: {why}."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its cells by header, or what is wrong with it. `line` is where it begins, the first line being 1."""

    line: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that is known to be readable as a table; `records()` reads it from the start, a row at a time."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    #: lines before the header (Excel's `sep=;`)
    skipped: int = 0

    def records(self) -> Iterator[Record]:
        """All rows but the header; empty lines are left out."""
        with _opened(self.path, self.encoding) as file:
            lines = islice(file, self.skipped, None)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            next(reader)
            while True:
                line = reader.line_num + self.skipped + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield Record(line, {}, f"The quotes in this row do not fit: {error}.")
                    continue
                if any(cell.strip() for cell in cells):
                    yield self._record(line, cells)

    def _record(self, line: int, cells: list[str]) -> Record:
        if len(cells) != len(self.header):
            return Record(
                line,
                {},
                f"This row has {len(cells)} cells, the header {len(self.header)}; "
                "text with delimiters or line breaks in it needs quotes.",
            )
        named = {name: cell.strip() for name, cell in zip(self.header, cells, strict=True)}
        if any("\0" in cell for cell in cells):
            return Record(line, named, "This row contains NUL characters; remove them.")
        return Record(line, named)


def open_table(path: Path) -> Table:
    """Look at the whole encoding and the first rows; raises UnreadableFile where it is no table of text."""
    csv.field_size_limit(LONGEST_CELL)
    try:
        encoding = _encoding_of(path)
        with _opened(path, encoding) as file:
            sample = file.read(SAMPLE)
    except (OSError, EOFError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(path=path, why=why) from error
    if not sample.strip():
        raise UnreadableFile(path=path, why=Phrase("it is empty"))
    told = re.match(r"sep=(.)\r?\n", sample)
    text = sample[told.end() :] if told else sample
    delimiter = told.group(1) if told else delimiter_of(text)
    header = _header_of(path, text, delimiter)
    return Table(path, encoding, delimiter, header, skipped=1 if told else 0)


def _header_of(path: Path, text: str, delimiter: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration) as error:
        why = Phrase("its first line is no header ({why})", why=error)
        raise UnreadableFile(path=path, why=why) from error
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        raise UnreadableFile(path=path, why=Phrase("the last column has no name; name it or delete it"))
    if "" in names:
        number = names.index("") + 1
        raise UnreadableFile(path=path, why=Phrase("column {number} has no name", number=number))
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        why = Phrase("the column {column!r} is there twice", column=doubles[0])
        raise UnreadableFile(path=path, why=why)
    return tuple(names)


def delimiter_of(text: str) -> str:
    """The delimiter under which most of the first rows have as many cells as the header, and more than one."""
    lines = text.splitlines(keepends=True)[:200]
    if len(text) >= SAMPLE:
        lines = lines[:-1]  # it may be cut off

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return (0, 0)
        width = len(rows[0]) if rows else 0
        return (sum(len(row) == width for row in rows), width) if width > 1 else (0, 0)

    best = max(DELIMITERS, key=fit)
    return best if fit(best) > (0, 0) else ","


def _encoding_of(path: Path) -> str:
    """By its mark; else UTF-8 when every byte of the file says so; else what Windows writes in the west."""
    if path.is_dir():
        raise UnreadableFile(path=path, why=Phrase("it is a folder"))
    with _bytes(path) as file:
        start = file.read(4)
        for mark, name in BOMS:
            if start.startswith(mark):
                return name
        decoder = codecs.getincrementaldecoder("utf-8")()
        readable, chunk = True, start
        while chunk:
            if b"\0" in chunk:
                raise UnreadableFile(path=path, why=Phrase("it is no text (it contains zero bytes)"))
            readable = readable and _decodes(decoder, chunk)
            chunk = file.read(1 << 20)
    return "utf-8" if readable and _decodes(decoder, b"", final=True) else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _bytes(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def _opened(path: Path, encoding: str) -> IO[str]:
    """Bytes that cp1252 does not know become the replacement character instead of an error half-way through."""
    errors = "replace" if encoding == "cp1252" else "strict"
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding=encoding, errors=errors, newline="")
    return path.open("r", encoding=encoding, errors=errors, newline="")
