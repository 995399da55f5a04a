"""Pages for when something is wrong; `config/urls.py` names them as its handlers."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = structlog.get_logger(__name__)

LAST_RESORT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Something broke on our side</title>"
    "<h1>Something broke on our side</h1><p>It has been noted. Try again in a minute.</p>"
)


def page(request: HttpRequest, *, status: int, message: str = "", request_id: str = "") -> HttpResponse:
    """The page of an error status; `message` replaces the general sentence. Statuses without a page use 400's."""
    known = status if status in {400, 403, 404, 500} else (500 if status >= 500 else 400)
    context = {"message": message, "request_id": request_id}
    return render(request, f"ui/errors/{known}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Must answer even when the templates or the database are what broke."""
    try:
        return page(request, status=500)
    except Exception:
        log.exception("error_page_failed")
        return HttpResponse(LAST_RESORT, status=500)
