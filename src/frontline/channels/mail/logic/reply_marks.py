"""Where quoted mail begins: attributions ("On … wrote:"), heads of a quoted mail, dividers, signatures.

Line based. Every pattern looks at one short line or a joined window of at most five, so a quote of any size costs
one glance a line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from frontline.channels.mail.logic import reply_words as words
from frontline.channels.mail.logic.reply_devices import is_device_line

MAX_LINE = 400  # a longer line is prose or data, never a mark
_MAX_CANDIDATES = 1500
_WINDOW = 5
_HEAD_LINES = 25

_VERB = rf"(?:{words.WROTE})"
_TIME = re.compile(r"\b\d{1,2}[:h]\d{2}\b|\b\d{1,2}\.\d{2}(?![\d.])")
_DATE = re.compile(
    rf"\d{{1,4}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?\d{{1,4}}|{_TIME.pattern}|\b(?:19|20)\d\d\b|\d\s?[年月日]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{1,255}")
_HAS_VERB = re.compile(rf"(?:^|[\s>\"»\])，,\d])(?:{words.WROTE})(?=[\s:：<\"-]|$)", re.IGNORECASE)
_INTRO = re.compile(rf"^(?:{words.INTRO})\b[^\d]{{0,40}}\d|^[在于於]\s?\d", re.IGNORECASE)
_DATE_FIRST = re.compile(r"^(?:[^\s\d]{2,14}[,.]?\s+){0,2}\d")
_NAME_FIRST = re.compile(r"^(?:[^\s\d:：]{1,40}\s){2,7}\d")
_NAMED = re.compile(
    rf"^.{{1,80}}<[^<>]{{0,100}}@[^<>]{{1,100}}>?>?\s{{0,3}}{_VERB}\b.{{0,60}}[:：]$", re.IGNORECASE
)
_QUOTING = re.compile(rf"^(?:{words.QUOTING})\s.{{2,120}}[:：]$", re.IGNORECASE)
_ADDRESS_LAST = re.compile(r"<[^<>]{0,100}@[^<>]{1,100}>?\s?[:：]$")
_GMT = re.compile(r"^\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:\d\d \S.{0,80}$")
_SLASHED = re.compile(r"^\d{4}/\d{1,2}/\d{1,2} .{1,80}<[^<>\s]+@[^<>\s]+>:?$")
_DASHED = re.compile(
    rf"^-{{2,}}\s?On .{{5,200}}\s{_VERB}\s?-{{2,}}$|^-{{3,}}\s?\S.{{0,80}}\s{_VERB}\s?-{{3,}}$", re.IGNORECASE
)
_GROUPWISE = re.compile(r"^>>> (?=.{0,200}\d).{3,200} >>>$")
_TAIL = re.compile(rf"^>\s{{0,3}}(?:{_VERB})?\s?[:：]$", re.IGNORECASE)
_SHORT = re.compile(rf"^\S.{{0,60}}\s{_VERB}\s?[:：]$", re.IGNORECASE)
_ENDS = (":", "：", "--", ">")
_WORD = re.compile(r"[^\W\d_]+")
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)

_QUOTED = re.compile(r"^\s{0,3}>")
_INITIALS = re.compile(r"^[A-Z]{1,3}>(?:\s|$)")
_DIVIDER = re.compile(r"^\s{0,10}(?:(?P<c>[-*#~=_+—–‐])(?P=c){1,200}|[-—–‐]|ᐧ|\u200b)\s{0,10}$")
_SIGNATURE = re.compile(r"^(?:--|— ?|–|-- )\s?$")
_FOOTER = re.compile(r"^\s{0,3}_{5,}\s{0,3}$")
_ONLY_MARKS = re.compile(r"^[>\s]{20,}$")
_DASH = r"[-‐‑—–―_=*\s]"
_ORIGINAL = re.compile(
    rf"^[\s>*_]{{0,6}}[-‐‑—–―_=]{{2,}}{_DASH}{{0,6}}(?:{words.ORIGINAL}){_DASH}{{0,4}}[-‐‑—–―_=*:]",
    re.IGNORECASE,
)
_ORIGINAL_BARE = re.compile(rf"^[\s>*_]{{0,6}}(?:{words.ORIGINAL})[\s*_:]{{0,6}}$", re.IGNORECASE)
_FORWARDED = re.compile(
    rf"^[\s>*_]{{0,8}}(?:[-‐‑—–―_=]{{2,}}{_DASH}{{0,6}}(?:{words.FORWARDED})\b.{{0,80}}"
    rf"|(?:{words.FORWARDED})\s{{0,2}}[:：][\s*_]{{0,4}})$",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^[\s*_]{0,6}([^\s:：*_][^:：*_]{0,28}?)\s?[*_]{0,3}\s?[:：]")
_WRAPPED = re.compile(r"^\s{0,20}(?:<?[^\s<>]{1,200}@[^\s<>]{1,200}>?[,;]?$|\S{1,80}@)|^\s{2,20}\S|^\t")
_KINDS: dict[str, str] = {
    word.lower(): kind
    for kind, several in reversed(words.HEADER_WORDS.items())
    for word in several.split("|")
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Lines [start, until) that announce quoted mail; kind is attribution, head, original or forwarded."""

    kind: str
    start: int
    until: int


