"""A tolerant, linear scanner for the HTML that arrives by mail.

The stdlib parser and every tree builder have inputs that cost them quadratic time. This one reads each character
a bounded number of times, so it may look at a hostile body before anything else does.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


def names(listed: str) -> frozenset[str]:
    """Element, attribute or property names, written with spaces between."""
    return frozenset(listed.split())


MAX_TAG = 2_000_000  # a data: picture sits inside one tag
MAX_ENTITIES = 300_000
MAX_ENTITIES_IN_RUN = 20_000
MAX_ATTRIBUTES = 2000
MAX_NESTING = 2000
MAX_REPEATED_FORMATTING = 2_000_000
_ATTRIBUTE_START = re.compile(r"[\s/\"'][^\s/>=\"']")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:_-]{0,40}")
_ATTRIBUTE = re.compile(r"""([^\s=>"'/]{1,100})(?:\s{0,20}=\s{0,20}("[^"]*"?|'[^']*'?|[^\s>]+))?""")
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
_TAG_STOP = re.compile(r"""["'>]""")
VOID = names("area base br col embed hr img input link meta param source track wbr")
# Their end tags are optional, so counting them as nesting would condemn honest mail.
_SELF_CLOSING = names("p li td th tr option dd dt tbody thead tfoot colgroup html head body")
_FORMATTING = names("a b big code em font i nobr s small strike strong tt u")
_RAW = frozenset({"script", "style", "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp"})


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    closing: bool
    source: str = field(repr=False, default="")

    def attributes(self) -> dict[str, str]:
        """Lower-case names; the first of a repeated name counts, as in a browser."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.source[:MAX_TAG]):
            value = match.group(2) or ""
            if value[:1] in {'"', "'"}:
                value = value[1:-1] if len(value) > 1 and value[-1] == value[0] else value[1:]
            found.setdefault(match.group(1).lower(), value)
            if len(found) > 100:
                break
        return found


def tokens(html: str) -> Iterator[str | Tag]:
    """Text runs (entities unread) and tags in order. Comments, declarations, scripts and styles are left out."""
    position, size = 0, len(html)
    exhausted: set[str] = set()  # closing quotes and marks that do not occur any more
    while position < size:
        start = _MARKUP.search(html, position)
        if start is None:
            yield html[position:]
            return
        at = start.start()
        if at > position:
            yield html[position:at]
        following = html[at + 1 : at + 2]
        if following in {"!", "?"}:
            position = _after_declaration(html, at, exhausted)
            continue
        closing = following == "/"
        name = _NAME.match(html, at + 2 if closing else at + 1)
        if name is None:
            yield "<"
            position = at + 1
            continue
        stop = _tag_end(html, name.end(), exhausted)
        if stop < 0:
            yield html[at:]
            return
        tag = Tag(name.group().lower(), closing, html[name.end() : stop])
        position = stop + 1
        if tag.name in _RAW and not closing:
            position = _after_raw(html, tag.name, position, exhausted)
            continue
        yield tag


def _after_declaration(html: str, at: int, exhausted: set[str]) -> int:
    for opening, ending in (("<!--", "-->"), ("<![CDATA[", "]]>")):
        if html.startswith(opening, at) and ending not in exhausted:
            end = html.find(ending, at + len(opening) - (2 if opening == "<!--" else 0))
            if end >= 0:
                return end + 3
            exhausted.add(ending)
    if ">" in exhausted:
        return at + 1
    end = html.find(">", at)
    if end < 0:
        exhausted.add(">")
        return at + 1
    return end + 1


def _tag_end(html: str, position: int, exhausted: set[str]) -> int:
    """Index of the `>` that ends a tag; quotes protect it only where they are closed again."""
    start = position
    while match := _TAG_STOP.search(html, position):
        mark = match.group()
        if mark == ">":
            return match.start()
        if mark not in exhausted:
            end = html.find(mark, match.end())
            if end >= 0 and end - start <= MAX_TAG:
                position = end + 1
                continue
            if end < 0:
                exhausted.add(mark)
        position = match.end()
    return -1


def _after_raw(html: str, name: str, position: int, exhausted: set[str]) -> int:
    ending = f"</{name}"
    if ending in exhausted:
        return position
    end = re.compile(re.escape(ending), re.IGNORECASE).search(html, position)
    if end is None:
        exhausted.add(ending)
        return position
    return end.start()


def is_affordable(html: str) -> bool:
    """May a tree builder see this?

    False for what costs it quadratic time: deep nesting, unclosed formatting, tags with thousands of attributes,
    texts with tens of thousands of entities.
    """
    if html.count("&") > MAX_ENTITIES:
        return False
    load = _Load()
    return all(load.bears(token) for token in tokens(html))


@dataclass(slots=True)
class _Load:
    """What the elements seen so far ask of a tree builder."""

    opened: Counter[str] = field(default_factory=Counter)
    depth: int = 0
    formatting: int = 0
    worst_formatting: int = 0
    blocks: int = 0

    def bears(self, token: str | Tag) -> bool:
        if isinstance(token, str):
            return len(token) <= MAX_ENTITIES_IN_RUN or token.count("&") <= MAX_ENTITIES_IN_RUN
        if len(token.source) > 10_000 and len(_ATTRIBUTE_START.findall(token.source)) > MAX_ATTRIBUTES:
            return False
        if token.name in _SELF_CLOSING:
            self.blocks += 1
        elif token.name not in VOID:
            self._count(token.name, -1 if token.closing else 1)
        return self.depth <= MAX_NESTING and (
            self.worst_formatting <= 20 or self.worst_formatting * self.blocks <= MAX_REPEATED_FORMATTING
        )

    def _count(self, name: str, step: int) -> None:
        if step < 0 and not self.opened[name]:
            return
        self.opened[name] += step
        self.depth += step
        self.blocks += step > 0
        if name in _FORMATTING:
            self.formatting += step
            self.worst_formatting = max(self.worst_formatting, self.formatting)
