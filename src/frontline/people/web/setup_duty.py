"""Set-up: who is on duty, week by week, and who is away."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.errors import Invalid
from frontline.people.logic.turns import text_of, turns_from
from frontline.people.queries import person_by_uid
from frontline.people.queries import rota as rota_queries
from frontline.people.queries import team_rows as team_queries
from frontline.people.queries.team_rows import TeamRow
from frontline.people.usecases import rota
from frontline.people.web.forms import LeaveForm, WeekForm, attempt, midnight, person_uid_of, zone_names


def _monday(request: HttpRequest, zone: str) -> date:
    """The Monday of the week asked for (`?week=2026-01-14`), else of this week in the team's zone."""
    text = request.GET.get("week", "")
    today = now_of(request).astimezone(ZoneInfo(zone)).date()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    day = day if 2000 <= day.year <= 2100 else today
    return day - timedelta(days=day.weekday())


def _team(request: HttpRequest, rows: list[TeamRow]) -> TeamRow | None:
    wanted = request.GET.get("team", "")
    return next((row for row in rows if str(row.uid) == wanted), rows[0] if rows else None)


@require_GET
def duty(request: HttpRequest) -> HttpResponse:
    """One team's week in its own zone, and all leave ahead."""
    actor, now = actor_of(request), now_of(request)
    rows = team_queries.teams()
    team = _team(request, rows)
    lines: list[dict[str, Any]] = []
    monday = _monday(request, team.timezone if team else "UTC")
    if team is not None:
        where = ZoneInfo(team.timezone)
        lines = [
            {
                "name": line.person_name,
                "href": f"/setup/duty/{team.uid}/{line.person_uid}",
                "days": [
                    {
                        "turns": [
                            f"{a.astimezone(where):%H:%M}–{b.astimezone(where):%H:%M}" for a, b in cell.turns
                        ],
                        "away": cell.away,
                    }
                    for cell in line.cells
                ],
            }
            for line in rota_queries.week_of(
                team_id=team.id, monday=monday, zone=team.timezone, actor=actor, now=now
            )
        ]
    context = {
        "teams": rows,
        "team": team,
        "days": [monday + timedelta(days=n) for n in range(7)],
        "lines": lines,
        "before": (monday - timedelta(days=7)).isoformat(),
        "after": (monday + timedelta(days=7)).isoformat(),
        "leave": rota_queries.leave_ahead(actor=actor, now=now),
    }
    return render(request, "people/setup_duty.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def week_edit(request: HttpRequest, team_uid: UUID, person_uid: UUID) -> HttpResponse:
    """The weekly plan of one person in one team, as text for each day."""
    actor, now = actor_of(request), now_of(request)
    person = person_by_uid(person_uid, actor=actor)
    team = team_queries.team_by_uid(team_uid)
    back = f"/setup/duty?team={team.uid}"
    form = (
        WeekForm(request.POST)
        if request.method == "POST"
        else WeekForm(initial=_initial(request, team, person_uid))
    )
    status = 200
    if request.method == "POST":

        def work() -> None:
            sent = form.cleaned_data
            turns = [
                rota.WeeklyTurn(day, *turn)
                for day in range(7)
                for turn in turns_from(sent[f"day_{day}"], field=f"day_{day}")
            ]
            rota.set_week(
                person_uid=str(person_uid),
                team_uid=str(team_uid),
                turns=turns,
                zone=sent["timezone"],
                valid_from=sent["valid_from"],
                actor=actor,
                now=now,
            )

        if form.is_valid() and attempt(form, work):
            messages.success(request, _("The week of %(name)s is set.") % {"name": person.name})
            return redirect(back)
        status = 422
    context = {
        "form": form,
        "title": _("%(name)s in %(team)s") % {"name": person.name, "team": team.name},
        "lead": _(
            "Write times such as 08:00-16:00, several with commas. Nothing means a day off; "
            "22:00-06:00 runs over night."
        ),
        "back": back,
        "zones": zone_names(),
    }
    return render(request, "people/setup_form.html", context, status=status)


def _initial(request: HttpRequest, team: TeamRow, person_uid: UUID) -> dict[str, Any]:
    """Today's plan, to be changed from today on."""
    today = now_of(request).astimezone(ZoneInfo(team.timezone)).date()
    rows = [
        row
        for row in rota_queries.shifts_page(
            actor=actor_of(request), on=today, team_uid=team.uid, person_uid=person_uid
        )
        if row.valid_from <= today or row.valid_until is None
    ]
    days = {f"day_{n}": text_of([(r.starts, r.ends) for r in rows if r.weekday == n]) for n in range(7)}
    zone = rows[0].timezone if rows else team.timezone
    return {"valid_from": today, "timezone": zone, **days}


@require_http_methods(["GET", "HEAD", "POST"])
def leave_new(request: HttpRequest) -> HttpResponse:
    """Somebody is away, from the first day to the last."""
    actor = actor_of(request)
    form = (
        LeaveForm(request.POST)
        if request.method == "POST"
        else LeaveForm(initial={"person": request.GET.get("person", "")})
    )
    status = 200
    if request.method == "POST":

        def work() -> None:
            sent = form.cleaned_data
            if sent["last"] < sent["first"]:
                raise Invalid("The last day lies before the first.", field="last")
            if not 2000 <= sent["first"].year <= sent["last"].year <= 2100:
                raise Invalid("Use a year between 2000 and 2100.", field="first")
            uid = person_uid_of(sent["person"], field="person", actor=actor)
            assert uid is not None  # the field is required
            zone = person_by_uid(uid, actor=actor).timezone
            rota.enter_leave(
                person_uid=uid,
                since=midnight(sent["first"], zone),
                until=midnight(sent["last"] + timedelta(days=1), zone),
                reason=sent["reason"],
                stand_in_uid=person_uid_of(sent["stand_in"], field="stand_in", actor=actor),
                actor=actor,
                now=now_of(request),
            )

        if form.is_valid() and attempt(form, work):
            messages.success(request, _("The leave is entered."))
            return redirect("/setup/duty")
        status = 422
    context = {
        "form": form,
        "title": _("Enter leave"),
        "lead": _("Meanwhile the stand-in answers for their tickets, and new ones go to others."),
        "back": "/setup/duty",
    }
    return render(request, "people/setup_form.html", context, status=status)


@require_POST
def leave_cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    rota.cancel_leave(uid=str(uid), actor=actor_of(request), now=now_of(request))
    messages.success(request, _("The leave is cancelled."))
    return redirect("/setup/duty")
