"""A supplier's door: what we ask of them, what they hold, and one ticket without our internal notes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from frontline.foundation.http.requests import actor_of, now_of
from frontline.portal import queries
from frontline.tickets import queries as tickets

A_PAGE = 100
#: why something comes back, as those say it who give it back; the codes are those of a handoff
RETURNS = (
    ("not_ours", _("It is not ours to solve")),
    ("missing_information", _("Information is missing")),
    ("no_capacity", _("Nobody has time for it now")),
    ("solved_already", _("It is solved already")),
    ("other", _("Something else")),
)


def home(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """`/` for a supplier's people."""
    actor, now = actor_of(request), now_of(request)
    offered = tickets.tickets(actor, tickets.Filters(view="offered", sort="matters"), limit=A_PAGE).rows
    held = tickets.tickets(actor, tickets.Filters(view="held", sort="matters"), limit=A_PAGE).rows
    context |= {
        "offered": queries.as_parcels(offered, actor=actor, now=now),
        "held": queries.as_parcels(held, actor=actor, now=now),
        "nav": [],
    }
    return render(request, "portal/supplier.html", context)


def ticket(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """One ticket with what the handoff says, and the answer to it while it is asked."""
    actor = actor_of(request)
    mine = [h for h in tickets.handoffs(context["ticket"]) if h.receiver_id in actor.party_ids]
    context |= {
        "handoff": mine[-1] if mine else None,
        "offered": bool(mine) and mine[-1].state == "offered",
        "codes": RETURNS,
        "nav": [],
    }
    return render(request, "portal/supplier_ticket.html", context, status=status)
