"""The envelope around each request: one clock reading, an id for the logs, who acts, how they read, errors."""

import zoneinfo
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from frontline.foundation import clock
from frontline.foundation.facts import place
from frontline.foundation.http.problems import (
    API_PATHS,
    as_problem,
    desk_problem,
    wants_problem,
)
from frontline.foundation.http.refusals import NulByte, TooLarge
from frontline.foundation.http.requests import actor_of, look_up_later, now_of
from frontline.foundation.ui.wording import worded
from frontline.kernel.actors import ANONYMOUS, Actor
from frontline.kernel.errors import DeskError
from frontline.kernel.ids import uuid7

log = structlog.get_logger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]

#: no inline script or style anywhere, nothing from elsewhere; message bodies live in sandboxed frames
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'; frame-src 'self'; style-src 'self'; script-src 'self'"
)


class RequestEnvelope:
    """Reads the clock once, refuses NUL bytes, sets the security headers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = str(uuid7())
        request.request_id = request_id  # type: ignore[attr-defined]
        look_up_later(request, "now", clock.now)
        request.live_at = place.reached()  # type: ignore[attr-defined]  # before the first query of the page
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = _nul_byte(request) if _has_nul(request) else self.get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        if response.status_code >= 400 and request.path.startswith(API_PATHS):
            response = as_problem(request, response)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers["X-Request-Id"] = request_id
        return response


def _has_nul(request: HttpRequest) -> bool:
    return "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")


def _nul_byte(request: HttpRequest) -> HttpResponse:
    """Refused before anybody asked who reads it: in the language that the browser prefers."""
    with translation.override(translation.get_language_from_request(request)):
        return desk_problem(NulByte())


class ActorMiddleware:
    """Who acts: the bearer token where one is sent (it never falls back to a session), else the session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        look_up_later(request, "actor", lambda: _find_actor(request))
        return self.get_response(request)


def _find_actor(request: HttpRequest) -> Actor:
    """People live above the plumbing, so their look-ups are named in the settings."""
    sent = request.headers.get("Authorization")
    actor: Actor | None
    if sent is not None and request.path.startswith(API_PATHS):
        scheme, _, token = sent.partition(" ")
        if scheme.lower() != "bearer":
            return ANONYMOUS
        actor_of_token = import_string(settings.ACTOR_OF_TOKEN)
        actor = actor_of_token(token=token.strip(), now=now_of(request), real_now=clock.real_now())
        return ANONYMOUS if actor is None else actor
    if not request.user.is_authenticated:
        return ANONYMOUS
    actor_of_account = import_string(settings.ACTOR_OF_ACCOUNT)
    actor = actor_of_account(account_id=request.user.pk, now=now_of(request))
    return ANONYMOUS if actor is None else actor


class ReaderMiddleware:
    """Pages in the reader's own language and zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/static/", "/healthz", "/readyz", "/metrics")):
            return self.get_response(request)
        actor = actor_of(request)
        if actor.person_id is not None:
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(actor.language)
                request.LANGUAGE_CODE = translation.get_language() or "en"
            timezone.activate(zoneinfo.ZoneInfo(actor.timezone or "UTC"))
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


class DeskErrorMiddleware:
    """Turns our errors into answers: a problem document for programs, a page in plain words for people."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, RequestDataTooBig):
            error = TooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20)
        if not isinstance(error, DeskError):
            return None
        if wants_problem(request):
            return desk_problem(error)
        known = {403, 404}
        template = f"errors/{error.status}.html" if error.status in known else "errors/desk_error.html"
        return render(request, template, {"error": error, "message": worded(error)}, status=error.status)
