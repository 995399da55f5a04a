"""When an update to the user keeps a promise (CONTRACTS section 3): it says something new, or it says why
nothing is new and what comes next. Text written by a machine never keeps one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

#: what an update needs at least to say anything
LEAST_CHARACTERS: Final = 20
#: from this likeness on, an update repeats an earlier one
REPEATS_FROM: Final = Fraction(9, 10)
#: how many earlier updates it is held against
COMPARED: Final = 2

#: runs of letters and digits: Python's word characters without the underscore
_WORDS: Final = re.compile(r"[^\W_]+")
_LOOSE_DOT: Final = "\u0307"


class Judgement(StrEnum):
    """Why an update keeps a promise, or why not."""

    SAYS_NEW = "says_new"
    SAYS_WHY_AND_NEXT = "says_why_and_next"
    AUTOMATIC = "automatic"
    TOO_SHORT = "too_short"
    REPEATS = "repeats"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`likeness` is the highest to an update it was held against, 0.0 when there was none."""

    kept: bool
    judgement: Judgement
    likeness: float


def judge_update(
    text: str,
    *,
    earlier: Sequence[str] = (),
    why_nothing_new: str = "",
    what_comes_next: str = "",
    automatic: bool = False,
) -> Verdict:
    """Whether an update keeps the promise that was running.

    `earlier` are the human updates on the ticket before it, oldest first; the last two count. Runs of
    white space count as one character, so that padding does not make a text long. Both extra fields need
    a word in them.
    """
    words = " ".join(text.split())
    likeness = max((_shared(words, other) for other in earlier[-COMPARED:]), default=Fraction(0))
    if automatic:
        return Verdict(kept=False, judgement=Judgement.AUTOMATIC, likeness=float(likeness))
    if len(words) >= LEAST_CHARACTERS and likeness < REPEATS_FROM:
        return Verdict(kept=True, judgement=Judgement.SAYS_NEW, likeness=float(likeness))
    if _WORDS.search(why_nothing_new) and _WORDS.search(what_comes_next):
        return Verdict(kept=True, judgement=Judgement.SAYS_WHY_AND_NEXT, likeness=float(likeness))
    short = len(words) < LEAST_CHARACTERS
    judgement = Judgement.TOO_SHORT if short else Judgement.REPEATS
    return Verdict(kept=False, judgement=judgement, likeness=float(likeness))


def likeness(one: str, other: str) -> float:
    """Trigram likeness from 0.0 to 1.0 as `similarity` of PostgreSQL's pg_trgm computes it.

    Each run of letters and digits, in lower case, gets two spaces in front and one behind; the likeness
    is the number of distinct three-character pieces that both texts have over the number that either has;
    two texts without any word are not alike (0.0). Three deliberate differences: the exact quotient is
    compared, where the server rounds to four bytes (there 9/10 counts as less than 0.9); a letter is what
    Unicode says, where the server asks its locale; and pieces are compared as such, where the server
    compares hashes of those with letters outside ASCII.
    """
    return float(_shared(one, other))


def trigrams(text: str) -> frozenset[str]:
    """The distinct three-character pieces of a text; see `likeness`."""
    return frozenset(
        padded[index : index + 3]
        for word in _WORDS.findall(text)
        # the server lowers letter by letter, so the capital dotted I leaves no loose dot behind
        for padded in (f"  {word.lower().replace(_LOOSE_DOT, '')} ",)
        for index in range(len(padded) - 2)
    )


def _shared(one: str, other: str) -> Fraction:
    left, right = trigrams(one), trigrams(other)
    either = len(left | right)
    return Fraction(len(left & right), either) if either else Fraction(0)
