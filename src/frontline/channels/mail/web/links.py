"""Links in letters. Following one changes nothing, for scanners follow them all; a button on the page does."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from frontline.channels.mail import queries
from frontline.channels.mail.queries import LetterTicket
from frontline.channels.mail.usecases import letters
from frontline.foundation.http.requests import now_of
from frontline.foundation.ui.wording import worded
from frontline.kernel.errors import DeskError, NotFound
from frontline.people import queries as people
from frontline.tickets.usecases import reopening


class LinkIsOver(NotFound):
    """This link is not good any more. Answer the mail instead, and somebody will look at it."""


@require_http_methods(["GET", "HEAD", "POST"])
def still_broken(request: HttpRequest, token: str) -> HttpResponse:
    """ "Still broken": the page asks, its button reopens. The link is good for one solution."""
    ticket = _ticket(token)
    now = now_of(request)
    open_for_it = (
        ticket.solved_at is not None and ticket.reopen_until is not None and now < ticket.reopen_until
    )
    context: dict[str, Any] = {"ticket": ticket, "open": open_for_it, "done": False}
    if request.method == "POST" and open_for_it:
        actor = people.actor_of_person(person_id=ticket.requester_id, now=now)
        try:
            reopening.reopen(ref=ticket.ref, cause="still_broken", actor=actor, now=now)
        except DeskError as error:
            return render(
                request,
                "channels/still_broken.html",
                context | {"trouble": worded(error)},
                status=error.status,
            )
        context["done"] = True
    owner = people.people_by_ids([ticket.owner_id]).get(ticket.owner_id)
    response = render(
        request, "channels/still_broken.html", context | {"owner": owner.shown_name if owner else ""}
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _ticket(token: str) -> LetterTicket:
    try:
        said = signing.loads(token, salt=letters.STILL_BROKEN)
        ticket = queries.letter_ticket(int(said["t"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
        raise LinkIsOver from error
    if ticket is None:
        raise LinkIsOver
    if ticket.solved_at is not None and ticket.solved_at.isoformat() != said["s"]:
        raise LinkIsOver
    return ticket
