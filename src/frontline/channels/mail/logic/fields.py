"""Header fields as they really arrive: RFC 5322, 2047 and 2231, and the ways senders miss them.

Works on text that was cut from the raw mail; every function is linear in its input and never raises.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from frontline.channels.mail.logic.charsets import decode_text, one_line
from frontline.foundation.http.plain_text import clean

MAX_VALUE = 256 * 1024
MAX_ADDRESSES = 1000
MAX_REFERENCES = 200

_WORD = (
    r"=\?([^?\s]{1,75})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?\s]{1,75}){0,3})\?="  # "?" inside is wrong, and seen
)
_ENCODED_WORD = re.compile(_WORD)
_PARAMETER = re.compile(r"""([^\s=;"*]+)(\*\d{1,3})?(\*)?\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)""")
_EXTENDED = re.compile(r"^[A-Za-z0-9-]{3,20}'[A-Za-z-]{0,12}'(?=[^']*%[0-9A-Fa-f]{2})")
_ID_IN_ANGLES = re.compile(r"<([^<>]{1,1000})>")
_ADDRESS_TOKEN = re.compile(
    rf"""(?P<word>{_WORD})"""
    r"""|(?P<local>"(?:[^"\\]|\\.)*"@[^\s,;<>()]+)"""
    r"""|(?P<quoted>"(?:[^"\\]|\\.)*"?)"""
    r"""|(?P<comment>\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)?)"""
    r"""|(?P<angle><[^<>]*>?)"""
    r"""|(?P<mark>[,;:])"""
    r"""|(?P<text>[^"(<,;:=]+|.)""",
    re.DOTALL,
)
_COMMENT = re.compile(r"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)")
_WHOLE_ADDRESS = re.compile(r"<?[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}\.[^\s@<>,;.]{1,63}>?")
_AROUND_DOTS = re.compile(r"[ \t]{0,20}([.@])[ \t]{0,20}(?=[^\s])")
_PADDED_INSIDE = re.compile(rb"=[=\s]{0,8}[A-Za-z0-9+/]")
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
    """Base64 as mail carries it: foreign characters skipped, missing or surplus padding mended, pieces joined."""
    if _PADDED_INSIDE.search(data):
        return b"".join(_base64_piece(piece) for piece in re.split(rb"=+", bytes(data), maxsplit=1000))
    return _base64_piece(data)


def _base64_piece(data: bytes | memoryview) -> bytes:
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
    if not rest and "=" in head:  # "attachment filename=x": the semicolon was forgotten
        head, _, rest = head.partition(" ")
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(rest):
        name, index, starred, raw = match.groups()
        order = int(index[1:]) if index else 0
        pieces.setdefault(name.lower(), []).append((order, bool(starred), _unquote(raw)))
    return head.strip().lower(), {name: _join_pieces(found) for name, found in pieces.items()}


def _unquote(raw: str) -> str:
    raw = raw.strip()
    if not raw.startswith('"'):
        return raw[1:-1] if len(raw) > 2 and raw[0] == raw[-1] == "'" else raw
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
    text = found[0][2]
    if _EXTENDED.match(text):  # the star at the name was forgotten
        return _join_extended([(0, (True, text))])
    return decode_words(text)


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
        bare = entry.bare
        if entry.angle is None and "@" not in bare:
            held = "" if " " in bare.strip() else f"{held}, {bare}" if held else bare
            continue
        found += entry.mailboxes(held if entry.angle is not None else "")
        held = ""
        if len(found) >= MAX_ADDRESSES:
            break
    if not found and re.fullmatch(r"[\w.+-]{1,64}", held):
        found.append(Address("", held))  # a local mailbox: "root", "MAILER-DAEMON"
    return tuple(found[:MAX_ADDRESSES])


@dataclass(slots=True)
class _Entry:
    phrase: list[str]
    comments: list[str]
    angle: str | None = None
    #: what stands after the angle: the name of the next one, if its comma was forgotten
    after: list[str] = field(default_factory=list)
    encoded: bool = False

    @property
    def bare(self) -> str:
        return _text_of(self.phrase)

    def mailboxes(self, held: str) -> list[Address]:
        """One as a rule; several where their commas were forgotten or were inside of an encoded word."""
        bare = self.bare
        if self.angle is None:
            words = _AROUND_DOTS.sub(r"\1", bare).split()
            spoken = [word for word in words if "@" in word]
            if self.encoded and ("<" in bare or len(spoken) > 1):
                return list(addresses(bare.replace("=?", "")))
            if len(spoken) > 1 and all(_WHOLE_ADDRESS.fullmatch(word.strip(",;")) for word in spoken):
                return [Address("", _plain_address(word)) for word in spoken]
        made = self._mailbox(held, bare)
        return [] if made is None else [made]

    def _mailbox(self, held: str, bare: str) -> Address | None:
        spoken = [held] if held else []
        if self.angle or (self.angle == "" and "@" not in bare):
            address = _plain_address(self.angle)
            spoken += [bare] if bare else []
        else:  # "Big Bug bb@bug.example": the word with the at sign, the others are the name
            words = _AROUND_DOTS.sub(r"\1", bare).split()
            found = next((word for word in words if "@" in word), bare)
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
            entry.comments.append(text[1:].removesuffix(")"))
        elif text == ":":
            entry = _after_colon(entry)
        elif kind == "mark" or (kind == "angle" and entry.angle):  # "<a@b> <c@d>" without a comma, too
            if entry.phrase or entry.angle is not None:
                yield entry
            entry = _Entry(entry.after if kind == "angle" else [], [])
        if kind in {"angle", "local"}:
            entry.angle = text.strip("<>").strip()
        elif kind in {"word", "quoted", "text"}:
            said = _unquote(text) if kind == "quoted" else text
            (entry.phrase if entry.angle is None else entry.after).append(said)
            entry.encoded = entry.encoded or kind == "word"
    if entry.phrase or entry.angle is not None:
        yield entry


def _after_colon(entry: _Entry) -> _Entry:
    """What stands before a colon is the name of a group, unless an address is in it."""
    if entry.angle is None and len(entry.phrase) < 20 and "@" not in entry.bare:
        return _Entry([], [])
    entry.phrase.append(":")
    return entry


# Identifiers ---------------------------------------------------------------------------


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
