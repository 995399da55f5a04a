"""All my tickets: under way, past, and those of others that I follow; a page at a time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontline.foundation.http.api import read_cursor, write_cursor
from frontline.foundation.http.requests import actor_of, now_of
from frontline.portal import present, queries
from frontline.portal.web.home import person_to_talk_to

SHOWS = ("open", "past", "followed")
A_PAGE = 20


@never_cache
@require_safe
def parcels(request: HttpRequest) -> HttpResponse:
    """`/tickets?show=open|past|followed&cursor=`."""
    actor, now = actor_of(request), now_of(request)
    show = request.GET.get("show", "open")
    show = show if show in SHOWS else "open"
    cursor = request.GET.get("cursor") or None
    page = queries.parcels(
        actor,
        now=now,
        states=queries.PAST if show == "past" else queries.ON_THE_SHELF,
        followed=show == "followed",
        after=read_cursor(cursor, int),
        limit=A_PAGE,
    )
    following = None if page.after is None else urlencode({"show": show, "cursor": write_cursor(*page.after)})
    labels = {"open": _("Under way"), "past": _("Past"), "followed": _("Followed")}
    context = {
        "show": show,
        "tabs": [
            {"label": label, "url": f"/tickets?show={name}", "current": name == show}
            for name, label in labels.items()
        ],
        "cards": present.cards(page.parcels, now=now),
        "next": f"/tickets?{following}" if following else "",
        "start": "" if cursor is None else f"/tickets?show={show}",
        **person_to_talk_to(request),
    }
    return render(request, "portal/parcels.html", context)
