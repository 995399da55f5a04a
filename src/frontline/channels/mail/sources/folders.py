"""Mails from a maildir or an mbox on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from frontline.channels.mail.sources.fetched import Access, CannotFetch, Fetched, Opened
from frontline.channels.mail.sources.files import read_messages
from frontline.kernel.errors import Phrase


class Maildir:
    """New mails lie in `new`; what was taken in moves to `cur` as seen, as the maildir rules say."""

    validity = 1

    def __init__(self, access: Access) -> None:
        self._root = Path(access.host)
        self._after = access

    def new(self, *, after: int, most: int, largest: int) -> Iterator[Fetched]:
        for path in sorted((self._root / "new").iterdir())[:most]:
            if path.is_file():
                whole = path.stat().st_size <= largest
                with path.open("rb") as file:
                    yield Fetched(0, path.name, file.read(-1 if whole else 64 * 1024), whole)

    def done(self, fetched: Fetched) -> None:
        root = self._root
        if self._after.after == "move":
            root = self._root / f".{self._after.move_to.lstrip('.')}"
            for part in ("new", "cur", "tmp"):
                (root / part).mkdir(parents=True, exist_ok=True)
        name = fetched.key if ":2," in fetched.key else f"{fetched.key}:2,S"
        (self._root / "new" / fetched.key).rename(root / "cur" / name)


class Mbox:
    """An mbox is read from where it was left; it is never written. A shorter file than before is a new one."""

    def __init__(self, access: Access) -> None:
        self._path = Path(access.host)
        self.validity = self._path.stat().st_ino

    def new(self, *, after: int, most: int, largest: int) -> Iterator[Fetched]:
        for number, (_, raw) in enumerate(read_messages([self._path]), 1):
            if number > after + most:
                return
            if number > after:
                yield Fetched(number, str(number), raw[:largest], len(raw) <= largest)

    def done(self, fetched: Fetched) -> None:
        """Its number is remembered with us."""


@contextmanager
def open_folder(access: Access) -> Iterator[Opened]:
    path = Path(access.host)
    good = (path / "new").is_dir() and (path / "cur").is_dir() if access.kind == "maildir" else path.is_file()
    if not good:
        why = Phrase("there is no {kind} at {path}", kind=access.kind, path=path)
        raise CannotFetch(why=why)
    try:
        yield Maildir(access) if access.kind == "maildir" else Mbox(access)
    except OSError as error:
        why = Phrase("{path}: {why}", path=error.filename or path, why=error.strerror)
        raise CannotFetch(why=why) from error
