"""What every request carries beyond Django's: who acts, when it came in, how the reader reads."""

from datetime import datetime

from django.http import HttpRequest

from frontline.kernel.actors import Actor


class DeskRequest(HttpRequest):
    """The request as our doors see it (type only; the middleware sets these on Django's own object)."""

    actor: Actor
    now: datetime
    request_id: str
    htmx: object


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def now_of(request: HttpRequest) -> datetime:
    """The one clock reading of this request."""
    now: datetime = request.now  # type: ignore[attr-defined]
    return now
