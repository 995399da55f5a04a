"""Gates to what we run: who may see which services, items and reasons, and who may change them."""

from django.db.models import Q

from frontline.estate.models import ContactReason, Item, Service
from frontline.foundation import access
from frontline.kernel.actors import STAFF_ROLES, Actor, ActorKind, Role
from frontline.kernel.errors import NotFound


class UnknownService(NotFound):
    """There is no such service that you may see."""


class UnknownItem(NotFound):
    """There is no such configuration item that you may see."""


class UnknownReason(NotFound):
    """There is no such contact reason that you may see."""


class UnknownDependency(NotFound):
    """There is no such dependency."""


def sees_everything(actor: Actor) -> bool:
    """The desk and those who run it. A supplier's people never do, whatever roles they hold."""
    return actor.is_system or (not supplies(actor) and bool(actor.roles & STAFF_ROLES))


def supplies(actor: Actor) -> bool:
    """Somebody of a supplier, or a token of theirs."""
    return actor.kind == ActorKind.SUPPLIER or Role.SUPPLIER in actor.roles


def service_scope(actor: Actor) -> Q:
    """Narrows services: the desk sees all, users those offered to their organisation, suppliers none."""
    if sees_everything(actor):
        return Q()
    if actor.person_id is None or supplies(actor):
        return Q(pk__in=[])
    return Q(active=True) & (Q(organisation=None) | Q(organisation=actor.organisation_id))


def item_scope(actor: Actor) -> Q:
    """Narrows items: the desk sees all, users their own devices, suppliers what they supply."""
    if sees_everything(actor):
        return Q()
    if actor.person_id is None:
        return Q(pk__in=[])
    if supplies(actor):
        return Q(supplier=actor.organisation_id, supplier__isnull=False)
    return Q(person=actor.person_id)


def reason_scope(actor: Actor) -> Q:
    """Narrows contact reasons: the desk sees all, users those about services offered to them, suppliers none."""
    if sees_everything(actor):
        return Q()
    if actor.person_id is None or supplies(actor):
        return Q(pk__in=[])
    offered = Q(service__organisation=None) | Q(service__organisation=actor.organisation_id)
    return Q(service=None) | (Q(service__active=True) & offered)


def service_to_change(uid: str, actor: Actor) -> Service:
    """The service, locked. UnknownService before Forbidden."""
    found = Service.objects.select_for_update(no_key=True).filter(service_scope(actor), uid=uid).first()
    if found is None:
        raise UnknownService
    access.require(actor, "estate.manage")
    return found


def item_to_change(uid: str, actor: Actor) -> Item:
    """The item, locked. UnknownItem before Forbidden."""
    found = Item.objects.select_for_update(no_key=True).filter(item_scope(actor), uid=uid).first()
    if found is None:
        raise UnknownItem
    access.require(actor, "estate.manage")
    return found


def reason_to_change(key: str, actor: Actor) -> ContactReason:
    """The version of a contact reason that has no end yet, locked."""
    access.require(actor, "estate.manage")
    found = ContactReason.objects.select_for_update(no_key=True).filter(key=key, valid_until=None).first()
    if found is None:
        raise UnknownReason
    return found
