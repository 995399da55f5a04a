"""Checks that several verbs share."""

from frontline.kernel.errors import Invalid, StaleVersion


class TooLong(Invalid):
    """This has {length} characters; {most} fit."""


class UnreadableText(Invalid):
    """This contains control characters, which cannot be stored; remove them."""


def text(value: str, *, field: str, most: int, cut: bool = False) -> str:
    """One line of text, trimmed; raises TooLong, or cuts where nobody can be asked (a name in a mail)."""
    line = " ".join(value.split())
    if any(ord(c) < 32 or ord(c) == 127 for c in line):
        if not cut:
            raise UnreadableText(field=field)
        line = "".join(c for c in line if ord(c) >= 32 and ord(c) != 127)
    if len(line) > most:
        if not cut:
            raise TooLong(field=field, length=len(line), most=most)
        line = line[:most]
    return line


def check_version(stored: int, seen: int | None) -> None:
    """Refuse when somebody else changed it since it was seen."""
    if seen is not None and seen != stored:
        raise StaleVersion
