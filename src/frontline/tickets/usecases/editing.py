"""Several changes of one ticket at once, as a program sends them: all of them or none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.tickets import access, queries
from frontline.tickets.usecases import following, grading, owning, solving, waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What shall be different; None leaves it as it is."""

    changes: grading.Changes | None = None
    owner_id: int | None = None
    confidential: bool | None = None
    #: open, waiting, or one of the ways to end a ticket
    state: str | None = None
    waiting_for: str | None = None


@use_case
def edit_ticket(
    *, ref: str, edit: Edit, check: Callable[[int], None], actor: Actor, now: datetime
) -> queries.TicketRow:
    """Apply it. `check` is given the stored version under the lock and raises where the caller saw another one."""
    check(access.ticket_to_work_on(ref, actor).version)
    if edit.changes is not None:
        grading.change_ticket(ref=ref, changes=edit.changes, actor=actor, now=now)
    if edit.owner_id is not None:
        owning.pass_ownership(ref=ref, to_person_id=edit.owner_id, actor=actor, now=now)
    if edit.confidential is not None:
        following.set_confidential(ref=ref, confidential=edit.confidential, actor=actor, now=now)
    _move(ref, edit, actor, now)
    return queries.ticket(ref, actor)


def _move(ref: str, edit: Edit, actor: Actor, now: datetime) -> None:
    if edit.state == "waiting" or (edit.state is None and edit.waiting_for is not None):
        if edit.waiting_for is None:
            raise Invalid("Say who is waited for.", field="waiting_for")
        waiting.wait_for(ref=ref, waiting_for=edit.waiting_for, actor=actor, now=now)
    elif edit.state == "open":
        waiting.carry_on(ref=ref, actor=actor, now=now)
    elif edit.state is not None:
        solving.end_ticket(ref=ref, state=edit.state, actor=actor, now=now)
