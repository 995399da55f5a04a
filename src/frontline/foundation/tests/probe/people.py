"""People with sign-ins for tests that call a real server."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from frontline.people.logic.tokens import digest_of
from frontline.people.models import Account, ApiToken, Organisation, Person, RoleGrant

BORN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class SignedUp:
    """A person with an API token of all scopes, and a session's cookie."""

    id: int
    organisation_id: int
    token: str
    session: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}"}


def sign_up(*roles: str, organisation: Organisation | None = None, language="en", scopes=("*",)) -> SignedUp:
    """A new person with these roles (a user without any)."""
    name = secrets.token_hex(4)
    organisation = organisation or Organisation.objects.get_or_create(name="Ours", kind="internal")[0]
    person = Person.objects.create(name=name, organisation=organisation, language=language, created_at=BORN)
    RoleGrant.objects.bulk_create([RoleGrant(person=person, role=role, since=BORN) for role in roles])
    token = f"fl_{secrets.token_hex(20)}"
    ApiToken.objects.create(
        person=person,
        name="test",
        digest=digest_of(token, settings.SECRET_KEY),
        scopes=list(scopes),
        created_at=BORN,
    )
    account = Account.objects.create(person=person, login=f"{name}@example.org", created_at=BORN)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return SignedUp(person.pk, organisation.pk, token, str(session.session_key))
