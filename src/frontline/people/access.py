"""Gates to people: who may see whom, and who may change what."""

from django.db.models import Q

from frontline.foundation import access
from frontline.kernel.actors import STAFF_ROLES, Actor, ActorKind, Role
from frontline.kernel.errors import NotFound
from frontline.people.models import Department, Organisation, Person, Place, Skill, Team

#: roles that only people of our own organisations can hold
INSIDE_ROLES = STAFF_ROLES


class NoSuchPerson(NotFound):
    """There is no such person that you may see."""


class NoSuchOrganisation(NotFound):
    """There is no such organisation that you may see."""


class NoSuchPlace(NotFound):
    """There is no such place that you may see."""


class NoSuchTeam(NotFound):
    """There is no such team."""


class NoSuchDepartment(NotFound):
    """There is no such department."""


class NoSuchSkill(NotFound):
    """There is no such skill."""


def sees_everybody(actor: Actor) -> bool:
    """The desk and those who run it. A supplier's people never do, whatever roles they hold."""
    return actor.is_system or (actor.kind != ActorKind.SUPPLIER and bool(actor.roles & STAFF_ROLES))


def scope(actor: Actor) -> Q:
    """Narrows any list of persons: the desk sees all, a supplier's people each other, everybody else themselves."""
    if sees_everybody(actor):
        return Q()
    if actor.person_id is None:
        return Q(pk__in=[])
    if actor.kind == ActorKind.SUPPLIER or Role.SUPPLIER in actor.roles:
        return Q(organisation=actor.organisation_id)
    return Q(pk=actor.person_id)


def organisation_scope(actor: Actor) -> Q:
    """Narrows any list of organisations: the desk sees all, everybody else their own."""
    return Q() if sees_everybody(actor) else Q(pk=actor.organisation_id)


def place_scope(actor: Actor) -> Q:
    """Narrows places: shared ones and those of the actor's own organisation."""
    if sees_everybody(actor):
        return Q()
    if actor.person_id is None or actor.kind == ActorKind.SUPPLIER:
        return Q(organisation=actor.organisation_id, organisation__isnull=False)
    return Q(organisation=None) | Q(organisation=actor.organisation_id)


def person_to_change(uid: str, actor: Actor, permission: str = "people.manage") -> Person:
    """The person, locked. NoSuchPerson before Forbidden."""
    person = Person.objects.select_for_update(no_key=True, of=("self",)).filter(scope(actor), uid=uid).first()
    if person is None:
        raise NoSuchPerson
    access.require(actor, permission)
    return person


def organisation_to_change(uid: str, actor: Actor) -> Organisation:
    """The organisation, locked."""
    organisation = (
        Organisation.objects.select_for_update(no_key=True).filter(organisation_scope(actor), uid=uid).first()
    )
    if organisation is None:
        raise NoSuchOrganisation
    access.require(actor, "people.manage")
    return organisation


def place_to_change(uid: str, actor: Actor) -> Place:
    """The place, locked."""
    place = Place.objects.select_for_update(no_key=True).filter(place_scope(actor), uid=uid).first()
    if place is None:
        raise NoSuchPlace
    access.require(actor, "people.manage")
    return place


def team_to_change(uid: str, actor: Actor) -> Team:
    """The team, locked."""
    access.require(actor, "people.manage")
    team = Team.objects.select_for_update(no_key=True).filter(uid=uid).first()
    if team is None:
        raise NoSuchTeam
    return team


def department_to_change(uid: str, actor: Actor) -> Department:
    """The department, locked."""
    access.require(actor, "people.manage")
    department = Department.objects.select_for_update(no_key=True).filter(uid=uid).first()
    if department is None:
        raise NoSuchDepartment
    return department


def skill_to_change(uid: str, actor: Actor) -> Skill:
    """The skill, locked."""
    access.require(actor, "people.manage")
    skill = Skill.objects.select_for_update(no_key=True).filter(uid=uid).first()
    if skill is None:
        raise NoSuchSkill
    return skill
