"""The demo organisation's hours: its sites, its desk around the sun, and the awkward hours of its suppliers."""

from datetime import UTC, datetime
from typing import Any

from frontline.commitments import policy
from frontline.commitments.models import Calendar, CalendarVersion
from frontline.foundation.demo import Plan
from frontline.foundation.transactions import transaction

WEEK = ("mon", "tue", "wed", "thu", "fri")


def hours(
    zone: str, *windows: tuple[str, str], days: tuple[str, ...] = WEEK, holidays: tuple[str, ...] = ()
) -> Any:
    """A CALENDAR of the public contract with the same windows on each of the days."""
    return {
        "tz": zone,
        "weekly": {day: [list(window) for window in windows] for day in days},
        "holidays": list(holidays),
        "exceptions": [],
    }


CALENDARS = {
    "berlin-office": ("Berlin office", hours("Europe/Berlin", ("08:00", "18:00"))),
    "new-york-office": ("New York office", hours("America/New_York", ("08:00", "18:00"))),
    "singapore-office": ("Singapore office", hours("Asia/Singapore", ("08:00", "18:00"))),
    "desk-hours": ("Service desk, around the sun", hours("Europe/Berlin", ("00:00", "24:00"))),
    "contoso": ("Contoso support", hours("America/New_York", ("09:00", "17:00"))),
    "fabrikam": (
        "Fabrikam Networks support",
        hours("Europe/Berlin", ("00:00", "24:00"), days=(*WEEK, "sat", "sun")),
    ),
    "adatum": ("Adatum Print support", hours("Europe/Berlin", ("09:00", "12:00"), ("13:00", "16:00"))),
    "tailspin": ("Tailspin Cloud support", hours("America/Los_Angeles", ("08:00", "18:00"))),
    "litware": ("Litware Devices support", hours("Asia/Singapore", ("09:00", "18:00"))),
    "proseware": (
        "Proseware Telecom support",
        hours("Europe/London", ("22:00", "06:00"), ("09:00", "17:00")),
    ),
}


def seed(plan: Plan) -> None:
    """Write the calendars; the house's own targets are there already."""
    with transaction():
        for key, (name, rules) in CALENDARS.items():
            calendar = Calendar.objects.create(key=key, name=name)
            CalendarVersion.objects.create(
                calendar=calendar,
                effective_from=None,
                rules=rules,
                created_at=datetime(2020, 1, 1, tzinfo=UTC),
            )
        house = CalendarVersion.objects.filter(calendar__key=policy.BUSINESS_HOURS).order_by("id").first()
        if house is not None:  # an empty desk: nothing has been measured by it yet
            house.rules = hours("Europe/Berlin", ("08:00", "18:00"))
            house.save(update_fields=["rules"])
        policy.touch()
