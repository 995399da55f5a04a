"""Does what somebody is typing look like something we know? Words and beginnings of words, no clock, no database."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

#: words that say nothing about the matter, in the languages the desk is written to
_EMPTY = """a an and are at but can cannot can't do does doesn't for from get have i i'm in is it it's me my need no
not of on or please since that the this to us was we when why will with would you
aber am auf bei das dass dem den der die ein eine einen er es für geht habe ich im in ist kann kein keine mein
meine mich mir mit nicht noch oder seit sich sie und von wie wir zu zum
"""
EMPTY: Final = frozenset(_EMPTY.split())
#: two letters of a new word are enough of a beginning when another word fits already; alone it takes three
SHORTEST: Final = 3
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def words_of(text: str) -> tuple[str, ...]:
    """The telling words of a text, folded ("Für" → dropped, "Wi-Fi" → "wi-fi"), each once, in order."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return tuple(dict.fromkeys(w for w in _WORD.findall(folded) if w not in EMPTY))


def likeness(typed: str, known: str) -> float:
    """The share of the typed telling words that `known` has (0 to 1); the last may be half typed.

    Beginnings count from three letters on: "print" finds "Printing", "pr" alone finds nothing.
    """
    mine, theirs = words_of(typed), words_of(known)
    if not mine or not theirs:
        return 0.0
    return sum(_fit(word, theirs) for word in mine) / len(mine)


def _fit(word: str, known: Sequence[str]) -> float:
    if word in known:
        return 1.0
    if len(word) < SHORTEST:
        return 0.0
    for other in known:
        if other.startswith(word) or (len(other) > SHORTEST and word.startswith(other)):
            return 0.8
    return 0.0


def best(typed: str, known: Sequence[tuple[str, ...]], *, least: float, most: int) -> list[int]:
    """Indexes of the best fitting candidates, the best first; of equals the earlier.

    A candidate is several texts (name, service, …): the best of them counts. Below `least` it does not show.
    """
    scored = [
        (max((likeness(typed, text) for text in texts), default=0.0), -i) for i, texts in enumerate(known)
    ]
    found = sorted((s for s in scored if s[0] >= least), reverse=True)
    return [-i for _score, i in found[:most]]