def kinds_of(lines: Sequence[str]) -> list[str]:
    """One letter a line: b blank, q quoted, d divider, s added by a device, t text."""
    found: list[str] = []
    fences = sum(line.lstrip().startswith("```") for line in lines)
    fenced, initials = False, _has_initials(lines)
    for line in lines:
        if fences >= 2 and line.lstrip().startswith("```"):
            fenced = not fenced
            found.append("t")
        elif not line or line.isspace():
            found.append("b")
        elif fenced:
            found.append("t")
        else:
            found.append(_kind(line, initials=initials))
    return found


def _kind(line: str, *, initials: bool) -> str:
    if _QUOTED.match(line) or (initials and _INITIALS.match(line)):
        return "q"
    if len(line) > MAX_LINE:
        return "t"
    if _DIVIDER.match(line):
        return "d"
    return "s" if is_device_line(line) else "t"


def _has_initials(lines: Sequence[str]) -> bool:
    """Old programs quote with the writer's initials ("AB> …"); one such line alone is a prompt somebody pasted."""
    return sum(1 for line in lines[:5000] if _INITIALS.match(line)) >= 2


def is_empty_quote(line: str) -> bool:
    """A long row of quote marks and nothing else."""
    return len(line) >= 20 and bool(_ONLY_MARKS.match(line))


def is_signature_line(line: str) -> bool:
    return bool(_SIGNATURE.match(line))


def is_footer_line(line: str) -> bool:
    return bool(_FOOTER.match(line))


def find_marks(lines: Sequence[str], kinds: Sequence[str]) -> list[Mark]:
    """Every mark outside quoted lines, in order, none overlapping."""
    return _Finder(lines, kinds).find()


def is_divider_text(line: str) -> bool:
    """A line of ours that announces a mail: a head may follow it without a blank line."""
    return len(line) <= MAX_LINE and bool(
        _ORIGINAL.match(line)
        or _FORWARDED.match(line)
        or _ORIGINAL_BARE.match(line)
        or words.REPLY_ABOVE.match(line)
    )


def _below(kinds: Sequence[str], index: int) -> str:
    """Kind of the next line that is not blank."""
    return next((kind for kind in kinds[index + 1 : index + 4] if kind != "b"), "")


