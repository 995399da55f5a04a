"""When is a mailbox silent for too long? Pure; seconds and instants."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

KEPT = 50
#: arrivals before "usual" means anything
LEAST = 10
#: a busy mailbox may be quiet for this long without anybody being alarmed
FLOOR_SECONDS = 300
FACTOR = 3
#: a login may fail this long before it rings
PATIENCE = timedelta(minutes=5)


def with_gap(gaps: Sequence[int], *, last: datetime | None, at: datetime, arrived: int) -> list[int]:
    """The gaps after `arrived` mails came together at `at`; the newest 50."""
    if last is None:
        return list(gaps)
    each = max(0, int((at - last).total_seconds())) // max(1, arrived)
    return [*gaps, *([each] * min(arrived, KEPT))][-KEPT:]


def usual_gap(gaps: Sequence[int]) -> int | None:
    """Seconds that nine of ten gaps do not exceed; None while too little is known."""
    if len(gaps) < LEAST:
        return None
    return max(FLOOR_SECONDS, sorted(gaps)[math.ceil(0.9 * len(gaps)) - 1])


def alarm_of(
    *, gaps: Sequence[int], last_arrival_at: datetime | None, failing_since: datetime | None, now: datetime
) -> str:
    """ "failing", "silent" or ""."""
    if failing_since is not None and now - failing_since >= PATIENCE:
        return "failing"
    usual = usual_gap(gaps)
    if usual is None or last_arrival_at is None:
        return ""
    return "silent" if (now - last_arrival_at).total_seconds() > FACTOR * usual else ""
