"""Pages for when something is wrong."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = structlog.get_logger(__name__)

PAGES = frozenset({400, 403, 404, 500})
LAST_RESORT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Something broke on our side</title>"
    "<h1>Something broke on our side</h1><p>It has been noted. Try again in a minute.</p>"
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
