"""Set-up of calendars: what is open when, the weeks ahead, new hours from an instant on."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontline.commitments import access
from frontline.commitments.logic.calendar import Calendar
from frontline.commitments.policy import ROUND_THE_CLOCK
from frontline.commitments.queries import calendar, setup
from frontline.commitments.queries.weeks import weeks_ahead
from frontline.commitments.usecases import calendars as making
from frontline.commitments.web.forms import WEEKDAYS, NewCalendarForm, NewHoursForm, RulesForm
from frontline.commitments.web.screens import page, refuse, same_version
from frontline.foundation.access import may
from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.errors import DeskError

#: the hours a new calendar starts from
USUAL = {
    "tz": "Europe/Berlin",
    "weekly": {d: [["08:00", "18:00"]] for d in ("mon", "tue", "wed", "thu", "fri")},
}


@require_GET
def calendars_page(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), now_of(request)
    return page(
        request,
        "calendars",
        rows=[(row, row.rules_at(now)) for row in setup.calendars(actor=actor)],
        strays=setup.services_without_calendar(actor=actor),
        may_write=may(actor, access.WRITE),
    )


@require_http_methods(["GET", "POST"])
def new_calendar_page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    access.require_write(actor)
    if request.method == "GET":
        return page(request, "calendar_new", form=NewCalendarForm(initial=RulesForm.filled(USUAL)))
    form = NewCalendarForm(request.POST)
    if form.is_valid():
        try:
            row = making.create_calendar(
                key=form.cleaned_data["key"],
                name=form.cleaned_data["name"],
                rules=form.rules(),
                actor=actor,
                now=now_of(request),
            )
        except DeskError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The calendar is there."))
            return redirect("setup-calendar", row.uid)
    return page(request, "calendar_new", status=422, form=form)


@require_http_methods(["GET", "POST"])
def calendar_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One calendar; a POST gives it new hours."""
    actor, now = actor_of(request), now_of(request)
    row = setup.calendar_row(uid=uid, actor=actor)
    if request.method == "GET":
        form = NewHoursForm(initial={**RulesForm.filled(row.rules_at(now)), "version": row.version})
        return _calendar(request, row, form)
    form = NewHoursForm(request.POST)
    if form.is_valid():
        try:
            making.add_version(
                uid=uid,
                effective_from=form.cleaned_data["effective_from"],
                rules=form.rules(),
                check=same_version(form),
                actor=actor,
                now=now,
            )
        except DeskError as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("The new hours are stored. Running clocks keep the old ones for now.")
            )
            return redirect("setup-calendar", uid)
    return _calendar(request, row, form, status=422)


def _calendar(
    request: HttpRequest, row: setup.CalendarRow, form: NewHoursForm, status: int = 200
) -> HttpResponse:
    now, actor = now_of(request), actor_of(request)
    rules = row.rules_at(now)
    hours: Calendar = calendar(row.id)
    return page(
        request,
        "calendar",
        status=status,
        row=row,
        rules=rules,
        days=[(label, rules["weekly"].get(key, [])) for key, label in WEEKDAYS],
        weeks=weeks_ahead(hours, zone=ZoneInfo(rules["tz"]), now=now),
        today=now.astimezone(ZoneInfo(rules["tz"])).date(),
        form=form,
        fixed=row.key == ROUND_THE_CLOCK,
        may_write=may(actor, access.WRITE),
    )


@require_POST
def recompute(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Move running clocks to the newest hours."""
    done = making.recompute_clocks(uid=uid, actor=actor_of(request), now=now_of(request))
    words = ngettext(
        "%(examined)s clock looked at; %(moved)s has another due time.",
        "%(examined)s clocks looked at; %(moved)s have another due time.",
        done.examined,
    )
    messages.success(request, words % {"examined": done.examined, "moved": done.moved})
    return redirect("setup-calendar", uid)
