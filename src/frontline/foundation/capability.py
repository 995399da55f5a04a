"""The plumbing's own part of the house."""

from django.utils.translation import gettext_lazy as _

from frontline.foundation import api
from frontline.foundation.cli import COMMANDS
from frontline.foundation.files import sweep as files
from frontline.foundation.jobs import sweep
from frontline.foundation.manifest import Capability, Chore, Permission
from frontline.foundation.ui.routes import UI_ROUTES
from frontline.kernel.actors import Role

MANIFEST = Capability(
    name="foundation",
    label=_("Foundation"),
    routes=UI_ROUTES,
    api=api.install,
    permissions=(
        Permission("facts.read", frozenset(Role), "facts:read", _("Hear what happens to what they may see")),
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
