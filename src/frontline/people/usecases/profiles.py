"""What people say about themselves: the name they show, language, zone, and personal choices."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.foundation.ui.context import DEFAULT_KEYS
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Forbidden
from frontline.kernel.facts import Subject
from frontline.people.facts import PersonChanged
from frontline.people.logic.preferences import checked
from frontline.people.logic.words import language_of, zone_of
from frontline.people.models import Person
from frontline.people.usecases.checks import check_version, text


@use_case
def save_profile(
    *,
    shown_name: str,
    language: str,
    timezone: str,
    actor: Actor,
    now: datetime,
    preferences: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Person:
    """Save one's own profile. An empty zone follows the place; preferences left out stay as they are."""
    person = _myself(actor)
    check_version(person.version, version)
    values: dict[str, Any] = {
        "shown_name": text(shown_name, field="shown_name", most=200),
        "language": language_of(language),
        "timezone": zone_of(timezone) if timezone.strip() else "",
    }
    if preferences is not None:
        values["preferences"] = checked(preferences, actions=frozenset(DEFAULT_KEYS))
    changed = tuple(name for name, value in values.items() if getattr(person, name) != value)
    if changed:
        for name in changed:
            setattr(person, name, values[name])
        person.version += 1
        person.save(update_fields=[*changed, "version"])
        announce(
            PersonChanged(
                subject=Subject("person", person.pk),
                organisation_id=person.organisation_id,
                person_id=person.pk,
                fields=changed,
            ),
            actor=actor,
            at=now,
        )
    return person


def _myself(actor: Actor) -> Person:
    access.require(actor, "people.own")
    if actor.person_id is None:
        raise Forbidden
    return Person.objects.select_for_update(no_key=True).get(pk=actor.person_id)
