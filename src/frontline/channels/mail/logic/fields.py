"""Header fields as they really arrive: RFC 5322, 2047 and 2231, and the ways senders miss them.

Works on text that was cut from the raw mail; every function is linear in its input and never raises.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from frontline.channels.mail.logic.charsets import decode_text, one_line
from frontline.foundation.http.plain_text import clean

MAX_VALUE = 256 * 1024
MAX_ADDRESSES = 1000
MAX_REFERENCES = 200

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,75})\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r"""([^\s=;"*]+)(\*\d{1,3})?(\*)?\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)""")
_ID_IN_ANGLES = re.compile(r"<([^<>]{1,1000})>")
_ADDRESS_TOKEN = re.compile(
    r"""(?P<word>=\?[^?\s]{1,75}\?[bBqQ]\?[^?]*\?=)"""
    r"""|(?P<local>"(?:[^"\\]|\\.)*"@[^\s,;<>()]+)"""
    r"""|(?P<quoted>"(?:[^"\\]|\\.)*"?)"""
    r"""|(?P<comment>\((?:[^()\\]|\\.)*\)?)"""
    r"""|(?P<angle><[^<>]*>?)"""
    r"""|(?P<mark>[,;:])"""
    r"""|(?P<text>[^"(<,;:=]+|.)""",
    re.DOTALL,
)
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
_AROUND_DOTS = re.compile(r"[ \t]{0,20}([.@])[ \t]{0,20}(?=[^\s])")
_QP_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
# Characters that turn the reading direction: "gpj.exe" shown as "exe.jpg".
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


# Encoded words -----------------------------------------------------------------------------------


def decode_words(value: str) -> str:
    """RFC 2047 text, read leniently: any length, inside quotes, characters split between words."""
    if "=?" not in value:
        return value
    out: list[str] = []
    charset, pending, end = "", bytearray(), 0
    for match in _ENCODED_WORD.finditer(value):
        gap = value[end : match.start()]
        label = match.group(1).partition("*")[0]
        if pending and (gap.strip() or label.lower() != charset.lower()):
            out.append(decode_text(bytes(pending), charset))
            pending.clear()
        if gap.strip() or end == 0:
            out.append(gap)
        charset, end = label, match.end()
        pending += _word_bytes(match.group(2), match.group(3))
    if pending:
        out.append(decode_text(bytes(pending), charset))
    out.append(value[end:])
    return "".join(out)


def _word_bytes(kind: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if kind in "qQ":
        return _QP_ESCAPE.sub(lambda m: bytes([int(m.group(1), 16)]), data.replace(b"_", b" "))
    return decode_base64(data)


def decode_base64(data: bytes | memoryview) -> bytes:
    """Base64 as mail carries it: foreign characters skipped, missing or surplus padding mended."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", bytes(data))
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    return base64.b64decode(kept + b"=" * (-len(kept) % 4))


# Parameters --------------------------------------------------------------------------------------


def split_parameters(value: str) -> tuple[str, dict[str, str]]:
    """`text/plain; charset=x` as ("text/plain", {"charset": "x"}), RFC 2231 pieces joined and decoded."""
    head, _, rest = value.partition(";")
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(rest):
        name, index, starred, raw = match.groups()
        order = int(index[1:]) if index else 0
        pieces.setdefault(name.lower(), []).append((order, bool(starred), _unquote(raw)))
    return head.strip().lower(), {name: _join_pieces(found) for name, found in pieces.items()}


def _unquote(raw: str) -> str:
    raw = raw.strip()
    if not raw.startswith('"'):
        return raw
    body = raw[1:-1] if len(raw) > 1 and raw.endswith('"') and not raw.endswith('\\"') else raw[1:]
    return body.replace('\\"', '"').replace("\\\\", "\\")


def _join_pieces(found: list[tuple[int, bool, str]]) -> str:
    """The starred form wins over the plain one when a sender gives both."""
    if any(starred for _, starred, _ in found):
        by_order: dict[int, tuple[bool, str]] = {}
        for order, starred, text in found:
            if starred or order not in by_order:
                by_order[order] = (starred, text)
        return _join_extended(sorted(by_order.items()))
    if len(found) > 1 and len({order for order, _, _ in found}) == len(found):
        return decode_words("".join(text for _, _, text in sorted(found, key=lambda piece: piece[0])))
    return decode_words(found[0][2])


def _join_extended(pieces: list[tuple[int, tuple[bool, str]]]) -> str:
    charset, data = "", bytearray()
    for number, (_, (starred, text)) in enumerate(pieces):
        value = text
        if starred and number == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        data += unquote_to_bytes(value) if starred else value.encode("utf-8", "replace")
    return decode_words(decode_text(bytes(data), charset))


def clean_filename(name: str | None) -> str | None:
    """The last path component, one line, no direction tricks, at most 255 characters; None if empty."""
    if not name:
        return None
    plain = _DIRECTION.sub("", one_line(name)).replace("\\", "/").rstrip("/")
    plain = plain.rpartition("/")[2].strip().strip('"').strip()
    if len(plain) > 255:
        stem, dot, ending = plain.rpartition(".")
        plain = f"{stem[: 254 - len(ending)]}.{ending}" if dot and len(ending) <= 16 else plain[:255]
    return plain if plain.strip(".") else None


# Addresses ---------------------------------------------------------------------------------------


def addresses(value: str) -> tuple[Address, ...]:
    """Mailboxes of an address list; groups are opened, empty entries and lone names dropped."""
    found: list[Address] = []
    held = ""  # "Doe, John <j@x>": the name before the comma waits for its address
    for entry in _entries(value[:MAX_VALUE]):
        if entry.angle is None and "@" not in entry.bare and " " in entry.bare.strip():
            held = ""
            continue
        if entry.angle is None and "@" not in entry.bare:
            held = f"{held}, {entry.bare}" if held else entry.bare
            continue
        made = entry.mailbox(held if entry.angle is not None else "")
        held = ""
        if made is not None:
            found.append(made)
        if len(found) >= MAX_ADDRESSES:
            break
    if not found and re.fullmatch(r"[\w.+-]{1,64}", held):
        found.append(Address("", held))  # a local mailbox: "root", "MAILER-DAEMON"
    return tuple(found)


@dataclass(slots=True)
class _Entry:
    phrase: list[str]
    comments: list[str]
    angle: str | None = None

    @property
    def bare(self) -> str:
        return _text_of(self.phrase)

    def mailbox(self, held: str) -> Address | None:
        spoken = [held] if held else []
        if self.angle:
            address = _plain_address(self.angle)
            spoken += [self.bare] if self.bare else []
        else:  # "Big Bug bb@bug.example": the word with the at sign, the others are the name
            words = _AROUND_DOTS.sub(r"\1", self.bare).split()
            found = next((word for word in words if "@" in word), self.bare)
            address = _plain_address(found)
            spoken += [word for word in (" ".join(word for word in words if word != found),) if word]
        name = one_line(", ".join(spoken)).strip("\"' ")
        if not name and self.comments:
            name = one_line(decode_words(" ".join(self.comments)))
        return Address(name[:500], address) if address else None


def _text_of(phrase: list[str]) -> str:
    return decode_words("".join(phrase)).strip()


def _plain_address(text: str) -> str:
    plain = _COMMENT.sub("", clean(decode_words(text))).strip().strip("<>").strip()
    if plain.lower().startswith("mailto:"):
        plain = plain[7:]
    if plain.startswith("@") and ":" in plain:  # a source route: "@relay,@relay:user@host"
        plain = plain.rpartition(":")[2]
    if not plain.startswith('"'):
        plain = "".join(plain.split())
    return "" if ":@" in plain else plain.strip(",;.'")[:500]  # ":@" is a group that lost its end


def _entries(value: str) -> Iterator[_Entry]:
    entry = _Entry([], [])
    for match in _ADDRESS_TOKEN.finditer(value):
        kind, text = match.lastgroup, match.group()
        if kind == "comment":
            entry.comments.append(text.strip("()"))
        elif text == ":":
            entry = _after_colon(entry)
        elif kind == "mark" or (kind == "angle" and entry.angle):  # "<a@b> <c@d>" without a comma, too
            if entry.phrase or entry.angle is not None:
                yield entry
            entry = _Entry([], [])
        if kind in {"angle", "local"}:
            entry.angle = text.strip("<>").strip()
        elif kind in {"word", "quoted", "text"} and entry.angle is None:
            entry.phrase.append(_unquote(text) if kind == "quoted" else text)
    if entry.phrase or entry.angle is not None:
        yield entry


def _after_colon(entry: _Entry) -> _Entry:
    """What stands before a colon is the name of a group, unless an address is in it."""
    if entry.angle is None and len(entry.phrase) < 20 and "@" not in entry.bare:
        return _Entry([], [])
    entry.phrase.append(":")
    return entry


# Identifiers and dates ---------------------------------------------------------------------------


def message_ids(value: str) -> tuple[str, ...]:
    """Message ids without their angle brackets, in order, each once, the newest `MAX_REFERENCES` kept."""
    value = value[-MAX_VALUE:]
    ids = ["".join(_COMMENT.sub("", match).split()) for match in _ID_IN_ANGLES.findall(value)]
    if not ids:
        ids = [word for word in re.split(r"[\s,;<>]+", value) if "@" in word]
    return tuple(dict.fromkeys(clean(one)[:998] for one in ids if one))[-MAX_REFERENCES:]


def message_id(value: str) -> str:
    """The one id of a Message-ID field, even when its sender forgot brackets or the at sign."""
    found = message_ids(value)
    return found[0] if found else clean("".join(value.split())).strip("<>")[:998]


def moment(value: str) -> datetime | None:
    """An aware datetime, `None` when the field cannot be read; "-0000" and no zone count as UTC."""
    try:
        when = parsedate_to_datetime(" ".join(_COMMENT.sub(" ", one_line(value)[:200]).split()))
        return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
