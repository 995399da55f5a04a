"""The tree of MIME parts in a raw mail, as offsets into its bytes.

The stdlib parser turns a mail into lists of lines, several times its size. Here nothing is copied: a part knows
where its body lies and decodes it when asked, so a 25 MB mail costs its own bytes plus one decoded part at a time.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from frontline.channels.mail.logic import fields
from frontline.channels.mail.logic.charsets import decode_header_bytes

MAX_DEPTH = 20
MAX_PARTS = 500
MAX_HEADER_BYTES = 2 * 1024 * 1024
MAX_HEADER_FIELDS = 2000

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_ENVELOPE = re.compile(rb">?From (?![ \t]*:)")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_!#$&^-]{0,99}/[a-z0-9][a-z0-9.+_!#$&^-]{0,99}")
_BARE_TYPES = {
    "text": "text/plain",
    "plain": "text/plain",
    "html": "text/html",
    "multipart": "multipart/mixed",
}
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]")
_BASE64_LINES = re.compile(rb"(?:[ \t]*[A-Za-z0-9+/]{4,1000}={0,2}[ \t]*\r?\n){1,40000}")
_QP_SPACED_END = re.compile(rb"=[ \t]{1,200}(?=\r?\n)")
_SNIFFED_BOUNDARY = re.compile(rb"(?m)^--(-{0,40}[^\s-][^\r\n]{0,200}?)[ \t]*\r?$")
_SNIFF_WINDOW = 64 * 1024


class Headers:
    """Header fields in order; values are bytes until somebody asks.

    `charset` is what the mail's body claims: the best guess for raw 8-bit bytes that are not UTF-8.
    """

    __slots__ = ("_fields", "charset")

    def __init__(self, found: list[tuple[str, bytes]]) -> None:
        self._fields = found
        self.charset = ""

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: str) -> bool:
        name = name.lower()
        return any(name == known for known, _ in self._fields)

    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self._fields)

    def raw(self, name: str) -> Iterator[str]:
        """Unfolded values of each field of that name, encoded words untouched."""
        return (value for _, value in self.several(frozenset({name.lower()})))

    def several(self, names: frozenset[str]) -> Iterator[tuple[str, str]]:
        """(name, value) of each field that has one of these names (lower case), in the order of the mail."""
        for known, value in self._fields:
            if known in names:
                text = decode_header_bytes(value[: fields.MAX_VALUE], self.charset)
                yield known, re.sub(r"\r?\n", "", text).strip() if "\n" in text else text.strip()

    def get(self, name: str) -> str:
        """The first value that is not empty, unfolded; "" if there is none."""
        return next((value for value in self.raw(name) if value), "")

    def text(self, name: str) -> str:
        """The first value with its encoded words read."""
        return fields.decode_words(self.get(name))


@dataclass(slots=True)
class Part:
    """One node; `body_start` and `body_end` are offsets into `raw`."""

    raw: bytes
    headers: Headers
    body_start: int
    body_end: int
    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    filename: str | None = None
    children: list["Part"] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)

    @property
    def main_type(self) -> str:
        return self.content_type.partition("/")[0]

    @property
    def content_id(self) -> str:
        return fields.message_id(self.headers.get("content-id"))

    @property
    def encoding(self) -> str:
        """`base64`, `qp`, `uu` or `plain`: what the body needs before it can be read."""
        word = re.sub(r"[^a-z0-9]", "", self.headers.get("content-transfer-encoding").lower())
        if word.startswith("base64"):
            return "base64"
        if word.startswith("quotedprintable"):
            return "qp"
        return "uu" if word in {"xuuencode", "uuencode", "xuue", "uue"} else "plain"

    def walk(self) -> Iterator["Part"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def content(self, limit: int | None = None) -> bytes:
        """The decoded body; `limit` bounds the bytes that are read, for bodies somebody will look at."""
        end = self.body_end
        if limit is not None:
            end = min(end, self.body_start + (limit * 3 if self.encoding == "qp" else limit * 3 // 2))
        view = memoryview(self.raw)[self.body_start : end]
        data = _decoded(view, self.encoding, textual=self.main_type in {"text", "message"})
        return data if limit is None else data[:limit]


def _decoded(view: memoryview, encoding: str, *, textual: bool) -> bytes:
    if encoding == "base64":
        return _text_of_base64(view) if textual else fields.decode_base64(view)
    if encoding == "qp":
        return binascii.a2b_qp(_QP_SPACED_END.sub(b"=", view) if _QP_SPACED_END.search(view) else view)
    if encoding == "uu":
        return _uudecoded(bytes(view))
    return bytes(view)


def _text_of_base64(view: memoryview) -> bytes:
    """Some senders say base64 and write plain text; some lists put their plain footer below what is base64."""
    sample = bytes(view[:2000])
    if not _FOREIGN.search(sample):
        return fields.decode_base64(view) if _is_base64(sample) else bytes(view)
    head = _BASE64_LINES.match(view)
    if head is not None and len(head.group().split()) and _is_base64(head.group()):
        return fields.decode_base64(head.group()) + b"\n" + bytes(view[head.end() :])
    if _is_base64(sample) and len(_FOREIGN.findall(sample)) * 20 <= len(sample):
        return fields.decode_base64(view)
    return bytes(view)


def _is_base64(sample: bytes) -> bool:
    """Without spaces inside its lines, or at least text when it is read as base64."""
    if not any(b" " in line.strip() for line in sample.splitlines()):
        return True
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", sample)
    data = fields.decode_base64(letters[: len(letters) // 4 * 4])
    for cut in range(4):  # the sample may end inside a character
        try:
            text = data[: len(data) - cut].decode("utf-8")
        except UnicodeError:
            continue
        return all(c.isprintable() or c.isspace() for c in text)
    return False


def _uudecoded(data: bytes) -> bytes:
    out, inside = bytearray(), False
    for line in data.splitlines():
        if not inside:
            inside = line.startswith(b"begin ")
            continue
        if line.strip() == b"end":
            break
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            try:
                out += binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
            except (binascii.Error, IndexError):
                continue
    return bytes(out) if inside else data


# Reading the tree --------------------------------------------------------------------------------


def read(raw: bytes) -> Part:
    """The part tree of a whole mail. Envelope lines ("From x …") and blank lines before it are skipped."""
    budget = _Budget(MAX_PARTS)
    head = raw[:8192]
    if b"\n" not in head and b"\r" in head:
        raw = raw.replace(b"\r", b"\n")
    start = len(head) - len(head.lstrip(b"\r\n \t\xef\xbb\xbf"))
    if _ENVELOPE.match(raw, start):
        start = _next_line(raw, start, len(raw))
    root = _part(raw, start, len(raw), depth=0, budget=budget, default="text/plain")
    charset = next((known for part in root.walk() if (known := part.parameters.get("charset"))), "")
    for part in root.walk():
        part.headers.charset = charset
        part.filename = _filename(part)
    return root


@dataclass(slots=True)
class _Budget:
    parts: int


def _part(raw: bytes, start: int, end: int, *, depth: int, budget: _Budget, default: str) -> Part:
    budget.parts -= 1
    headers, body, defects = _read_headers(raw, start, end)
    part = Part(raw=raw, headers=headers, body_start=body, body_end=end, defects=defects)
    _describe(part, default)
    if part.main_type == "multipart":
        _split(part, depth, budget)
    elif (
        part.content_type in {"message/rfc822", "message/global"} and depth == 0 and part.encoding == "plain"
    ):
        part.children = [_part(raw, body, end, depth=1, budget=budget, default="text/plain")]
    return part


def _describe(part: Part, default: str) -> None:
    for value in part.headers.raw("content-type"):
        head, parameters = fields.split_parameters(value)
        match = _TYPE.search(head.replace(" ", ""))
        if match or head in _BARE_TYPES:
            part.content_type = match.group() if match else _BARE_TYPES[head]
            part.parameters = parameters
            break
    else:
        part.content_type = default
    disposition, options = "", dict[str, str]()
    for value in part.headers.raw("content-disposition"):
        disposition, options = fields.split_parameters(value)
        disposition = disposition.split(" ")[0]
        if disposition in {"inline", "attachment"}:
            break
    part.disposition = disposition if disposition in {"inline", "attachment"} else ""
    if disposition and not part.disposition and options.get("filename"):
        part.disposition = "attachment"  # RFC 2183: an unknown disposition is an attachment


def _filename(part: Part) -> str | None:
    """Read when the charset of the mail's text is known, for names in raw 8-bit."""
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        for value in part.headers.raw(header):
            found = fields.clean_filename(fields.split_parameters(value)[1].get(key))
            if found:
                return found
    if part.main_type not in {"text", "multipart", "message"}:
        location = part.headers.text("content-location")
        if location and "." in location.rpartition("/")[2] and "?" not in location:
            return fields.clean_filename(location)
    return None


