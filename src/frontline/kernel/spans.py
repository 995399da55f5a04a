"""Half-open spans of time: `since` belongs to it, `until` does not; no `until` means "still"."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    since: datetime
    until: datetime | None = None

    def length(self, *, now: datetime) -> timedelta:
        """How long it lasted, or has lasted until `now`; never negative."""
        return max(timedelta(0), (self.until or now) - self.since)

    def contains(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)
