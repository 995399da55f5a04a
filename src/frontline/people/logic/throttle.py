"""How long a guesser has to wait. Pure; times are real ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` failures within `window`."""

    tries: int
    window: timedelta


#: a login may be mistyped five times; an office behind one address has more people
PER_LOGIN = Limit(5, timedelta(minutes=15))
PER_ADDRESS = Limit(50, timedelta(minutes=15))


def wait_of(earlier: Sequence[datetime], limit: Limit, now: datetime) -> timedelta:
    """How long until another try is allowed, given the failures before it; zero when it is allowed now."""
    recent = sorted(at for at in earlier if now - limit.window < at <= now)
    if len(recent) < limit.tries:
        return timedelta(0)
    return recent[-limit.tries] + limit.window - now
