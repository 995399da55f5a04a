"""Raw mails from files: `.eml`, mbox, maildir, and folders of them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

MAX_MESSAGE = 150 * 1024 * 1024
_MAIL_ENDINGS = frozenset({".eml", ".mbox", ".mbx", ".mail", ".email", ".msg822"})
_ENVELOPE = re.compile(rb"From \S.{0,200}\d\d:\d\d.{0,40}\d{4}")
_QUOTED_ENVELOPE = re.compile(rb"(?m)^>(>*From )")


def read_messages(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """(name, raw mail) of each message; a mail inside an mbox is named `path#1`, `path#2`, …

    Raises OSError for a path that cannot be read.
    """
    for path in paths:
        for file in _files(path):
            yield from _messages_of(file, named=file == path)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
    elif (path / "cur").is_dir() or (path / "new").is_dir():
        for folder in ("new", "cur"):
            if (path / folder).is_dir():
                yield from sorted(entry for entry in (path / folder).iterdir() if entry.is_file())
    else:
        for entry in sorted(path.iterdir()):
            if entry.is_dir() or entry.suffix.lower() in _MAIL_ENDINGS:
                yield from _files(entry)


def _messages_of(file: Path, *, named: bool) -> Iterator[tuple[str, bytes]]:
    """An envelope line begins an mbox, unless the file says it is one mail."""
    with file.open("rb") as stream:
        single = file.suffix.lower() == ".eml" or not _ENVELOPE.match(stream.readline(400))
        stream.seek(0)
        if single and (named or file.stat().st_size or file.suffix.lower() == ".eml"):
            yield str(file), stream.read(MAX_MESSAGE)
            return
        for number, raw in enumerate(_split_mbox(stream), 1):
            yield f"{file}#{number}", raw


def _split_mbox(stream: BinaryIO) -> Iterator[bytes]:
    """Mails of an mbox, one in memory at a time; an envelope line counts after a blank line only."""
    lines: list[bytes] = []
    blank = True
    for line in stream:
        if blank and line.startswith(b"From ") and _ENVELOPE.match(line):
            if lines:
                yield _unquoted(lines)
            lines = []
        else:
            lines.append(line)
        blank = not line.strip()
    if lines:
        yield _unquoted(lines)


def _unquoted(lines: list[bytes]) -> bytes:
    raw = b"".join(lines)
    return _QUOTED_ENVELOPE.sub(rb"\1", raw) if b"\n>From " in raw or b"\n>>" in raw else raw
