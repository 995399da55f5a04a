"""Marks that lead a mail back to its ticket: `[T-1042]` in a subject, a random token in a reply address.

A mark finds a ticket; whether its sender may write there is decided elsewhere (`threading`).
"""

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from frontline.channels.mail.logic.fields import Address

TOKEN_LENGTH = 20  # 100 bits in base 32; letters and digits only, for mail servers fold case
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # without l, o, 0, 1: people read addresses aloud
MAX_LOCAL_PART = 64

_SUBJECT_REF = re.compile(r"\[\s?#?\s?(T-[0-9]{1,15})\s?\]", re.IGNORECASE)
_REPLY_LOCAL = re.compile(rf"^(.{{1,40}})\+t([0-9]{{1,15}})-([a-z0-9]{{{TOKEN_LENGTH}}})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReplyToken:
    """What a reply address carries: the ticket it names and the secret that proves it was given out."""

    ref: str
    token: str
    mailbox: str


def subject_refs(subject: str) -> tuple[str, ...]:
    """Ticket refs in a decoded subject, in order, each once: "Re: [T-7] [t-7]" gives ("T-7",)."""
    return tuple(dict.fromkeys(found.upper() for found in _SUBJECT_REF.findall(subject)))


def with_subject_ref(subject: str, ref: str) -> str:
    """The subject with its ref in front, once, and no other ref of ours left in it."""
    bare = " ".join(_SUBJECT_REF.sub(" ", subject).split())
    return f"[{ref}] {bare}".rstrip()


def new_reply_token() -> str:
    """A random token for one ticket."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(TOKEN_LENGTH))


def reply_address(mailbox: str, ref: str, token: str) -> str:
    """`desk@x.example` as `desk+t1042-TOKEN@x.example`. The mailbox itself where the result would be too long."""
    local, at, domain = mailbox.rpartition("@")
    tagged = f"{local}+{ref.replace('-', '').lower()}-{token}"
    return f"{tagged}@{domain}" if at and len(tagged) <= MAX_LOCAL_PART else mailbox


def reply_tokens(recipients: Iterable[Address]) -> tuple[ReplyToken, ...]:
    """Tokens in the addresses a mail was sent to, in order, each once."""
    found: dict[ReplyToken, None] = {}
    for one in recipients:
        local, _, domain = one.address.rpartition("@")
        match = _REPLY_LOCAL.match(local)
        if match:
            token = ReplyToken(
                f"T-{match.group(2)}", match.group(3).lower(), f"{match.group(1)}@{domain}".lower()
            )
            found[token] = None
    return tuple(found)


def token_matches(given: str, expected: str) -> bool:
    """Compared in constant time; an empty expectation never matches."""
    return bool(expected) and hmac.compare_digest(given.lower().encode(), expected.lower().encode())
