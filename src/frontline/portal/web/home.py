"""The first page: one question, and where my parcels are. Strangers and suppliers have their own."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontline.foundation import access
from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.actors import Actor, ActorKind
from frontline.people.queries.duty import NoDesk
from frontline.portal import present, queries
from frontline.portal.web import supplier


def is_supplier(actor: Actor) -> bool:
    return actor.kind == ActorKind.SUPPLIER


def person_to_talk_to(request: HttpRequest) -> dict[str, Any]:
    """The way to a human, for every page: number, who is there, until when."""
    actor, now = actor_of(request), now_of(request)
    try:
        desk = queries.desk_now(now=now)
        line = present.desk_line(desk, now=now, named=actor.person_id is not None)
    except NoDesk:  # a house that is not set up yet still shows its door
        line = ""
    return {
        "desk_phone": settings.DESK_PHONE,
        "desk_line": line,
        "can_ask": access.may(actor, "tickets.open"),
        "staff": actor.is_staff,
    }


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/` for everybody."""
    actor, now = actor_of(request), now_of(request)
    context = person_to_talk_to(request)
    if actor.person_id is None:
        return render(request, "portal/welcome.html", context | {"nav": []})
    if is_supplier(actor):
        return supplier.home(request, context)
    shelf, more = queries.shelf(actor, now=now)
    context |= {
        "cards": present.cards(shelf, now=now),
        "more": more,
        "first_name": actor.name.split(maxsplit=1)[0] if actor.name else "",
        "known": queries.known(actor),
    }
    return render(request, "portal/home.html", context)


@never_cache
@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """The parcels of the first page alone, for when something has changed."""
    actor, now = actor_of(request), now_of(request)
    found, more = queries.shelf(actor, now=now)
    return render(request, "portal/shelf.html", {"cards": present.cards(found, now=now), "more": more})
