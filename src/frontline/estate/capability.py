"""What estate adds to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.estate import api, cli, demo
from frontline.foundation.manifest import Capability, Permission
from frontline.kernel.actors import Role

PERMISSIONS = (
    Permission("estate.read", frozenset(Role), "estate:read", _("See the services and devices they may see")),
    Permission(
        "estate.manage",
        frozenset({Role.ADMINISTRATOR}),
        "estate:write",
        _("Set up services, configuration items and contact reasons"),
    ),
)

MANIFEST = Capability(
    name="estate",
    label=_("Estate"),
    api=api.install,
    permissions=PERMISSIONS,
    demo=demo.seed,
    imports=(cli.SERVICES, cli.ITEMS),
)
