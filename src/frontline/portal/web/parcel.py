"""One ticket as a parcel: its story, a word to it, still broken, thank you."""

from typing import Any

from django.contrib import messages as notes
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.wording import worded
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError
from frontline.portal import present, queries
from frontline.portal.logic import story
from frontline.portal.usecases import asking
from frontline.portal.web import supplier
from frontline.portal.web.forms import ReplyForm, fresh_token, sent_twice
from frontline.portal.web.home import is_supplier, person_to_talk_to
from frontline.tickets import queries as tickets
from frontline.tickets.logic.states import ENDED
from frontline.tickets.usecases import keeping, reopening, talking


def draft_place(ref: str) -> str:
    return f"door:{ref}"


@never_cache
@require_safe
def parcel(request: HttpRequest, ref: str) -> HttpResponse:
    """The story, and the box at its end. 404 for whoever may not see it."""
    form = ReplyForm(initial={"once": fresh_token(), "text": request.GET.get("say", "")[:2_000]})
    return page(request, ref, form)


@never_cache
@require_safe
def told(request: HttpRequest, ref: str) -> HttpResponse:
    """The story alone, for when something has changed."""
    return render(request, "portal/story.html", _story(request, ref))


@never_cache
@require_safe
def card(request: HttpRequest, ref: str) -> HttpResponse:
    """The inside of its card on a list, for when something has changed."""
    actor, now = actor_of(request), now_of(request)
    found = queries.parcel_of(tickets.ticket(ref, actor), actor=actor, now=now)
    return render(request, "portal/card_inside.html", {"card": present.card(found, now=now)})


def page(request: HttpRequest, ref: str, form: ReplyForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = _story(request, ref) | person_to_talk_to(request) | {"form": form} | more
    if is_supplier(actor_of(request)):
        return supplier.ticket(request, context, status=status)
    return render(request, "portal/parcel.html", context, status=status)


def _story(request: HttpRequest, ref: str) -> dict[str, Any]:
    """What both pages draw. Queries: the ticket, its parcel, words and files, custody, promises, offers, owner."""
    actor, now = actor_of(request), now_of(request)
    ticket = tickets.ticket(ref, actor)
    parcel = queries.parcel_of(ticket, actor=actor, now=now)
    case = story.Case(
        opened_at=ticket.opened_at,
        channel=ticket.channel,
        owner=parcel.owner,
        first_owner=queries.first_owner(ticket.id),
        state=ticket.state,
        closed_at=ticket.closed_at,
        said=[_said(m, actor) for m in tickets.messages(actor, ticket) if m.audience != "internal"],
        hands=[
            story.Hands(c.since, c.until, c.holder_kind, c.holder_name, c.cause)
            for c in tickets.custody(ticket)
            if c.lane == 0
        ],
        promises=[
            story.Promised(p.made_at, p.due_at, p.state, p.settled_at, p.made_by)
            for p in tickets.promises(ticket)
        ],
        asked=[
            story.Asked(h.offered_at, h.receiver_name, h.state, h.answered_at)
            for h in tickets.handoffs(ticket)
        ],
    )
    return {
        "ticket": ticket,
        "card": present.card(parcel, now=now),
        "lines": present.story(story.tell(case), parcel, now=now),
        "ended": ticket.state in ENDED,
    }


def _said(message: tickets.MessageRow, actor: Actor) -> story.Said:
    return story.Said(
        at=message.at,
        by=message.author_kind,
        name=message.author_name,
        text=message.text,
        channel=message.channel,
        files=tuple(f for f in message.files if not f.inline),
        mine=message.author_id == actor.person_id and message.author_kind != "automatic",
        delivery=message.delivery,
        why_nothing_new=message.nothing_new_because,
        comes_next=message.comes_next,
    )


@require_POST
def reply(request: HttpRequest, ref: str) -> HttpResponse:
    """A word on the ticket. On one that is over nothing is written: 409, and what was typed stays."""
    actor, now = actor_of(request), now_of(request)
    ticket = tickets.ticket(ref, actor)
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _again(request, ref, form, status=422)
    if ticket.state in ENDED:
        form.add_error(None, _("This one is over, so nobody would see it. Ask again with the button below."))
        return page(request, ref, form, status=409)
    audience = "public"
    if is_supplier(actor):
        audience = form.cleaned_data["to"] or "supplier"
    said = talking.Said(
        text=form.cleaned_data["text"],
        audience=audience,
        channel="portal",
        external_id=f"portal:{actor.person_id}:{form.cleaned_data['once']}",
    )
    try:
        asking.write(ref=ref, said=said, uploads=form.cleaned_data["uploads"], actor=actor, now=now)
    except DeskError as error:
        return _again(request, ref, form, status=form.explain(error, files="uploads"))
    except IntegrityError as error:
        if not sent_twice(error, "message_from_source_once"):
            raise
        return redirect("portal-parcel", ref=ref)
    keeping.drop_draft(place=draft_place(ref), actor=actor, now=now)
    notes.success(request, _("Sent."))
    return redirect("portal-parcel", ref=ref)


def _again(request: HttpRequest, ref: str, form: ReplyForm, *, status: int) -> HttpResponse:
    form.keep_sendable()
    return page(request, ref, form, status=status)


@require_POST
def still_broken(request: HttpRequest, ref: str) -> HttpResponse:
    """One tap: back to the desk with its history. Where the window is over, the page says what to do."""
    actor, now = actor_of(request), now_of(request)
    try:
        reopening.reopen(ref=ref, actor=actor, now=now)
    except reopening.NotSolved:  # a second tap, or somebody was quicker: it is where it should be
        return redirect("portal-parcel", ref=ref)
    except reopening.WindowClosed as error:
        form = ReplyForm(initial={"once": fresh_token()})
        return page(request, ref, form, status=409, problem=worded(error))
    notes.success(request, _("It is back at the desk. If you like, say what still happens."))
    return redirect("portal-parcel", ref=ref)


@require_POST
def thanks(request: HttpRequest, ref: str) -> HttpResponse:
    """It works: said once, seen by everybody who worked on it. It closes by itself when the window is over."""
    actor, now = actor_of(request), now_of(request)
    ticket = tickets.ticket(ref, actor)
    parcel = queries.parcel_of(ticket, actor=actor, now=now)
    if parcel.asks_you(now):
        said = talking.Said(
            text=_("Thank you, it works."),
            channel="thanks",
            external_id=f"thanks:{ticket.reopen_count}",
        )
        try:
            talking.add_message(ref=ref, said=said, actor=actor, now=now)
        except IntegrityError as error:
            if not sent_twice(error, "message_from_source_once"):
                raise
    notes.success(request, _("Glad it works. Thank you for telling us."))
    return redirect("portal-home")
