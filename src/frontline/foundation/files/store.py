"""The directory of contents: `ab/cd/<sha256>`, written whole or not at all."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from frontline.kernel.errors import DeskError

_CHUNK = 1 << 20
#: bytes from the start that tell what a file is
HEAD = 8192


class FileTooLarge(DeskError):
    """This file is larger than {limit_mb} MB, the most this desk takes. Send a smaller one or a link."""

    status = 413


class ContentGone(DeskError):
    """The content of this file is missing from the store. Restore it from a backup."""

    status = 500


@dataclass(frozen=True, slots=True)
class Content:
    """What was stored; `head` are its first bytes."""

    sha256: str
    size: int
    head: bytes


class Store:
    """Contents under `root`, readable by this user only."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, source: BinaryIO | bytes, *, limit: int) -> Content:
        """Keep the content; the same content is kept once. Raises FileTooLarge, with nothing left behind."""
        incoming = self._root / "incoming"
        _make_folder(incoming)
        handle, name = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(handle, "wb") as target:
                content = _copy(source, target, limit)
                target.flush()
                os.fsync(target.fileno())
            self._place(Path(name), content.sha256)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)  # noqa: PTH108 - beside the other os calls
            raise
        return content

    def _place(self, written: Path, sha256: str) -> None:
        """Into its place by rename, so that a reader finds all of it or nothing; then the folder is synced too."""
        path = self.path(sha256)
        if path.exists():
            os.utime(path)  # wanted again: the sweep leaves it alone
            written.unlink()
            return
        _make_folder(path.parent)
        written.replace(path)
        for folder in (path.parent, path.parent.parent):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def open(self, sha256: str) -> BinaryIO:
        """The content for reading. Raises ContentGone."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise ContentGone from error

    def path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError(f"{sha256!r} is no SHA-256 in hexadecimal digits")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def contents(self) -> Iterator[tuple[str, float]]:
        """(sha256, time it was last wanted, in seconds since 1970) of everything stored."""
        for path in self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            with contextlib.suppress(FileNotFoundError):
                yield path.name, path.stat().st_mtime

    def abandoned(self) -> Iterator[Path]:
        """What writers that were killed left behind, with anything being written right now."""
        yield from (self._root / "incoming").glob("*")

    def remove(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)


def _make_folder(path: Path) -> None:
    """Ours alone, and its parents too (`mkdir(parents=True)` would give those the usual rights)."""
    if not path.is_dir():
        _make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def _copy(source: BinaryIO | bytes, target: BinaryIO, limit: int) -> Content:
    digest = hashlib.sha256()
    size, head = 0, b""
    for piece in _pieces(source):
        size += len(piece)
        if size > limit:
            raise FileTooLarge(limit_mb=limit // 2**20)
        if len(head) < HEAD:
            head += piece[: HEAD - len(head)]
        digest.update(piece)
        target.write(piece)
    return Content(digest.hexdigest(), size, head)


def _pieces(source: BinaryIO | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    while piece := source.read(_CHUNK):
        yield piece
