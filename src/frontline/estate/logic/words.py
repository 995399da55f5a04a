"""Texts as they are stored: one line, no control characters, keys and words in one spelling."""

import re
import unicodedata
from typing import Any

from frontline.kernel.errors import Invalid, Phrase, StaleVersion

KEY = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}$")
#: attributes of an item: how many, how long a name, how long a value
MOST_ATTRIBUTES = 100
LONGEST_NAME = 100
LONGEST_VALUE = 1000


class TooLong(Invalid):
    """This has {length} characters; {most} fit."""


class UnreadableText(Invalid):
    """This contains control characters, which cannot be stored; remove them."""


class BadKey(Invalid):
    """A key is made of small letters, digits and dashes, such as vpn-trouble; {text!r} is not."""


class BadAttributes(Invalid):
    """Attributes are names with a text, a number, true or false each: {why}."""


def line(value: str, *, field: str, most: int) -> str:
    """One line of text, trimmed. Raises TooLong, UnreadableText."""
    return _fitting(" ".join(value.split()), field=field, most=most)


def paragraphs(value: str, *, field: str, most: int) -> str:
    """Text with line breaks, trimmed. Raises TooLong, UnreadableText."""
    whole = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    _fitting(whole.replace("\n", " ").replace("\t", " "), field=field, most=most)
    return whole


def _fitting(value: str, *, field: str, most: int) -> str:
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in value):
        raise UnreadableText(field=field)
    if len(value) > most:
        raise TooLong(field=field, length=len(value), most=most)
    return value


def key_of(value: str, *, field: str = "key") -> str:
    """A key as typed, made small. Raises BadKey."""
    key = value.strip().lower()
    if not KEY.match(key):
        raise BadKey(field=field, text=value[:80])
    return key


def keywords_of(value: str, *, field: str = "keywords") -> str:
    """Words as typed, separated by commas, semicolons or lines: each once, in their order."""
    words: dict[str, str] = {}
    for part in re.split(r"[,;\n\r]", value):
        word = " ".join(part.split())
        if word:
            words.setdefault(word.lower(), word)
    return line(", ".join(words.values()), field=field, most=1000)


def attributes_of(value: Any, *, field: str = "attributes") -> dict[str, str | int | float | bool]:
    """Checked attributes, by name. Raises BadAttributes."""
    if not isinstance(value, dict):
        raise BadAttributes(field=field, why=Phrase("this is no object"))
    if len(value) > MOST_ATTRIBUTES:
        why = Phrase("{count} are too many, {most} fit", count=len(value), most=MOST_ATTRIBUTES)
        raise BadAttributes(field=field, why=why)
    checked: dict[str, str | int | float | bool] = {}
    for name, one in value.items():
        label = line(str(name), field=field, most=LONGEST_NAME)
        if not label:
            raise BadAttributes(field=field, why=Phrase("one has no name"))
        if isinstance(one, str):
            checked[label] = line(one, field=field, most=LONGEST_VALUE)
        elif isinstance(one, (bool, int, float)) and abs(one) < 2**63:
            checked[label] = one
        else:
            raise BadAttributes(field=field, why=Phrase("{name} is neither", name=label))
    return dict(sorted(checked.items()))


def attributes_from_lines(text: str, *, field: str = "attributes") -> dict[str, str]:
    """Attributes as typed, one in a line: `os: Windows 11`. Raises BadAttributes."""
    found: dict[str, str] = {}
    for row in text.splitlines():
        if not row.strip():
            continue
        name, colon, one = row.partition(":")
        if not colon or not name.strip():
            why = Phrase("write name: value, not {text!r}", text=row.strip()[:60])
            raise BadAttributes(field=field, why=why)
        found[name.strip()] = one.strip()
    return found


def check_version(stored: int, seen: int | None) -> None:
    """Refuse when somebody else changed it since it was seen."""
    if seen is not None and seen != stored:
        raise StaleVersion
