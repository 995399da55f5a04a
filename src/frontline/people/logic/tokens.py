"""API tokens: made from randomness given, recognised by a keyed digest. Pure."""

import base64
import hmac
import re

from frontline.kernel.errors import Invalid

PREFIX = "fl_"
#: bytes of randomness in a token
LENGTH = 30
SCOPE = re.compile(r"^(\*|[a-z][a-z_]{1,30}:(read|write))$")


class UnknownScope(Invalid):
    """{scope} is no scope; use area:read, area:write (such as tickets:write) or * for everything the person may do."""


def token_from(randomness: bytes) -> str:
    """`fl_` and the bytes in the URL-safe alphabet: 43 characters for 30 bytes."""
    return PREFIX + base64.urlsafe_b64encode(randomness).decode().rstrip("=")


def digest_of(token: str, key: str) -> bytes:
    """HMAC-SHA-256 of the token under the desk's secret key. Tokens are random, so no slow hash is needed."""
    return hmac.digest(key.encode(), b"api-token\n" + token.encode(), "sha256")


def checked_scopes(scopes: list[str], *, areas: frozenset[str]) -> list[str]:
    """The scopes sorted and once each; raises UnknownScope for an area no capability knows."""
    for scope in scopes:
        if not SCOPE.match(scope) or (scope != "*" and scope.partition(":")[0] not in areas):
            raise UnknownScope(field="scopes", scope=repr(scope[:60]))
    return sorted(set(scopes))
