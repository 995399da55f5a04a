"""What a file is, by its first bytes. What its sender calls it is kept and believed by nobody."""

import codecs
import re

import filetype

UNKNOWN = "application/octet-stream"
#: shown in the page; everything else is only ever downloaded
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HTML = re.compile(
    r"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|iframe|title|style|table|div|h1|p|a|img|br)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(r"^\s*<\?xml\b", re.IGNORECASE)
_SVG = re.compile(r"<svg\b", re.IGNORECASE)
_PROGRAMS = (
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"#!", "text/x-script"),
)


def sniff(head: bytes) -> str:
    """The media type of a content that begins with `head` (8 KiB are enough)."""
    if not head:
        return UNKNOWN
    for mark, mime in _PROGRAMS:
        if head.startswith(mark):
            return mime
    known = filetype.guess_mime(head)
    if known is not None:
        return str(known)
    text = _as_text(head)
    if text is None:
        return UNKNOWN
    if _SVG.search(text):
        return "image/svg+xml"
    if _HTML.search(text):
        return "text/html"
    return "application/xml" if _XML.search(text) else "text/plain"


def _as_text(head: bytes) -> str | None:
    """The bytes as text, or None when they are none; a character cut off at the end is forgiven."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _decoded(head[len(mark) :], encoding)
    return _decoded(head, "utf-8") or _decoded(head, "cp1252")


def _decoded(head: bytes, encoding: str) -> str | None:
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(head)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text
