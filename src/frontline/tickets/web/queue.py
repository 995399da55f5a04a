"""The queue: views with counts, rows in order of what matters, a preview, and steps on many rows at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from frontline.foundation import access as rights
from frontline.foundation.http.api import read_cursor, write_cursor
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.times import reader_zone
from frontline.foundation.ui.wording import worded
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError, Invalid
from frontline.people import queries as people
from frontline.tickets import queries, wording
from frontline.tickets.usecases import bulk, grading, handing, keeping, owning, promising
from frontline.tickets.web import rows, times

PAGE = 50

#: view -> what it is called, its icon, and what its empty state says
VIEWS: Mapping[str, tuple[Any, Any]] = {
    "mine": (
        gettext_lazy("Mine"),
        gettext_lazy("You own nothing that is open. Take a look at what matters."),
    ),
    "team": (gettext_lazy("With my team"), gettext_lazy("Your team holds nothing just now.")),
    "offered": (gettext_lazy("Offered to us"), gettext_lazy("No handoff waits for your answer.")),
    "desk": (gettext_lazy("What matters"), gettext_lazy("Nothing is open. Enjoy the quiet.")),
    "unanswered": (
        gettext_lazy("Nobody answered yet"),
        gettext_lazy("Everybody who wrote has had an answer."),
    ),
    "waiting": (gettext_lazy("Waiting"), gettext_lazy("Nothing waits for anybody.")),
    "solved": (gettext_lazy("Solved, may come back"), gettext_lazy("Nothing was solved in the last days.")),
    "followed": (
        gettext_lazy("Followed"),
        gettext_lazy("You follow nothing. Follow a ticket to hear of it."),
    ),
    "all": (gettext_lazy("All tickets"), gettext_lazy("There are no tickets yet.")),
}
SHOWN_TO_SUPPLIERS = ("team", "offered", "all")
NARROWING = ("state", "priority", "kind", "tag", "team", "owner", "sort")


@dataclass(frozen=True, slots=True)
class ViewLink:
    label: str
    url: str
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the view, the words searched for, and what narrows it."""

    view: str
    q: str
    narrowed: dict[str, str]

    @property
    def address(self) -> dict[str, str]:
        return {k: v for k, v in {"view": self.view, "q": self.q, **self.narrowed}.items() if v}


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The page; `?rows` gives the table alone, for what is loaded again in place."""
    return _page(request, outcomes=())


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Where the search field leads without scripts."""
    return redirect(f"/desk?{urlencode({'q': request.GET.get('q', ''), 'view': 'all'})}")


def _page(request: HttpRequest, *, outcomes: Any, status: int = 200) -> HttpResponse:
    actor, now = actor_of(request), now_of(request)
    supplier = not actor.is_staff
    counts = queries.view_counts(actor)
    asked = _asked(request, counts, supplier=supplier)
    context = _list(request, asked, actor, now)
    if "rows" in request.GET:
        return render(request, "tickets/queue_list.html", context)
    may_work = rights.may(actor, "tickets.work")
    saved = queries.saved_views(actor)
    links = [
        ViewLink(
            str(label),
            f"/desk?view={view}",
            counts.get(view),
            not saved_open(saved, asked) and view == asked.view,
        )
        for view, (label, _empty) in VIEWS.items()
        if not supplier or view in SHOWN_TO_SUPPLIERS
    ]
    context |= {
        "views": links,
        "saved": [
            (view, f"/desk?{urlencode(view.filters)}", view.filters == asked.address) for view in saved
        ],
        "may_work": may_work,
        "members": [(m.uid, m.shown_name) for m in people.desk_members(now=now)] if may_work else [],
        "presets": times.choices(now=now, zone=reader_zone()),
        "states": wording.STATES,
        "kinds": wording.KINDS,
        "outcomes": outcomes,
        "headline": _headline(asked, counts, context["lines"], now),
        "here": request.get_full_path(),
    }
    return render(request, "tickets/queue.html", context, status=status)


def saved_open(saved: list[queries.ViewRow], asked: Asked) -> bool:
    return any(view.filters == asked.address for view in saved)


def _asked(request: HttpRequest, counts: Mapping[str, int], *, supplier: bool) -> Asked:
    """Without a view: what one owns, else what one's team holds, else everything open."""
    q = request.GET.get("q", "").strip()
    view = request.GET.get("view", "")
    if not view:
        order = ("offered", "team") if supplier else ("mine", "team")
        view = "all" if q else next((v for v in order if counts.get(v)), "team" if supplier else "desk")
    narrowed = {name: request.GET[name].strip() for name in NARROWING if request.GET.get(name, "").strip()}
    return Asked(view, q, narrowed)


def _list(request: HttpRequest, asked: Asked, actor: Actor, now: datetime) -> dict[str, Any]:
    filters = _filters(asked, actor)
    after = read_cursor(request.GET.get("cursor"), *queries.place_of(filters))
    page = queries.tickets(actor, filters, after=after, limit=PAGE)
    more = write_cursor(*page.after) if page.after is not None else ""
    lines = rows.lines(page.rows, now=now)
    return {
        "asked": asked,
        "title": _("Search: %(words)s") % {"words": asked.q} if asked.q else str(VIEWS[asked.view][0]),
        "empty": _("No ticket has these words. Try fewer, or a number.") if asked.q else VIEWS[asked.view][1],
        "lines": lines,
        "drawn": [rows.html(line, now=now) for line in lines],
        "live_list": _live_name(asked, actor),
        "list_url": f"/desk?{urlencode({**asked.address, 'rows': 1})}",
        "next": f"/desk?{urlencode({**asked.address, 'cursor': more})}" if more else "",
        "first": f"/desk?{urlencode(asked.address)}" if "cursor" in request.GET else "",
        "now": now,
    }


