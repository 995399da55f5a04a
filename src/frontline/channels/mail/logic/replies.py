"""What somebody wrote, without what they quoted.

A line that is not surely quoted or added by a program stays: hiding a person's words is worse than showing a
signature. Nothing is lost: `Reply.elided` holds the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from frontline.channels.mail.logic.reply_marks import (
    Mark,
    find_marks,
    is_attribution,
    is_empty_quote,
    is_footer_line,
    is_forwarded,
    is_signature_line,
    kinds_of,
)
from frontline.channels.mail.logic.reply_words import FORWARD_SUBJECT
from frontline.foundation.http.plain_text import clean

MAX_LINES = 10_000
_SIGNATURE_LINES = 25
_FOOTER_LINES = 6
_SIGNATURE_SPAN = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """The writer's own words; what was left out (quotes, signatures, heads); is somebody else's mail passed on?"""

    text: str
    elided: str
    forwarded: bool


def trim_reply(text: str) -> Reply:
    """Split a plain-text body. `text` is empty only where the mail holds nothing but a quotation with its heading."""
    lines = clean(text).split("\n")
    rest = lines[MAX_LINES:]
    body = _Body(lines[:MAX_LINES])
    body.cut_signatures()
    body.cut_quotations()
    body.cut_tail()
    kept, gone = body.kept(), body.gone()
    if not kept.strip() and not body.announced:
        kept, gone = _stripped(lines[:MAX_LINES]), ""
    if rest and body.open_end:
        kept = "\n".join([kept, *rest])
    elif rest:
        gone = "\n".join([gone, *rest])
    return Reply(text=kept, elided=gone, forwarded=body.forwarded)


def is_forward_subject(subject: str) -> bool:
    """Does the subject say that the mail was passed on?"""
    return bool(FORWARD_SUBJECT.match(subject.strip()))


def _stripped(lines: Sequence[str]) -> str:
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return "\n".join(lines[first:last]).rstrip()


class _Body:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.kinds = kinds_of(lines)
        self.marks = find_marks(lines, self.kinds)
        self.in_marks = {index for mark in self.marks for index in range(mark.start, mark.until)}
        self.keep = [not is_empty_quote(line) for line in lines]
        self.forwarded = any(mark.kind == "forwarded" for mark in self.marks) or any(
            is_forwarded(line)
            for line, kind in zip(lines, self.kinds, strict=True)
            if kind == "q" and len(line) < 120
        )
        self.all_quoted = self._opens_with_quoted_heading()
        self.dashes: set[int] = set()
        self.announced = bool(self.marks) or self.all_quoted
        self.open_end = True
        self.last_own = -1

    def kept(self) -> str:
        return _stripped([line for line, keep in zip(self.lines, self.keep, strict=True) if keep])

    def gone(self) -> str:
        return _stripped([line for line, keep in zip(self.lines, self.keep, strict=True) if not keep])

    def drop(self, start: int, until: int) -> None:
        self.keep[start:until] = [False] * (until - start)

    def _opens_with_quoted_heading(self) -> bool:
        """A mail that is one quotation: "> On … wrote:" and everything below it quoted, too."""
        if any(kind in "ts" for kind in self.kinds):
            return False
        bare = [line.strip().lstrip("> ").strip() for line in self.lines if line.strip(" >\t")][:4]
        return any(is_attribution(" ".join(bare[:count])) for count in range(1, len(bare) + 1))

    def has(self, kinds: str, start: int, until: int | None = None) -> bool:
        """Is a kept line of one of these kinds in the range?"""
        until = len(self.lines) if until is None else until
        return any(self.keep[index] and self.kinds[index] in kinds for index in range(start, until))

    # Signatures first, so that one below a quotation does not look like an answer.
    def cut_signatures(self) -> None:
        starts = {mark.start for mark in self.marks}
        self.dashes = self._separating_dashes()
        index, said = 0, False
        while index < len(self.lines):
            said = said or self.kinds[index] in "tq"
            limit = self._signature_limit(index) if said else 0
            until = self._signature_end(index, limit, starts) if limit else index
            if until > index:
                self.drop(index, until)
            index = max(until, index + 1)

    def _separating_dashes(self) -> set[int]:
        """Bare "--" lines, more than one above the first quotation, part a text; "-- " is a signature's own."""
        first = next((mark.start for mark in self.marks), len(self.lines))
        bare = {
            index for index in range(first) if self.kinds[index] == "d" and self.lines[index].lstrip() == "--"
        }
        return bare if len(bare) > 1 else set()

    def _signature_limit(self, index: int) -> int:
        """How many lines may follow for this line to begin a signature; 0 if it does not."""
        if self.kinds[index] != "d":
            return 0
        if is_signature_line(self.lines[index]):
            return 0 if index in self.dashes else _SIGNATURE_LINES
        return _FOOTER_LINES if is_footer_line(self.lines[index]) else 0

    def _signature_end(self, index: int, limit: int, starts: set[int]) -> int:
        """Past the signature, or `index` where too much follows to be one."""
        count = 0
        until = index + 1
        while until < len(self.lines) and until not in starts and self.kinds[until] != "q":
            count += self.kinds[until] in "ts"
            until += 1
            if count > limit or until - index > _SIGNATURE_SPAN:
                return index
        return until

    def cut_quotations(self) -> None:
        own = (i for i in range(len(self.lines) - 1, -1, -1) if self.kinds[i] == "t" and self.keep[i])
        self.last_own = next((index for index in own if index not in self.in_marks), -1)
        top = 0  # everything above is dropped
        for mark in self.marks:
            if not self.keep[mark.start]:
                continue
            if not self.has("tq", top, mark.start):
                top = self._at_top(mark, top)
            elif mark.kind != "attribution" or not self._is_answered_below(mark):
                self.drop(mark.start, len(self.lines))
                self.open_end = False
                return
            else:
                self.drop(mark.start, mark.until)

    def _at_top(self, mark: Mark, top: int) -> int:
        """Nothing of the writer stands above: a forwarded mail, or an answer below its quotation."""
        self.drop(top, mark.until)
        if mark.kind != "attribution":
            return mark.until
        quote_end = self._quote_end(mark.until)
        if quote_end == mark.until or self.has("q", quote_end):
            return mark.until  # not quoted by marks, or answered between the quotes
        self.drop(mark.until, quote_end)
        return quote_end

    def _is_answered_below(self, mark: Mark) -> bool:
        """Quoted by marks, with words of the writer after the quote."""
        quote_end = self._quote_end(mark.until)
        return mark.until < quote_end <= self.last_own

    def _quote_end(self, start: int) -> int:
        """Past the quoted lines that begin at `start`, the single broken line inside a quote included."""
        index = end = start
        while index < len(self.lines):
            kind = self.kinds[index]
            if kind == "q":
                end = index + 1
            elif kind != "b" and not self._is_spilled(index):
                break
            index += 1
        return end

    def _is_spilled(self, index: int) -> bool:
        """A word or two that a program wrapped out of a long quoted line."""
        inside = 0 < index < len(self.lines) - 1
        return (
            inside
            and self.kinds[index - 1] == "q" == self.kinds[index + 1]
            and len(self.lines[index - 1]) >= 60
            and len(self.lines[index]) < 40
        )

    def cut_tail(self) -> None:
        """Blank lines, dividers, device lines and quotes at the end say nothing new."""
        ends = "bdsq" if self.all_quoted or self.has("ts", 0) else "bds"
        for index in range(len(self.lines) - 1, -1, -1):
            if not self.keep[index]:
                continue
            if self.kinds[index] not in ends:
                return
            self.keep[index] = False
