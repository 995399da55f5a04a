"""Set-up of agreements and their targets."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from frontline.commitments import access
from frontline.commitments.logic.targets import PRIORITIES
from frontline.commitments.queries import setup
from frontline.commitments.usecases import agreements as agreeing
from frontline.commitments.web.forms import KIND_WORDS, MEASURE_WORDS, AgreementForm
from frontline.commitments.web.screens import page, refuse, same_version
from frontline.foundation.access import may
from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError


@require_GET
def agreements_page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = setup.agreements(actor=actor, now=now_of(request))
    names = {row.key: row.name for row in setup.calendars(actor=actor)}
    groups = [
        (words, [(row, table_of(row, names)) for row in rows if row.kind == kind])
        for kind, words in KIND_WORDS
    ]
    return page(
        request, "agreements", groups=groups, priorities=PRIORITIES, may_write=may(actor, access.WRITE)
    )


def table_of(row: setup.AgreementRow, calendars: dict[str, str]) -> list[dict[str, Any]]:
    """The targets as lines of promise and hours with a cell a priority: seconds, or None."""
    words = dict(MEASURE_WORDS)
    lines: dict[tuple[str, str], dict[str, int]] = {}
    for target in row.targets:
        cells = lines.setdefault((target.measure, target.calendar), {})
        for priority in (target.priority,) if target.priority else PRIORITIES:
            cells[priority] = target.seconds if target.priority else cells.get(priority, target.seconds)
    return [
        {
            "measure": words[measure],
            "hours": calendars.get(calendar) if calendar else _("Business hours of the service"),
            "cells": [cells.get(priority) for priority in PRIORITIES],
        }
        for (measure, calendar), cells in sorted(lines.items())
    ]


@require_http_methods(["GET", "POST"])
def new_agreement_page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    access.require_write(actor)
    listed = {
        kind: setup.choices(kind, actor=actor) for kind in ("organisations", "suppliers", "teams", "services")
    }
    given = request.POST if request.method == "POST" else None
    form = AgreementForm(given, row=None, calendars=_calendars(actor), choices=listed)
    if form.is_valid():
        data = form.cleaned_data
        try:
            row = agreeing.create_agreement(
                kind=data["kind"],
                name=data["name"],
                organisation=_uid(data["organisation"]),
                team=_uid(data["team"]),
                service=_uid(data["service"]),
                criticality=int(data["criticality"]) if data["criticality"] else None,
                targets=data["targets"],
                actor=actor,
                now=now_of(request),
            )
        except DeskError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The agreement is in force."))
            return redirect("setup-agreement", row.uid)
    return page(
        request, "agreement", status=422 if form.is_bound else 200, form=form, row=None, may_write=True
    )


@require_http_methods(["GET", "POST"])
def agreement_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    actor, now = actor_of(request), now_of(request)
    row = setup.agreement_row(uid=uid, actor=actor, now=now)
    given = request.POST if request.method == "POST" else None
    initial = {"name": row.name, "active": row.active, "version": row.version}
    form = AgreementForm(given, row=row, calendars=_calendars(actor), initial=initial)
    if form.is_valid():
        try:
            agreeing.change_agreement(
                uid=uid,
                name=form.cleaned_data["name"],
                active=form.cleaned_data["active"],
                targets=form.cleaned_data["targets"],
                check=same_version(form),
                actor=actor,
                now=now,
            )
        except DeskError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Stored. Running clocks keep their targets; new ones follow these."))
            return redirect("setup-agreement", uid)
    return page(
        request,
        "agreement",
        status=422 if form.is_bound else 200,
        form=form,
        row=row,
        kind=dict(KIND_WORDS)[row.kind],
        may_write=may(actor, access.WRITE),
    )


def _calendars(actor: Actor) -> Sequence[tuple[str, str]]:
    return [(row.key, row.name) for row in setup.calendars(actor=actor)]


def _uid(text: str) -> UUID | None:
    return UUID(text) if text else None
