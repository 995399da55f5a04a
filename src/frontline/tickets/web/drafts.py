"""Drafts: what somebody typed and has not sent, kept by place."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.errors import Invalid
from frontline.tickets import queries
from frontline.tickets.usecases import keeping


@require_http_methods(["GET", "PUT", "DELETE"])
def draft(request: HttpRequest, place: str) -> HttpResponse:
    """GET gives {"fields": {…}} or 204; PUT keeps the same; DELETE drops it."""
    actor, now = actor_of(request), now_of(request)
    if request.method == "GET":
        kept = queries.draft(actor, place)
        return HttpResponse(status=204) if kept is None else JsonResponse({"fields": kept})
    if request.method == "DELETE":
        keeping.drop_draft(place=place, actor=actor, now=now)
        return HttpResponse(status=204)
    try:
        sent = json.loads(request.body)
    except ValueError as error:
        raise Invalid("The body is not valid JSON.", field="body") from error
    fields = sent.get("fields") if isinstance(sent, dict) else None
    if not isinstance(fields, dict) or "\\u0000" in json.dumps(fields):
        raise Invalid('Send {"fields": {…}} with texts and choices.', field="fields")
    keeping.save_draft(place=place, body=fields, actor=actor, now=now)
    return HttpResponse(status=204)
