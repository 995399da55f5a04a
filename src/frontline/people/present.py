"""Words for roles and permissions, for whoever shows them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from frontline.kernel.actors import Role

ROLE_LABELS: dict[str, Any] = {
    Role.USER: _("User"),
    Role.AGENT: _("Agent"),
    Role.LEAD: _("Desk lead"),
    Role.COMMANDER: _("Incident commander"),
    Role.VENDOR_MANAGER: _("Vendor manager"),
    Role.CIO: _("CIO"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.SUPPLIER: _("Supplier"),
}

ROLE_MEANINGS: dict[str, Any] = {
    Role.USER: _("Asks for help and sees their own tickets. Everybody is one."),
    Role.AGENT: _("Works tickets at the desk and logs calls."),
    Role.LEAD: _("Runs the desk: shifts, leave, ownership."),
    Role.COMMANDER: _("Leads major incidents."),
    Role.VENDOR_MANAGER: _("Answers for suppliers and their contracts."),
    Role.CIO: _("Reads everything that is measured, and asks back."),
    Role.ADMINISTRATOR: _("Sets up the desk. Reads tickets that are not confidential."),
    Role.SUPPLIER: _("Sees the tickets their organisation holds. Follows from the organisation."),
}
