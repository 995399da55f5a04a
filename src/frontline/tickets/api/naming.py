"""People by the names the contract uses: e-mail addresses and public ids."""

from uuid import UUID

from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid, NotFound
from frontline.people import queries as people
from frontline.people.logic.addresses import email_of


def person_of(text: str, actor: Actor, *, field: str) -> tuple[int | None, str]:
    """A person of the field as the id of one who is known, or an e-mail address; nobody named is the actor."""
    words = text.strip()
    if not words:
        return actor.person_id, ""
    if "@" in words:
        return None, email_of(words, field=field)
    try:
        return people.person_by_uid(UUID(words), actor=actor).id, ""
    except ValueError as error:
        raise Invalid("Name a person by e-mail address or id.", field=field) from error
    except NotFound as error:
        raise Invalid("There is no such person that you may see.", field=field) from error


def owner_of(text: str, actor: Actor, *, field: str) -> int:
    """The id of a person to look for; 0, which nobody has, when there is none with this address."""
    if text == "me":
        return actor.person_id or 0
    person_id, email = person_of(text, actor, field=field)
    if person_id is not None:
        return person_id
    found = people.requester_by_email(email)
    return 0 if found is None else found.id
