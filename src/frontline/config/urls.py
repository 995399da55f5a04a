"""All addresses: what the manifests declare, the API, health, and answers for what is not there."""

import sys
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from frontline.config.api import api
from frontline.foundation import manifest
from frontline.foundation.http import health
from frontline.foundation.http.pages import guarded
from frontline.foundation.http.problems import desk_problem
from frontline.foundation.http.refusals import BrokeInside, DatabaseAway, NothingThere
from frontline.foundation.ui.errors import database_away, server_error


def _pages() -> list[URLPattern]:
    return [
        path(route.pattern, guarded(route), name=route.name)
        for capability in manifest.capabilities()
        for route in capability.routes
    ]


@csrf_exempt
def nothing_here(request: HttpRequest, **_: Any) -> HttpResponse:
    """An address of programs that nobody answers: a problem document, whatever the method."""
    return desk_problem(NothingThere(path=request.path))


urlpatterns: list[Any] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", api.urls),  # before the pages: patterns are tried one by one
    *_pages(),
    # the public status page comes with notices; until then its address is one of these
    re_path(r"^(?:(?:api|intake|v1|v2)/.*|status|status\.json)$", nothing_here),
]


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return nothing_here(request)
    return render(request, "errors/404.html", status=404)


def handler500(request: HttpRequest) -> HttpResponse:
    """Called while the error is being handled, so that it can be asked which one it is."""
    api = request.path.startswith("/api/")
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return desk_problem(DatabaseAway(seconds=1)) if api else database_away(request, seconds=1)
    return desk_problem(BrokeInside()) if api else server_error(request)


assert settings.ROOT_URLCONF
