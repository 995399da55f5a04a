"""The plumbing's own part of the house."""

from django.utils.translation import gettext_lazy as _

from frontline.foundation.cli import COMMANDS
from frontline.foundation.jobs import sweep
from frontline.foundation.manifest import Capability, Chore

MANIFEST = Capability(
    name="foundation",
    label=_("Foundation"),
    commands=COMMANDS,
    chores=(
        Chore("foundation.rescue_jobs", sweep.rescue_orphans, every_seconds=10),
        Chore("foundation.prune", sweep.prune, every_seconds=3600),
    ),
)
