"""Set-up: organisations, places, teams, skills and roles."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from frontline.foundation import manifest
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.listing import MORE, Line, Listing, offset_of, show
from frontline.kernel.actors import Role
from frontline.people.present import ROLE_LABELS, ROLE_MEANINGS
from frontline.people.queries import directory, person_row, role_holders
from frontline.people.queries import team_rows as team_queries
from frontline.people.usecases import organisations, teams
from frontline.people.web.forms import (
    OrganisationForm,
    PlaceForm,
    SkillForm,
    TeamForm,
    attempt,
    person_id_of,
    zone_names,
)


def _edit(
    request: HttpRequest,
    form: forms.Form,
    work: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    back: str,
    version: int | None = None,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form, or do the work with it and go back to the list; errors keep what was typed."""
    status = 200
    if request.method == "POST":
        if form.is_valid() and attempt(form, lambda: work(form.cleaned_data)):
            messages.success(request, _("Saved."))
            return redirect(back)
        status = 422
    context = {"form": form, "title": title, "back": back, "zones": zone_names(), "version": version}
    return render(request, "people/setup_form.html", {**context, **(more or {})}, status=status)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _state(*, active: bool) -> str:
    return "" if active else _("Inactive")


ORGANISATIONS = Listing(
    title=gettext_lazy("Organisations"),
    lead=gettext_lazy(
        "Ours, our customers', our suppliers'. Customers and suppliers only ever see their own."
    ),
    columns=(gettext_lazy("Kind"), gettext_lazy("Mail domains")),
    add_label=gettext_lazy("Add an organisation"),
    add_href="/setup/organisations/new",
    empty=gettext_lazy("No organisation matches."),
    icon="building",
)

KINDS = {
    "internal": gettext_lazy("Ours"),
    "customer": gettext_lazy("Customer"),
    "supplier": gettext_lazy("Supplier"),
}


@require_GET
def organisation_list(request: HttpRequest) -> HttpResponse:
    rows = directory.organisations_page(
        actor=actor_of(request),
        text=request.GET.get("q", ""),
        order="name",
        offset=offset_of(request),
        limit=MORE,
    )
    return show(
        request,
        ORGANISATIONS,
        [
            Line(
                row.name,
                f"/setup/organisations/{row.uid}",
                (KINDS[row.kind], ", ".join(row.domains)),
                _state(active=row.active),
            )
            for row in rows
        ],
    )


def _organisation_details(sent: dict[str, Any]) -> organisations.OrganisationDetails:
    domains = sent["domains"].replace(",", "\n").split()
    return {"name": sent["name"], "kind": sent["kind"], "domains": domains, "active": sent["active"]}


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(_data(request), initial={"active": True, "kind": "customer"})
    return _edit(
        request,
        form,
        lambda sent: organisations.create_organisation(
            details=_organisation_details(sent), actor=actor_of(request), now=now_of(request)
        ),
        title=_("Add an organisation"),
        back="/setup/organisations",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request: HttpRequest, uid: str) -> HttpResponse:
    row = directory.organisation_row(uid=uid, actor=actor_of(request))
    initial = {"name": row.name, "kind": row.kind, "domains": "\n".join(row.domains), "active": row.active}
    return _edit(
        request,
        OrganisationForm(_data(request), initial=initial),
        lambda sent: organisations.update_organisation(
            uid=uid,
            changes=_organisation_details(sent),
            version=_seen(request),
            actor=actor_of(request),
            now=now_of(request),
        ),
        title=row.name,
        back="/setup/organisations",
        version=row.version,
    )


PLACES = Listing(
    title=gettext_lazy("Places"),
    lead=gettext_lazy("Where people work. A place has a time zone, and its people read times in it."),
    columns=(gettext_lazy("Time zone"), gettext_lazy("Organisation")),
    add_label=gettext_lazy("Add a place"),
    add_href="/setup/places/new",
    empty=gettext_lazy("No place matches."),
    icon="map-pin",
)


@require_GET
def place_list(request: HttpRequest) -> HttpResponse:
    rows = directory.places_page(
        actor=actor_of(request),
        text=request.GET.get("q", ""),
        order="name",
        offset=offset_of(request),
        limit=MORE,
    )
    return show(
        request,
        PLACES,
        [
            Line(
                row.name,
                f"/setup/places/{row.uid}",
                (row.timezone, row.organisation.name if row.organisation else _("All organisations")),
                _state(active=row.active),
            )
            for row in rows
        ],
    )


