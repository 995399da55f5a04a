"""What commitments lends to the first page of set-up: how far its sections are, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from frontline.commitments import access
from frontline.commitments.queries.overview import CommitmentsStanding, commitments_standing
from frontline.foundation.manifest import SetupGap, SetupLine, SetupPart
from frontline.foundation.ui.words import listed
from frontline.kernel.actors import Actor


def lines(actor: Actor, now: datetime) -> Sequence[SetupLine]:
    found = commitments_standing(actor=actor, now=now)
    return (
        SetupLine("setup-calendars", _calendars(found), tuple(_calendar_gaps(found))),
        SetupLine("setup-agreements", _agreements(found), tuple(_agreement_gaps(found))),
        SetupLine("setup-priorities", _priorities(found)),
    )


def _calendars(found: CommitmentsStanding) -> str:
    parts = [ngettext("%(n)s calendar", "%(n)s calendars", found.calendars) % {"n": found.calendars}]
    if days := found.closed_days:
        says = ngettext("%(n)s closed day of the house ahead", "%(n)s closed days of the house ahead", days)
        parts.append(says % {"n": days})
    return f"{', '.join(parts)}."


def _calendar_gaps(found: CommitmentsStanding) -> Iterator[SetupGap]:
    house = "/setup/calendars" if found.house is None else f"/setup/calendars/{found.house}"
    if found.delivered:
        says = _(
            "The house's hours are still those every desk begins with, 8 to 18 in UTC: say when you are open"
        )
        yield SetupGap(says, house)
    elif not found.closed_days:
        yield SetupGap(_("No closed day lies ahead: name the holidays, or clocks run through them"), house)
    if count := found.strays:
        says = ngettext(
            "%(n)s service names hours that do not exist",
            "%(n)s services name hours that do not exist",
            count,
        )
        yield SetupGap(says % {"n": count}, "/setup/calendars")


def _agreements(found: CommitmentsStanding) -> str:
    sla, ola, contracts = (found.agreements.get(kind, 0) for kind in ("sla", "ola", "contract"))
    parts = [
        ngettext("%(n)s SLA", "%(n)s SLAs", sla) % {"n": sla} if sla else "",
        ngettext("%(n)s OLA", "%(n)s OLAs", ola) % {"n": ola} if ola else "",
        ngettext("%(n)s contract", "%(n)s contracts", contracts) % {"n": contracts} if contracts else "",
    ]
    held = listed([part for part in parts if part])
    return _("In force: %(agreements)s.") % {"agreements": held} if held else _("Nothing is in force.")


def _agreement_gaps(found: CommitmentsStanding) -> Iterator[SetupGap]:
    if not found.agreements.get("sla"):
        says = _("No SLA is in force, so nothing is promised to anybody")
        yield SetupGap(says, "/setup/agreements/new", needed=True)
    if count := found.uncontracted:
        says = ngettext(
            "%(n)s supplier has no contract here, so no clock holds them to it",
            "%(n)s suppliers have no contract here, so no clock holds them to it",
            count,
        )
        yield SetupGap(says % {"n": count}, "/setup/agreements")


def _priorities(found: CommitmentsStanding) -> str:
    if found.changed_at is None:
        return _("Impact and urgency give P1 to P5, as every desk begins.")
    day = timezone.localtime(found.changed_at)
    return _("Impact and urgency give P1 to P5, as set on %(day)s.") % {
        "day": formats.date_format(day, pgettext("day, month and year", "j M Y"))
    }


PARTS = (SetupPart("commitments", access.READ, lines, queries=1),)
