"""The ticket page: what matters on top, the story in the middle, what helps at the side, steps by key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from frontline.commitments import queries as commitments
from frontline.estate import queries as estate
from frontline.foundation import access as rights
from frontline.foundation import manifest
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.times import reader_zone
from frontline.foundation.ui.wording import worded
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError
from frontline.people import queries as people
from frontline.tickets import access, desk, queries, wording
from frontline.tickets.logic import macros
from frontline.tickets.logic.states import ENDED, LIVE
from frontline.tickets.web import ribbons, rows, story, times

#: the forms of the page, by the name in the address
FORMS = (
    "reply", "promise", "hand-over", "accept", "return", "solve", "wait", "merge", "split", "link", "follow",
    "confidential", "owner", "grade", "end", "reopen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the page: open or not, what was typed, and what is wrong with it by field."""

    open: bool = False
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    #: said by the user since the form was opened; shown once before it is sent
    newer: Sequence[queries.MessageRow] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for it, and who answers in their place now."""

    name: str
    is_me: bool
    stand_in: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A macro with its variables filled in."""

    uid: Any
    name: str
    text: str
    audience: str
    promise: str
    waits: bool


@require_GET
def ticket(request: HttpRequest, ref: str) -> HttpResponse:
    """`?do=hand-over` opens a form (for those without scripts); `?part=talk` gives the story alone."""
    asked = request.GET.get("do", "")
    typed = {"audience": "internal"} if asked == "note" else {}
    name = "reply" if asked == "note" else asked
    if "macro" in request.GET:
        name, typed = "reply", {"macro": request.GET["macro"]}
    return page(request, ref, act=name if name in FORMS else "", form=Form(open=True, typed=typed))


@require_GET
def preview(request: HttpRequest, ref: str) -> HttpResponse:
    """The fragment beside the queue: the last words, the clocks, who it is."""
    actor, now = actor_of(request), now_of(request)
    row = queries.ticket(ref, actor)
    context = _head(row, rows.lines([row], now=now)[0], actor, now) | {
        "last": [m for m in queries.messages(actor, row) if m.author_kind != "automatic"][-2:],
        "clocks": clock_lines(queries.clocks(row, actor), now),
        "devices": estate.items_of_person(actor, person_id=row.requester_id, limit=2),
        "contacts": _other_contacts(row, actor)[:3],
    }
    return render(request, "tickets/preview.html", context)


def _other_contacts(row: queries.TicketRow, actor: Actor) -> list[queries.ContactRow]:
    """The requester's last contacts on other tickets than this one."""
    return [one for one in queries.recent_contacts(actor, person_id=row.requester_id) if one.ref != row.ref]


def page(
    request: HttpRequest, ref: str, *, act: str = "", form: Form | None = None, status: int = 200
) -> HttpResponse:
    """The whole page, with one of its forms open as it was sent."""
    actor, now = actor_of(request), now_of(request)
    row = queries.ticket(ref, actor)
    every = queries.handoffs(row)
    handoffs = _shown(every, actor)
    chain = queries.custody(row) if access.is_desk_side(actor) else []
    said = queries.messages(actor, row)
    promises = queries.promises(row)
    context = _head(row, rows.line(row, now=now, offer=desk.last_offer(every)), actor, now) | {
        "entries": story.story(said, handoffs, promises, chain, requester=row.requester_name, now=now),
        "seen": max((m.seq for m in said), default=0),
    }
    if request.GET.get("part") == "talk":
        return render(request, "tickets/talk.html", context)
    clocks = queries.clocks(row, actor, promises)
    forms = {name.replace("-", "_"): Form() for name in FORMS}
    if act and form is not None:
        forms[act.replace("-", "_")] = form
    context |= {
        "act": act,
        "forms": forms,
        "clocks": clock_lines(clocks, now),
        "ribbon": ribbons.ribbon(row, chain, clocks, requester=row.requester_name, now=now),
        "handoffs": handoffs,
        "offer": next((h for h in handoffs if h.state == "offered"), None),
        "lent": [html for panel in manifest.panels("ticket.context") if (html := panel.render(request, row))],
    }
    context["may_answer"] = context["offer"] is not None and context["offer"].receiver_id in actor.party_ids
    context |= _context(row, actor) | _choices(row, actor, now)
    if forms["reply"].typed.get("macro"):
        context["forms"]["reply"] = _with_macro(forms["reply"], context["macros"])
    return render(request, "tickets/ticket.html", context, status=status)


def _head(row: queries.TicketRow, line: rows.Line, actor: Actor, now: datetime) -> dict[str, Any]:
    """What the page and the preview both show on top. Mostly no query."""
    return {
        "row": row,
        "line": line,
        "state_icon": wording.STATE_ICONS[row.state],
        "owner": owner_of(row, actor, now),
        "live": row.state in LIVE,
        "ended": row.state in ENDED,
        "may_work": rights.may(actor, "tickets.work"),
        "staff": actor.is_staff,
        "is_mine": row.owner_id == actor.person_id,
        "in_my_hands": row.holder_id in actor.party_ids,
        "i_work_on_it": row.worker_name is not None and row.worker_id == actor.person_id,
        "now": now,
    }


