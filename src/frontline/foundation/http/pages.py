"""Doors for pages: rights before the view, and small helpers for fragments."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from frontline.foundation import access
from frontline.foundation.http.requests import actor_of
from frontline.foundation.manifest import Route

PUBLIC = "public"


def guarded(route: Route) -> Callable[..., HttpResponse]:
    """The view behind the permission of its route; strangers are sent to sign in and come back."""

    @wraps(route.view)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if route.permission != PUBLIC:
            actor = actor_of(request)
            if actor.person_id is None:
                return redirect(f"/sign-in?next={quote(request.get_full_path())}")
            if route.permission is not None:
                access.require(actor, route.permission)
        response: HttpResponse = route.view(request, *args, **kwargs)
        return response

    view.frontline_route = route  # type: ignore[attr-defined]
    return view
