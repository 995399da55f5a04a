"""Readable plain text from a mail's HTML.

Quoted mail (blockquotes and the containers mail programs put their history into) comes out with "> " before each
line, so one set of rules trims replies whichever way they were written.
"""

import html as entities
import re

from frontline.foundation.http.markup import VOID, Tag, names, tokens

MAX_HTML = 2 * 1024 * 1024
#: no honest mail has more; beyond this only the words are read
MAX_TAGS = 60_000

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_BLOCKS = names(
    "address article aside center div dl fieldset footer form header main nav ol p pre section table ul "
    "h1 h2 h3 h4 h5 h6 figure figcaption details summary dd dt li tr tbody thead blockquote hr body html"
)
_SPACED = names("p ul ol dl h1 h2 h3 h4 h5 h6 pre blockquote table")
_HIDDEN_STYLE = re.compile(r"display\s{0,5}:\s{0,5}none|mso-hide\s{0,5}:\s{0,5}all", re.IGNORECASE)
_NO_BORDER = re.compile(r"border(?:-left)?\s{0,5}:\s{0,5}(?:none|medium none|0)", re.IGNORECASE)
_QUOTE_CLASSES = frozenset({"yahoo_quoted", "protonmail_quote", "moz-forward-container"})
_QUOTE_IDS = frozenset({"olk_src_body_section", "mail-editor-reference-message-container"})
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BLANK_RUN = re.compile(r"\n{4,}")
_MAX_QUOTE_DEPTH = 12


def clean(text: str) -> str:
    """Without NUL and other control characters, lone surrogates as U+FFFD, line ends as one LF."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub(lambda match: "\ufffd" if match.group() >= "\ud800" else "", text)


def html_to_text(html: str) -> str:
    """Text of a whole HTML body, lines as a reader would see them; hidden pre-headers are left out."""
    writer = _Writer()
    tags = 0
    for token in tokens(html[:MAX_HTML]):
        if isinstance(token, str):
            writer.text(token)
            continue
        tags += 1
        if tags > MAX_TAGS:
            continue
        if token.closing:
            writer.close(token.name)
        else:
            writer.open(token)
    return writer.result()


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.stack: list[tuple[str, bool, bool]] = []  # name, quotes?, hides?
        self.quotes = self.hidden = self.preformatted = 0
        self.wanted_blank = False
        self.link: str | None = None
        self.link_text: list[str] = []

    # A cell is parted from the one before; a list item gets its mark; a block starts on a new line.
    def open(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self.break_line(forced=True)
            return
        attributes = tag.attributes() if tag.source.strip() else {}
        if name in _BLOCKS:
            self.start_block(name)
        if name == "img":
            self.picture(attributes)
        elif name == "hr":
            self.line.append("-" * 20)
            self.break_line()
        elif name == "li":
            self.line.append("- ")
        elif name in {"td", "th"} and any(piece.strip() for piece in self.line):
            self.line.append(" ")
        elif name == "a":
            self.link, self.link_text = attributes.get("href"), []
        if name in VOID:
            return
        quotes = (bool(attributes) or name == "blockquote") and _quotes(name, attributes)
        hides = bool(attributes) and bool(_HIDDEN_STYLE.search(attributes.get("style", "")))
        if quotes:
            self.break_line()
        self.push(name, quotes=quotes, hides=hides)

    def push(self, name: str, *, quotes: bool, hides: bool) -> None:
        if len(self.stack) > 5000:
            return
        self.stack.append((name, quotes, hides))
        self.quotes += quotes
        self.hidden += hides
        self.preformatted += name == "pre"

    def close(self, name: str) -> None:
        if name == "a":
            self.end_link()
        for depth in range(1, min(len(self.stack), 50) + 1):
            if self.stack[-depth][0] == name:
                for _ in range(depth):
                    self.pop()
                break
        if name in _BLOCKS:
            self.break_line()
            self.wanted_blank = self.wanted_blank or name in _SPACED

    def pop(self) -> None:
        name, quotes, hides = self.stack.pop()
        if quotes:
            self.break_line()
        self.quotes -= quotes
        self.hidden -= hides
        self.preformatted -= name == "pre"

    def start_block(self, name: str) -> None:
        self.break_line()
        self.wanted_blank = self.wanted_blank or (name in _SPACED and bool(self.lines))

    def text(self, raw: str) -> None:
        if self.hidden:
            return
        text = entities.unescape(raw).replace("\xa0", " ").replace("\u200c", "").replace("\u00ad", "")
        if self.link is not None:
            self.link_text.append(text)
        if not self.preformatted:
            text = _SPACE.sub(" ", text)
            if not self.line or self.line[-1].endswith(" "):
                text = text.lstrip(" ")
            if text:
                self.line.append(text)
            return
        first, *rest = text.replace("\r\n", "\n").split("\n")
        self.line.append(first)
        for more in rest:
            self.break_line(forced=True)
            self.line.append(more)

    def picture(self, attributes: dict[str, str]) -> None:
        alt = " ".join(entities.unescape(attributes.get("alt", "")).split())
        if alt and not self.hidden and attributes.get("width") not in {"0", "1"}:
            self.line.append(f"[{alt[:200]}]")

    def end_link(self) -> None:
        """Show where a link goes when its words do not say so."""
        href, words = entities.unescape(self.link or "").strip(), "".join(self.link_text).strip()
        self.link = None
        if self.hidden or not href.lower().startswith(("http://", "https://")) or not words:
            return
        if len(href) <= 500 and href.rstrip("/") not in words and words not in href:
            self.line.append(f" <{href}>")

    def break_line(self, *, forced: bool = False) -> None:
        text = "".join(self.line)
        text = text if self.preformatted else text.strip(" ")
        self.line = []
        if not text.strip() and not forced:
            return
        prefix = ">" * min(self.quotes, _MAX_QUOTE_DEPTH) + " " if self.quotes else ""
        if self.wanted_blank and self.lines:
            self.lines.append(prefix.rstrip())
        self.wanted_blank = False
        self.lines.append((prefix + text).rstrip())

    def result(self) -> str:
        self.break_line()
        text = clean("\n".join(self.lines))
        return _BLANK_RUN.sub("\n\n\n", text).strip("\n")


def _quotes(name: str, attributes: dict[str, str]) -> bool:
    """Does this element hold somebody else's mail? Outlook indents with border-less blockquotes: those do not."""
    if name == "blockquote":
        cited = attributes.get("type", "").lower() == "cite" or "gmail_quote" in attributes.get("class", "")
        return cited or not _NO_BORDER.search(attributes.get("style", ""))
    if name not in {"div", "span", "section"} or not attributes:
        return False
    classes = set(attributes.get("class", "").lower().split())
    return bool(classes & _QUOTE_CLASSES) or attributes.get("id", "").lower() in _QUOTE_IDS


def text_to_html(text: str) -> str:
    """Plain text as HTML that keeps its lines, for a mail that mixes both kinds."""
    return f"<pre>{entities.escape(text)}</pre>"


def is_stub(text: str) -> bool:
    """A plain part that only says the mail is HTML."""
    if not text.strip():
        return True
    short = " ".join(text.split()).lower()
    return len(short) < 400 and bool(_STUB.search(short))


_STUB = re.compile(
    r"(?:does not|doesn't|cannot|can't|unable to) (?:support|display|view|read|show) (?:html|this (?:message|e-?mail))"
    r"|(?:html|mime)[- ](?:compatible|capable|enabled|compliant) (?:e-?mail|mail|browser|client|viewer)"
    r"|unterstützt kein(?:e)? html"
)
