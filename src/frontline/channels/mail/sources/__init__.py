"""Where raw mails come from: files, maildirs, mboxes, IMAP servers."""

from contextlib import AbstractContextManager

from frontline.channels.mail.sources.fetched import Access, CannotFetch, Fetched, Opened
from frontline.channels.mail.sources.files import read_messages

__all__ = ["Access", "CannotFetch", "Fetched", "Opened", "open_mailbox", "read_messages"]


def open_mailbox(access: Access) -> AbstractContextManager[Opened]:
    """The source an access leads to; libraries for servers are loaded when one is asked."""
    if access.kind == "imap":
        from frontline.channels.mail.sources.imap import open_imap

        return open_imap(access)
    from frontline.channels.mail.sources.folders import open_folder

    return open_folder(access)