def owner_of(row: queries.TicketRow, actor: Actor, now: datetime) -> Owner:
    """ "Ben owns it, Ines answers until 08:00"."""
    name = row.owner_shown or row.owner_name
    stand_in = people.stand_ins_for([row.owner_id], now).get(row.owner_id) if row.state in LIVE else None
    is_me = row.owner_id == actor.person_id
    if stand_in is None:
        return Owner(name, is_me)
    answers = people.public_name(stand_in.person_id)[1]
    return Owner(name, is_me, answers, stand_in.until)


def clock_lines(clocks: Sequence[commitments.ClockRow], now: datetime) -> list[wording.ClockLine]:
    """The clocks in words, what needs acting on first; a promise taken back is no news."""
    shown = [c for c in clocks if not (c.subject_kind == "promise" and c.state == "stopped")]
    lines = [wording.clock(c, now=now, calendar_zone=_zone_of(c)) for c in shown]
    return sorted(lines, key=lambda one: one.rank)


def _zone_of(c: commitments.ClockRow) -> str:
    if c.calendar_id is None:
        return ""
    return commitments.hours(c.calendar_id, c.calendar_version_id).calendar.versions[-1].zone.key


def _shown(handoffs: list[queries.HandoffRow], actor: Actor) -> list[queries.HandoffRow]:
    """A supplier sees what was asked of the supplier, and nothing of the way there."""
    if access.is_desk_side(actor):
        return handoffs
    return [h for h in handoffs if h.receiver_id in actor.party_ids]


def _context(row: queries.TicketRow, actor: Actor) -> dict[str, Any]:
    """The panels at the side."""
    if not access.is_desk_side(actor):
        return {}
    asks = row.requester_id
    return {
        "person": people.person_row(person_id=asks),
        "devices": estate.items_of_person(actor, person_id=asks),
        "others": [t for t in queries.open_tickets_of(actor, person_id=asks) if t.id != row.id],
        "contacts": _other_contacts(row, actor),
        "linked": [
            (wording.LINKS[one.kind][0 if one.outgoing else 1], one) for one in queries.links(actor, row)
        ],
        "followers": queries.followers(row),
        "returned": queries.returned_solutions(actor, ref=row.ref),
        "solved_as": wording.word_of(wording.SOLVE_CODES, row.solve_code) if row.solve_code else "",
        "blocked_by": wording.word_of(wording.BLOCKERS, row.blocker) if row.blocker else "",
        "service": None if row.service_id is None else estate.service_row(row.service_id),
    }


def _choices(row: queries.TicketRow, actor: Actor, now: datetime) -> dict[str, Any]:
    """What the forms offer to choose from; nothing for those who may not work on it."""
    if not rights.may(actor, "tickets.work"):
        return {"macros": [], "return_codes": wording.RETURN_CODES}
    receivers = people.receivers()
    service = None if row.service_id is None else estate.service_row(row.service_id)
    return {
        "macros": [_prepared(m, row, actor) for m in queries.macros(actor)],
        "receivers": [(p.uid, _receiver(p)) for p in receivers if p.id != row.holder_id],
        "likely": _team_of(service, receivers),
        "heirs": [(m.uid, m.shown_name) for m in people.desk_members(now=now) if m.id != row.owner_id],
        "presets": times.choices(now=now, zone=reader_zone()),
        "services": [(s.uid, s.name) for s in estate.service_choices(organisation_id=row.organisation_id)],
        "blockers": wording.BLOCKERS,
        "return_codes": wording.RETURN_CODES,
        "solve_codes": wording.SOLVE_CODES,
        "kinds": wording.KINDS,
        "levels": [(code, f"{code} · {word}") for code, word in wording.LEVELS.items()],
        "waits": wording.WAITING_FOR,
        "link_kinds": [(code, words[0]) for code, words in wording.LINKS.items()],
        "to_supplier": row.holder_kind == "supplier",
    }


def _receiver(party: people.PartyRow) -> str:
    return f"{party.name} ({_('supplier')})" if party.kind == "supplier" else party.name


def _team_of(service: estate.ServiceRow | None, receivers: Sequence[people.PartyRow]) -> UUID | None:
    """Who works on the service: most likely the ticket goes there."""
    if service is None or service.team_id is None:
        return None
    return next((party.uid for party in receivers if party.team_id == service.team_id), None)


def _prepared(m: queries.MacroRow, row: queries.TicketRow, actor: Actor) -> Prepared:
    values = {
        "requester_name": row.requester_shown or row.requester_name,
        "ref": row.ref,
        "owner_name": row.owner_shown or row.owner_name,
        "subject": row.subject,
        "service_name": row.service_name or "",
        "my_name": actor.name,
    }
    minutes = m.steps.get("promise_minutes")
    return Prepared(
        uid=m.uid,
        name=m.name,
        text=macros.fill(m.text, values),
        audience=m.audience,
        promise=f"+{minutes}" if minutes else "",
        waits=m.steps.get("waiting_for") == "requester",
    )


def _with_macro(form: Form, prepared: Sequence[Prepared]) -> Form:
    """The composer with a prepared answer in it, for those without scripts."""
    chosen = next((m for m in prepared if str(m.uid) == form.typed["macro"]), None)
    if chosen is None or form.typed.get("text"):
        return form
    return Form(open=True, typed={"text": chosen.text, "audience": chosen.audience, "macro": str(chosen.uid)})


def refused(error: DeskError, typed: Mapping[str, Any], *, known: Sequence[str]) -> Form:
    """The form as it was sent, with what is wrong at its field, or on top when it is about none of them."""
    name = error.field if error.field in known else ""
    return Form(open=True, typed=typed, errors={name or "": worded(error)})
