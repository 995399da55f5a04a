"""Django's way to our accounts. Checking a password is a use case; this only hands the account over."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from frontline.foundation import clock
from frontline.people.models import Account
from frontline.people.usecases.sign_in import NotSignedIn, account_for
from frontline.people.web.addresses import address_of


class AccountBackend(BaseBackend):
    """Sign in with a login and a password; raises TooManySignIns instead of checking when it was tried too often."""

    def authenticate(
        self, request: HttpRequest | None, login: str | None = None, password: str | None = None, **_: Any
    ) -> Account | None:
        if login is None or password is None:
            return None
        address = "" if request is None else address_of(request)
        try:
            return account_for(login=login, password=password, address=address, now=clock.real_now())
        except NotSignedIn:
            return None

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session, while it is open. Whether its person still is, the actor's look-up says."""
        found: Account | None = Account.objects.filter(pk=user_id, active=True).first()
        return found
