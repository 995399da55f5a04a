"""Lists of tickets: views, filters, order, search. Every list goes through `access.scope`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, Q, QuerySet

from frontline.foundation.questions import Listing, question, question_by_values
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.tickets.access import scope, sees_all
from frontline.tickets.logic.states import LIVE
from frontline.tickets.models import (
    STATES,
    Ticket,
)
from frontline.tickets.planning import CONFIGURATIONS
from frontline.tickets.queries.rows import FIELDS, TicketRow, rows_by_id

#: search ranks the newest hits only: ranking every hit of a common word took 1.2 s at a million tickets
RANKED = 1000
#: of so many exact hits (a ref, a number of another product) are shown
EXACT = 5
#: what people type for a ticket's ref besides the ref itself
NUMBER = re.compile(r"#?(?:T-)?(\d{1,12})", re.IGNORECASE)
#: a last word that somebody may still be typing: no operator, nothing quoted
UNFINISHED = re.compile(r"(?:^|\s)(\w{3,40})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; None and empty mean "any"."""

    view: str = ""
    q: str = ""
    state: tuple[str, ...] = ()
    team_party: int | None = None
    owner: int | None = None
    holder: int | None = None
    priority: str = ""
    kind: str = ""
    service: int | None = None
    requester: int | None = None
    tag: str = ""
    sort: str = ""


SORTS = {
    "matters": ("matters_at", "id"),
    "newest": ("-id",),
    "oldest": ("id",),
    "updated": ("-updated_at", "-id"),
}
COUNTED = ("mine", "team", "offered", "unanswered", "desk", "waiting")
VIEWS = ("mine", "held", "offered", "unanswered", "team", "desk", "waiting", "solved", "all", "followed")


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: list[TicketRow]
    #: values of the last row's place, to go on after it; None on the last page
    after: list[Any] | None


#: rows are read in few sizes, so that there are few statements
SIZES = (10, 50, 100, 200)
#: values of the keys that a page goes on after
AFTER = ("after_first", "after_second")


def tickets(
    actor: Actor, filters: Filters, *, after: Sequence[Any] | None = None, limit: int = 50
) -> ListPage:
    """A page of tickets in a stable order. One query (search: three)."""
    if filters.q.strip():
        return _search(actor, filters, after=after, limit=limit)
    order = order_of(filters)
    size = next((size for size in SIZES if size >= limit), limit)
    values = _wanted(filters) | dict(zip(AFTER, after or (), strict=False))
    listed = _page(filters.view, _states(filters, actor), order, size + 1, actor=actor, **values)
    rows = [TicketRow(*row) for row in listed[:limit]]
    return ListPage(rows, [_place(rows[-1], key) for key in order] if len(listed) > limit else None)


@question
def _page(
    view: str, states: tuple[str, ...], order: tuple[str, ...], limit: int, /, *, actor: Actor, **values: Any
) -> Listing:
    after = [values.pop(name) for name in AFTER if name in values]
    found = _narrowed(view, states, actor, values)
    if order[0] == "matters_at":
        found = found.filter(matters_at__isnull=False)
    if after:
        found = found.filter(_beyond(order, after))
    return found.order_by(*order).values_list(*FIELDS)[:limit]


def order_of(filters: Filters) -> tuple[str, ...]:
    """The keys a list is ordered by: what matters for work under way, else the newest first."""
    name = filters.sort or ("newest" if filters.view in {"", "solved", "all", "followed"} else "matters")
    if name not in SORTS:
        raise Invalid("{sort} is no order; use one of {known}.", field="sort", sort=name, known=tuple(SORTS))
    return SORTS[name]


def place_of(filters: Filters) -> tuple[type, ...]:
    """What a place in this list is made of, as `ListPage.after` holds it."""
    if filters.q.strip():
        return (int,)
    return tuple(int if key.endswith("id") else datetime for key in order_of(filters))


def _place(row: TicketRow, key: str) -> Any:
    value = getattr(row, key.lstrip("-"))
    return value.isoformat() if isinstance(value, datetime) else value


def _beyond(order: Sequence[str], after: Sequence[Any]) -> Q:
    """Keyset: rows after this place in the given order, found by the index of its first key."""
    condition, equal, first = Q(), Q(), Q()
    for key, value in zip(order, after, strict=True):
        name, way = key.lstrip("-"), "lt" if key.startswith("-") else "gt"
        first = first or Q(**{f"{name}__{way}e": value})
        condition |= equal & Q(**{f"{name}__{way}": value})
        equal &= Q(**{name: value})
    return first & condition


def _states(filters: Filters, actor: Actor) -> tuple[str, ...]:
    """The states asked for; of somebody else's tickets only work under way: what they have done is nobody's list."""
    if unknown := set(filters.state) - set(STATES):
        raise Invalid("{what} is no state.", field="state", what=tuple(sorted(unknown)))
    if filters.owner is None or filters.owner == actor.person_id:
        return tuple(sorted(filters.state))
    none_of_these = ("",)
    return tuple(sorted(LIVE & set(filters.state or LIVE))) or none_of_these


