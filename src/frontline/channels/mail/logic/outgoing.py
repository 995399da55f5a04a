"""What an outgoing mail looks like on the outside: its id, its names, its place in the thread. Pure."""

from collections.abc import Sequence
from email.utils import formataddr
from uuid import UUID

#: ids a References field carries at most: the first, which began it, and the newest
MOST_REFERENCES = 10


def message_id(uid: UUID, mailbox: str) -> str:
    """The Message-ID without angle brackets, fixed before the first attempt."""
    domain = mailbox.rpartition("@")[2].strip(">") or "localhost"
    return f"{uid}@{domain.lower()}"


def one_line(text: str) -> str:
    """Without line breaks and control characters: a header cannot be split by what stands in it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def named(name: str, address: str) -> str:
    """`Amira K. <amira@x.example>`, safe to put into a header."""
    return formataddr((one_line(name), one_line(address)))


def from_line(owner: str, desk: str, address: str) -> str:
    """A person answers, for the desk."""
    return named(f"{owner} · {desk}" if owner else desk, address)


def references(thread: Sequence[str]) -> list[str]:
    """Of a ticket's Message-IDs, oldest first, those that a new mail refers to."""
    unique = list(dict.fromkeys(thread))
    if len(unique) <= MOST_REFERENCES:
        return unique
    return [unique[0], *unique[-(MOST_REFERENCES - 1) :]]


def reply_subject(subject: str) -> str:
    """`Re: ` once; what was answered to keeps its words."""
    plain = one_line(subject)
    return plain if plain.lower().startswith("re:") else f"Re: {plain}"
