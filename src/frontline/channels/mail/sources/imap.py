"""Mails from an IMAP server, by UID and UIDVALIDITY. Nothing is marked before it is stored with us."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from frontline.channels.mail.sources.fetched import Access, CannotFetch, Fetched, Opened
from frontline.kernel.errors import Phrase

TIMEOUT = 60


class ImapFolder:
    """One folder of a server, open."""

    def __init__(self, box: BaseMailBox, access: Access) -> None:
        self._box = box
        self._access = access
        self.validity = int(box.folder.status(access.folder, ["UIDVALIDITY"])["UIDVALIDITY"])

    def new(self, *, after: int, most: int, largest: int) -> Iterator[Fetched]:
        """Unseen mails, and all that are numbered above `after`, whoever has seen them."""
        fresh = {int(u) for u in self._box.uids(AND(uid=f"{after + 1}:*")) if int(u) > after}
        unseen = {int(u) for u in self._box.uids(AND(seen=False))}
        for number in sorted(fresh | unseen)[:most]:
            size, whole = self._size(number), True
            what = "BODY.PEEK[]"
            if size > largest:
                what, whole = "BODY.PEEK[HEADER]", False
            raw = self._bytes(number, what)
            if raw is not None:  # else: somebody removed it between the list and now
                yield Fetched(number, str(number), raw, whole)

    def _size(self, number: int) -> int:
        for line in self._fetch(number, "RFC822.SIZE"):
            text = line if isinstance(line, bytes) else b" ".join(p for p in line if isinstance(p, bytes))
            _, found, rest = text.partition(b"RFC822.SIZE ")
            if found:
                digits = rest.split(b")")[0].split()[0]
                return int(digits)
        return 0

    def _bytes(self, number: int, what: str) -> bytes | None:
        for line in self._fetch(number, what):
            if isinstance(line, tuple):
                return bytes(line[1])
        return None

    def _fetch(self, number: int, what: str) -> list[bytes | tuple[bytes, ...]]:
        status, lines = self._box.client.uid("fetch", str(number), f"({what})")
        if status != "OK":
            why = Phrase("the server answered {status} to FETCH {what}", status=status, what=what)
            raise CannotFetch(why=why)
        return [line for line in lines if line is not None]

    def done(self, fetched: Fetched) -> None:
        if self._access.after == "move":
            if not self._box.folder.exists(self._access.move_to):
                self._box.folder.create(self._access.move_to)
            self._box.move(fetched.key, self._access.move_to)
        else:
            self._box.flag(fetched.key, MailMessageFlags.SEEN, True)


@contextmanager
def open_imap(access: Access) -> Iterator[Opened]:
    """Log in and open the folder; raises CannotFetch with what is wrong."""
    try:
        box = _connected(access)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        why = Phrase(
            "{host}:{port} does not answer as an IMAP server ({why})",
            host=access.host,
            port=access.port,
            why=error,
        )
        raise CannotFetch(why=why) from error
    try:
        try:
            box.login(access.username, access.password, initial_folder=None)
        except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
            why = Phrase("the server refused the login of {name}", name=access.username)
            raise CannotFetch(why=why) from error
        try:
            box.folder.set(access.folder)
            opened = ImapFolder(box, access)
        except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
            why = Phrase("there is no folder {name}", name=access.folder)
            raise CannotFetch(why=why) from error
        try:
            yield opened
        except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
            raise CannotFetch(why=Phrase("the connection broke: {why}", why=error)) from error
    finally:
        with suppress(Exception):
            box.logout()


def _connected(access: Access) -> BaseMailBox:
    if access.security == "tls":
        return MailBox(access.host, access.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    if access.security == "starttls":
        return MailBoxStartTls(
            access.host, access.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context()
        )
    return MailBoxUnencrypted(access.host, access.port, timeout=TIMEOUT)
