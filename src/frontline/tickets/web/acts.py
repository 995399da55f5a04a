"""What one does on a ticket: each form is read, one use case is called, the page comes back with what became of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frontline.estate import queries as estate
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui import words
from frontline.foundation.ui.times import reader_zone
from frontline.foundation.ui.wording import worded
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError, Invalid
from frontline.people import queries as people
from frontline.tickets import queries
from frontline.tickets.logic import handoff as handoff_rules
from frontline.tickets.usecases import (
    answering,
    following,
    grading,
    handing,
    joining,
    keeping,
    owning,
    promising,
    reopening,
    returning,
    solving,
    talking,
    waiting,
)
from frontline.tickets.web import ticket as pages
from frontline.tickets.web import times


@dataclass(frozen=True, slots=True)
class Done:
    """What to say, where to go (the ticket itself when empty), and where undoing posts to."""

    text: str
    to: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came in."""

    ref: str
    values: Mapping[str, str]
    lists: Callable[[str], list[str]]
    actor: Actor
    now: datetime
    uploads: Sequence[answering.Upload] = ()

    def text(self, name: str) -> str:
        return self.values.get(name, "").replace("\r\n", "\n")

    def time(self, name: str) -> datetime | None:
        """The typed time before the chosen one."""
        chosen = self.values.get(f"{name}_at", "").strip() or self.values.get(name, "")
        return times.instant_of(chosen, now=self.now, zone=reader_zone(), field=name)

    def who(self, name: str) -> int:
        return person_id(self.values.get(name, ""), self.actor, field=name)

    def by(self) -> dict[str, Any]:
        return {"actor": self.actor, "now": self.now}


def person_id(text: str, actor: Actor, *, field: str) -> int:
    """A person chosen by public id or typed as an e-mail address."""
    words = text.strip()
    if "@" in words:
        found = people.requester_by_email(words)
        if found is not None:
            return people.person_by_uid(found.uid, actor=actor).id
        raise Invalid("Nobody here has this address. Check it, or choose somebody else.", field=field)
    try:
        return people.person_by_uid(UUID(words), actor=actor).id
    except ValueError as error:
        raise Invalid("Choose somebody.", field=field) from error


