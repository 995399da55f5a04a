"""The envelope around each request: one clock reading, an id for the logs, who acts, how they read, errors."""

import zoneinfo
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from frontline.foundation import clock
from frontline.foundation.http.problems import problem_response
from frontline.foundation.http.requests import actor_of
from frontline.kernel.actors import ANONYMOUS
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
        request.request_id = str(uuid7())  # type: ignore[attr-defined]
        request.now = SimpleLazyObject(clock.now)  # type: ignore[attr-defined]
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return problem_response(
                status=400,
                code="nul_byte",
                detail="The address contains a NUL byte, which cannot be stored or found.",
            )
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class ActorMiddleware:
    """Who acts on a page. The API has its own way in (bearer token, or the same session)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor_of_account = import_string(settings.ACTOR_OF_ACCOUNT)  # people live above the plumbing

        def find() -> object:
            user = request.user
            return (
                ANONYMOUS
                if not user.is_authenticated
                else actor_of_account(account_id=user.pk, now=request.now)
            )  # type: ignore[attr-defined]

        request.actor = SimpleLazyObject(find)  # type: ignore[attr-defined]
        return self.get_response(request)


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
                request.LANGUAGE_CODE = translation.get_language() or "en"  # type: ignore[attr-defined]
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
        if not isinstance(error, DeskError):
            return None
        if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
            return problem_response(
                status=error.status, code=error.code, detail=str(error), field=error.field
            )
        template = f"errors/{error.status}.html" if error.status in {403, 404} else "errors/desk_error.html"
        return render(request, template, {"error": error, "message": str(error)}, status=error.status)
