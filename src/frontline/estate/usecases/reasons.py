"""Contact reasons. Every change is a new version from an instant on, so that old tickets keep what they were told."""

from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.db import IntegrityError

from frontline.estate.access import reason_to_change
from frontline.estate.facts import ReasonChanged, ReasonRetired
from frontline.estate.logic.words import check_version, key_of, keywords_of, line
from frontline.estate.models import ContactReason
from frontline.estate.queries.lookups import forget
from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import savepoint, use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Conflict, Invalid
from frontline.kernel.facts import Subject

KINDS = ("incident", "request", "question")
#: two changes at the same instant keep their order
TICK = timedelta(microseconds=1)


class ReasonKeyTaken(Conflict):
    """A contact reason with the key {key} exists already; change that one, or choose another key."""


class ChangeInThePast(Invalid):
    """A change counts from now or later; tickets opened before keep what was valid then."""


class PlannedAlready(Conflict):
    """A change from {at} is planned already; choose that instant to alter it, or a later one."""


class ReasonNeeded(Conflict):
    """{name} is sorted under this contact reason; give it another place first."""


class ReasonDetails(TypedDict, total=False):
    """What can be said about a contact reason; what is absent stays as it is.

    `impact` and `urgency` are 1 (high) to 3 and set the priority a ticket begins with; `sensitive` means the caller
    is checked first; `parent_key` sorts it under another one.
    """

    name: str
    parent_key: str
    kind: str
    service_id: int | None
    team_id: int | None
    skill_id: int | None
    impact: int
    urgency: int
    sensitive: bool
    keywords: str


@use_case
def create_reason(
    *,
    key: str,
    details: ReasonDetails,
    actor: Actor,
    now: datetime,
    valid_from: datetime | None = None,
) -> ContactReason:
    """Add a contact reason, from now or a later instant on. A retired key can come back: its versions go on.

    Raises BadKey, ReasonKeyTaken, Invalid, ChangeInThePast.
    """
    access.require(actor, "estate.manage")
    key = key_of(key)
    if key == "new":
        raise Invalid("This word is taken by an address; choose another key.", field="key")
    values = _checked(details)
    if not values.get("name"):
        raise Invalid("Give the contact reason a name, as people would say it.", field="name")
    at = _instant(valid_from, now)
    last = (
        ContactReason.objects.select_for_update(no_key=True).filter(key=key).order_by("-valid_from").first()
    )
    if last is not None and last.valid_until is None:
        raise ReasonKeyTaken(field="key", key=key)
    if last is not None and last.valid_until is not None:
        at = max(at, last.valid_until)
    reason = ContactReason(key=key, valid_from=at, version=last.version + 1 if last else 1, **values)
    _check_parent(reason)
    try:
        with savepoint():
            reason.save()
    except IntegrityError as error:  # somebody made the same key at the same moment
        raise ReasonKeyTaken(field="key", key=key) from error
    _tell(reason, None, actor, now)
    return reason


@use_case
def update_reason(
    *,
    key: str,
    changes: ReasonDetails,
    actor: Actor,
    now: datetime,
    valid_from: datetime | None = None,
    version: int | None = None,
) -> ContactReason:
    """Change a contact reason from now or a later instant on: a new version, which is returned.

    A version that is only planned is altered in place: nobody has used it. Raises StaleVersion, Invalid,
    ChangeInThePast, PlannedAlready.
    """
    reason = reason_to_change(key, actor)
    check_version(reason.version, version)
    values = _checked(changes)
    planned = reason.valid_from > now
    at = _instant(valid_from or (reason.valid_from if planned else None), now)
    if not any(getattr(reason, name) != value for name, value in values.items()):
        return reason
    if planned and at == reason.valid_from:
        following, was_id = reason, None
    else:
        if at < reason.valid_from:
            raise PlannedAlready(field="valid_from", at=reason.valid_from)
        at = max(at, reason.valid_from + TICK)
        ContactReason.objects.filter(pk=reason.pk).update(valid_until=at)
        following, was_id = ContactReason(**_copied(reason), key=reason.key, valid_from=at), reason.pk
    for name, value in values.items():
        setattr(following, name, value)
    following.version = reason.version + 1
    _check_parent(following)
    following.save()
    _tell(following, was_id, actor, now)
    return following


@use_case
def retire_reason(*, key: str, actor: Actor, now: datetime, version: int | None = None) -> ContactReason:
    """A contact reason can no longer be chosen; tickets that have it keep it. Raises ReasonNeeded, StaleVersion."""
    reason = reason_to_change(key, actor)
    check_version(reason.version, version)
    child = ContactReason.objects.filter(parent_key=reason.key, valid_until=None).order_by("name").first()
    if child is not None:
        raise ReasonNeeded(name=child.name)
    reason.valid_until = max(now, reason.valid_from)
    reason.save(update_fields=["valid_until"])
    forget()
    announce(
        ReasonRetired(
            subject=Subject("contact_reason", reason.pk), reason_id=reason.pk, valid_until=reason.valid_until
        ),
        actor=actor,
        at=now,
    )
    return reason


def _instant(wanted: datetime | None, now: datetime) -> datetime:
    if wanted is None:
        return now
    if wanted < now:
        raise ChangeInThePast(field="valid_from")
    return wanted


def _copied(reason: ContactReason) -> dict[str, Any]:
    return {name: getattr(reason, name) for name in ReasonDetails.__annotations__}


def _checked(details: ReasonDetails) -> dict[str, Any]:
    values: dict[str, Any] = dict(details)
    if "name" in values:
        values["name"] = line(values["name"], field="name", most=200)
        if not values["name"]:
            raise Invalid("Give the contact reason a name, as people would say it.", field="name")
    if values.get("parent_key"):
        values["parent_key"] = key_of(values["parent_key"], field="parent_key")
    if "kind" in values and values["kind"] not in KINDS:
        raise Invalid("The kind is incident, request or question.", field="kind")
    for name in ("impact", "urgency"):
        if name in values and values[name] not in {1, 2, 3}:
            raise Invalid("This is 1 (high), 2 or 3.", field=name)
    if "keywords" in values:
        values["keywords"] = keywords_of(values["keywords"])
    return values


def _check_parent(reason: ContactReason) -> None:
    """What it is sorted under exists and is not sorted under it in turn."""
    seen, parent = [reason.name], reason.parent_key
    parents = {
        key: (name, above)
        for key, name, above in ContactReason.objects.filter(valid_until=None).values_list(
            "key", "name", "parent_key"
        )
    }
    while parent:
        if parent == reason.key:
            raise Invalid(
                "This would be a circle: {path}.", field="parent_key", path=" → ".join([*seen, reason.name])
            )
        if parent not in parents:
            raise Invalid("There is no contact reason {key}.", field="parent_key", key=parent)
        name, parent = parents[parent]
        seen.append(name)


def _tell(reason: ContactReason, was_id: int | None, actor: Actor, now: datetime) -> None:
    forget()
    announce(
        ReasonChanged(
            subject=Subject("contact_reason", reason.pk),
            reason_id=reason.pk,
            was_id=was_id,
            valid_from=reason.valid_from,
        ),
        actor=actor,
        at=now,
    )
