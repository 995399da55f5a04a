"""What every desk starts with: the matrix, the house targets, business hours and the calendar that is always open."""

from datetime import datetime

from frontline.commitments import policy
from frontline.commitments.defaults import write_defaults
from frontline.commitments.models import Agreement, Calendar, CalendarVersion, PriorityMatrix, Target
from frontline.foundation.transactions import use_case


@use_case
def ensure_defaults(*, now: datetime) -> None:
    """Write what is missing; what is there stays. The migration did it already: this is for emptied databases."""
    written = write_defaults(
        calendars=Calendar.objects,
        versions=CalendarVersion.objects,
        matrices=PriorityMatrix.objects,
        agreements=Agreement.objects,
        targets=Target.objects,
        created_at=now,
    )
    if written:
        policy.touch()
