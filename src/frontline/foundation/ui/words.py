"""Times, durations and names as people say them. Pure wording: no clock is read, the caller passes `now`."""

import math
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

MINUTE, HOUR, DAY = 60, 3600, 86400


def initials(name: str) -> str:
    """One or two capitals to stand for a face: "Amira El-Sayed" gives "AE"; an empty name gives "?"."""
    words = [word for word in name.replace("-", " ").replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] if len(words) == 1 else words[0][0] + words[-1][0]
    return unicodedata.normalize("NFC", letters).upper()


def listed(parts: Sequence[str]) -> str:
    """ "Ben, Ines and Maya"."""
    if len(parts) < 2:
        return "".join(parts)
    return _("{most} and {last}").format(most=", ".join(parts[:-1]), last=parts[-1])


def duration(seconds: float, *, working: bool = False) -> str:
    """Seconds in two units at most: "45 s", "12 min", "2 h 05 min", "3 d 4 h".

    Working time has no days of 24 hours, so it stays in hours: "38 h 20 min". Negative values carry a minus.
    """
    sign = "−" if seconds < 0 else ""
    whole = int(abs(seconds))
    if whole < MINUTE:
        return sign + _("%(n)s s") % {"n": whole}
    if whole < HOUR:
        return sign + _("%(n)s min") % {"n": whole // MINUTE}
    if whole < DAY or working:
        return sign + _hours(whole)
    days, rest = divmod(whole, DAY)
    hours = rest // HOUR
    if days > 9 or not hours:
        return sign + _("%(n)s d") % {"n": days}
    return sign + _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}


def _hours(whole: int) -> str:
    hours, minutes = whole // HOUR, whole % HOUR // MINUTE
    if not minutes:
        return _("%(n)s h") % {"n": hours}
    return _("%(hours)s h %(minutes)02d min") % {"hours": hours, "minutes": minutes}


def duration_in_full(seconds: float) -> str:
    """The same span without abbreviations, for screen readers and hovering: "2 hours 5 minutes"."""
    minutes = math.floor(abs(seconds) / MINUTE)
    days, hours, rest = minutes // (24 * 60), minutes // 60 % 24, minutes % 60
    parts = [
        ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else "",
        ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest} if rest or minutes == 0 else "",
    ]
    return " ".join(part for part in parts if part)


def moment(at: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """A point in time as short as it can be said today: "15:00", "tomorrow 09:00", "Mon 09:00", "12 May 09:00"."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = formats.time_format(local, "H:i")
    near = _near_day(local.date(), today)
    if near is not None:
        return f"{near} {clock}".strip()
    if abs((local.date() - today).days) < 7:
        return f"{formats.date_format(local, 'D')} {clock}"
    if local.year == today.year:
        return f"{formats.date_format(local, pgettext('day and month', 'j M'))} {clock}"
    return formats.date_format(local, pgettext("day, month and year", "j M Y"))


def _near_day(day: date, today: date) -> str | None:
    days = (day - today).days
    return {0: "", 1: _("tomorrow"), -1: _("yesterday")}.get(days)


def moment_in_full(at: datetime, *, zone: ZoneInfo) -> str:
    """Weekday, date, time and zone: "Friday 2 January 2026, 15:00 CET"."""
    local = at.astimezone(zone)
    day = formats.date_format(local, pgettext("weekday and full date", "l j F Y"))
    return f"{day}, {formats.time_format(local, 'H:i')} {local.tzname()}"


def place_of(zone: ZoneInfo) -> str:
    """The city a zone is named after: "America/New_York" gives "New York"."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def distance(at: datetime, *, now: datetime) -> str:
    """How far away, in one unit pair: "in 12 min", "4 h ago", "now"."""
    gap = at - now
    if abs(gap) < timedelta(seconds=30):
        return _("now")
    rounded = duration(max(MINUTE, abs(gap).total_seconds()))
    return (
        _("in %(span)s") % {"span": rounded} if gap > timedelta(0) else _("%(span)s ago") % {"span": rounded}
    )
