"""What the set-up screens share: render, refuse, tell."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontline.foundation.http.requests import now_of
from frontline.foundation.ui.wording import worded
from frontline.kernel.errors import DeskError, StaleVersion


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"commitments/{template}.html", {"now": now_of(request), **context}, status=status)


def refuse(form: Form, error: DeskError) -> None:
    """Show a use case's refusal on the field it names (`weekly.mon.0` lies on `mon`), or on top of the form."""
    named = [part for part in (error.field or "").split(".") if part in form.fields]
    form.add_error(named[0] if named else None, worded(error))


def same_version(form: Form) -> Any:
    """A check that refuses when somebody changed the row after this form was drawn."""

    def check(version: int) -> None:
        if form.cleaned_data.get("version") != version:
            raise StaleVersion

    return check
