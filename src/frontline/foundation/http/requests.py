"""What every request carries beyond Django's: who acts, when it came in, how the reader reads.

Both are looked up at first use, so that /healthz and static files need no database. `request.actor` and
`request.now` are for templates; code asks `actor_of` and `now_of`, which give the plain objects.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import TypeVar

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from frontline.kernel.actors import Actor

T = TypeVar("T")


class DeskRequest(HttpRequest):
    """The request as our doors see it (type only; the middleware sets these on Django's own object)."""

    actor: Actor
    now: datetime
    request_id: str
    htmx: object


def look_up_later(request: HttpRequest, name: str, find: Callable[[], T]) -> None:
    """`request.<name>` is found at first use, once."""
    once = cache(find)
    setattr(request, f"find_{name}", once)
    setattr(request, name, SimpleLazyObject(once))


def actor_of(request: HttpRequest) -> Actor:
    """Who makes this request; ANONYMOUS for a stranger."""
    find: Callable[[], Actor] | None = getattr(request, "find_actor", None)
    actor: Actor = request.actor if find is None else find()  # type: ignore[attr-defined]
    return actor


def now_of(request: HttpRequest) -> datetime:
    """The one clock reading of this request."""
    find: Callable[[], datetime] | None = getattr(request, "find_now", None)
    now: datetime = request.now if find is None else find()  # type: ignore[attr-defined]
    return now
