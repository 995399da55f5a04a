"""A solution that came back was looked at by whom it was for."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import NotFound
from frontline.tickets import access
from frontline.tickets.models import SolutionReturn, Ticket


@use_case
def see_solution(*, uid: UUID, actor: Actor, now: datetime) -> None:
    """Mark one's own returned solution as seen; the first look counts. Raises NotFound for anybody else's."""
    mine = Q(to_person=actor.person_id or 0) | Q(to_person=None, to_party__in=list(actor.party_ids))
    visible = Ticket.objects.filter(access.scope(actor))
    found = SolutionReturn.objects.select_for_update(of=("self",)).filter(mine, uid=uid, ticket__in=visible)
    row = found.first()
    if row is None:
        raise NotFound
    if row.seen_at is None:
        row.seen_at = max(now, row.at)
        row.save(update_fields=["seen_at"])
