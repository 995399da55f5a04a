"""Shifts and leave: what makes up who is on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid, NotFound
from frontline.kernel.facts import Subject
from frontline.people.access import NoSuchTeam, person_to_change
from frontline.people.facts import DutyChanged, LeaveCancelled, LeaveEntered
from frontline.people.logic.words import zone_of
from frontline.people.models import Leave, Person, Shift, Team
from frontline.people.queries import duty

REASONS = ("leave", "sick", "training", "other")
LONGEST_LEAVE = timedelta(days=3 * 366)


class NoSuchLeave(NotFound):
    """There is no such leave."""


@dataclass(frozen=True, slots=True)
class WeeklyTurn:
    """`weekday` 0 is Monday. An end that is not after the start lies on the next day."""

    weekday: int
    starts: time
    ends: time


@use_case
def set_week(
    *,
    person_uid: str,
    team_uid: str,
    turns: Sequence[WeeklyTurn],
    zone: str,
    valid_from: date,
    actor: Actor,
    now: datetime,
) -> None:
    """The person works these turns in this team every week from a local date on; what was planned before ends there.

    No turns: no duty in that team from then on. What lies before `valid_from` stays as it was.
    """
    person = person_to_change(person_uid, actor, "people.duty")
    team = Team.objects.filter(uid=team_uid).first()
    if team is None:
        raise NoSuchTeam(field="team")
    if turns and (not person.active or person.left_at is not None):
        raise Invalid("This person is not active any more.", field="person")
    where = zone_of(zone)
    if valid_from < now.astimezone(ZoneInfo(where)).date() - timedelta(days=7):
        raise Invalid("Shifts are set from at most a week ago on; what was, stays.", field="valid_from")
    for turn in turns:
        if not 0 <= turn.weekday <= 6:
            raise Invalid("The weekday is 0 (Monday) to 6 (Sunday).", field="weekday")
    planned = Shift.objects.filter(person=person, team=team)
    planned.filter(valid_from__gte=valid_from).delete()
    planned.filter(valid_until=None).update(valid_until=valid_from)
    planned.filter(valid_until__gt=valid_from).update(valid_until=valid_from)
    Shift.objects.bulk_create(
        Shift(
            person=person,
            team=team,
            weekday=turn.weekday,
            starts=turn.starts,
            ends=turn.ends,
            timezone=where,
            valid_from=valid_from,
        )
        for turn in dict.fromkeys(turns)
    )
    duty.forget()
    announce(
        DutyChanged(
            subject=Subject("person", person.pk),
            organisation_id=person.organisation_id,
            person_id=person.pk,
            team_id=team.pk,
        ),
        actor=actor,
        at=now,
    )


@use_case
def enter_leave(
    *,
    person_uid: str,
    since: datetime,
    until: datetime,
    actor: Actor,
    now: datetime,
    reason: str = "leave",
    stand_in_uid: str | None = None,
) -> Leave:
    """The person is away from `since` until just before `until`; the stand-in, if named, answers meanwhile."""
    person = person_to_change(person_uid, actor, "people.duty")
    if until <= since:
        raise Invalid("The leave ends before it begins.", field="until")
    if until - since > LONGEST_LEAVE:
        raise Invalid("A leave lasts three years at most.", field="until")
    if reason not in REASONS:
        raise Invalid("The reason is leave, sick, training or other.", field="reason")
    stand_in = None
    if stand_in_uid:
        stand_in = Person.objects.filter(uid=stand_in_uid, active=True, left_at=None).first()
        if stand_in is None:
            raise Invalid("The stand-in is not active any more; choose somebody else.", field="stand_in")
        if stand_in.pk == person.pk:
            raise Invalid("Somebody else has to stand in.", field="stand_in")
    leave = Leave.objects.create(person=person, since=since, until=until, reason=reason, stand_in=stand_in)
    duty.forget()
    announce(
        LeaveEntered(
            subject=Subject("person", person.pk),
            organisation_id=person.organisation_id,
            person_id=person.pk,
            since=since,
            until=until,
            stand_in_id=None if stand_in is None else stand_in.pk,
        ),
        actor=actor,
        at=now,
    )
    return leave


@use_case
def cancel_leave(*, uid: str, actor: Actor, now: datetime) -> None:
    """The rest of a leave does not happen: one that lies ahead goes, one under way ends now."""
    access.require(actor, "people.duty")
    leave = Leave.objects.select_for_update().select_related("person").filter(uid=uid).first()
    if leave is None or leave.until <= now:
        raise NoSuchLeave
    if leave.since >= now:
        leave.delete()
    else:
        leave.until = now
        leave.save(update_fields=["until"])
    duty.forget()
    announce(
        LeaveCancelled(
            subject=Subject("person", leave.person_id),
            organisation_id=leave.person.organisation_id,
            person_id=leave.person_id,
            since=leave.since,
            until=leave.until,
        ),
        actor=actor,
        at=now,
    )
