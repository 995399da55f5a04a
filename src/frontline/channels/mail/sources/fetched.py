"""What every source of mails gives, and how it is entered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from frontline.kernel.errors import DeskError


class CannotFetch(DeskError):
    """The mailbox cannot be read: {why}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Address and key of a mailbox. `host` is a server, or the path of a maildir or mbox."""

    kind: str
    host: str
    port: int = 993
    security: str = "tls"
    username: str = ""
    password: str = ""
    folder: str = "INBOX"
    after: str = "seen"
    move_to: str = ""

    def __repr__(self) -> str:
        return f"Access({self.kind}, {self.host}:{self.port}, {self.username})"


@dataclass(frozen=True, slots=True)
class Fetched:
    """One raw mail. `number` rises within a source; `whole` is False where only the header was fetched."""

    number: int
    key: str
    raw: bytes
    whole: bool = True


class Opened(Protocol):
    """A source that is open. `validity` changes when its numbers mean something else from now on."""

    validity: int

    def new(self, *, after: int, most: int, largest: int) -> Iterator[Fetched]:
        """Mails not yet taken in, oldest first, one in memory at a time."""

    def done(self, fetched: Fetched) -> None:
        """The mail is stored with us: mark it as seen or move it."""
