"""What commitments adds to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.commitments import access, api, cli
from frontline.commitments.chores import CHORES
from frontline.foundation.manifest import Capability, Command, Permission
from frontline.kernel.actors import STAFF_ROLES, Role

MANIFEST = Capability(
    name="commitments",
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
    api=api.install,
    chores=CHORES,
    commands=(
        Command("audit", "prove that stored results follow from their records", cli.add_audit, cli.audit),
    ),
)