def is_attribution(text: str, *, quoted: bool = False) -> bool:
    """Does this joined line announce who wrote what follows, and when? `quoted`: what follows is marked as a quote."""
    text = " ".join(visible(text).split())
    if len(text) > 500:
        return False
    if any(pattern.match(text) for pattern in (_DASHED, _GMT, _SLASHED, _NAMED, _GROUPWISE)):
        return True
    text = text.lstrip("-–—*_• ").rstrip("*_ ")
    if not text.endswith((":", "：")):
        return False
    if quoted and _QUOTING.match(text):
        return True
    dated = _DATE.search(text)
    return bool(dated) and _names_its_writer(text, dated.start() if dated else 0, quoted=quoted)


def _names_its_writer(text: str, dated_at: int, *, quoted: bool) -> bool:
    """Of a dated line that ends with a colon: by its verb, by an address, or, in an unknown language, by its shape."""
    address, timed = _ADDRESS.search(text), bool(_TIME.search(text))
    length, own = len(_WORD.findall(_ADDRESS.sub("", text))), bool(words.OWN_SENTENCE.match(text))
    starts = bool(_INTRO.match(text) or _DATE_FIRST.match(text))
    if _HAS_VERB.search(text) or text.rstrip(":： ").endswith(words.WROTE_UNSPACED):
        named = timed and bool(_NAME_FIRST.match(text)) and length <= 16
        return starts or ((bool(address) or named) and not own)
    if starts and dated_at < 40 and _ADDRESS_LAST.search(text):
        return True
    if own or not timed:
        return False
    return (bool(address) and length <= (20 if quoted else 8)) or (quoted and 1 <= length <= 12)


def visible(text: str) -> str:
    """Without marks of reading direction and other characters that nobody sees."""
    return text if text.isascii() else text.translate(_INVISIBLE)


def is_forwarded(line: str) -> bool:
    return len(line) <= MAX_LINE and bool(_FORWARDED.match(line))


