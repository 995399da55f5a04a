"""What the watch does for commitments."""

from frontline.commitments.queries import next_due
from frontline.commitments.usecases.watch import run_due
from frontline.foundation.manifest import Chore

CHORES = (Chore("clocks", run_due, every_seconds=0.5, next_due=next_due),)
