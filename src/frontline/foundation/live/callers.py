"""Who opens a stream, found by the same middleware as every other request; runs in a thread, not in the event loop."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, parse_cookie
from django.utils.translation import check_for_language, get_language_from_request

from frontline.foundation import clock, manifest
from frontline.foundation.http.middleware import ActorMiddleware
from frontline.foundation.http.refusals import SignInFirst
from frontline.foundation.http.requests import actor_of, look_up_later
from frontline.foundation.live.rights import Wanted
from frontline.kernel.actors import Actor, ActorKind
from frontline.kernel.errors import Invalid, NotFound
from frontline.kernel.facts import Subject

PERMISSION = "facts.read"
MOST_SUBJECTS = 100


def request_of(scope: dict[str, Any]) -> HttpRequest:
    """As much of Django's request as finding the actor needs. Raises DisallowedHost like any other."""
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = scope["path"]
    for name, value in scope["headers"]:
        request.META[f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"] = value.decode("latin-1")
    request.META["SERVER_NAME"], request.META["SERVER_PORT"] = "localhost", "80"
    request.COOKIES = parse_cookie(request.META.get("HTTP_COOKIE", ""))
    request.get_host()
    return request


def language_of(scope: dict[str, Any]) -> str:
    """What this browser prefers, for words to somebody not known yet."""
    return get_language_from_request(request_of(scope))


def caller(scope: dict[str, Any]) -> Actor:
    """The actor, reading in the language of this browser. Raises SignInFirst."""
    request = request_of(scope)
    look_up_later(request, "now", clock.now)
    found: list[Actor] = []

    def look(inner: HttpRequest) -> HttpResponse:
        found.append(actor_of(inner))
        return HttpResponse()

    SessionMiddleware(AuthenticationMiddleware(ActorMiddleware(look)))(request)
    actor = found[0]
    if actor.kind == ActorKind.ANONYMOUS:
        raise SignInFirst
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return replace(actor, language=chosen) if chosen and check_for_language(chosen) else actor


def wanted(actor: Actor, names: Iterable[str]) -> Wanted:
    """`ticket:INC-1` as its subject, `ticket` as all of the kind (id 0), nothing at all as everything visible.

    Raises Invalid for a kind that nobody streams, NotFound for what is not there or not for this actor.
    """
    asked = list(names)
    if not asked:
        return None
    if len(asked) > MOST_SUBJECTS:
        raise Invalid("A stream follows up to {most} subjects.", most=MOST_SUBJECTS, field="subject")
    return frozenset(_subject(actor, name) for name in asked)


def _subject(actor: Actor, name: str) -> Subject:
    kind, _, ref = name.partition(":")
    live = manifest.live_subjects().get(kind)
    if live is None:
        known = tuple(sorted(manifest.live_subjects()))
        raise Invalid("{kind} is not streamed; these are: {known}.", kind=kind, known=known, field="subject")
    if ref in {"", "*"}:
        return Subject(kind, 0)
    number = None if live.resolve is None else live.resolve(ref)
    if number is None or number not in live.visible(actor, {number}):
        raise NotFound("There is no {name} that you may see.", name=name, field="subject")
    return Subject(kind, number)