class _Finder:
    def __init__(self, lines: Sequence[str], kinds: Sequence[str]) -> None:
        self.lines = lines
        self.kinds = kinds
        self.fields = [
            _field(line) if kind not in {"q", "b"} else None for line, kind in zip(lines, kinds, strict=True)
        ]
        self.candidates = 0

    def find(self) -> list[Mark]:
        found: list[Mark] = []
        covered = 0
        for index, line in enumerate(self.lines):
            if index < covered or self.kinds[index] == "b" or len(line) > MAX_LINE:
                continue
            mark = self.announcement(index) if self.kinds[index] != "q" else None
            mark = mark or self.attribution(index, covered)
            if mark is not None:
                found.append(mark)
                covered = mark.until
        return found

    def announcement(self, index: int) -> Mark | None:
        """A divider or the head of a quoted mail."""
        line = self.lines[index]
        if _FORWARDED.match(line):
            return Mark("forwarded", index, self.after_head(index + 1))
        if _ORIGINAL.match(line) or words.REPLY_ABOVE.match(line):
            return Mark("original", index, self.after_head(index + 1))
        until = self.head(index)
        if until is not None:
            return Mark("head", index, until)
        if _ORIGINAL_BARE.match(line):
            until = max(self.after_head(index + 1), self.after_attribution(index + 1))
            return Mark("original", index, until) if until > index + 1 else None
        return None

    def after_head(self, index: int) -> int:
        """Past the head that follows a divider, if one does."""
        start = index
        while start < len(self.lines) and self.kinds[start] == "b" and start < index + 3:
            start += 1
        until = self.head(start) if start < len(self.lines) else None
        return index if until is None else until

    def after_attribution(self, index: int) -> int:
        """Past the heading that follows a divider at once, if one does."""
        for end in range(index, min(index + 4, len(self.lines))):
            if self.kinds[end] in "bq":
                break
            if is_attribution(" ".join(self.lines[index : end + 1])):
                return end + 1
        return index

    def head(self, index: int) -> int | None:
        """End of a quoted mail's head that starts here: three different fields, one of them the sender.

        A form somebody filled in may have such fields, too; a head stands by itself, and says when it was
        sent, about what, or gives an address.
        """
        if self.fields[index] not in {"from", "sent", "date", "to", "subject"}:
            return None
        if (
            index
            and self.kinds[index - 1] not in {"b", "d", "q", "s"}
            and not is_divider_text(self.lines[index - 1])
        ):
            return None
        seen: set[str] = set()
        until, odd = index, 0
        for position in range(index, min(len(self.lines), index + _HEAD_LINES)):
            kind = self.fields[position]
            complete = len(seen) >= 3 and "from" in seen
            if kind is not None:
                seen.add(kind)
                until, odd = position + 1, 0
            elif odd == 3 or (complete and self.kinds[position] == "b" and not self.field_at(position + 1)):
                break
            else:
                odd += 1
        if len(seen) < 3 or "from" not in seen:
            return None
        if not seen & {"subject", "sent"} and not any("@" in line for line in self.lines[index:until]):
            return None
        return self.past_wrapped(until)

    def field_at(self, index: int) -> str | None:
        return self.fields[index] if index < len(self.fields) else None

    def past_wrapped(self, until: int) -> int:
        """The last field may be wrapped: up to three lines before a blank one belong to it."""
        for position in range(until + 1, min(until + 4, len(self.lines))):
            if self.kinds[position] == "b":
                return position if all(_WRAPPED.match(line) for line in self.lines[until:position]) else until
        return until

    def attribution(self, end: int, floor: int) -> Mark | None:
        line = visible(self.lines[end]).strip()
        quoted = self.kinds[end] == "q"
        if _GROUPWISE.match(line) or (not quoted and _GMT.match(line)):
            return Mark("attribution", end, end + 1)
        if not line.rstrip("*_ ").endswith(_ENDS) or (quoted and not _TAIL.match(line)):
            return None
        self.candidates += 1
        if self.candidates > _MAX_CANDIDATES:
            return None
        start = self.attribution_start(end, floor)
        if start is None and _SHORT.match(line) and _below(self.kinds, end) == "q":
            start = end
        return None if start is None else Mark("attribution", start, end + 1)

    def attribution_start(self, end: int, floor: int) -> int | None:
        """The shortest window of lines ending here that is one, grown upwards while its beginning is missing.

        Where only the quote below says that it is one, any longer window that is surely one is better.
        """
        quoted = _below(self.kinds, end) == "q"
        window = [self.lines[end].strip()]
        start, blanks = end, 0
        best = end if is_attribution(window[0]) else None
        guess = end if quoted and is_attribution(window[0], quoted=True) else None
        while start > floor and end - start < _WINDOW - 1 + blanks:
            joined = " ".join(window)
            if best is not None and _INTRO.match(joined):
                break
            above, kind = self.lines[start - 1].strip(), self.kinds[start - 1]
            if (
                kind in {"q", "d"}
                or len(above) > MAX_LINE
                or (kind == "b" and (blanks or window[0][:1] != "<"))
            ):
                break
            blanks += kind == "b"
            start -= 1
            window.insert(0, above)
            longer = " ".join(window)
            if kind == "b":
                continue
            if is_attribution(longer) and (best is None or _begins_above(joined, longer, above)):
                best = start
            elif guess is None and quoted and is_attribution(longer, quoted=True):
                guess = start
        return guess if best is None else best


def _begins_above(short: str, longer: str, above: str) -> bool:
    """Is the line above the heading's own beginning, and not the end of what was said before?"""
    if above.endswith((".", "?", "!", ":")):
        return False
    return bool(_INTRO.match(longer)) or any(
        found.search(short) is None and found.search(longer) is not None for found in (_DATE, _ADDRESS)
    )


def _field(line: str) -> str | None:
    if len(line) > 2000:
        return None
    match = _FIELD.match(visible(line))
    word = match.group(1).strip().lower() if match else ""
    kind = _KINDS.get(word)
    return None if kind == "from" and word in words.UNSURE_FROM and "@" not in line else kind
