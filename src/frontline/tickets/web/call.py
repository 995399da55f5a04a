"""Logging a call: find the caller by a few letters, see how they are, open or join, promise, done."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from frontline.estate import queries as estate
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.times import reader_zone
from frontline.foundation.ui.wording import worded
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError, Invalid
from frontline.people import queries as people
from frontline.tickets import queries, wording
from frontline.tickets.usecases import calls
from frontline.tickets.web import times
from frontline.tickets.web.ticket import Form

FIELDS = (
    "caller_check",
    "reason",
    "service",
    "subject",
    "text",
    "promise",
    "join",
    "impact",
    "urgency",
    "due_at",
)
TAKEN = ("phone", "walk_up", "chat")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody found, with what tells two of the same name apart."""

    uid: UUID
    name: str
    note: str
    device: str


@require_GET
def callers(request: HttpRequest) -> HttpResponse:
    """The fragment under the search field: who it could be. Two queries, three when a device is named."""
    text = request.GET.get("q", "")
    return render(
        request, "tickets/callers.html", {"found": _find(text, actor_of(request)), "q": text.strip()}
    )


def _find(text: str, actor: Actor) -> list[Caller]:
    """By three letters, a number, an address, or the name or serial number of a device."""
    if len(text.strip()) < 2:
        return []
    devices = estate.users_of_devices(actor, text)
    rows = people.people_by_ids(devices)
    by_device = [Caller(p.uid, p.name, p.email, devices[p.id]) for p in rows.values() if p.active]
    known = {one.uid for one in by_device}
    by_name = [
        Caller(
            p.uid,
            p.name,
            " · ".join(filter(None, [p.department, p.place, p.organisation, p.employee_number])),
            "",
        )
        for p in people.find_people(actor=actor, text=text, limit=8)
        if p.uid not in known
    ]
    return [*by_device, *by_name][:8]


@require_http_methods(["GET", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """`?q=` searches, `?person=` shows the caller and the form; POST logs the call."""
    actor = actor_of(request)
    if request.method == "POST":
        return _log(request, actor)
    chosen = request.GET.get("person", "")
    if chosen:
        return _caller_page(request, _person(chosen, actor), Form())
    text = request.GET.get("q", "")
    context = {"found": _find(text, actor), "q": text.strip(), "now": now_of(request)}
    return render(request, "tickets/call.html", context)


def _person(uid: str, actor: Actor) -> people.PersonRow:
    try:
        return people.person_by_uid(UUID(uid), actor=actor)
    except ValueError as error:
        raise Invalid("Find the caller first.", field="person") from error


def _caller_page(
    request: HttpRequest, person: people.PersonRow, form: Form, status: int = 200
) -> HttpResponse:
    actor, now = actor_of(request), now_of(request)
    context: dict[str, Any] = {
        "person": person,
        "f": form,
        "t": form.typed,
        "devices": estate.items_of_person(actor, person_id=person.id),
        "others": queries.open_tickets_of(actor, person_id=person.id),
        "contacts": queries.recent_contacts(actor, person_id=person.id),
        "organisation": people.organisations_by_ids([person.organisation_id])[person.organisation_id],
        "reasons": estate.reason_choices(at=now),
        "services": estate.service_choices(organisation_id=person.organisation_id),
        "checks": wording.CHECKS,
        "levels": wording.LEVELS,
        "presets": times.choices(now=now, zone=reader_zone()),
        "states": wording.STATES,
        "now": now,
    }
    template = "tickets/caller.html" if request.headers.get("HX-Request") else "tickets/call.html"
    return render(request, template, context, status=status)


def _log(request: HttpRequest, actor: Actor) -> HttpResponse:
    sent, now = request.POST, now_of(request)
    person = _person(sent.get("person", ""), actor)
    try:
        logged = calls.log_call(call=_read(request, person, actor), actor=actor, now=now)
    except DeskError as error:
        field = error.field if error.field in FIELDS else ""
        form = Form(open=True, typed=sent.dict(), errors={field: worded(error)})
        return _caller_page(request, person, form, status=403 if error.status == 403 else 422)
    text = _("%(ref)s is open.") if logged.opened else _("The call stands on %(ref)s.")
    messages.success(request, text % {"ref": logged.ref})
    return redirect(f"/desk/tickets/{logged.ref}")


def _read(request: HttpRequest, person: people.PersonRow, actor: Actor) -> calls.Call:
    sent, now = request.POST, now_of(request)
    reason = estate.find_reason(sent["reason"], at=now) if sent.get("reason") else None
    service = sent.get("service", "")
    item = sent.get("item", "")
    found = (
        estate.items_by_uids(actor, [UUID(item)], organisation_id=person.organisation_id)
        if _is_uid(item)
        else {}
    )
    check = sent.get("caller_check", "")
    join = sent.get("join", "")
    chosen = sent.get("promise_at", "").strip() or sent.get("promise", "")
    return calls.Call(
        person_id=person.id,
        channel=sent["channel"] if sent.get("channel") in TAKEN else "phone",
        join=join,
        subject=sent.get("subject", "").strip(),
        text=sent.get("text", "").replace("\r\n", "\n"),
        reason_id=reason,
        kind="incident" if reason is None else estate.reason_row(reason).kind,
        service_id=estate.find_service(service, organisation_id=person.organisation_id) if service else None,
        item_id=next(iter(found.values()), None),
        impact=_level(sent.get("impact", "")),
        urgency=_level(sent.get("urgency", "")),
        caller_check=check if check in wording.CHECKS else "",
        caller_checked=check in wording.CHECKS,
        promise_at=times.instant_of(chosen, now=now, zone=reader_zone(), field="promise"),
    )


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _level(text: str) -> int | None:
    return int(text) if text in {"1", "2", "3"} else None