class Several(Invalid):
    """Several fields need a look."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__()
        self.errors = errors


class TheyWrote(Invalid):
    """The user wrote since you opened this. Read it, then send again or change your answer."""

    status = 409


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, ref: str, verb: str) -> HttpResponse:
    """GET opens the form on the page; POST does it. Errors come back on the form with what was typed."""
    if request.method == "GET" or verb not in VERBS:
        return redirect(f"/desk/tickets/{ref}?do={verb}")
    actor, now = actor_of(request), now_of(request)
    sent = Sent(ref, request.POST.dict(), request.POST.getlist, actor, now, _uploads(request))
    handler, known, form = VERBS[verb]
    found = queries.ticket(ref, actor)
    try:
        newer = _newer(found, sent)
        if newer and verb in STOPPED_BY_NEWS:
            raise TheyWrote
        done = handler(sent)
    except DeskError as error:
        if error.status == 404 and error.field is None:
            raise
        state = _form_of(error, sent, known, newer if isinstance(error, TheyWrote) else [])
        status = error.status if error.status in {403, 409} else 422
        return pages.page(request, ref, act=form, form=state, status=status)
    messages.success(request, done.text, extra_tags=done.undo)
    place = done.to or f"/desk/tickets/{ref}"
    if request.headers.get("HX-Request"):  # an undo from a toast
        return HttpResponse(status=204, headers={"HX-Redirect": place})
    return redirect(place)


def _uploads(request: HttpRequest) -> list[answering.Upload]:
    return [
        answering.Upload(one.name or "", one.content_type or "", one.file)
        for one in request.FILES.getlist("files")
        if one.file is not None
    ]


#: what speaks to the user or passes the ticket on: stops once when the user wrote meanwhile
STOPPED_BY_NEWS = frozenset({"reply", "solve", "hand-over"})


def _newer(found: queries.TicketRow, sent: Sent) -> list[queries.MessageRow]:
    """What the user said after the form was opened."""
    seen = sent.values.get("seen", "")
    if not seen.isdecimal():
        return []
    return [
        m for m in queries.messages(sent.actor, found) if m.seq > int(seen[:9]) and m.author_kind == "user"
    ]


def _form_of(
    error: DeskError, sent: Sent, known: tuple[str, ...], newer: list[queries.MessageRow]
) -> pages.Form:
    form = pages.refused(error, sent.values, known=known)
    if isinstance(error, Several):
        form = replace(form, errors=error.errors)
    return replace(form, newer=newer)


def _reply(sent: Sent) -> Done:
    audience = sent.values.get("audience", "public")
    said = talking.Said(
        text=sent.text("text"),
        audience=audience,
        nothing_new_because=sent.text("nothing_new_because").strip(),
        comes_next=sent.text("comes_next").strip(),
        promise_at=sent.time("promise"),
        wait_for_user=audience == "public" and sent.values.get("then") == "wait",
    )
    answering.answer(ref=sent.ref, said=said, uploads=sent.uploads, **sent.by())
    keeping.drop_draft(place=f"ticket:{sent.ref}:reply", **sent.by())
    if audience == "internal":
        return Done(_("Note kept. Only the desk sees it."))
    return Done(_("Sent.") if said.promise_at is None else _("Sent, and the next word is promised."))


def _promise(sent: Sent) -> Done:
    due = sent.time("promise")
    if due is None:
        raise Invalid("Choose by when they hear from you.", field="promise")
    promising.promise_update(ref=sent.ref, due_at=due, **sent.by())
    at = words.moment(due, now=sent.now, zone=reader_zone())
    return Done(_("Promised: word by %(at)s.") % {"at": at})


def _hand_over(sent: Sent) -> Done:
    thin = [name for name in handoff_rules.WORDS if len(sent.text(name).strip()) < handoff_rules.LEAST]
    errors = {name: worded(handoff_rules.too_thin(name)) for name in thin}
    if not sent.values.get("to"):
        errors["to"] = _("Choose who shall take it on.")
    if errors:
        raise Several(errors)
    party = people.party_by_name(sent.values["to"])
    handoff = handing.hand_over(
        ref=sent.ref,
        to_party_id=party,
        why=sent.text("why"),
        tried=sent.text("tried"),
        asked=sent.text("asked"),
        blocker=sent.values.get("blocker", ""),
        **sent.by(),
    )
    keeping.drop_draft(place=f"ticket:{sent.ref}:hand-over", **sent.by())
    name = people.party_row(party).name
    text = _("Offered to %(team)s. You hold it until they accept.") % {"team": name}
    return Done(text, undo=f"/desk/handoffs/{handoff.uid}/withdraw")


def _offer_of(sent: Sent) -> UUID:
    try:
        return UUID(sent.values.get("handoff", ""))
    except ValueError as error:
        raise handoff_rules.NoOffer from error


def _accept(sent: Sent) -> Done:
    handing.accept_handoff(handoff_uid=_offer_of(sent), **sent.by())
    return Done(_("It is in your hands now."))


def _return(sent: Sent) -> Done:
    handing.return_handoff(
        handoff_uid=_offer_of(sent), code=sent.values.get("code", ""), text=sent.text("text"), **sent.by()
    )
    return Done(_("Given back, with your reason."))


def _withdraw(sent: Sent) -> Done:
    handing.withdraw_handoff(handoff_uid=_offer_of(sent), **sent.by())
    return Done(_("Taken back. It stays with you."))


def _solve(sent: Sent) -> Done:
    solving.solve_ticket(
        ref=sent.ref,
        code=sent.values.get("code", ""),
        text=sent.text("text"),
        blocker=sent.values.get("blocker", ""),
        tell_user=sent.values.get("quietly") != "on",
        **sent.by(),
    )
    keeping.drop_draft(place=f"ticket:{sent.ref}:solve", **sent.by())
    return Done(_("Solved. The requester is told and may reopen it for 14 days."))


def _take(sent: Sent) -> Done:
    handing.take_ticket(ref=sent.ref, **sent.by())
    return Done(_("You have it in hand."))


def _wait(sent: Sent) -> Done:
    waiting.wait_for(ref=sent.ref, waiting_for=sent.values.get("waiting_for", ""), **sent.by())
    return Done(_("It waits now."), undo=f"/desk/tickets/{sent.ref}/carry-on")


def _carry_on(sent: Sent) -> Done:
    waiting.carry_on(ref=sent.ref, **sent.by())
    return Done(_("Back to work."))


def _merge(sent: Sent) -> Done:
    into = sent.text("into").strip().upper()
    joining.merge_ticket(ref=sent.ref, into=into, **sent.by())
    text = _("%(ref)s now lives on here.") % {"ref": sent.ref}
    return Done(text, to=f"/desk/tickets/{into}", undo=f"/desk/tickets/{sent.ref}/unmerge")


def _unmerge(sent: Sent) -> Done:
    joining.unmerge_ticket(ref=sent.ref, **sent.by())
    return Done(_("It goes on by itself again."))


def _split(sent: Sent) -> Done:
    try:
        uids = [UUID(text) for text in sent.lists("message")]
    except ValueError as error:
        raise Invalid("Pick messages of this ticket.", field="message") from error
    opened = joining.split_ticket(
        ref=sent.ref, subject=sent.text("subject"), message_uids=uids, note=sent.text("note"), **sent.by()
    )
    text = _("Opened %(ref)s from it; both are linked.") % {"ref": opened.ref}
    return Done(text, to=f"/desk/tickets/{opened.ref}")


def _link(sent: Sent) -> Done:
    other = sent.text("other").strip().upper()
    joining.link_tickets(ref=sent.ref, other=other, kind=sent.values.get("kind", ""), **sent.by())
    return Done(_("Linked with %(ref)s.") % {"ref": other})


def _follow(sent: Sent) -> Done:
    person = sent.who("person") if sent.values.get("person", "").strip() else None
    following.follow(ref=sent.ref, person_id=person, **sent.by())
    return Done(_("They follow it now.") if person else _("You follow it now."))


def _unfollow(sent: Sent) -> Done:
    following.unfollow(ref=sent.ref, **sent.by())
    return Done(_("You follow it no longer."))


def _confidential(sent: Sent) -> Done:
    wanted = sent.values.get("confidential") == "on"
    named = [
        person_id(text, sent.actor, field="named") for text in sent.text("named").replace(",", " ").split()
    ]
    following.set_confidential(ref=sent.ref, confidential=wanted, named=named, **sent.by())
    if wanted:
        return Done(_("Confidential: only its owner, its requester and those named see it."))
    return Done(_("No longer confidential."))


def _owner(sent: Sent) -> Done:
    to = sent.who("owner")
    owning.pass_ownership(ref=sent.ref, to_person_id=to, **sent.by())
    name = people.public_name(to)[1]
    return Done(_("%(name)s owns it now, and the user is told.") % {"name": name})


def _grade(sent: Sent) -> Done:
    v = sent.values
    organisation = queries.ticket(sent.ref, sent.actor).organisation_id
    service = v.get("service", "")
    changes = grading.Changes(
        subject=sent.text("subject"),
        kind=v.get("kind"),
        impact=_level(v.get("impact", "")),
        urgency=_level(v.get("urgency", "")),
        service_id=estate.find_service(service, organisation_id=organisation) if service else grading.UNSET,
        tags=tuple(t.strip()[:64] for t in sent.text("tags").split(",") if t.strip()),
    )
    version = int(v["version"]) if v.get("version", "").isdecimal() else None
    grading.change_ticket(ref=sent.ref, changes=changes, version=version, **sent.by())
    return Done(_("Changed. The promises follow."))


def _level(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) == 1 else None


def _end(sent: Sent) -> Done:
    solving.end_ticket(ref=sent.ref, state=sent.values.get("state", ""), **sent.by())
    return Done(_("It is over."))


def _reopen(sent: Sent) -> Done:
    reopening.reopen(ref=sent.ref, cause="desk", **sent.by())
    return Done(_("Open again, with its history."))


#: address -> what it does, the fields its errors belong to, the form that shows them
VERBS: dict[str, tuple[Callable[[Sent], Done], tuple[str, ...], str]] = {
    "reply": (_reply, ("text", "promise", "audience", "files"), "reply"),
    "promise": (_promise, ("promise", "due_at"), "promise"),
    "hand-over": (_hand_over, ("to", "why", "tried", "asked", "blocker"), "hand-over"),
    "accept": (_accept, (), "accept"),
    "return": (_return, ("code", "text"), "return"),
    "withdraw": (_withdraw, (), "accept"),
    "solve": (_solve, ("code", "text", "blocker"), "solve"),
    "take": (_take, (), "accept"),
    "wait": (_wait, ("waiting_for",), "wait"),
    "carry-on": (_carry_on, (), "accept"),
    "merge": (_merge, ("into",), "merge"),
    "unmerge": (_unmerge, (), "accept"),
    "split": (_split, ("subject", "message"), "split"),
    "link": (_link, ("other", "kind"), "link"),
    "follow": (_follow, ("person",), "follow"),
    "unfollow": (_unfollow, (), "accept"),
    "confidential": (_confidential, ("named",), "confidential"),
    "owner": (_owner, ("owner",), "owner"),
    "grade": (_grade, ("subject", "kind", "impact", "urgency", "service", "tags"), "grade"),
    "end": (_end, ("state",), "end"),
    "reopen": (_reopen, (), "reopen"),
}


@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Undo of a handoff: the page of its ticket comes again."""
    found = handing.withdraw_handoff(handoff_uid=uid, actor=actor_of(request), now=now_of(request))
    place = f"/desk/tickets/{found.ticket.ref}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": place})
    return redirect(place)


@require_POST
def seen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A returned solution was looked at."""
    returning.see_solution(uid=uid, actor=actor_of(request), now=now_of(request))
    messages.success(request, _("Seen. It counts as learned, not as work."))
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/desk/") else "/desk/returned")
