"""Working time by asking every step of time whether it is open, straight from the JSON and the wall clock.

Written apart from the engine and as plainly as the rules read. Slow; the step must divide every edge in play.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

DAY_NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Oracle:
    def __init__(self, document, step):
        self.document = document
        self.step = step
        self.open_at = lru_cache(maxsize=None)(self._open_at)

    def _open_at(self, instant):
        version = self._version(instant)
        if version is None:
            return False
        local = datetime.fromtimestamp(instant, tz=UTC).astimezone(ZoneInfo(version["tz"]))
        today, yesterday = local.date(), local.date() - timedelta(days=1)
        now = local.hour * 3600 + local.minute * 60 + local.second
        is_open = any(
            self._covers(day, window, today, now)
            for day in (today, yesterday)
            for window in version["weekly"].get(DAY_NAMES[day.weekday()], [])
        )
        if today.isoformat() in version.get("holidays", []):
            is_open = False
        for exception in version.get("exceptions", []):
            day = date.fromisoformat(exception["date"])
            if self._covers(day, (exception["from"], exception["to"]), today, now):
                is_open = exception["open"]
        return is_open

    def _version(self, instant):
        if "versions" not in self.document:
            return self.document
        best, best_from = None, None
        for version in self.document["versions"]:
            since = version["effective_from"]
            since = -(10**18) if since is None else datetime.fromisoformat(since).timestamp()
            if since <= instant and (best is None or since > best_from):
                best, best_from = version, since
        return best

    @staticmethod
    def _covers(day, window, today, now):
        """Whether a window listed on `day` covers this second of `today`."""
        since, until = (int(text[:2]) * 3600 + int(text[3:]) * 60 for text in window)
        if since < until:
            return day == today and since <= now < until
        return (day == today and now >= since) or (day + timedelta(days=1) == today and now < until)

    def counts(self, instant, pauses):
        return self.open_at(instant) and not any(since <= instant < until for since, until in pauses)

    def elapsed(self, start, end, pauses=()):
        return sum(self.step for instant in range(start, end, self.step) if self.counts(instant, pauses))

    def due(self, start, target, pauses, until):
        """(due_at, breach_after), each None when it does not come before `until`."""
        spent, due_at = 0, start if target == 0 else None
        for instant in count(start, self.step):
            if instant >= until:
                return due_at, None
            if spent >= target and due_at is None:
                due_at = instant
            if self.counts(instant, pauses):
                if spent == target:
                    return due_at, instant
                spent += self.step
        raise AssertionError
