"""Roles are granted to people for a time, and taken away."""

from datetime import datetime

from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor, Role
from frontline.kernel.errors import Conflict, Invalid
from frontline.kernel.facts import Subject
from frontline.people.access import INSIDE_ROLES, person_to_change
from frontline.people.facts import RoleGranted, RoleRevoked
from frontline.people.models import Organisation, RoleGrant


class UnknownRole(Invalid):
    """{role} is no role that can be granted; use one of {known}."""


class RoleForOwnPeopleOnly(Invalid):
    """Roles of the desk are for our own people; this person belongs to a customer or supplier."""


class LastAdministrator(Conflict):
    """This is the last administrator. Make somebody else one first, or nobody could set up the desk."""


#: user and supplier follow from the organisation and are never granted
GRANTABLE = tuple(role for role in Role if role in INSIDE_ROLES)


@use_case
def grant_role(*, uid: str, role: str, actor: Actor, now: datetime) -> bool:
    """Give a person a role from now on; False when they have it already."""
    person = person_to_change(uid, actor)
    if role not in GRANTABLE:
        raise UnknownRole(field="role", role=repr(role[:40]), known=GRANTABLE)
    if Organisation.objects.values_list("kind", flat=True).get(pk=person.organisation_id) != "internal":
        raise RoleForOwnPeopleOnly(field="role")
    if person.left_at is not None or not person.active:
        raise Invalid("This person is not active any more.", field="role")
    _, made = RoleGrant.objects.get_or_create(person=person, role=role, until=None, defaults={"since": now})
    if made:
        announce(
            RoleGranted(
                subject=Subject("person", person.pk),
                organisation_id=person.organisation_id,
                person_id=person.pk,
                role=role,
            ),
            actor=actor,
            at=now,
        )
    return made


@use_case
def revoke_role(*, uid: str, role: str, actor: Actor, now: datetime) -> bool:
    """Take a role away from now on; False when they did not have it. Raises LastAdministrator."""
    access.require(actor, "people.manage")
    if role == Role.ADMINISTRATOR:
        # all grants of the role are locked, so that two administrators cannot remove each other at once
        holders = RoleGrant.objects.select_for_update().filter(role=role, until=None).order_by("pk")
        others = [
            g for g in holders.select_related("person") if str(g.person.uid) != str(uid) and g.person.active
        ]
        if not others:
            raise LastAdministrator(field="role")
    person = person_to_change(uid, actor)
    ended = RoleGrant.objects.filter(person=person, role=role, until=None).update(until=now)
    if ended:
        announce(
            RoleRevoked(
                subject=Subject("person", person.pk),
                organisation_id=person.organisation_id,
                person_id=person.pk,
                role=role,
            ),
            actor=actor,
            at=now,
        )
    return bool(ended)
