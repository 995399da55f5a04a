"""What people adds to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.foundation.manifest import Capability, Permission
from frontline.kernel.actors import STAFF_ROLES, Role

EVERYBODY = frozenset(Role)
WORKING = frozenset({Role.AGENT, Role.LEAD, Role.COMMANDER, Role.ADMINISTRATOR})

PERMISSIONS = (
    Permission("people.read", EVERYBODY, "people:read", _("See the people they may see")),
    Permission("people.find", STAFF_ROLES, "people:read", _("Look up people and their details")),
    Permission("people.register", WORKING, "people:write", _("Add people and say who a placeholder is")),
    Permission(
        "people.manage",
        frozenset({Role.ADMINISTRATOR}),
        "people:write",
        _("Set up people, organisations, places, teams, skills and roles"),
    ),
    Permission(
        "people.duty",
        frozenset({Role.LEAD, Role.ADMINISTRATOR}),
        "people:write",
        _("Set shifts and leave"),
    ),
    Permission("people.own", EVERYBODY, "people:write", _("Change their own profile, password and tokens")),
)

MANIFEST = Capability(name="people", label=_("People"), permissions=PERMISSIONS)
