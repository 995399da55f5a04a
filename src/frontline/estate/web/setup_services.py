"""Set-up: services, what they need, who is known to use them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontline.estate import queries
from frontline.estate.queries.services import calendar_keys_in_use
from frontline.estate.usecases import services
from frontline.estate.web.forms import ServiceForm
from frontline.estate.web.screens import (
    Verb,
    act,
    data_of,
    edit,
    linking,
    person_id_of,
    seen_version,
    uid_of,
)
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.listing import MORE, Line, Listing, offset_of, only_of, show
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.people import queries as people
from frontline.people.queries import directory

SERVICES = Listing(
    title=gettext_lazy("Services"),
    lead=gettext_lazy(
        "What IT offers, by the names people use. A ticket points at one; somebody answers for each."
    ),
    columns=(
        gettext_lazy("Criticality"),
        gettext_lazy("Owner"),
        gettext_lazy("Team"),
        gettext_lazy("Offered to"),
    ),
    add_label=gettext_lazy("Add a service"),
    add_href="/setup/services/new",
    empty=gettext_lazy("No service matches. Many at once come in by: frontline import services FILE"),
    icon="server",
    onlys={
        "owner": gettext_lazy("Only services that nobody answers for."),
        "team": gettext_lazy("Only services without a team to hand them to."),
    },
)
PLAIN = ("name", "description", "keywords", "criticality", "calendar_key", "active")


@require_GET
def service_list(request: HttpRequest) -> HttpResponse:
    rows = queries.services_page(
        actor=actor_of(request),
        text=request.GET.get("q", ""),
        order="name",
        lacks=only_of(request),
        offset=offset_of(request),
        limit=MORE,
    )
    return show(request, SERVICES, [_line(row) for row in rows])


def _line(row: queries.ServiceDetail) -> Line:
    owner = row.owner.name if row.owner else _("nobody yet")
    team = row.team.name if row.team else "–"
    offered = row.organisation.name if row.organisation else _("Everybody")
    chip = "" if row.active else _("Retired")
    return Line(row.name, f"/setup/services/{row.uid}", (row.criticality, owner, team, offered), chip)


def _details(sent: Mapping[str, Any], actor: Actor) -> services.ServiceDetails:
    references = queries.row_ids({n: sent[n] for n in ("team", "skill", "organisation")}, actor=actor)
    owners = {f"{n}_id": person_id_of(sent[n], field=n) for n in ("owner", "business_owner")}
    return cast(services.ServiceDetails, {**{n: sent[n] for n in PLAIN}, **references, **owners})


@require_http_methods(["GET", "HEAD", "POST"])
def service_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = ServiceForm(data_of(request), initial={"active": True, "criticality": 3}, actor=actor)
    return edit(
        request,
        form,
        lambda sent: services.create_service(details=_details(sent, actor), actor=actor, now=now_of(request)),
        title=_("Add a service"),
        back="/setup/services",
        calendars=calendar_keys_in_use(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def service_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    actor, now = actor_of(request), now_of(request)
    page = queries.service_page(uid=uid, actor=actor)
    row = page.service
    return edit(
        request,
        ServiceForm(data_of(request), initial=_initial(row, actor), actor=actor),
        lambda sent: services.update_service(
            uid=uid, changes=_details(sent, actor), version=seen_version(request), actor=actor, now=now
        ),
        template="setup_service",
        title=row.name,
        back="/setup/services",
        version=row.version,
        page=page,
        here=f"/setup/services/{uid}",
        reasons=queries.reasons_of_service(service_id=row.id, actor=actor, at=now),
        calendars=calendar_keys_in_use(),
        choices=queries.service_choices(),
    )


def _initial(row: queries.ServiceDetail, actor: Actor) -> dict[str, Any]:
    def mail(named: queries.Named | None) -> str:
        return directory.person_mail(uid=named.uid, actor=actor) if named else ""

    references = {n: getattr(row, n) for n in ("team", "skill", "organisation")}
    return {
        **{name: getattr(row, name) for name in PLAIN},
        **{name: str(named.uid) if named else "" for name, named in references.items()},
        "owner": mail(row.owner),
        "business_owner": mail(row.business_owner),
    }


def _user(uid: UUID, sent: QueryDict, actor: Actor, now: datetime) -> None:
    person_id = person_id_of(sent.get("value", ""), field="value")
    if person_id is None:
        raise Invalid("Give the e-mail address of who uses it.")
    services.add_service_user(uid=uid, person_id=person_id, actor=actor, now=now)


def _no_user(uid: UUID, sent: QueryDict, actor: Actor, now: datetime) -> None:
    person_id = people.person_by_uid(uid_of(sent), actor=actor).id
    services.remove_service_user(uid=uid, person_id=person_id, actor=actor, now=now)


VERBS: dict[str, Verb] = {**linking("service"), "user": _user, "no-user": _no_user}


@require_POST
def service_act(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """The small changes beside the form, by verb; unknown verbs are not found."""
    if verb not in VERBS:
        raise Http404
    return act(request, uid, VERBS[verb], f"/setup/services/{uid}")
