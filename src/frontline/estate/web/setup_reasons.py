"""Set-up: contact reasons and their versions."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontline.estate import queries
from frontline.estate.usecases import reasons
from frontline.estate.web.forms import KINDS, NewReasonForm, ReasonForm
from frontline.estate.web.screens import (
    data_of,
    edit,
    seen_version,
)
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.listing import MORE, Line, Listing, offset_of, show
from frontline.foundation.ui.wording import worded
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError

REASONS = Listing(
    title=gettext_lazy("Contact reasons"),
    lead=gettext_lazy(
        "Why people contact the desk. A reason sets service, priority and skill of a ticket. "
        "A change is a new version: old tickets keep theirs."
    ),
    columns=(
        gettext_lazy("Kind"),
        gettext_lazy("Service"),
        gettext_lazy("Impact · urgency"),
        gettext_lazy("Key"),
    ),
    add_label=gettext_lazy("Add a contact reason"),
    add_href="/setup/reasons/new",
    empty=gettext_lazy("No contact reason matches."),
    icon="messages",
)
PLAIN = ("name", "kind", "parent_key", "impact", "urgency", "keywords", "sensitive")
REFERENCES = ("service", "team", "skill")


@require_GET
def reason_list(request: HttpRequest) -> HttpResponse:
    rows = queries.reasons(at=now_of(request), actor=actor_of(request), text=request.GET.get("q", ""))
    rows.sort(key=lambda row: [*(name.lower() for name in row.path), row.name.lower()])
    begin = offset_of(request)
    return show(request, REASONS, [_line(row) for row in rows[begin : begin + MORE]])


def _line(row: queries.ReasonDetail) -> Line:
    return Line(
        " › ".join([*row.path, row.name]),
        f"/setup/reasons/{row.key}",
        (KINDS[row.kind], row.service.name if row.service else "–", f"{row.impact} · {row.urgency}", row.key),
        _("Checks the caller") if row.sensitive else "",
    )


def _details(sent: Mapping[str, Any], actor: Actor) -> reasons.ReasonDetails:
    references = queries.row_ids({name: sent[name] for name in REFERENCES}, actor=actor)
    return cast(reasons.ReasonDetails, {**{name: sent[name] for name in PLAIN}, **references})


def _midnight(day: date | None, actor: Actor, now: datetime) -> datetime | None:
    """When a day begins where the administrator is; today means at once."""
    if day is None:
        return None
    zone = ZoneInfo(actor.timezone)
    begins = datetime(day.year, day.month, day.day, tzinfo=zone)
    return None if day == now.astimezone(zone).date() else begins


@require_http_methods(["GET", "HEAD", "POST"])
def reason_new(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), now_of(request)
    form = NewReasonForm(
        data_of(request),
        initial={"kind": "incident", "impact": 3, "urgency": 3},
        reasons=queries.reasons(at=now, actor=actor),
        own="",
        actor=actor,
    )
    return edit(
        request,
        form,
        lambda sent: reasons.create_reason(
            key=sent["key"],
            details=_details(sent, actor),
            valid_from=_midnight(sent["valid_from"], actor, now),
            actor=actor,
            now=now,
        ),
        title=_("Add a contact reason"),
        back="/setup/reasons",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reason_edit(request: HttpRequest, key: str) -> HttpResponse:
    actor, now = actor_of(request), now_of(request)
    row = queries.newest_reason(key=key, actor=actor, at=now)
    references = {name: getattr(row, name) for name in REFERENCES}
    initial = {
        **{name: getattr(row, name) for name in PLAIN},
        **{name: str(named.uid) if named else "" for name, named in references.items()},
        "valid_from": row.valid_from.astimezone(ZoneInfo(actor.timezone)).date()
        if row.valid_from > now
        else None,
    }
    form = ReasonForm(
        data_of(request), initial=initial, reasons=queries.reasons(at=now, actor=actor), own=key, actor=actor
    )
    return edit(
        request,
        form,
        lambda sent: reasons.update_reason(
            key=key,
            changes=_details(sent, actor),
            valid_from=_kept(_midnight(sent["valid_from"], actor, now), row.valid_from),
            version=seen_version(request),
            actor=actor,
            now=now,
        ),
        template="setup_reason",
        title=row.name,
        back="/setup/reasons",
        version=row.version,
        versions=queries.reason_versions(key=key, actor=actor, at=now),
        here=f"/setup/reasons/{key}",
        now=now,
    )


def _kept(wanted: datetime | None, planned: datetime) -> datetime | None:
    """The instant that is planned, where the day was left as it is."""
    same = wanted is not None and wanted.date() == planned.astimezone(wanted.tzinfo).date()
    return planned if same else wanted


@require_POST
def reason_retire(request: HttpRequest, key: str) -> HttpResponse:
    """The reason can no longer be chosen; what is wrong with that is said on the page."""
    try:
        reasons.retire_reason(
            key=key, version=seen_version(request), actor=actor_of(request), now=now_of(request)
        )
    except DeskError as error:
        if error.status in {403, 404}:
            raise
        messages.error(request, worded(error))
        return redirect(f"/setup/reasons/{key}")
    messages.success(request, _("Retired. Tickets that have it keep it."))
    return redirect("/setup/reasons")
