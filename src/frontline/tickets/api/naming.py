"""People, cursors and places in lists by the names the contract uses."""

from typing import Any
from uuid import UUID

from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.people import queries as people


def person_of(text: str, actor: Actor) -> tuple[int | None, str]:
    """`requester` as an id of a known person, or an e-mail address."""
    words = text.strip()
    if not words:
        return actor.person_id, ""
    if "@" in words:
        return None, words
    try:
        return people.person_by_uid(UUID(words), actor=actor).id, ""
    except ValueError as error:
        raise Invalid("Name a person by e-mail address or id.", field="requester") from error


def owner_of(text: str, actor: Actor) -> int:
    if text == "me":
        return actor.person_id or 0
    person_id, email = person_of(text, actor)
    if person_id is not None:
        return person_id
    found = people.requester_by_email(email)
    return 0 if found is None else found.id


def number_of(value: Any) -> int:
    if not isinstance(value, int):
        raise Invalid("This cursor is not one of ours; use next_cursor as it came.", field="cursor")
    return value
