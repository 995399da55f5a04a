"""Solutions that came back: what the next team did, and what had kept the desk from doing it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from frontline.foundation.http.requests import actor_of, now_of
from frontline.tickets import queries, wording


@require_GET
def returned(request: HttpRequest) -> HttpResponse:
    found = queries.returned_solutions(actor_of(request), limit=50)
    listed = [(one, wording.word_of(wording.BLOCKERS, one.blocker) if one.blocker else "") for one in found]
    return render(request, "tickets/returned.html", {"returned": listed, "now": now_of(request)})
