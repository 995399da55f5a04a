"""What the set-up screens of estate share: a form that keeps what was typed, small verbs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontline.estate import queries
from frontline.estate.logic.graph import End
from frontline.estate.usecases.dependencies import add_dependency, remove_dependency
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.wording import worded
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError, Invalid
from frontline.people.queries import requester_by_email

Verb = Callable[[UUID, QueryDict, Actor, datetime], None]


def edit(
    request: HttpRequest,
    form: forms.Form,
    work: Callable[[dict[str, Any]], Any],
    *,
    template: str = "setup_form",
    **context: Any,
) -> HttpResponse:
    """Show the form, or do the work with it and go `back`; errors keep what was typed and name their field."""
    status = 200
    if request.method == "POST":
        if form.is_valid() and _attempt(form, work):
            messages.success(request, _("Saved."))
            return redirect(context["back"])
        status = 422
    return render(request, f"estate/{template}.html", {"form": form, **context}, status=status)


def _attempt(form: forms.Form, work: Callable[[dict[str, Any]], Any]) -> bool:
    try:
        work(form.cleaned_data)
    except DeskError as error:
        if error.status in {403, 404} and error.field is None:
            raise
        name = (error.field or "").removesuffix("_id")
        form.add_error(name if name in form.fields else None, worded(error))
        return False
    return True


def data_of(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def seen_version(request: HttpRequest) -> int | None:
    """The version the form was drawn from."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def act(request: HttpRequest, uid: UUID, verb: Verb, back: str) -> HttpResponse:
    """A small change beside the form; what is wrong with it is said on the page."""
    try:
        verb(uid, request.POST, actor_of(request), now_of(request))
    except DeskError as error:
        if error.status == 404 and error.field is None:
            raise
        messages.error(request, worded(error))
    else:
        messages.success(request, _("Saved."))
    return redirect(back)


def person_id_of(address: str, *, field: str) -> int | None:
    """Who is meant by an address; None for an empty one."""
    if not address.strip():
        return None
    found = requester_by_email(address)
    if found is None:
        raise Invalid("Nobody has the address {address}.", field=field, address=address.strip()[:100])
    return found.id


def linking(kind: str) -> dict[str, Verb]:
    """The verbs that add and remove what a service or item needs and is needed by."""

    def pair(uid: UUID, sent: QueryDict, actor: Actor, there: End) -> tuple[End, End]:
        here = queries.end_of(kind, uid, actor=actor)
        return (here, there) if sent.get("direction") != "needed_by" else (there, here)

    def link(uid: UUID, sent: QueryDict, actor: Actor, now: datetime) -> None:
        text = sent.get("value", "")[:200]
        there = queries.end_by_text(text, actor=actor)
        if there is None:
            raise Invalid(
                "No single service or item is called {text}; choose one from the list, or give a serial number.",
                text=text.strip(),
            )
        upper, lower = pair(uid, sent, actor, there)
        add_dependency(upper=upper, lower=lower, actor=actor, now=now)

    def unlink(uid: UUID, sent: QueryDict, actor: Actor, now: datetime) -> None:
        other = "service" if sent.get("kind") == "service" else "item"
        there = queries.end_of(other, uid_of(sent), actor=actor)
        upper, lower = pair(uid, sent, actor, there)
        remove_dependency(upper=upper, lower=lower, actor=actor, now=now)

    return {"link": link, "unlink": unlink}


def uid_of(sent: QueryDict) -> UUID:
    """A public id as it came from a list on the page."""
    try:
        return UUID(sent.get("value", ""))
    except ValueError as error:
        raise Invalid("Choose one from the list.") from error
