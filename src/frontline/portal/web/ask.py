"""Asking: suggestions while typing, the form with what the desk knows already, and sending it once."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from frontline.estate import queries as estate
from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.errors import DeskError
from frontline.people import queries as people
from frontline.portal import present, queries
from frontline.portal.logic.subject import subject_of
from frontline.portal.usecases import asking
from frontline.portal.web.forms import AskForm, fresh_token, sent_twice
from frontline.portal.web.home import person_to_talk_to
from frontline.tickets.usecases import keeping, opening

#: what of a long address is taken over into the form
CARRIED = 2_000
DRAFT = "door:ask"
SOURCE = "portal"


@never_cache
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """What fits what is being typed: own tickets, reasons, services, the desk, a person."""
    actor, now = actor_of(request), now_of(request)
    typed = request.GET.get("what", "").strip()[:CARRIED]
    if not typed:
        return HttpResponse("")
    found = queries.answers(typed, actor=actor, now=now)
    context = {
        "typed": typed,
        "title": subject_of(typed, longest=60),
        "same": present.cards(found.same, now=now),
        "fits": found.fits,
        "known": queries.known(actor),
        **person_to_talk_to(request),
    }
    return render(request, "portal/answers.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form, and what is sent with it: 422 with everything kept when it cannot be used."""
    return _send(request) if request.method == "POST" else _page(request, _form(request))


def _form(request: HttpRequest) -> AskForm:
    """Empty, filled with what the address carries and what is known; or as it was sent."""
    actor, now = actor_of(request), now_of(request)
    known = queries.known(actor)
    choices: dict[str, Any] = {
        "known": known,
        "reasons": estate.reason_choices(at=now),
        "services": estate.service_choices(organisation_id=actor.organisation_id),
    }
    if request.method == "POST":
        return AskForm(request.POST, request.FILES, **choices)
    given = request.GET
    typed = given.get("what", "").strip()[:CARRIED]
    if given.get("call") and not typed:
        typed = _("Please call me back.")
    if given.get("after"):
        about = _("This goes on from {ref}.").format(ref=given["after"][:24])
        typed = f"{typed}\n\n{about}" if typed else about
    place = known.place
    initial = {
        "once": fresh_token(),
        "what": typed,
        "reason": given.get("reason", ""),
        "service": given.get("service", ""),
        "item": str(known.items[0].uid) if len(known.items) == 1 else "",
        "place": str(place.uid) if place is not None else "",
        "phone": known.phone if given.get("call") else "",
    }
    return AskForm(initial=initial, **choices)


def _page(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    actor, now = actor_of(request), now_of(request)
    typed = str(form["what"].value() or "").strip()
    same = queries.same_as(typed[:CARRIED], actor=actor, now=now) if typed else []
    context = {
        "form": form,
        "same": present.cards(same, now=now),
        "call": bool(request.GET.get("call") or form["phone"].value()),
        **person_to_talk_to(request),
    }
    return render(request, "portal/ask.html", context, status=status)


def _send(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), now_of(request)
    form = _form(request)
    if not form.is_valid():
        return _again(request, form, status=422)
    once = f"{actor.person_id}:{form.cleaned_data['once']}"
    known = opening.existing_from_source(source=SOURCE, external_id=once)
    if known is not None:
        return redirect("portal-parcel", ref=known.ref)
    try:
        opened = asking.ask_desk(
            asked=_asked(form, actor_id=actor.person_id, once=once),
            uploads=form.cleaned_data["uploads"],
            actor=actor,
            now=now,
        )
    except DeskError as error:
        return _again(
            request, form, status=form.explain(error, subject="what", description="what", files="uploads")
        )
    except IntegrityError as error:
        if not sent_twice(error, "ticket_from_source_once"):
            raise
        known = opening.existing_from_source(source=SOURCE, external_id=once)
        assert known is not None
        return redirect("portal-parcel", ref=known.ref)
    keeping.drop_draft(place=DRAFT, actor=actor, now=now)
    owner = people.public_name(opened.owner_id)[1]
    messages.success(request, _("Received. {name} owns it.").format(name=owner))
    return redirect("portal-parcel", ref=opened.ref)


def _again(request: HttpRequest, form: AskForm, *, status: int) -> HttpResponse:
    """The same page with what was typed. A lost token is made anew, so that sending again works."""
    form.keep_sendable()
    return _page(request, form, status=status)


def _asked(form: AskForm, *, actor_id: int | None, once: str) -> opening.Asked:
    given: dict[str, Any] = form.cleaned_data
    reason = form.by_key.get(given["reason"])
    service = form.by_service.get(given["service"])
    item, place = form.by_item.get(given["item"]), form.by_place.get(given["place"])
    text = given["what"].strip()
    if given["phone"].strip():
        text += "\n\n" + _("Call me on {phone}.").format(phone=given["phone"].strip())
    return opening.Asked(
        subject=subject_of(given["what"]),
        text=text,
        requester_id=actor_id,
        kind=reason.kind if reason is not None else "incident",
        reason_id=None if reason is None else reason.id,
        service_id=None if service is None else service.id,
        item_id=None if item is None else item.id,
        place_id=None if place is None else place.id,
        urgency=int(given["stops"]) if given["stops"] else None,
        impact=2 if given["others"] else None,
        channel="portal",
        confidential=given["confidential"],
        source=SOURCE,
        external_id=once,
    )