def _place_details(request: HttpRequest, sent: dict[str, Any]) -> organisations.PlaceDetails:
    owner = sent["organisation"]
    found = directory.ids_of("organisation", [owner], actor=actor_of(request)) if owner else {}
    return {
        "name": sent["name"],
        "timezone": sent["timezone"],
        "address": sent["address"],
        "active": sent["active"],
        "organisation_id": found.get(owner),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def place_new(request: HttpRequest) -> HttpResponse:
    return _edit(
        request,
        PlaceForm(_data(request), initial={"active": True}, actor=actor_of(request)),
        lambda sent: organisations.create_place(
            details=_place_details(request, sent), actor=actor_of(request), now=now_of(request)
        ),
        title=_("Add a place"),
        back="/setup/places",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def place_edit(request: HttpRequest, uid: str) -> HttpResponse:
    row = directory.place_row(uid=uid, actor=actor_of(request))
    initial = {
        "name": row.name,
        "timezone": row.timezone,
        "address": row.address,
        "active": row.active,
        "organisation": str(row.organisation.uid) if row.organisation else "",
    }
    return _edit(
        request,
        PlaceForm(_data(request), initial=initial, actor=actor_of(request)),
        lambda sent: organisations.update_place(
            uid=uid,
            changes=_place_details(request, sent),
            version=_seen(request),
            actor=actor_of(request),
            now=now_of(request),
        ),
        title=row.name,
        back="/setup/places",
        version=row.version,
    )


TEAMS = Listing(
    title=gettext_lazy("Teams"),
    lead=gettext_lazy(
        "Who can hold tickets. One team is the desk: it owns every ticket from the first minute."
    ),
    columns=(gettext_lazy("Tier"), gettext_lazy("Time zone")),
    add_label=gettext_lazy("Add a team"),
    add_href="/setup/teams/new",
    empty=gettext_lazy("There is no team yet. Begin with the desk."),
    icon="users-group",
    searches=False,
)


@require_GET
def team_list(request: HttpRequest) -> HttpResponse:
    rows = team_queries.teams(with_inactive=True)
    begin = offset_of(request)
    return show(
        request,
        TEAMS,
        [
            Line(
                row.name,
                f"/setup/teams/{row.uid}",
                (row.tier, row.timezone),
                _("The desk") if row.is_desk else _state(active=row.active),
            )
            for row in rows[begin : begin + MORE]
        ],
    )


def _team_details(sent: dict[str, Any]) -> teams.TeamDetails:
    plain = {name: sent[name] for name in ("name", "tier", "is_desk", "timezone", "email", "active")}
    return cast(teams.TeamDetails, {**plain, "lead_id": person_id_of(sent["lead"], field="lead")})


@require_http_methods(["GET", "HEAD", "POST"])
def team_new(request: HttpRequest) -> HttpResponse:
    return _edit(
        request,
        TeamForm(_data(request), initial={"active": True, "tier": 2, "timezone": actor_of(request).timezone}),
        lambda sent: teams.create_team(
            details=_team_details(sent), actor=actor_of(request), now=now_of(request)
        ),
        title=_("Add a team"),
        back="/setup/teams",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def team_edit(request: HttpRequest, uid: str) -> HttpResponse:
    row = team_queries.team_by_uid(uid)
    initial = {
        "name": row.name,
        "tier": row.tier,
        "is_desk": row.is_desk,
        "timezone": row.timezone,
        "email": row.email,
        "active": row.active,
        "lead": "" if row.lead_id is None else person_row(person_id=row.lead_id).email,
    }
    return _edit(
        request,
        TeamForm(_data(request), initial=initial),
        lambda sent: teams.update_team(
            uid=uid,
            changes=_team_details(sent),
            version=_seen(request),
            actor=actor_of(request),
            now=now_of(request),
        ),
        title=row.name,
        back="/setup/teams",
        version=row.version,
        more={"members": team_queries.members_of(team_id=row.id, now=now_of(request)), "team": row},
    )


SKILLS = Listing(
    title=gettext_lazy("Skills"),
    lead=gettext_lazy(
        "What people can do. A ticket's owner is chosen by what its contact reason or service asks for."
    ),
    columns=(gettext_lazy("Kind"),),
    add_label=gettext_lazy("Add a skill"),
    add_href="/setup/skills/new",
    empty=gettext_lazy("No skill matches. Without skills, owners are chosen by load alone."),
    icon="school",
)

SKILL_KINDS = {
    "topic": gettext_lazy("Topic"),
    "language": gettext_lazy("Language"),
    "tool": gettext_lazy("Tool"),
}


@require_GET
def skill_list(request: HttpRequest) -> HttpResponse:
    begin = offset_of(request)
    rows = directory.skills(text=request.GET.get("q", ""))[begin : begin + MORE]
    return show(
        request,
        SKILLS,
        [Line(row.name, f"/setup/skills/{row.uid}", (SKILL_KINDS[row.kind],)) for row in rows],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def skill_new(request: HttpRequest) -> HttpResponse:
    return _edit(
        request,
        SkillForm(_data(request), initial={"kind": "topic"}),
        lambda sent: teams.create_skill(
            name=sent["name"], kind=sent["kind"], actor=actor_of(request), now=now_of(request)
        ),
        title=_("Add a skill"),
        back="/setup/skills",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def skill_edit(request: HttpRequest, uid: str) -> HttpResponse:
    row = directory.skill_row(uid)
    return _edit(
        request,
        SkillForm(_data(request), initial={"name": row.name, "kind": row.kind}),
        lambda sent: teams.update_skill(
            uid=uid, name=sent["name"], kind=sent["kind"], actor=actor_of(request), now=now_of(request)
        ),
        title=row.name,
        back="/setup/skills",
    )


@require_GET
def role_list(request: HttpRequest) -> HttpResponse:
    """Each role: what it is for, what it allows, who has it."""
    holders = role_holders(actor=actor_of(request), now=now_of(request))
    permissions = manifest.permissions().values()
    sections = []
    for role in Role:
        people = holders.get(role, [])
        sections.append(
            {
                "label": ROLE_LABELS[role],
                "meaning": ROLE_MEANINGS[role],
                "allows": [p.label for p in permissions if role in p.roles and p.label],
                "people": people,
                "count": ngettext("%(n)d person", "%(n)d people", len(people)) % {"n": len(people)},
                "granted": role not in {Role.USER, Role.SUPPLIER},
            }
        )
    return render(request, "people/setup_roles.html", {"sections": sections})
