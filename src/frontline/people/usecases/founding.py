"""The first administrator, and the least a desk needs: an organisation, a desk, somebody who leads it."""

from datetime import datetime

from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor, Role
from frontline.people.logic.addresses import name_from
from frontline.people.models import Person, Team
from frontline.people.usecases.accounts import create_account
from frontline.people.usecases.persons import (
    create_person,
    default_organisation_id,
    person_id_by_email,
    recognise_placeholder,
)
from frontline.people.usecases.roles import grant_role
from frontline.people.usecases.teams import add_member, create_team, update_team


@use_case
def create_administrator(
    *, email: str, name: str, zone: str, password: str, actor: Actor, now: datetime
) -> Person:
    """Make (or make of somebody known) an administrator who can sign in; a desk without a lead gets them as lead.

    Again with the same address: the password is set anew.
    """
    person_id = person_id_by_email(email)
    if person_id is None:
        person = create_person(
            details={
                "name": name or name_from(email),
                "email": email,
                "organisation_id": default_organisation_id(),
            },
            actor=actor,
            now=now,
        )
    else:
        person = Person.objects.get(pk=person_id)
        if person.placeholder:
            details = {"name": name or person.name}
            person = recognise_placeholder(uid=str(person.uid), details=details, actor=actor, now=now)  # type: ignore[arg-type]
    uid = str(person.uid)
    create_account(uid=uid, password=password, actor=actor, now=now)
    grant_role(uid=uid, role=Role.ADMINISTRATOR, actor=actor, now=now)
    desk = Team.objects.filter(is_desk=True).first()
    if desk is None:
        details_of_desk = {"name": "Service desk", "tier": 1, "is_desk": True, "timezone": zone}
        desk = create_team(details=details_of_desk, actor=actor, now=now)  # type: ignore[arg-type]
    if desk.lead_id is None:
        grant_role(uid=uid, role=Role.LEAD, actor=actor, now=now)
        update_team(uid=str(desk.uid), changes={"lead_id": person.pk}, actor=actor, now=now)
        add_member(team_uid=str(desk.uid), person_uid=uid, actor=actor, now=now)
    return person
