"""When somebody promises word: presets that fit the time of day, and what was chosen as an instant."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from frontline.foundation.ui import words
from frontline.kernel.errors import Invalid

MINUTES = (30, 60, 120, 240)
#: hours of the day one says on the telephone
HOURS = (10, 12, 14, 16)


class Choice(NamedTuple):
    """`value` travels in the form and is read when it is sent, so that "in 30 min" means from then on."""

    value: str
    label: str


def choices(*, now: datetime, zone: ZoneInfo) -> list[Choice]:
    """In half an hour … in four hours, the next round hours of today, tomorrow morning."""
    local = now.astimezone(zone)
    found = [Choice(f"+{m}", _("in %(span)s") % {"span": words.duration(m * 60)}) for m in MINUTES]
    today = [h for h in HOURS if h > local.hour + 1]
    found += [Choice(f"@0T{h:02d}:00", _("by %(time)s") % {"time": f"{h:02d}:00"}) for h in today[-2:]]
    found.append(Choice("@1T10:00", _("tomorrow %(time)s") % {"time": "10:00"}))
    return found


def instant_of(text: str, *, now: datetime, zone: ZoneInfo, field: str) -> datetime | None:
    """The instant a choice or a typed local time means; None for nothing chosen. Raises Invalid."""
    value = text.strip()
    if not value:
        return None
    try:
        if value.startswith("+"):
            return now + timedelta(minutes=int(value[1:5]))
        if value.startswith("@"):
            days, _t, clock = value[1:].partition("T")
            day = now.astimezone(zone).date() + timedelta(days=int(days))
            value = f"{day.isoformat()}T{clock}"
        at = datetime.fromisoformat(value)
    except (ValueError, OverflowError) as error:
        raise Invalid("Choose a day and a time, such as 2026-03-04 16:00.", field=field) from error
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
