"""Set-up: configuration items, who uses them, what they need."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontline.estate import queries
from frontline.estate.logic.words import attributes_from_lines
from frontline.estate.queries.items import kinds_in_use
from frontline.estate.usecases import items
from frontline.estate.web.forms import STATUSES, ItemForm
from frontline.estate.web.screens import (
    act,
    data_of,
    edit,
    linking,
    person_id_of,
    seen_version,
)
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.listing import MORE, Line, Listing, offset_of, show
from frontline.kernel.actors import Actor
from frontline.people.queries import directory

ITEMS = Listing(
    title=gettext_lazy("Items"),
    lead=gettext_lazy(
        "Devices, servers, applications, licences: what a ticket can be about, and who uses it."
    ),
    columns=(
        gettext_lazy("Kind"),
        gettext_lazy("Used by"),
        gettext_lazy("Serial number"),
        gettext_lazy("Status"),
    ),
    add_label=gettext_lazy("Add an item"),
    add_href="/setup/items/new",
    empty=gettext_lazy("No item matches. Many at once come in by: frontline import cis FILE"),
    icon="device-laptop",
)
PLAIN = ("name", "kind", "model", "serial", "status")
REFERENCES = ("organisation", "place", "team", "supplier")
VERBS = linking("item")


@require_GET
def item_list(request: HttpRequest) -> HttpResponse:
    rows = queries.items_page(
        actor=actor_of(request),
        text=request.GET.get("q", ""),
        order="name",
        offset=offset_of(request),
        limit=MORE,
    )
    lines = [
        Line(
            row.name,
            f"/setup/items/{row.uid}",
            (row.kind, row.person.name if row.person else "–", row.serial or "–", STATUSES[row.status]),
        )
        for row in rows
    ]
    return show(request, ITEMS, lines)


def _details(
    sent: Mapping[str, Any], actor: Actor, attributes: Mapping[str, Any] | None = None
) -> items.ItemDetails:
    """What was typed as the use case takes it. A number or yes/no that was not touched stays one."""
    typed = attributes_from_lines(sent["attributes"])
    before = attributes or {}
    kept = {n: before[n] if n in before and _shown(before[n]) == text else text for n, text in typed.items()}
    return cast(
        items.ItemDetails,
        {
            **{n: sent[n] for n in PLAIN},
            **queries.row_ids({n: sent[n] for n in REFERENCES}, actor=actor),
            "person_id": person_id_of(sent["person"], field="person"),
            "attributes": kept,
        },
    )


def _shown(value: Any) -> str:
    return str(value)


@require_http_methods(["GET", "HEAD", "POST"])
def item_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return edit(
        request,
        ItemForm(data_of(request), initial={"status": "in_use"}, actor=actor),
        lambda sent: items.create_item(details=_details(sent, actor), actor=actor, now=now_of(request)),
        title=_("Add an item"),
        back="/setup/items",
        kinds=kinds_in_use(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    actor = actor_of(request)
    page = queries.item_page(uid=uid, actor=actor)
    row = page.item
    return edit(
        request,
        ItemForm(data_of(request), initial=_initial(row, actor), actor=actor),
        lambda sent: items.update_item(
            uid=uid,
            changes=_details(sent, actor, row.attributes),
            version=seen_version(request),
            actor=actor,
            now=now_of(request),
        ),
        template="setup_item",
        title=row.name,
        back="/setup/items",
        version=row.version,
        page=page,
        here=f"/setup/items/{uid}",
        kinds=kinds_in_use(),
        choices=queries.service_choices(),
    )


def _initial(row: queries.ItemDetail, actor: Actor) -> dict[str, Any]:
    references = {name: getattr(row, name) for name in REFERENCES}
    return {
        **{name: getattr(row, name) for name in PLAIN},
        **{name: str(named.uid) if named else "" for name, named in references.items()},
        "person": directory.person_mail(uid=row.person.uid, actor=actor) if row.person else "",
        "attributes": "\n".join(f"{name}: {_shown(value)}" for name, value in row.attributes.items()),
    }


@require_POST
def item_act(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """The small changes beside the form, by verb; unknown verbs are not found."""
    if verb not in VERBS:
        raise Http404
    return act(request, uid, VERBS[verb], f"/setup/items/{uid}")
