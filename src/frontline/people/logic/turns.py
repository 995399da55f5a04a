"""A day's duty as people write it: `08:00-16:00, 18:00-20:00`. Pure."""

import re
from datetime import time

from frontline.kernel.errors import DeskError

TURN = re.compile(r"^\s*(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—)\s*(\d{1,2})(?:[:.](\d{2}))?\s*$")


class UnreadableTurn(DeskError):
    """{part} is not readable as times; write 08:00-16:00, and several with commas between."""


def turns_from(text: str, *, field: str) -> list[tuple[time, time]]:
    """The turns of a day; empty text is a day off. An end not after the start lies on the next day, 24:00 is 00:00."""
    found = []
    for part in (p for p in text.replace(";", ",").split(",") if p.strip()):
        match = TURN.match(part)
        if match is None:
            raise UnreadableTurn(field=field, part=repr(part.strip()[:40]))
        hours, minutes, to_hours, to_minutes = (int(g or 0) for g in match.groups())
        if to_hours == 24 and to_minutes == 0:
            to_hours = 0
        if hours > 23 or to_hours > 23 or minutes > 59 or to_minutes > 59:
            raise UnreadableTurn(field=field, part=repr(part.strip()[:40]))
        found.append((time(hours, minutes), time(to_hours, to_minutes)))
    return found


def text_of(turns: list[tuple[time, time]]) -> str:
    """Turns as people write them; `turns_from` reads it back."""
    return ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in sorted(turns))
