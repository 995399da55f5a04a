"""Whether somebody can sign in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontline.kernel.actors import Actor
from frontline.people.access import scope
from frontline.people.models import Account, Person


@dataclass(frozen=True, slots=True)
class AccountRow:
    login: str
    active: bool
    last_login: datetime | None


def account_of(*, uid: UUID | str, actor: Actor) -> AccountRow | None:
    """The account of a person the actor may see, or None when they have none. One query."""
    row = (
        Account.objects.filter(person__in=Person.objects.filter(scope(actor), uid=uid))
        .values_list("login", "active", "last_login")
        .first()
    )
    return None if row is None else AccountRow(*row)
