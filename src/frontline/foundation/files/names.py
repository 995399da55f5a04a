"""Names of files as people gave them, made harmless."""

import re
import unicodedata

LONGEST = 200
_PATH = re.compile(r"[\\/]")


def safe_name(name: str) -> str:
    """The last part of a path, without control, format (such as turned writing) and unassigned characters.

    At most 200 characters with the ending kept; `file` when nothing is left.
    """
    last = _PATH.split(unicodedata.normalize("NFC", name))[-1]
    kept = "".join(
        c if unicodedata.category(c)[0] != "Z" else " " for c in last if unicodedata.category(c)[0] != "C"
    )
    kept = " ".join(kept.split()).lstrip(".").strip()
    if len(kept) > LONGEST:
        stem, dot, ending = kept.rpartition(".")
        ending = f"{dot}{ending}" if dot and len(ending) <= 16 else ""
        kept = (stem if ending else kept)[: LONGEST - len(ending)] + ending
    return kept or "file"
