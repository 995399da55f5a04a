"""Instants as pages show them: one `<time>` for all, in the reader's zone, in full on hover.

Wording one costs as much as drawing a row, and the same few hundred are on everybody's pages: what does not depend on
the second of looking is worded once for each zone and language.
"""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontline.foundation.ui import words

#: worded instants kept; one takes about 400 bytes
KEPT = 8192


def reader_zone() -> ZoneInfo:
    """The zone that is active for whoever reads."""
    current = timezone.get_current_timezone()
    return current if isinstance(current, ZoneInfo) else ZoneInfo("UTC")


def when(at: datetime, *, now: datetime, relative: bool = False, contract_zone: str = "") -> SafeString:
    """`<time>`; hovering says it in full and, when given, in the contract's zone too.

    A relative one says "in 12 min", and the browser keeps that true.
    """
    zone = reader_zone()
    if not relative:
        return _absolute(at, now.astimezone(zone).date(), zone, contract_zone, get_language())
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>',
        at.astimezone(UTC).isoformat(timespec="seconds"),
        _full(at, zone, contract_zone, get_language()),
        words.distance(at, now=now),
    )


@lru_cache(maxsize=KEPT)
def _absolute(
    at: datetime, today: date, zone: ZoneInfo, contract_zone: str, language: str | None
) -> SafeString:
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=zone)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.astimezone(UTC).isoformat(timespec="seconds"),
        _full(at, zone, contract_zone, language),
        words.moment(at, now=noon, zone=zone),  # which looks at the day only
    )


@lru_cache(maxsize=KEPT)
def _full(at: datetime, zone: ZoneInfo, contract_zone: str, _language: str | None) -> str:
    full = words.moment_in_full(at, zone=zone)
    if not contract_zone or contract_zone == zone.key:
        return full
    there = ZoneInfo(contract_zone)
    return f"{full} · " + _("in %(place)s: %(time)s") % {
        "place": words.place_of(there),
        "time": words.moment_in_full(at, zone=there),
    }
