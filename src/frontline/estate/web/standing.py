"""What estate lends to the first page of set-up: how far its sections are, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontline.estate.queries.standing import EstateStanding, estate_standing
from frontline.foundation.manifest import SetupGap, SetupLine, SetupPart
from frontline.kernel.actors import Actor


def lines(actor: Actor, now: datetime) -> Sequence[SetupLine]:
    found = estate_standing(actor=actor, now=now)
    return (
        SetupLine("setup-services", _services(found), tuple(_service_gaps(found))),
        SetupLine("setup-items", _items(found), tuple(_item_gaps(found))),
        SetupLine("setup-reasons", _reasons(found), tuple(_reason_gaps(found))),
    )


def _services(found: EstateStanding) -> str:
    if not found.services:
        return _("Nothing yet.")
    services = ngettext("%(n)s service", "%(n)s services", found.services) % {"n": found.services}
    return _("%(services)s, %(critical)s of them of the highest criticality.") % {
        "services": services,
        "critical": found.critical,
    }


def _service_gaps(found: EstateStanding) -> Iterator[SetupGap]:
    if not found.services:
        says = _("Add what IT offers, so that tickets and promises know what they are about")
        yield SetupGap(says, "/setup/services/new")
    if count := found.ownerless:
        says = ngettext("Nobody answers for %(n)s service", "Nobody answers for %(n)s services", count)
        yield SetupGap(says % {"n": count}, "/setup/services?only=owner")
    if count := found.teamless:
        says = ngettext(
            "%(n)s service has no team to hand it to", "%(n)s services have no team to hand them to", count
        )
        yield SetupGap(says % {"n": count}, "/setup/services?only=team")


def _items(found: EstateStanding) -> str:
    if not found.items:
        return _("Nothing yet.")
    items = ngettext("%(n)s device or component", "%(n)s devices and components", found.items)
    return _("%(items)s, %(used)s of them with somebody who uses it.") % {
        "items": items % {"n": found.items},
        "used": found.used_items,
    }


def _item_gaps(found: EstateStanding) -> Iterator[SetupGap]:
    if not found.items:
        says = _("Add devices, or import them, so that a call shows what the caller has in front of them")
        yield SetupGap(says, "/setup/items")


def _reasons(found: EstateStanding) -> str:
    if not found.reasons:
        return _("Nothing yet.")
    reasons = ngettext("%(n)s contact reason", "%(n)s contact reasons", found.reasons) % {"n": found.reasons}
    return _("%(reasons)s. Those that check the caller first: %(checked)s.") % {
        "reasons": reasons,
        "checked": found.checked_reasons,
    }


def _reason_gaps(found: EstateStanding) -> Iterator[SetupGap]:
    if not found.reasons:
        says = _("Say why people contact you: a reason sets service, priority and skill by itself")
        yield SetupGap(says, "/setup/reasons/new")


PARTS = (SetupPart("estate", "estate.manage", lines, queries=1),)
