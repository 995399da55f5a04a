"""Which parts of a mail are its body and which are files."""

import hashlib
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from frontline.channels.mail.logic.charsets import decode_text
from frontline.channels.mail.logic.mime import Part
from frontline.foundation.http.plain_text import clean, html_to_text, is_stub, text_to_html

MAX_BODY = 2 * 1024 * 1024
MAX_ATTACHMENTS = 300

_CID = re.compile(r"""cid:([^"'\s>)]{1,300})""", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?([A-Za-z0-9_:.-]{1,60})""", re.IGNORECASE
)
# Other renderings of the same words; a mail that has a readable one does not need them as files.
_SAME_WORDS = frozenset({"text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext"})
_BODIES = frozenset({"text/plain", "text/html"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail. `size` is its decoded length in bytes; `payload` decodes it from the raw mail when asked.

    `filename` is what the sender called it, cleaned, or None; `mime` is what the sender claims, not to be believed.
    """

    filename: str | None
    mime: str
    size: int
    inline: bool
    content_id: str
    sha256: str
    in_body: bool  # the HTML shows it in place, so lists need not name it again
    number: int
    _part: Part = field(repr=False, compare=False)

    @property
    def payload(self) -> bytes:
        return self._part.content()

    @property
    def display_name(self) -> str:
        """`filename`, or a neutral name with a fitting ending."""
        if self.filename:
            return self.filename
        if self.mime == "message/rfc822":
            return f"message-{self.number}.eml"
        return f"attachment-{self.number}{mimetypes.guess_extension(self.mime) or '.bin'}"


@dataclass(frozen=True, slots=True)
class Content:
    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]


@dataclass(slots=True)
class _Piece:
    """One stretch of the body, in its plain and its HTML form."""

    plain: str | None = None
    html: str | None = None

    def as_text(self) -> str:
        if self.plain is not None and (self.html is None or not is_stub(self.plain)):
            return self.plain
        return html_to_text(self.html) if self.html is not None else ""


def read_content(root: Part) -> Content:
    """Bodies and attachments of a part tree; never raises for what is inside."""
    sorter = _Sorter(root)
    pieces = sorter.collect(root, in_alternative=False)
    html_pieces = [piece for piece in pieces if piece.html is not None]
    html: str | None = None
    if len(pieces) == 1 and html_pieces:
        html = pieces[0].html
    elif html_pieces:
        html = "\n".join(
            piece.html if piece.html is not None else text_to_html(piece.plain or "") for piece in pieces
        )
    text = "\n".join(shown for piece in pieces if (shown := piece.as_text()).strip() or len(pieces) == 1)
    referenced = {unquote(found).strip("<>") for found in _CID.findall(html or "")}
    attachments = tuple(_attachment(part, number, referenced) for number, part in enumerate(sorter.files, 1))
    return Content(
        text=text, html=html, attachments=attachments, defects=tuple(dict.fromkeys(sorter.defects))
    )


class _Sorter:
    def __init__(self, root: Part) -> None:
        self.files: list[Part] = []
        self.defects = [defect for part in root.walk() for defect in part.defects]
        self.root = root
        self.has_unnamed_text = any(
            part.content_type in _BODIES and part.disposition != "attachment" and part.filename is None
            for part in root.walk()
            if not part.children
        )

    def collect(self, part: Part, *, in_alternative: bool) -> list[_Piece]:
        if part.children and part.content_type == "multipart/alternative":
            return self._alternative(part)
        if part.children:
            return [
                piece
                for child in part.children
                for piece in self.collect(child, in_alternative=in_alternative)
            ]
        if self._is_body(part, in_alternative=in_alternative):
            text = self._text(part)
            return [_Piece(html=text) if part.content_type == "text/html" else _Piece(plain=text)]
        self._file(part, in_alternative=in_alternative)
        return []

    def _alternative(self, part: Part) -> list[_Piece]:
        """All children say the same: the first plain one and the last HTML one become one piece."""
        plain: str | None = None
        html: str | None = None
        for child in part.children:
            pieces = self.collect(child, in_alternative=True)
            words = [piece.plain for piece in pieces if piece.plain is not None]
            marked_up = [piece.html for piece in pieces if piece.html is not None]
            if words and not (plain or "").strip():
                plain = "\n".join(words)
            html = "\n".join(marked_up) if marked_up else html
        return [] if plain is None and html is None else [_Piece(plain, html)]

    def _is_body(self, part: Part, *, in_alternative: bool) -> bool:
        if part.content_type not in _BODIES:
            return False
        if part.disposition == "attachment":
            return part is self.root and part.filename is None
        return part.filename is None or in_alternative or not self.has_unnamed_text

    def _text(self, part: Part) -> str:
        data = part.content(MAX_BODY)
        if len(data) >= MAX_BODY:
            self.defects.append("body_truncated")
        charset = part.parameters.get("charset", "")
        if not charset and part.content_type == "text/html":
            found = _META_CHARSET.search(data[:4096])
            charset = found.group(1).decode("ascii") if found else ""
        return clean(decode_text(data, charset))

    def _file(self, part: Part, *, in_alternative: bool) -> None:
        if in_alternative and part.content_type in _SAME_WORDS and part.disposition != "attachment":
            return
        if part.main_type == "multipart":  # cut off by a limit or without any boundary
            self.defects.append("part_not_read")
        if len(self.files) >= MAX_ATTACHMENTS:
            self.defects.append("too_many_attachments")
            return
        self.files.append(part)


def _attachment(part: Part, number: int, referenced: set[str]) -> Attachment:
    data = part.content()
    content_id = part.content_id
    in_body = bool(content_id) and content_id in referenced
    return Attachment(
        filename=part.filename,
        mime=part.content_type,
        size=len(data),
        inline=in_body or part.disposition == "inline",
        content_id=content_id,
        sha256=hashlib.sha256(data).hexdigest(),
        in_body=in_body,
        number=number,
        _part=part,
    )


def message_parts(root: Part) -> Iterator[Part]:
    """Leaves that carry another mail or its head."""
    kinds = {
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global-headers",
        "message/partial",
    }
    return (part for part in root.walk() if part.content_type in kinds and not part.children)
