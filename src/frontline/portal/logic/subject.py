"""A subject line out of what somebody typed into one box."""

from typing import Final

LONGEST: Final = 120


def subject_of(text: str, *, longest: int = LONGEST) -> str:
    """The first line, or its first sentences, cut between words; empty when nothing was written.

    `longest` counts characters; a cut line ends with an ellipsis inside that length.
    """
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    line = " ".join(line.split())
    if len(line) <= longest:
        return line
    head = line[: longest - 1]
    for end in (". ", "? ", "! "):
        stop = head.rfind(end)
        if stop >= longest // 4:
            return head[: stop + 1]
    space = head.rfind(" ")
    return (head[:space] if space >= longest // 2 else head).rstrip(" ,;:–-") + "…"
