"""The command palette: actions, tickets, people, services, and what other capabilities add."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from frontline.estate import queries as estate
from frontline.foundation import access as rights
from frontline.foundation import manifest
from frontline.foundation.http.requests import actor_of
from frontline.kernel.actors import Actor
from frontline.people import queries as people
from frontline.tickets import queries
from frontline.tickets.web.queue import VIEWS

Entry = tuple[str, str, str, str]


@require_GET
def palette(request: HttpRequest) -> JsonResponse:
    """{"groups": [{"label", "items": [{"label", "url", "hint", "key"?, "icon"?}]}]}, best first."""
    actor, text = actor_of(request), request.GET.get("q", "").strip()[:100]
    groups: dict[str, list[dict[str, Any]]] = {}
    for label, item in _actions(actor, text):
        groups.setdefault(label, []).append(item)
    for capability in manifest.capabilities():
        if capability.palette is None or not text:
            continue
        for group, label, url, hint in capability.palette(actor, text):
            groups.setdefault(group, []).append({"label": label, "url": url, "hint": hint})
    return JsonResponse({"groups": [{"label": name, "items": items} for name, items in groups.items()]})


def entries(actor: Actor, text: str) -> Iterable[Entry]:
    """Tickets, people and services of these words, as far as the actor may see them. Up to four queries."""
    found = queries.tickets(actor, queries.Filters(q=text), limit=6).rows
    for row in found:
        yield _("Tickets"), row.subject, f"/desk/tickets/{row.ref}", f"{row.ref} · {row.requester_name}"
    if not actor.is_staff:
        return
    for person in people.find_people(actor=actor, text=text, limit=5):
        hint = person.place or person.organisation
        if rights.may(actor, "contacts.log"):
            yield _("People"), person.name, f"/desk/call?person={person.uid}", hint
    for service in estate.search_services(text):
        yield _("Services"), service.name, f"/desk?view=all&q={service.name}", ""


def _actions(actor: Actor, text: str) -> Iterable[tuple[str, dict[str, Any]]]:
    """Where one can go, and what one can do, by the words typed."""
    words = text.casefold()
    group = _("Go to")
    places = [(str(label), f"/desk?view={view}", "layout-list") for view, (label, _empty) in VIEWS.items()]
    places.append((_("Returned solutions"), "/desk/returned", "arrow-back-up"))
    if rights.may(actor, "contacts.log"):
        places.insert(0, (_("Log a call"), "/desk/call", "phone-incoming"))
    nav = (item for capability in manifest.capabilities() for item in capability.nav)
    places += [
        (str(item.label), reverse(item.route), item.icon)
        for item in nav
        if item.face in {"desk", "setup", "insight"}
        and (item.permission is None or rights.may(actor, item.permission))
    ]
    shown = set()
    for label, url, icon in places:
        if words in label.casefold() and url not in shown:
            shown.add(url)
            yield group, {"label": label, "url": url, "icon": icon}
