"""Pages for when something is wrong."""

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = structlog.get_logger(__name__)

PAGES = frozenset({400, 403, 404, 500, 503})
LAST_RESORT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Something broke on our side</title>"
    "<h1>Something broke on our side</h1><p>It has been noted. Try again in a minute.</p>"
)
LAST_RESORT_AWAY = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Back in a moment</title>"
    "<h1>Back in a moment</h1><p>The desk does not reach its database at the moment. Try again in a few seconds. "
    "If you had just sent something, look first whether it has arrived.</p>"
)


def page(request: HttpRequest, *, status: int, message: str = "") -> HttpResponse:
    """The page of an error status; `message` replaces its general sentence and is needed where none is known."""
    template = f"errors/{status}.html" if status in PAGES else "errors/desk_error.html"
    return render(request, template, {"message": message, "status": status}, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of 500, which answers even when the templates or the database are what broke."""
    try:
        return page(request, status=500)
    except Exception:
        log.exception("error_page_failed")
        return HttpResponse(LAST_RESORT, status=500)


def database_away(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """The page of 503: nothing is broken, and asking again helps. Without words of the reader's, whom nobody knows."""
    try:
        response = page(request, status=503)
    except (OperationalError, InterfaceError):  # the frame asks the database who reads
        response = HttpResponse(LAST_RESORT_AWAY, status=503)
    response["Retry-After"] = str(seconds)
    return response