def _wanted(filters: Filters) -> dict[str, Any]:
    """What a list is narrowed to besides view and states, by the column that must have it."""
    values = {
        "holder": filters.holder if filters.holder is not None else filters.team_party,
        "owner": filters.owner,
        "priority": filters.priority or None,
        "kind": filters.kind or None,
        "service": filters.service,
        "requester": filters.requester,
        "tags__contains": [filters.tag] if filters.tag else None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _narrowed(view: str, states: Sequence[str], actor: Actor, values: dict[str, Any]) -> QuerySet[Ticket]:
    found = _view(Ticket.objects.filter(scope(actor), **values), view, actor)
    return found.filter(state__in=states) if states else found


def _view(found: QuerySet[Ticket], view: str, actor: Actor) -> QuerySet[Ticket]:
    me, parties = actor.person_id, list(actor.party_ids)
    conditions: dict[str, Q] = {
        "": Q(),
        "all": Q(),
        "mine": Q(owner=me, matters_at__isnull=False),
        "held": Q(holder__in=parties, matters_at__isnull=False),
        "team": Q(holder__in=parties, matters_at__isnull=False) | Q(offered_to__in=parties),
        "offered": Q(offered_to__in=parties),
        "unanswered": Q(state="new"),
        "desk": Q(matters_at__isnull=False),
        "waiting": Q(state="waiting"),
        "solved": Q(state="solved"),
        "followed": Q(followers__person=me),
    }
    if view not in conditions:
        raise Invalid("{view} is no view; use one of {known}.", field="view", view=view, known=VIEWS)
    return found.filter(conditions[view])


def _search(actor: Actor, filters: Filters, *, after: Sequence[Any] | None, limit: int) -> ListPage:
    """Refs at once; words ranked among the newest hits; words somebody may not read do not count for them."""
    words = filters.q.strip()[:200]
    ids = list(dict.fromkeys([*_exact_hits(actor, filters, words), *_ranked_hits(actor, filters, words)]))
    start = int(after[0]) if after is not None else 0
    wanted = ids[start : start + limit]
    rows = {row.id: row for row in rows_by_id(actor, wanted)}
    end = start + limit
    return ListPage([rows[i] for i in wanted if i in rows], [end] if end < len(ids) else None)


def _exact_hits(actor: Actor, filters: Filters, words: str) -> list[int]:
    number = NUMBER.fullmatch(words)
    ref = f"T-{number[1]}" if number else words.upper()
    found = _exact(
        filters.view, _states(filters, actor), actor=actor, ref=ref, number=words, **_wanted(filters)
    )
    return [pk for (pk,) in found]


@question
def _exact(
    view: str, states: tuple[str, ...], /, *, actor: Actor, ref: str, number: str, **values: Any
) -> Listing:
    found = _narrowed(view, states, actor, values)
    return found.filter(Q(ref=ref) | Q(external_id=number)).values_list("pk")[:EXACT]


def _ranked_hits(actor: Actor, filters: Filters, words: str) -> list[int]:
    states = _states(filters, actor)
    if not sees_all(actor):  # internal notes are in the search column, so others search subjects only
        found = _narrowed(filters.view, states, actor, _wanted(filters)).filter(subject__icontains=words)
        return list(found.order_by("-id").values_list("pk", flat=True)[:RANKED])
    # what a whole word is in the reader's language, and the word as it stands: names and numbers have no language
    own = CONFIGURATIONS.get(actor.language, "simple")
    configurations = tuple(dict.fromkeys((own, "english", "simple")))
    values = {"words": words, **_wanted(filters)}
    if unfinished := UNFINISHED.search(words):
        values["begun"] = f"{unfinished[1]}:*"
        if before := words[: unfinished.start(1)].strip():
            values["before"] = before
    return [pk for (pk,) in _ranked(filters.view, states, configurations, actor=actor, **values)]


@question_by_values
def _ranked(
    view: str,
    states: tuple[str, ...],
    configurations: tuple[str, ...],
    /,
    *,
    actor: Actor,
    words: str,
    begun: str = "",
    before: str = "",
    **values: Any,
) -> Listing:
    asked: Any = None
    for configuration in configurations:
        whole: Any = SearchQuery(words, search_type="websearch", config=configuration)
        if begun:
            part: Any = SearchQuery(begun, search_type="raw", config=configuration)
            if before:
                part = SearchQuery(before, search_type="websearch", config=configuration) & part
            whole |= part
        asked = whole if asked is None else asked | whole
    newest = _narrowed(view, states, actor, values).filter(search=asked).order_by("-id")[:RANKED]
    return (
        Ticket.objects.filter(pk__in=newest.values("pk"))
        .order_by(SearchRank(F("search"), asked).desc(), "-id")
        .values_list("pk")
    )


@question
def _counts(most: int, /, *, actor: Actor) -> list[Listing]:
    seen = Ticket.objects.filter(scope(actor))
    return [_view(seen, view, actor).values_list("pk")[: most + 1] for view in COUNTED]


def view_counts(actor: Actor, *, most: int = 1000) -> dict[str, int]:
    """How many tickets each view holds, counted up to `most`. One query, on partial indexes."""
    return dict(zip(COUNTED, _counts(most, actor=actor)[0], strict=True))


def count_by_state(actor: Actor) -> dict[str, int]:
    """How many tickets stand in each state, of those this reader may see."""
    rows = Ticket.objects.filter(scope(actor)).values_list("state").annotate(n=Count("id"))
    return dict(rows)
