"""What the doors themselves refuse, before any use case is asked: each an error like all others, worded at the end."""

from frontline.kernel.errors import Conflict, DeskError, Forbidden, Invalid, NotFound


class TooLarge(DeskError):
    """This request is too large; {limit} MB is the most."""

    status = 413


class SignInFirst(DeskError):
    """Send Authorization: Bearer with a valid token, or sign in."""

    code = "sign_in"
    status = 401


class NulByte(DeskError):
    """The address contains a NUL byte, which cannot be stored or found."""

    status = 400


class BadJson(DeskError):
    """The body is not valid JSON: {why}."""

    code = "http"
    status = 400


class NotJson(DeskError):
    """Send the body as application/json, not {kind}."""

    status = 415


class NeedsCsrf(Forbidden):
    """Send the CSRF token with changes made from a browser session."""

    code = "http"


class SomeInvalid(Invalid):
    """Some values cannot be used; see errors."""

    code = "invalid"


class NothingThere(NotFound):
    """There is nothing at {path}."""

    code = "not_found"


class Clash(Conflict):
    """This clashes with what is stored: {rule}."""

    code = "conflict"


class BrokeInside(DeskError):
    """Something broke on our side; it has been logged. Nothing of your request was stored."""

    code = "internal"
    status = 500


class DatabaseAway(DeskError):
    """The database did not answer, so it is not known whether this was done. Ask again with the same Idempotency-Key: it is done once."""  # noqa: E501 (one sentence a reader sees whole)

    status = 503


class NotReady(DeskError):
    """The live stream could not start; it has been logged."""

    status = 503


class BadHost(DeskError):
    """This desk goes by another name."""

    status = 400


class BadIdempotencyKey(Invalid):
    """Idempotency-Key takes 1 to 200 printable characters."""


class KeyInFlight(Conflict):
    """A request with this Idempotency-Key is still running."""


class KeyReused(Invalid):
    """This Idempotency-Key was used for another request. Use a new key for a new request."""