def _split(part: Part, depth: int, budget: _Budget) -> None:
    """Cut a multipart into its children; one without a usable boundary stays a leaf of plain text."""
    spans = _spans(part)
    if not spans:
        part.defects.append("no_boundary")
        part.content_type = "text/plain"
        return
    if depth >= MAX_DEPTH:
        part.defects.append("too_deep")
        part.content_type = "application/octet-stream"
        return
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for start, end in spans:
        if budget.parts <= 0:
            part.defects.append("too_many_parts")
            return
        child = _part(part.raw, start, end, depth=depth + 1, budget=budget, default=default)
        part.children.append(child)


def _spans(part: Part) -> list[tuple[int, int]] | None:
    """Offsets of the children; None where no line divides them. A boundary nobody declared is guessed."""
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
    marks = _marks(part, boundary) if boundary else []
    if not marks:
        match = _SNIFFED_BOUNDARY.search(
            part.raw, part.body_start, min(part.body_end, part.body_start + _SNIFF_WINDOW)
        )
        if match is None:
            return None
        part.defects.append("boundary_guessed")
        marks = _marks(part, match.group(1))
        if not marks:
            return None
    spans = []
    for number, (_, after, closes) in enumerate(marks):
        if closes:
            break
        stop = marks[number + 1][0] if number + 1 < len(marks) else part.body_end
        if number + 1 == len(marks):
            part.defects.append("not_closed")
        spans.append((after, stop))
    return spans