def _live_name(asked: Asked, actor: Actor) -> str:
    """The lists of the live stream this page shows; none for searches and narrowed lists, which stay as asked."""
    if asked.q or asked.narrowed or asked.view == "followed":
        return ""
    parties = sorted(actor.party_ids)
    names = {
        "mine": [rows.owned_by(actor.person_id)],
        "team": [name(p) for p in parties for name in (rows.held_by, rows.offered_to)],
        "offered": [rows.offered_to(p) for p in parties],
        "unanswered": ["queue:new"],
    }
    return " ".join(names.get(asked.view, [f"queue:{asked.view}"]))


def _filters(asked: Asked, actor: Actor) -> queries.Filters:
    n = asked.narrowed
    if asked.view not in VIEWS:
        raise Invalid("There is no such view.", field="view")
    return queries.Filters(
        view=asked.view,
        q=asked.q,
        state=tuple(filter(None, n.get("state", "").split(","))),
        team_party=people.party_by_name(n["team"]) if "team" in n else None,
        owner=_owner(n["owner"], actor) if "owner" in n else None,
        priority=n.get("priority", ""),
        kind=n.get("kind", ""),
        tag=n.get("tag", ""),
        sort=n.get("sort", ""),
    )


def _owner(text: str, actor: Actor) -> int:
    if text == "me":
        return actor.person_id or 0
    try:
        return people.person_by_uid(UUID(text), actor=actor).id
    except ValueError as error:
        raise Invalid("Choose an owner from the list.", field="owner") from error


def _headline(asked: Asked, counts: Mapping[str, int], shown: list[rows.Line], now: datetime) -> str:
    """How many, and how many of those shown call for somebody now."""
    n = len(shown) if asked.q or asked.narrowed else counts.get(asked.view, len(shown))
    late = sum(1 for line in shown if line.why is not None and line.why.late)
    soon = sum(
        1 for line in shown if line.why is not None and line.why.signal == "soon" and not line.why.late
    )
    if not n:
        return ""
    total = _("more than 1,000") if n > 1000 else str(n)
    parts = [ngettext("%(n)s ticket", "%(n)s tickets", n) % {"n": total}]
    parts += [ngettext("%(n)s is late", "%(n)s are late", late) % {"n": late}] if late else []
    parts += (
        [
            ngettext("%(n)s within a quarter of an hour", "%(n)s within a quarter of an hour", soon)
            % {"n": soon}
        ]
        if soon
        else []
    )
    return ", ".join(parts)


@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """One step on every picked row. What failed is listed by ticket; what went well is done."""
    refs = request.POST.getlist("ref")
    back = request.POST.get("back", "/desk")
    back = back if back.startswith("/desk") else "/desk"
    if not refs:
        messages.error(request, _("Pick some tickets first."))
        return redirect(back)
    try:
        outcomes = bulk.on_each(refs=refs, step=_step(request))
    except Invalid as error:
        messages.error(request, worded(error))
        return redirect(back)
    failed = [(one.ref, worded(one.error)) for one in outcomes if one.error is not None]
    done = len(outcomes) - len(failed)
    if done:
        said = ngettext("Done for %(n)s ticket.", "Done for %(n)s tickets.", done) % {"n": done}
        messages.success(request, said)
    if not failed:
        return redirect(back)
    request.GET = _query_of(back)  # shown on the list they were picked from
    return _page(request, outcomes=failed, status=422)


def _query_of(address: str) -> Any:
    from django.http import QueryDict

    return QueryDict(address.partition("?")[2])


def _step(request: HttpRequest) -> Callable[[str], object]:
    actor, now, sent = actor_of(request), now_of(request), request.POST
    match sent.get("act"):
        case "take":
            return lambda ref: handing.take_ticket(ref=ref, actor=actor, now=now)
        case "tag":
            tag = sent.get("tag", "").strip()[:64]
            if not tag:
                raise Invalid("Type the tag to add.", field="tag")
            return lambda ref: _add_tag(ref, tag, actor, now)
        case "promise":
            due = times.instant_of(sent.get("promise", ""), now=now, zone=reader_zone(), field="promise")
            if due is None:
                raise Invalid("Choose by when.", field="promise")
            return lambda ref: promising.promise_update(ref=ref, due_at=due, actor=actor, now=now)
        case "owner":
            to = _owner(sent.get("owner", ""), actor)
            return lambda ref: owning.pass_ownership(ref=ref, to_person_id=to, actor=actor, now=now)
    raise Invalid("Choose what to do with them.")


def _add_tag(ref: str, tag: str, actor: Actor, now: datetime) -> object:
    ticket = queries.ticket(ref, actor)
    changes = grading.Changes(tags=(*ticket.tags, tag))
    return grading.change_ticket(ref=ref, changes=changes, version=ticket.version, actor=actor, now=now)


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it stands under a name."""
    sent = {name: request.POST[name] for name in ("view", "q", *NARROWING) if request.POST.get(name)}
    try:
        keeping.save_view(
            name=request.POST.get("name", ""), filters=sent, actor=actor_of(request), now=now_of(request)
        )
    except DeskError as error:
        messages.error(request, worded(error))
    else:
        messages.success(request, _("Saved. It stands with your views."))
    return redirect(f"/desk?{urlencode(sent)}")


@require_POST
def drop_view(request: HttpRequest, uid: UUID) -> HttpResponse:
    keeping.drop_view(uid=uid, actor=actor_of(request), now=now_of(request))
    messages.success(request, _("Removed from your views."))
    return redirect("/desk")
