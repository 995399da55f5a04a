"""Gates to tickets: fetch, may this actor, lock. Whoever may not see a ticket is told it does not exist."""

from django.db.models import Exists, OuterRef, Q

from frontline.foundation import access
from frontline.kernel.actors import Actor, ActorKind, Role
from frontline.kernel.errors import Forbidden, NotFound
from frontline.tickets.models import Follower, Ticket


class NoSuchTicket(NotFound):
    """There is no ticket {ref} that you may see."""


class NotForYourRole(Forbidden):
    """Only the desk can do this. Write a message on the ticket and its owner will."""


#: roles that read every ticket that is not confidential
READERS = frozenset(
    {Role.AGENT, Role.LEAD, Role.COMMANDER, Role.VENDOR_MANAGER, Role.CIO, Role.ADMINISTRATOR}
)


def sees_all(actor: Actor) -> bool:
    """Reads every ticket that is not confidential (a supplier's people never do, whatever roles they hold)."""
    return actor.is_system or (actor.kind != ActorKind.SUPPLIER and bool(actor.roles & READERS))


def scope(actor: Actor) -> Q:
    """The condition that narrows any list of tickets to what the actor may see."""
    if actor.is_system:
        return Q()
    if actor.person_id is None:
        return Q(pk__in=[])
    follows = Exists(Follower.objects.filter(ticket=OuterRef("pk"), person=actor.person_id))
    if sees_all(actor):
        return (
            Q(confidential=False) | Q(owner=actor.person_id) | Q(requester=actor.person_id) | Q(_named(actor))
        )
    if Role.SUPPLIER in actor.roles:
        holds = Q(holder__in=actor.party_ids) | Q(offered_to__in=actor.party_ids)
        return holds & Q(confidential=False)
    return Q(requester=actor.person_id) | (Q(confidential=False) & Q(follows)) | Q(_named(actor))


def _named(actor: Actor) -> Exists:
    return Exists(Follower.objects.filter(ticket=OuterRef("pk"), person=actor.person_id, named=True))


def visible(actor: Actor, ids: set[int]) -> set[int]:
    """Those of the ids that the actor may see. One query."""
    return set(Ticket.objects.filter(scope(actor), pk__in=ids).values_list("pk", flat=True))


def ticket_to_work_on(ref: str, actor: Actor, permission: str = "tickets.work") -> Ticket:
    """The ticket, locked, for somebody at the desk (or a rule). NoSuchTicket before Forbidden."""
    ticket = _locked(ref, actor)
    if not access.may(actor, permission):
        access.require(actor, permission)
        raise NotForYourRole
    return ticket


def ticket_to_write_on(ref: str, actor: Actor) -> Ticket:
    """The ticket, locked, for anybody who sees it: its requester, followers, the holding supplier, the desk."""
    ticket = _locked(ref, actor)
    access.require(actor, "tickets.write_own")
    return ticket


def _locked(ref: str, actor: Actor) -> Ticket:
    ticket = Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(scope(actor), ref=ref).first()
    if ticket is None:
        raise NoSuchTicket(ref=ref)
    return ticket


def is_desk_side(actor: Actor) -> bool:
    """Speaks as the desk (and may read internal notes)."""
    return sees_all(actor)
