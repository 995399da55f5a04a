"""Keeping what came in: the raw source of a mail, whole, and the files in it."""

from datetime import datetime

from frontline.foundation.files.store import ContentGone
from frontline.foundation.files.usecases import store, store_file
from frontline.foundation.models import StoredFile
from frontline.foundation.transactions import require_transaction

RAW = "message/rfc822"


def keep_raw(raw: bytes, *, name: str, now: datetime) -> int:
    """The id of the stored source. It may be larger than a file that people attach."""
    require_transaction()
    kept = store().put(raw, limit=len(raw))
    row = StoredFile.objects.create(
        sha256=kept.sha256, size=kept.size, name=name, declared_mime=RAW, mime=RAW, created_at=now
    )
    return row.pk


def keep(content: bytes, *, name: str, declared_mime: str, now: datetime) -> int:
    """The id of a stored file of a mail; its type is told by its bytes. Raises FileTooLarge."""
    return store_file(content, name=name, declared_mime=declared_mime, uploaded_by=None, now=now).pk


def read(sha256: str) -> bytes:
    """The bytes again. Raises ContentGone."""
    with store().open(sha256) as file:
        return file.read()


__all__ = ["ContentGone", "keep", "keep_raw", "read"]
