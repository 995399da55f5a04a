"""What was typed and not yet sent, kept for its writer: PUT, GET, DELETE."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.errors import Invalid
from frontline.portal.web.ask import DRAFT
from frontline.portal.web.parcel import draft_place
from frontline.tickets import queries as tickets
from frontline.tickets.usecases import keeping


class NoDraft(Invalid):
    """Send {{"fields": {{name: text}}}} as JSON."""


@never_cache
@require_http_methods(["GET", "PUT", "DELETE"])
def of_question(request: HttpRequest) -> HttpResponse:
    return _draft(request, DRAFT)


@never_cache
@require_http_methods(["GET", "PUT", "DELETE"])
def of_parcel(request: HttpRequest, ref: str) -> HttpResponse:
    ticket = tickets.ticket(ref, actor_of(request))
    return _draft(request, draft_place(ticket.ref))


def _draft(request: HttpRequest, place: str) -> HttpResponse:
    actor, now = actor_of(request), now_of(request)
    if request.method == "GET":
        # a page that came with words of its own keeps them; the older draft gives way when they are typed on
        kept = None if request.GET.get("new") else tickets.draft(actor, place)
        return HttpResponse(status=204) if kept is None else JsonResponse({"fields": kept})
    if request.method == "DELETE":
        keeping.drop_draft(place=place, actor=actor, now=now)
        return HttpResponse(status=204)
    keeping.save_draft(place=place, body=_fields(request.body), actor=actor, now=now)
    return HttpResponse(status=204)


def _fields(body: bytes) -> dict[str, str | bool]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoDraft from error
    fields = given.get("fields") if isinstance(given, dict) else None
    if not isinstance(fields, dict) or not all(isinstance(v, str | bool) for v in fields.values()):
        raise NoDraft
    if any("\0" in v for v in [*fields, *fields.values()] if isinstance(v, str)):
        raise NoDraft
    return fields
