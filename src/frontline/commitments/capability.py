"""What commitments adds to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.commitments import access, api, cli, demo
from frontline.commitments.chores import CHORES
from frontline.commitments.web import agreements, calendars, priorities, standing
from frontline.commitments.web.forms import MEASURE_WORDS
from frontline.foundation.manifest import Capability, Command, NavItem, Permission, Route
from frontline.kernel.actors import STAFF_ROLES, Role

ROUTES = (
    Route("setup/calendars", calendars.calendars_page, "setup-calendars", access.READ),
    Route("setup/calendars/new", calendars.new_calendar_page, "setup-calendar-new", access.WRITE),
    Route("setup/calendars/<uuid:uid>", calendars.calendar_page, "setup-calendar", access.READ),
    Route(
        "setup/calendars/<uuid:uid>/recompute", calendars.recompute, "setup-calendar-recompute", access.WRITE
    ),
    Route("setup/agreements", agreements.agreements_page, "setup-agreements", access.READ),
    Route("setup/agreements/new", agreements.new_agreement_page, "setup-agreement-new", access.WRITE),
    Route("setup/agreements/<uuid:uid>", agreements.agreement_page, "setup-agreement", access.READ),
    Route("setup/priorities", priorities.priorities_page, "setup-priorities", access.READ),
)
NAV = (
    NavItem("setup", _("Calendars"), "setup-calendars", "calendar", access.READ, order=40),
    NavItem("setup", _("Agreements"), "setup-agreements", "heart-handshake", access.READ, order=41),
    NavItem("setup", _("Priorities"), "setup-priorities", "layout-kanban", access.READ, order=42),
)

MANIFEST = Capability(
    name="commitments",
    demo=demo.seed,
    label=_("Commitments"),
    permissions=(
        Permission(
            access.READ, STAFF_ROLES, "commitments:read", _("See calendars, agreements and priorities")
        ),
        Permission(
            access.WRITE,
            frozenset({Role.LEAD, Role.VENDOR_MANAGER, Role.ADMINISTRATOR}),
            "commitments:write",
            _("Change calendars, agreements and priorities"),
        ),
    ),
    routes=ROUTES,
    nav=NAV,
    setup=standing.PARTS,
    api=api.install,
    chores=CHORES,
    words={"measure": dict(MEASURE_WORDS)},
    commands=(
        Command("audit", "prove that stored results follow from their records", cli.add_audit, cli.audit),
    ),
)
