"""Accounts: ways to sign in. Made, given passwords, signed out everywhere."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower

from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor, ActorKind
from frontline.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Phrase
from frontline.kernel.facts import Fact, Subject
from frontline.people.access import person_to_change
from frontline.people.facts import AccountMade, PasswordChanged, SignedOutEverywhere
from frontline.people.models import Account, Person

#: longer ones are refused, since hashing them would be work for nothing
LONGEST_PASSWORD = 256


class WrongPassword(Invalid):
    """The current password is not right."""


class NeedsAddress(Invalid):
    """This person has no e-mail address yet; it is what they sign in with."""


class LoginTaken(Conflict):
    """Somebody else signs in as {login} already."""


class WeakPassword(Invalid):
    """Choose another password: {why}."""


#: what Django's validators of the settings find, by their codes
_WEAK: dict[str | None, Callable[[Mapping[str, Any]], Phrase]] = {
    "password_too_short": lambda found: Phrase(
        "this one has fewer than {least} characters", least=found["min_length"]
    ),
    "password_too_similar": lambda _: Phrase("this one resembles your name or address"),
    "password_too_common": lambda _: Phrase("this one is among the first that anybody tries"),
}


class NoAccount(NotFound):
    """This person cannot sign in yet; make an account for them first."""


@use_case
def create_account(*, uid: str, password: str, actor: Actor, now: datetime) -> Account:
    """Let a person sign in with their e-mail address and this password; an account that was closed opens again."""
    person = person_to_change(uid, actor)
    if not person.email:
        raise NeedsAddress(field="email")
    if not person.active or person.left_at is not None:
        raise Invalid("This person is not active any more.", field="person")
    account: Account | None = Account.objects.select_for_update().filter(person=person).first()
    if account is None:
        if Account.objects.annotate(low=Lower("login")).filter(low=person.email.lower()).exists():
            raise LoginTaken(field="email", login=person.email)
        account = Account(person=person, login=person.email, created_at=now)
    account.active = True
    _set_password(account, person, password)
    announce(_about(AccountMade, person), actor=actor, at=now)
    return account


@use_case
def set_password(*, uid: str, password: str, actor: Actor, now: datetime) -> Account:
    """Give somebody else's account a new password; all their sessions end."""
    person = person_to_change(uid, actor)
    account: Account | None = Account.objects.select_for_update().filter(person=person).first()
    if account is None:
        raise NoAccount
    _set_password(account, person, password)
    announce(_about(PasswordChanged, person), actor=actor, at=now)
    return account


@use_case
def change_password(*, account_id: int, current: str, new: str, actor: Actor, now: datetime) -> Account:
    """Change one's own password; all sessions but the one that asks end. Raises WrongPassword."""
    account = _own_account(account_id, actor)
    if not account.check_password(current[:LONGEST_PASSWORD]):
        raise WrongPassword(field="current")
    _set_password(account, account.person, new)
    announce(_about(PasswordChanged, account.person), actor=actor, at=now)
    return account


@use_case
def sign_out_everywhere(*, account_id: int, actor: Actor, now: datetime) -> Account:
    """End all sessions of one's own account, on all devices."""
    account = _own_account(account_id, actor)
    account.session_epoch += 1
    account.save(update_fields=["session_epoch"])
    announce(_about(SignedOutEverywhere, account.person), actor=actor, at=now)
    return account


@use_case
def close_account(*, uid: str, actor: Actor, now: datetime) -> None:
    """The person can no longer sign in; their sessions end."""
    person = person_to_change(uid, actor)
    for account in Account.objects.select_for_update().filter(person=person, active=True):
        account.active = False
        account.session_epoch += 1
        account.save(update_fields=["active", "session_epoch"])
        announce(_about(SignedOutEverywhere, person), actor=actor, at=now)


def _own_account(account_id: int, actor: Actor) -> Account:
    access.require(actor, "people.own")
    account: Account | None = (
        Account.objects.select_for_update().select_related("person").filter(pk=account_id).first()
    )
    if account is None or actor.kind == ActorKind.TOKEN or account.person_id != actor.person_id:
        raise Forbidden("This can only be done by yourself, signed in.")
    return account


def _set_password(account: Account, person: Person, password: str) -> None:
    if len(password) > LONGEST_PASSWORD:
        raise Invalid("A password has {most} characters at most.", field="password", most=LONGEST_PASSWORD)
    try:
        validate_password(password, user=_Known(person))  # type: ignore[arg-type]  # it reads attributes only
    except ValidationError as error:
        why = tuple(_WEAK[one.code](one.params or {}) for one in error.error_list if one.code in _WEAK)
        raise WeakPassword(field="password", why=why) from error
    account.set_password(password)
    account.session_epoch += 1
    account.save()


class _Known:
    """What a password must not resemble, under the names Django's validator looks at."""

    def __init__(self, person: Person) -> None:
        self.username = person.email.partition("@")[0]
        self.email = person.email
        self.first_name, _, self.last_name = person.name.partition(" ")


def _about(kind: type[AccountMade | PasswordChanged | SignedOutEverywhere], person: Person) -> Fact:
    return kind(
        subject=Subject("person", person.pk), organisation_id=person.organisation_id, person_id=person.pk
    )
