"""Set-up: people, what they may do, where they belong, how they sign in."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.listing import MORE, Line, Listing, offset_of, only_of, show
from frontline.foundation.ui.wording import worded
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError, Invalid
from frontline.people.present import ROLE_LABELS
from frontline.people.queries import directory
from frontline.people.queries import team_rows as team_queries
from frontline.people.queries.accounts import account_of
from frontline.people.queries.directory import PersonDetail
from frontline.people.usecases import accounts, persons, roles, teams
from frontline.people.web.forms import PersonForm, attempt, person_id_of, person_uid_of, zone_names

LIST = Listing(
    title=gettext_lazy("People"),
    lead=gettext_lazy("Everybody the desk knows: who asks, who answers, who supplies."),
    columns=(gettext_lazy("E-mail"), gettext_lazy("Organisation"), gettext_lazy("Roles")),
    add_label=gettext_lazy("Add a person"),
    add_href="/setup/people/new",
    empty=gettext_lazy("Nobody matches. Unknown senders become people by themselves when they first write."),
    icon="users",
    onlys={"unrecognised": gettext_lazy("Only senders that nobody has recognised yet.")},
)


@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    rows = directory.people_page(
        actor=actor_of(request),
        text=request.GET.get("q", ""),
        unrecognised=only_of(request) == "unrecognised",
        order="name",
        now=now_of(request),
        offset=offset_of(request),
        limit=MORE,
    )
    return show(request, LIST, [_line(row) for row in rows])


def _line(row: PersonDetail) -> Line:
    chip = ""
    if row.left_at is not None:
        chip = _("Left")
    elif not row.active:
        chip = _("Inactive")
    elif row.placeholder:
        chip = _("Not yet recognised")
    held = ", ".join(str(ROLE_LABELS[role]) for role in row.roles)
    return Line(row.name, f"/setup/people/{row.uid}", (row.email, row.organisation.name, held), chip)


def _details(request: HttpRequest, sent: dict[str, Any]) -> persons.PersonDetails:
    """What the form says, with rows for names."""
    actor = actor_of(request)
    owner = directory.ids_of("organisation", [sent["organisation"]], actor=actor).get(sent["organisation"])
    if owner is None:
        raise Invalid("There is no such organisation.", field="organisation")
    plain = (
        "name",
        "shown_name",
        "email",
        "phone",
        "title",
        "language",
        "timezone",
        "employee_number",
        "vip",
    )
    return cast(
        persons.PersonDetails,
        {name: sent[name] for name in (*plain, "active")}
        | {
            "organisation_id": owner,
            "department_path": sent["department"],
            "place_id": directory.ids_of("place", [sent["place"]], actor=actor).get(sent["place"]),
            "manager_id": person_id_of(sent["manager"], field="manager"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if request.method != "POST":
        form = PersonForm(initial={"language": "en", "active": True}, actor=actor)
        return _form_page(request, form, title=_("Add a person"))
    form = PersonForm(request.POST, actor=actor)
    made: list[Any] = []

    def work() -> None:
        details = _details(request, form.cleaned_data)
        made.append(persons.create_person(details=details, actor=actor, now=now_of(request)))

    if not form.is_valid() or not attempt(form, work):
        return _form_page(request, form, title=_("Add a person"), status=422)
    messages.success(request, _("%(name)s is added.") % {"name": made[0].name})
    return redirect(f"/setup/people/{made[0].uid}")


def _form_page(request: HttpRequest, form: PersonForm, *, title: str, status: int = 200) -> HttpResponse:
    context = {"form": form, "title": title, "back": "/setup/people", "zones": zone_names()}
    return render(request, "people/setup_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, uid: str) -> HttpResponse:
    """A person with all that belongs to them; the form on top saves the person alone."""
    actor, now = actor_of(request), now_of(request)
    row = directory.person_detail(uid=uid, actor=actor, now=now)
    if request.method != "POST":
        return _person_page(request, row, PersonForm(initial=_initial(row, actor), actor=actor))
    form = PersonForm(request.POST, actor=actor)

    def work() -> None:
        details = _details(request, form.cleaned_data)
        version = _seen(request)
        if row.placeholder:
            persons.recognise_placeholder(uid=uid, details=details, actor=actor, now=now)
        else:
            persons.update_person(uid=uid, changes=details, version=version, actor=actor, now=now)

    if not form.is_valid() or not attempt(form, work):
        return _person_page(request, row, form, status=422)
    messages.success(request, _("Saved."))
    return redirect(f"/setup/people/{uid}")


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _initial(row: PersonDetail, actor: Actor) -> dict[str, Any]:
    boss = None
    if row.manager is not None:
        boss = directory.person_mail(uid=row.manager.uid, actor=actor)
    stored = directory.person_texts(uid=row.uid, actor=actor)
    return {
        **{n: getattr(row, n) for n in ("name", "email", "phone", "title", "language", "timezone")},
        "employee_number": row.employee_number,
        "vip": row.vip,
        "active": row.active,
        "shown_name": stored.shown_name,
        "department": stored.department_path,
        "organisation": str(row.organisation.uid),
        "place": str(row.place.uid) if row.place else "",
        "manager": boss or "",
    }


def _person_page(
    request: HttpRequest, row: PersonDetail, form: PersonForm, *, status: int = 200, secret: str = ""
) -> HttpResponse:
    held = {str(skill.uid): level for skill, level in row.skills}
    mine = {str(team.uid) for team in row.teams}
    context = {
        "person": row,
        "form": form,
        "zones": zone_names(),
        "roles": [(role, ROLE_LABELS[role], role in row.roles) for role in roles.GRANTABLE],
        "inside": row.organisation_kind == "internal",
        "other_teams": [t for t in team_queries.teams() if str(t.uid) not in mine],
        "other_skills": [s for s in directory.skills() if str(s.uid) not in held],
        "account": account_of(uid=row.uid, actor=actor_of(request)),
        "secret": secret,
    }
    response = render(request, "people/setup_person.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def person_act(request: HttpRequest, uid: str, verb: str) -> HttpResponse:
    """The small changes beside the form, by verb. What is wrong is said on the page; unknown verbs are not found."""
    if verb not in VERBS:
        raise Http404
    try:
        shown = VERBS[verb](uid, request.POST, actor_of(request), now_of(request))
    except DeskError as error:
        if error.status == 404:
            raise
        messages.error(request, worded(error))
        shown = uid
    else:
        messages.success(request, _("Saved."))
    return redirect(f"/setup/people/{shown}")


def _grant(uid: str, sent: QueryDict, actor: Actor, now: datetime) -> str:
    roles.grant_role(uid=uid, role=sent.get("value", ""), actor=actor, now=now)
    return uid


def _revoke(uid: str, sent: QueryDict, actor: Actor, now: datetime) -> str:
    roles.revoke_role(uid=uid, role=sent.get("value", ""), actor=actor, now=now)
    return uid


def _join(uid: str, sent: QueryDict, actor: Actor, now: datetime) -> str:
    teams.add_member(team_uid=_uid(sent), person_uid=uid, actor=actor, now=now)
    return uid


def _part(uid: str, sent: QueryDict, actor: Actor, now: datetime) -> str:
    teams.end_membership(team_uid=_uid(sent), person_uid=uid, actor=actor, now=now)
    return uid


def _skill(uid: str, sent: QueryDict, actor: Actor, now: datetime) -> str:
    level = sent.get("level", "1")
    known = int(level) if level in {"0", "1", "2", "3"} else -1
    teams.set_skill(person_uid=uid, skill_uid=_uid(sent), level=known, actor=actor, now=now)
    return uid


def _merge(uid: str, sent: QueryDict, actor: Actor, now: datetime) -> str:
    into = person_uid_of(sent.get("value", ""), field="value", actor=actor)
    if into is None:
        raise Invalid("Say whose address it is.")
    persons.merge_placeholder(uid=uid, into_uid=into, actor=actor, now=now)
    return into


def _leave(uid: str, sent: QueryDict, actor: Actor, now: datetime) -> str:
    successor = person_id_of(sent.get("value", ""), field="value")
    persons.leave_the_desk(uid=uid, at=now, successor_id=successor, actor=actor, now=now)
    return uid


def _close(uid: str, sent: QueryDict, actor: Actor, now: datetime) -> str:
    accounts.close_account(uid=uid, actor=actor, now=now)
    return uid


VERBS: dict[str, Callable[[str, QueryDict, Actor, datetime], str]] = {
    "grant": _grant,
    "revoke": _revoke,
    "join": _join,
    "part": _part,
    "skill": _skill,
    "merge": _merge,
    "leave": _leave,
    "close": _close,
}


def _uid(sent: QueryDict) -> str:
    """A public id as it came from a list on the page."""
    try:
        return str(UUID(sent.get("value", "")))
    except ValueError as error:
        raise Invalid("Choose one from the list.") from error


@sensitive_variables("secret")
@require_POST
def person_account(request: HttpRequest, uid: str) -> HttpResponse:
    """Let the person sign in, with a new password that is shown this once."""
    actor, now = actor_of(request), now_of(request)
    row = directory.person_detail(uid=uid, actor=actor, now=now)
    secret = secrets.token_urlsafe(12)
    try:
        accounts.create_account(uid=uid, password=secret, actor=actor, now=now)
    except DeskError as error:
        messages.error(request, worded(error))
        return redirect(f"/setup/people/{uid}")
    return _person_page(request, row, PersonForm(initial=_initial(row, actor), actor=actor), secret=secret)
