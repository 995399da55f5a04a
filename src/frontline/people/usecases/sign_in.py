"""Checking who signs in: the same work and the same answer whether login, password or account is wrong.

A try is counted before the password is looked at and forgotten when it was right, so tries at the same time cannot
slip past the limit. The tries are written one by one, outside any transaction: a failure must be remembered.
"""

from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db.models.functions import Lower

from frontline.kernel.errors import DeskError, TooMany
from frontline.people.logic.throttle import PER_ADDRESS, PER_LOGIN, Limit, wait_of
from frontline.people.models import Account, SignInAttempt
from frontline.people.usecases.accounts import LONGEST_PASSWORD

LONGEST_LOGIN = 320


class NotSignedIn(DeskError):
    """E-mail and password do not match. Check both and try again."""


class TooManySignIns(TooMany):
    """Too many attempts to sign in. Wait {seconds} seconds and try again."""


def account_for(*, login: str, password: str, address: str, now: datetime) -> Account:
    """The account this login and password open. `address` is the network address asking, `now` real time.

    Raises NotSignedIn, and TooManySignIns (429, with `seconds`) after too many failures for the login or address.
    """
    name = login.strip().lower()[:LONGEST_LOGIN].replace("\0", "")
    attempt = SignInAttempt.objects.create(login=name, address=address[:64], at=now)
    _slow_down(attempt)
    account: Account | None = (
        Account.objects.annotate(low=Lower("login")).select_related("person").filter(low=name).first()
        if name
        else None
    )
    stored = account.password if account is not None and account.has_usable_password() else _nobodys()
    right = check_password(password[:LONGEST_PASSWORD], stored)
    if account is None or not right or not _open(account):
        raise NotSignedIn
    SignInAttempt.objects.filter(login=name).delete()
    return account


def _open(account: Account) -> bool:
    return account.active and account.person.active and account.person.left_at is None


def _slow_down(attempt: SignInAttempt) -> None:
    waits = [
        _wait(SignInAttempt.objects.filter(login=attempt.login), attempt, PER_LOGIN),
        _wait(SignInAttempt.objects.filter(address=attempt.address), attempt, PER_ADDRESS),
    ]
    if (wait := max(waits)) > timedelta(0):
        attempt.delete()  # a refused try is no failure, or nobody could ever get back in
        raise TooManySignIns(seconds=int(wait.total_seconds()) + 1)


def _wait(attempts: object, attempt: SignInAttempt, limit: Limit) -> timedelta:
    earlier = (
        attempts.filter(at__gt=attempt.at - limit.window, pk__lt=attempt.pk)  # type: ignore[attr-defined]
        .order_by("-pk")
        .values_list("at", flat=True)[: limit.tries]
    )
    return wait_of(list(earlier), limit, attempt.at)


@cache
def _nobodys() -> str:
    """A password hash that costs what a real one costs, for logins that do not exist."""
    return make_password("nobody's password")


def prune(*, now: datetime) -> int:
    """Forget failures too old to count."""
    count, _ = SignInAttempt.objects.filter(at__lt=now - timedelta(days=1)).delete()
    return count
