"""A chore: contents that no row names (their transaction failed) and torn writes go after a day."""

from datetime import datetime, timedelta

from frontline.foundation import clock
from frontline.foundation.files.usecases import store
from frontline.foundation.models import StoredFile

KEEP = timedelta(days=1)
_BATCH = 1000


def sweep(_now: datetime) -> int:
    """Returns how many went. Real time: a demo's clock must not make fresh files old."""
    files = store()
    before = (clock.real_now() - KEEP).timestamp()
    removed = 0
    for path in files.abandoned():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            removed += 1
    old = [sha for sha, wanted_at in files.contents() if wanted_at < before]
    for start in range(0, len(old), _BATCH):
        batch = old[start : start + _BATCH]
        named = set(StoredFile.objects.filter(sha256__in=batch).values_list("sha256", flat=True))
        for sha256 in set(batch) - named:
            files.remove(sha256)
            removed += 1
    return removed
