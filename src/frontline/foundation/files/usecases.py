"""Keep a file that somebody sent, and open it again."""

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from frontline.foundation.files.names import safe_name
from frontline.foundation.files.sniff import sniff
from frontline.foundation.files.store import Store
from frontline.foundation.models import StoredFile
from frontline.foundation.transactions import use_case
from frontline.kernel.errors import Conflict, Invalid, Word

#: files one form or message may bring
MOST_FILES = 20


class TooManyFiles(Invalid):
    """Up to {most} files at once; send the others with a second message."""


class FileHeld(Conflict):
    """This file is not given out: {state}."""


def store() -> Store:
    return Store(Path(settings.FILES_ROOT))


def check_count(count: int) -> None:
    """Raises TooManyFiles before the first of them is read."""
    if count > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES, field="files")


@use_case
def store_file(
    content: BinaryIO | bytes, *, name: str, declared_mime: str, uploaded_by: int | None, now: datetime
) -> StoredFile:
    """Keep the content (once, however often it comes) and a row with its name. `uploaded_by` is a person's id.

    Its type is told by its bytes; the declared one is kept for the record. Raises FileTooLarge. When the transaction
    fails the content stays and is swept a day later.
    """
    kept = store().put(content, limit=settings.FILE_BYTES_LIMIT)
    return StoredFile.objects.create(
        sha256=kept.sha256,
        size=kept.size,
        name=safe_name(name),
        declared_mime="".join(c for c in declared_mime if c.isprintable())[:127],
        mime=sniff(kept.head),
        created_at=now,
        uploaded_by=uploaded_by,
    )


def open_file(file: StoredFile) -> BinaryIO:
    """Its content for reading. Raises FileHeld for one that a scan found bad or has not passed, ContentGone."""
    if file.state in {"infected", "pending"}:
        raise FileHeld(state=Word("file_state", file.state))
    return store().open(file.sha256)
