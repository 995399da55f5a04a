"""Doors of the frame itself: a reader's preferences, the style guide, the page for when there is no network."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from frontline.foundation.ui.context import (
    DEFAULT_KEYS,
    DENSITIES,
    DENSITY_COOKIE,
    KEYS_COOKIE,
    THEME_COOKIE,
    THEMES,
    one_of,
    read_keys,
)
from frontline.foundation.ui.wording import worded
from frontline.kernel.errors import Phrase

YEAR = 365 * 24 * 3600


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep theme, density, language or keys in this browser. A form goes back to `next`; JSON gets JSON."""
    wants_json = request.content_type == "application/json"
    try:
        sent = json.loads(request.body) if wants_json else request.POST.dict()
    except ValueError:
        return JsonResponse({"detail": worded(Phrase("The body is not valid JSON."))}, status=400)
    if not isinstance(sent, dict):
        wanted = Phrase("Send an object with theme, density, language or keys.")
        return JsonResponse({"detail": worded(wanted)}, status=400)
    response: HttpResponse = JsonResponse({"saved": True}) if wants_json else back(request)
    for name, value in cookies_for(sent).items():
        response.set_cookie(
            name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response


def cookies_for(sent: dict[str, Any]) -> dict[str, str]:
    """The cookies that a set of preferences becomes; unknown values fall back to the standard."""
    cookies = {}
    if "theme" in sent:
        cookies[THEME_COOKIE] = one_of(str(sent["theme"]), THEMES)
    if "density" in sent:
        cookies[DENSITY_COOKIE] = one_of(str(sent["density"]), DENSITIES)
    if "language" in sent and check_for_language(str(sent["language"])):
        cookies[settings.LANGUAGE_COOKIE_NAME] = str(sent["language"])
    if "keys" in sent:
        keys_on, keys = read_keys(json.dumps(sent["keys"]))
        changed = {action: key for action, key in keys.items() if key != DEFAULT_KEYS[action]}
        cookies[KEYS_COOKIE] = json.dumps({"on": keys_on, "map": changed})
    return cookies


def back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the form stood on, never to another site."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    return HttpResponseRedirect(target)


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/offline.html")


@require_GET
def style_guide(request: HttpRequest) -> HttpResponse:
    from frontline.foundation.ui.styleguide import specimen

    face = request.GET.get("face", "insight")
    name = face if face in {"desk", "ticket", "door", "insight", "sign-in"} else "insight"
    return render(request, f"ui/styleguide/{name}.html", specimen())