def _marks(part: Part, boundary: bytes) -> list[tuple[int, int, bool]]:
    """(end of the text before, start of the text after, closing?) of each delimiter line."""
    raw, end = part.raw, part.body_end
    needle, found, position = b"--" + boundary, list[tuple[int, int, bool]](), part.body_start
    while len(found) <= MAX_PARTS:
        at = raw.find(needle, position, end)
        if at < 0:
            break
        position = at + len(needle)
        if at > part.body_start and raw[at - 1] not in b"\r\n":
            continue
        closes = raw.startswith(b"--", position, end)
        after = position + 2 if closes else position
        line_end = _next_line(raw, after, end)
        if raw[after:line_end].strip():
            continue
        found.append((_before(raw, at, part.body_start), line_end, closes))
        position = line_end
    return found


def _before(raw: bytes, at: int, floor: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    if at > floor and raw[at - 1 : at] == b"\n":
        at -= 1
    if at > floor and raw[at - 1 : at] == b"\r":
        at -= 1
    return at


def _next_line(raw: bytes, position: int, end: int) -> int:
    newline = raw.find(b"\n", position, end)
    return end if newline < 0 else newline + 1


# Reading the header block ------------------------------------------------------------------------


def _read_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int, list[str]]:
    """Fields, the offset of the body, and what was odd.

    A line that is no field ends the header, unless fields follow right after it: then a sender broke a line.
    """
    found: list[tuple[str, list[bytes]]] = []
    defects: list[str] = []
    position = start
    while position < end:
        after = _next_line(raw, position, end)
        line = raw[position:after] if after - position <= MAX_HEADER_BYTES else raw[position : position + 998]
        if not line.strip(b"\r\n"):
            position = after
            break
        if line[:1] in (b" ", b"\t") and found:
            if not line.strip() and not _fields_follow(raw, after, end):
                position = after
                break
            found[-1][1].append(line)
        elif match := _FIELD.match(line):
            found.append((match.group(1).decode("ascii").lower(), [line[match.end() :]]))
        elif _ENVELOPE.match(line) or _fields_follow(raw, after, end):
            defects.append("odd_header_line")
            if found and found[-1][0] == "subject":
                found[-1][1].append(b" " + line)
        else:
            if found:
                defects.append("no_blank_line_after_header")
            break
        position = after
        if position - start > MAX_HEADER_BYTES or len(found) > MAX_HEADER_FIELDS:
            defects.append("header_too_long")
            break
    return Headers([(name, b"".join(lines)) for name, lines in found]), position, defects


def _fields_follow(raw: bytes, position: int, end: int) -> bool:
    """Does a header field stand below, folded lines of a broken one aside?"""
    for _ in range(_LOOK_AHEAD):
        after = _next_line(raw, position, end)
        line = raw[position : min(after, position + 1000)]
        if line[:1] in (b" ", b"\t") and line.strip():
            position = after
            continue
        match = _FIELD.match(line)
        return match is not None and (b"-" in match.group(1) or match.group(1).lower() in _COMMON)
    return False


_LOOK_AHEAD = 10
_COMMON = frozenset(
    {b"from", b"to", b"cc", b"bcc", b"subject", b"date", b"sender", b"received", b"references"}
)
