"""What estate adds to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.estate import api, cli, demo
from frontline.estate.web import setup_items, setup_reasons, setup_services, standing
from frontline.foundation.manifest import Capability, NavItem, Permission, Route
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

MANAGE = "estate.manage"

ROUTES = (
    Route("setup/services", setup_services.service_list, "setup-services", MANAGE),
    Route("setup/services/new", setup_services.service_new, "setup-service-new", MANAGE),
    Route("setup/services/<uuid:uid>", setup_services.service_edit, "setup-service", MANAGE),
    Route("setup/services/<uuid:uid>/<slug:verb>", setup_services.service_act, "setup-service-act", MANAGE),
    Route("setup/items", setup_items.item_list, "setup-items", MANAGE),
    Route("setup/items/new", setup_items.item_new, "setup-item-new", MANAGE),
    Route("setup/items/<uuid:uid>", setup_items.item_edit, "setup-item", MANAGE),
    Route("setup/items/<uuid:uid>/<slug:verb>", setup_items.item_act, "setup-item-act", MANAGE),
    Route("setup/reasons", setup_reasons.reason_list, "setup-reasons", MANAGE),
    Route("setup/reasons/new", setup_reasons.reason_new, "setup-reason-new", MANAGE),
    Route("setup/reasons/<slug:key>", setup_reasons.reason_edit, "setup-reason", MANAGE),
    Route("setup/reasons/<slug:key>/retire", setup_reasons.reason_retire, "setup-reason-retire", MANAGE),
)

NAV = (
    NavItem("setup", _("Services"), "setup-services", "server", MANAGE, 30),
    NavItem("setup", _("Items"), "setup-items", "device-laptop", MANAGE, 32),
    NavItem("setup", _("Contact reasons"), "setup-reasons", "messages", MANAGE, 34),
)

MANIFEST = Capability(
    name="estate",
    label=_("Estate"),
    routes=ROUTES,
    api=api.install,
    nav=NAV,
    setup=standing.PARTS,
    permissions=PERMISSIONS,
    demo=demo.seed,
    imports=(cli.SERVICES, cli.ITEMS),
)
