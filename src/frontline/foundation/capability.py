"""The plumbing's own part of the house."""

from django.utils.translation import gettext_lazy as _

from frontline.foundation import api, setup
from frontline.foundation.cli import COMMANDS
from frontline.foundation.files import sweep as files
from frontline.foundation.jobs import sweep
from frontline.foundation.manifest import Capability, Chore, NavItem, Permission, Route
from frontline.foundation.ui.routes import UI_ROUTES
from frontline.kernel.actors import STAFF_ROLES, Role

MANIFEST = Capability(
    name="foundation",
    label=_("Foundation"),
    routes=(*UI_ROUTES, Route("setup", setup.overview, "setup", setup.PERMISSION)),
    nav=(
        NavItem("setup", _("Overview"), "setup", "list-check", setup.PERMISSION, 0),
        NavItem("desk", _("Set-up"), "setup", "settings", setup.PERMISSION, 90, "s"),
    ),
    api=api.install,
    permissions=(
        Permission("facts.read", frozenset(Role), "facts:read", _("Hear what happens to what they may see")),
        Permission(setup.PERMISSION, STAFF_ROLES, "setup:read", _("See how far the desk is set up")),
    ),
    commands=COMMANDS,
    words={
        "file_state": {
            "infected": _("it holds harmful code"),
            "pending": _("it has not been checked yet"),
        }
    },
    chores=(
        Chore("foundation.rescue_jobs", sweep.rescue_orphans, every_seconds=10),
        Chore("foundation.prune", sweep.prune, every_seconds=3600),
        Chore("foundation.sweep_files", files.sweep, every_seconds=6 * 3600),
    ),
)
