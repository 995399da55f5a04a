"""Teams, who belongs to them, and what people are skilled in."""

from datetime import datetime
from typing import Any, TypedDict

from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Conflict, Invalid
from frontline.kernel.facts import Subject
from frontline.people.access import NoSuchSkill, person_to_change, skill_to_change, team_to_change
from frontline.people.facts import MembershipBegun, MembershipEnded, SkillSet, TeamChanged
from frontline.people.logic.addresses import email_of
from frontline.people.logic.words import zone_of
from frontline.people.models import Membership, Person, PersonSkill, Skill, Team
from frontline.people.queries import duty
from frontline.people.queries.party_ids import party_id
from frontline.people.usecases.checks import check_version, text

SKILL_KINDS = ("topic", "language", "tool")


class TeamNameTaken(Conflict):
    """A team called {name} exists already."""


class OneDeskOnly(Conflict):
    """{name} is the desk. There is one desk; take the mark away there first."""


class DeskMustStay(Conflict):
    """This team is the desk and must stay active, or new tickets would have no owner."""


class SkillNameTaken(Conflict):
    """A skill called {name} exists already."""


class TeamDetails(TypedDict, total=False):
    """What can be said about a team. `tier` 1 is the desk's, 3 the deepest."""

    name: str
    tier: int
    is_desk: bool
    lead_id: int | None
    timezone: str
    email: str
    active: bool


@use_case
def create_team(
    *,
    details: TeamDetails,
    actor: Actor,
    now: datetime,
    source: str = "",
    external_id: str | None = None,
) -> Team:
    """Add a team; it can hold tickets at once. Raises TeamNameTaken, OneDeskOnly."""
    access.require(actor, "people.manage")
    values = _checked(details)
    if not values.get("name"):
        raise Invalid("Give the team a name.", field="name")
    team = Team(source=source, external_id=external_id, **values)
    _check(team)
    team.save()
    party_id("team", team.pk)
    _tell(team, tuple(values), actor, now)
    return team


@use_case
def update_team(
    *, uid: str, changes: TeamDetails, actor: Actor, now: datetime, version: int | None = None
) -> Team:
    """Change a team. Raises StaleVersion, TeamNameTaken, OneDeskOnly, DeskMustStay."""
    team = team_to_change(uid, actor)
    check_version(team.version, version)
    values = _checked(changes)
    changed = tuple(name for name, value in values.items() if getattr(team, name) != value)
    if changed:
        if team.is_desk and not values.get("active", True):
            raise DeskMustStay(field="active")
        for name in changed:
            setattr(team, name, values[name])
        _check(team)
        team.version += 1
        team.save()
        _tell(team, changed, actor, now)
    return team


def _checked(details: TeamDetails) -> dict[str, Any]:
    values: dict[str, Any] = dict(details)
    if "name" in values:
        values["name"] = text(values["name"], field="name", most=200)
        if not values["name"]:
            raise Invalid("Give the team a name.", field="name")
    if "tier" in values and values["tier"] not in {1, 2, 3}:
        raise Invalid("The tier is 1, 2 or 3.", field="tier")
    if "timezone" in values:
        values["timezone"] = zone_of(values["timezone"])
    if values.get("email"):
        values["email"] = email_of(values["email"])
    return values


def _check(team: Team) -> None:
    if Team.objects.filter(name__iexact=team.name, source=team.source).exclude(pk=team.pk).exists():
        raise TeamNameTaken(field="name", name=team.name)
    if team.is_desk:
        other = Team.objects.filter(is_desk=True).exclude(pk=team.pk).first()
        if other is not None:
            raise OneDeskOnly(field="is_desk", name=other.name)
    if team.lead_id is not None and not Person.objects.filter(pk=team.lead_id, active=True).exists():
        raise Invalid("The lead is not active any more; choose somebody else.", field="lead")


def _tell(team: Team, fields: tuple[str, ...], actor: Actor, now: datetime) -> None:
    duty.forget()
    announce(
        TeamChanged(subject=Subject("team", team.pk), team_id=team.pk, fields=fields), actor=actor, at=now
    )


@use_case
def add_member(*, team_uid: str, person_uid: str, actor: Actor, now: datetime) -> bool:
    """A person belongs to a team from now on; False when they do already."""
    team = team_to_change(team_uid, actor)
    person = person_to_change(person_uid, actor)
    if not person.active or person.left_at is not None:
        raise Invalid("This person is not active any more.", field="person")
    _, made = Membership.objects.get_or_create(team=team, person=person, until=None, defaults={"since": now})
    if made:
        duty.forget()
        announce(
            MembershipBegun(
                subject=Subject("person", person.pk),
                organisation_id=person.organisation_id,
                person_id=person.pk,
                team_id=team.pk,
            ),
            actor=actor,
            at=now,
        )
    return made


@use_case
def end_membership(*, team_uid: str, person_uid: str, actor: Actor, now: datetime) -> bool:
    """A person no longer belongs to a team; False when they did not."""
    team = team_to_change(team_uid, actor)
    person = person_to_change(person_uid, actor)
    ended = Membership.objects.filter(team=team, person=person, until=None).update(until=now)
    if ended:
        duty.forget()
        announce(
            MembershipEnded(
                subject=Subject("person", person.pk),
                organisation_id=person.organisation_id,
                person_id=person.pk,
                team_id=team.pk,
            ),
            actor=actor,
            at=now,
        )
    return bool(ended)


@use_case
def create_skill(*, name: str, kind: str, actor: Actor, now: datetime) -> Skill:
    """Add something people can be skilled in: a topic, a language or a tool. Raises SkillNameTaken."""
    access.require(actor, "people.manage")
    skill = Skill(name=text(name, field="name", most=100), kind=kind)
    _check_skill(skill)
    skill.save()
    return skill


@use_case
def update_skill(*, uid: str, name: str, kind: str, actor: Actor, now: datetime) -> Skill:
    """Rename a skill or change its kind."""
    skill = skill_to_change(uid, actor)
    skill.name, skill.kind = text(name, field="name", most=100), kind
    _check_skill(skill)
    skill.save()
    return skill


def _check_skill(skill: Skill) -> None:
    if not skill.name:
        raise Invalid("Give the skill a name.", field="name")
    if skill.kind not in SKILL_KINDS:
        raise Invalid("A skill is a topic, a language or a tool.", field="kind")
    if Skill.objects.filter(name__iexact=skill.name).exclude(pk=skill.pk).exists():
        raise SkillNameTaken(field="name", name=skill.name)


@use_case
def set_skill(*, person_uid: str, skill_uid: str, level: int, actor: Actor, now: datetime) -> None:
    """Say how well a person knows something: 1 can, 2 good, 3 teaches it; 0 takes it off the list."""
    person = person_to_change(person_uid, actor)
    if level not in {0, 1, 2, 3}:
        raise Invalid("The level is 0, 1, 2 or 3.", field="level")
    skill = Skill.objects.filter(uid=skill_uid).first()
    if skill is None:
        raise NoSuchSkill(field="skill")
    had = PersonSkill.objects.filter(person=person, skill=skill).values_list("level", flat=True).first() or 0
    if had == level:
        return
    if level == 0:
        PersonSkill.objects.filter(person=person, skill=skill).delete()
    else:
        PersonSkill.objects.update_or_create(person=person, skill=skill, defaults={"level": level})
    duty.forget()
    announce(
        SkillSet(
            subject=Subject("person", person.pk),
            organisation_id=person.organisation_id,
            person_id=person.pk,
            skill_id=skill.pk,
            level=level,
        ),
        actor=actor,
        at=now,
    )
