"""Decide which priority an impact and an urgency give, from an instant on."""

from collections.abc import Mapping
from datetime import datetime

from frontline.commitments import access, policy
from frontline.commitments.facts import PriorityMatrixChanged
from frontline.commitments.logic.targets import matrix_from_json, matrix_to_json
from frontline.commitments.models import PriorityMatrix
from frontline.commitments.usecases.calendars import PastIsFrozen
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Conflict
from frontline.kernel.facts import Subject


@use_case
def set_priorities(
    *, cells: Mapping[str, str], valid_from: datetime | None = None, actor: Actor, now: datetime
) -> None:
    """A matrix {"1:1": "P1", …} of nine cells that holds from `valid_from` (None: now). Tickets keep theirs.

    Raises TargetError, PastIsFrozen and Conflict.
    """
    access.require_write(actor)
    begins = now if valid_from is None else valid_from
    if begins < now:
        raise PastIsFrozen(at=begins, field="valid_from")
    matrix = matrix_from_json(cells)
    if PriorityMatrix.objects.filter(valid_from=begins).exists():
        raise Conflict("Another matrix begins at this very instant already.", field="valid_from")
    row = PriorityMatrix.objects.create(
        cells=matrix_to_json(matrix), valid_from=begins, created_by=actor.person_id
    )
    policy.touch()
    fact = PriorityMatrixChanged(subject=Subject("priority_matrix", row.id), valid_from=begins)
    announce(fact, actor=actor, at=now)
