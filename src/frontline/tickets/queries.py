"""Questions about tickets. Every list goes through `access.scope`; every page has a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, Q, QuerySet

from frontline.commitments import queries as commitments
from frontline.foundation import access as rights
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.kernel.facts import Subject
from frontline.tickets.access import is_desk_side, scope, sees_all, ticket_to_read
from frontline.tickets.logic.custody import Segment
from frontline.tickets.logic.states import ENDED
from frontline.tickets.models import (
    STATES,
    Contact,
    Custody,
    Draft,
    Follower,
    Handoff,
    Link,
    Macro,
    Message,
    Promise,
    SavedView,
    SolutionReturn,
    Ticket,
)
from frontline.tickets.planning import CONFIGURATIONS

#: search ranks the newest hits only: ranking every hit of a common word took 1.2 s at a million tickets
RANKED = 1000


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A line of the queue or of a list."""

    id: int
    uid: UUID
    ref: str
    subject: str
    kind: str
    state: str
    waiting_for: str
    priority: str
    impact: int
    urgency: int
    channel: str
    requester_id: int
    requester_uid: UUID
    requester_name: str
    requester_shown: str
    organisation_id: int
    organisation_name: str
    service_id: int | None
    service_name: str | None
    item_name: str | None
    owner_id: int
    owner_uid: UUID
    owner_name: str
    owner_shown: str
    holder_kind: str
    holder_id: int | None
    holder_team: str | None
    holder_organisation: str | None
    worker_name: str | None
    offered_to_id: int | None
    tags: list[str]
    confidential: bool
    opened_at: datetime
    updated_at: datetime
    last_desk_word_at: datetime | None
    last_user_word_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    reopen_until: datetime | None
    matters_at: datetime | None
    matters_code: str
    matters_count: int
    next_promise_at: datetime | None
    handoff_count: int
    reopen_count: int
    merged_into_ref: str | None
    source: str
    external_id: str | None
    version: int

    @property
    def holder_name(self) -> str:
        """A team or supplier by name; empty for the requester, an approver or a change."""
        return self.holder_team or self.holder_organisation or ""


#: the row's fields as paths of the ORM, in the order of TicketRow
PATHS: dict[str, str] = {
    "requester_name": "requester__name",
    "requester_shown": "requester__shown_name",
    "requester_uid": "requester__uid",
    "item_name": "item__name",
    "owner_uid": "owner__uid",
    "owner_shown": "owner__shown_name",
    "merged_into_ref": "merged_into__ref",
    "organisation_name": "organisation__name",
    "service_name": "service__name",
    "owner_name": "owner__name",
    "holder_team": "holder__team__name",
    "holder_organisation": "holder__organisation__name",
    "worker_name": "worker__name",
}
FIELDS = [PATHS.get(name, name) for name in TicketRow.__slots__]


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
VIEWS = ("mine", "held", "offered", "unanswered", "team", "desk", "waiting", "solved", "all", "followed")


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: list[TicketRow]
    #: values of the last row's place, to go on after it; None on the last page
    after: list[Any] | None


def tickets(
    actor: Actor, filters: Filters, *, after: Sequence[Any] | None = None, limit: int = 50
) -> ListPage:
    """A page of tickets in a stable order. One query (search: two)."""
    found = _narrowed(actor, filters)
    if filters.q.strip():
        return _search(actor, found, filters.q, after=after, limit=limit)
    order = order_of(filters)
    if order[0] == "matters_at":
        found = found.filter(matters_at__isnull=False)
    if after is not None:
        found = found.filter(_beyond(order, after))
    rows = [TicketRow(*values) for values in found.order_by(*order).values_list(*FIELDS)[: limit + 1]]
    more = len(rows) > limit
    rows = rows[:limit]
    last = [_place(rows[-1], key) for key in order] if more and rows else None
    return ListPage(rows, last)


def order_of(filters: Filters) -> tuple[str, ...]:
    """The keys a list is ordered by: what matters for work under way, else the newest first."""
    name = filters.sort or ("newest" if filters.view in {"", "solved", "all", "followed"} else "matters")
    if name not in SORTS:
        raise Invalid(
            "{sort} is no order; use one of {known}.", field="sort", sort=name, known=", ".join(SORTS)
        )
    return SORTS[name]


def _place(row: TicketRow, key: str) -> Any:
    value = getattr(row, key.lstrip("-"))
    return value.isoformat() if isinstance(value, datetime) else value


def _beyond(order: Sequence[str], after: Sequence[Any]) -> Q:
    """Keyset: rows after this place in the given order."""
    if len(order) != len(after):
        raise Invalid("This cursor belongs to another list; use next_cursor as it came.", field="cursor")
    condition = Q()
    equal = Q()
    for key, value in zip(order, after, strict=True):
        name, way = key.lstrip("-"), "lt" if key.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{way}": value})
        equal &= Q(**{name: value})
    return condition


def _narrowed(actor: Actor, filters: Filters) -> QuerySet[Ticket]:
    found = Ticket.objects.filter(scope(actor))
    found = _view(found, filters.view, actor)
    if filters.state:
        unknown = set(filters.state) - set(STATES)
        if unknown:
            raise Invalid("{what} is no state.", field="state", what=", ".join(sorted(unknown)))
        found = found.filter(state__in=filters.state)
    simple = {
        "holder": filters.holder if filters.holder is not None else filters.team_party,
        "owner": filters.owner,
        "priority": filters.priority or None,
        "kind": filters.kind or None,
        "service": filters.service,
        "requester": filters.requester,
    }
    found = found.filter(**{key: value for key, value in simple.items() if value is not None})
    return found.filter(tags__contains=[filters.tag]) if filters.tag else found


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
        raise Invalid(
            "{view} is no view; use one of {known}.", field="view", view=view, known=", ".join(VIEWS)
        )
    return found.filter(conditions[view])


def _search(
    actor: Actor, found: QuerySet[Ticket], text: str, *, after: Sequence[Any] | None, limit: int
) -> ListPage:
    """Refs at once; words ranked among the newest hits; words somebody may not read do not count for them."""
    words = text.strip()[:200]
    exact = found.filter(Q(ref__iexact=words) | Q(external_id=words))
    if not sees_all(actor):  # internal notes are in the search column, so others search subjects only
        hits = found.filter(subject__icontains=words)
        ids = list(exact.values_list("pk", flat=True)[:5]) + list(
            hits.order_by("-id").values_list("pk", flat=True)[:RANKED]
        )
    else:
        query = SearchQuery(
            words, search_type="websearch", config=CONFIGURATIONS.get(actor.language, "simple")
        )
        for configuration in {"english", "simple"} - {CONFIGURATIONS.get(actor.language, "simple")}:
            query |= SearchQuery(words, search_type="websearch", config=configuration)
        newest = found.filter(search=query).order_by("-id")[:RANKED]
        ranked = (
            Ticket.objects.filter(pk__in=newest.values("pk"))
            .annotate(rank=SearchRank(F("search"), query))
            .order_by("-rank", "-id")
            .values_list("pk", flat=True)
        )
        ids = list(exact.values_list("pk", flat=True)[:5]) + list(ranked)
    ids = list(dict.fromkeys(ids))
    start = int(after[0]) if after is not None else 0
    wanted = ids[start : start + limit]
    rows = {row.id: row for row in rows_by_id(actor, wanted)}
    end = start + limit
    return ListPage([rows[i] for i in wanted if i in rows], [end] if end < len(ids) else None)


def rows_by_id(actor: Actor, ids: Iterable[int]) -> list[TicketRow]:
    """Rows of these tickets, as far as the actor may see them. One query."""
    found = Ticket.objects.filter(scope(actor), pk__in=list(ids))
    return [TicketRow(*values) for values in found.values_list(*FIELDS)]


def view_counts(actor: Actor, *, most: int = 1000) -> dict[str, int]:
    """How many tickets each view holds, counted up to `most`. One query a view, on partial indexes."""
    counts = {}
    for view in ("mine", "team", "offered", "unanswered", "desk", "waiting"):
        found = _view(Ticket.objects.filter(scope(actor)), view, actor)
        counts[view] = found.values("pk")[: most + 1].count()
    return counts


def ticket(ref: str, actor: Actor) -> Ticket:
    """The ticket to ask the questions below about; raises NoSuchTicket. One query."""
    return ticket_to_read(ref, actor)


@dataclass(frozen=True, slots=True)
class FileRow:
    uid: UUID
    name: str
    mime: str
    size: int
    inline: bool
    content_id: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as shown. `html` is as it came: sanitise before showing."""

    id: int
    uid: UUID
    seq: int
    audience: str
    author_kind: str
    author_id: int | None
    author_name: str
    channel: str
    at: datetime
    text: str
    html: str
    has_more: bool
    delivery: str
    nothing_new_because: str
    comes_next: str
    files: list[FileRow] = field(default_factory=list)


def messages(actor: Actor, ticket: Ticket) -> list[MessageRow]:
    """The conversation, oldest first, without what this reader may not see. Two queries."""
    found = (
        Message.objects.filter(ticket=ticket).select_related("author").prefetch_related("attachments__file")
    )
    if not is_desk_side(actor):
        allowed = ["public", "supplier"] if "supplier" in actor.roles else ["public"]
        found = found.filter(audience__in=allowed)
    return [
        MessageRow(
            id=m.pk,
            uid=m.uid,
            seq=m.seq,
            audience=m.audience,
            author_kind=m.author_kind,
            author_id=m.author_id,
            author_name=_shown(m.author) if m.author else "",
            channel=m.channel,
            at=m.at,
            text=m.text,
            html=m.html,
            has_more=bool(m.full_text),
            delivery=m.delivery,
            nothing_new_because=m.nothing_new_because,
            comes_next=m.comes_next,
            files=[
                FileRow(a.file.uid, a.file.name, a.file.mime, a.file.size, a.inline, a.content_id)
                for a in m.attachments.all()
            ],
        )
        for m in found.order_by("seq")
    ]


def _shown(person: Any) -> str:
    return str(person.shown_name or person.name)


@dataclass(frozen=True, slots=True)
class CustodyRow:
    """One span in one pair of hands, with names for showing."""

    lane: int
    seq: int
    holder_kind: str
    holder_id: int | None
    holder_name: str
    worker_name: str
    since: datetime
    until: datetime | None
    cause: str

    def segment(self) -> Segment:
        return Segment(self.holder_kind, self.holder_id, None, self.since, self.until)


def custody(ticket: Ticket) -> list[CustodyRow]:
    """The chain of custody, by lane. One query."""
    found = Custody.objects.filter(ticket=ticket).select_related(
        "holder__team", "holder__organisation", "holder__person", "worker"
    )
    return [
        CustodyRow(
            lane=c.lane,
            seq=c.seq,
            holder_kind=c.holder_kind,
            holder_id=c.holder_id,
            holder_name=party_name(c.holder),
            worker_name=_shown(c.worker) if c.worker else "",
            since=c.since,
            until=c.until,
            cause=c.cause,
        )
        for c in found.order_by("lane", "seq")
    ]


def party_name(party: Any) -> str:
    """The name of a party whose relations are loaded."""
    if party is None:
        return ""
    thing = party.team or party.organisation
    if thing is not None:
        return str(thing.name)
    return _shown(party.person) if party.person else ""


@dataclass(frozen=True, slots=True)
class HandoffRow:
    uid: UUID
    giver_kind: str
    giver_name: str
    receiver_id: int
    receiver_kind: str
    receiver_name: str
    offered_by: str
    offered_at: datetime
    why: str
    tried: str
    asked: str
    blocker: str
    state: str
    answered_at: datetime | None
    answered_by: str
    return_code: str
    return_text: str


def handoffs(ticket: Ticket) -> list[HandoffRow]:
    """All offers, oldest first. One query."""
    names = (
        "giver__team",
        "giver__organisation",
        "giver__person",
        "receiver__team",
        "receiver__organisation",
    )
    found = Handoff.objects.filter(ticket=ticket).select_related(
        *names, "receiver__person", "offered_by", "answered_by"
    )
    return [
        HandoffRow(
            uid=h.uid,
            giver_kind=h.giver_kind,
            giver_name=party_name(h.giver),
            receiver_id=h.receiver_id,
            receiver_kind=h.receiver_kind,
            receiver_name=party_name(h.receiver),
            offered_by=_shown(h.offered_by) if h.offered_by else "",
            offered_at=h.offered_at,
            why=h.why,
            tried=h.tried,
            asked=h.asked,
            blocker=h.blocker,
            state=h.state,
            answered_at=h.answered_at,
            answered_by=_shown(h.answered_by) if h.answered_by else "",
            return_code=h.return_code,
            return_text=h.return_text,
        )
        for h in found.order_by("id")
    ]


def clocks(ticket: Ticket, actor: Actor) -> list[commitments.ClockRow]:
    """The ticket's own clocks and those of its promises. Two queries."""
    promises = Promise.objects.filter(ticket=ticket).values_list("pk", flat=True)
    subjects = [Subject("ticket", ticket.pk), *(Subject("promise", pk) for pk in promises)]
    return [row for rows in commitments.clocks_of(subjects=subjects, actor=actor).values() for row in rows]


@dataclass(frozen=True, slots=True)
class PromiseRow:
    uid: UUID
    made_at: datetime
    made_by: str
    due_at: datetime
    state: str
    settled_at: datetime | None


def promises(ticket: Ticket) -> list[PromiseRow]:
    found = Promise.objects.filter(ticket=ticket).select_related("made_by").order_by("id")
    return [
        PromiseRow(p.uid, p.made_at, _shown(p.made_by) if p.made_by else "", p.due_at, p.state, p.settled_at)
        for p in found
    ]


@dataclass(frozen=True, slots=True)
class LinkRow:
    kind: str
    ref: str
    subject: str
    state: str
    outgoing: bool


def links(actor: Actor, ticket: Ticket) -> list[LinkRow]:
    """Linked tickets that this reader may see, both ways. Two queries."""
    seen = Ticket.objects.filter(scope(actor))
    out = Link.objects.filter(ticket=ticket, other__in=seen).values_list(
        "kind", "other__ref", "other__subject", "other__state"
    )
    into = Link.objects.filter(other=ticket, ticket__in=seen).values_list(
        "kind", "ticket__ref", "ticket__subject", "ticket__state"
    )
    return [LinkRow(*row, outgoing=True) for row in out] + [LinkRow(*row, outgoing=False) for row in into]


@dataclass(frozen=True, slots=True)
class PersonOnTicket:
    id: int
    name: str
    named: bool


def followers(ticket: Ticket) -> list[PersonOnTicket]:
    rows = Follower.objects.filter(ticket=ticket).values_list("person_id", "person__name", "named")
    return [PersonOnTicket(*row) for row in rows.order_by("person__name")]


@dataclass(frozen=True, slots=True)
class ContactRow:
    uid: UUID
    at: datetime
    channel: str
    opened: bool
    ref: str
    subject: str
    state: str


def recent_contacts(actor: Actor, *, person_id: int, limit: int = 5) -> list[ContactRow]:
    """A person's last contacts on tickets this reader may see, newest first. One query."""
    seen = Ticket.objects.filter(scope(actor))
    found = Contact.objects.filter(person=person_id, ticket__in=seen).order_by("-at")
    return [
        ContactRow(*row)
        for row in found.values_list(
            "uid", "at", "channel", "opened", "ticket__ref", "ticket__subject", "ticket__state"
        )[:limit]
    ]


def open_tickets_of(actor: Actor, *, person_id: int, limit: int = 10) -> list[TicketRow]:
    """What a caller has under way. One query."""
    found = Ticket.objects.filter(scope(actor), requester=person_id).exclude(state__in=ENDED)
    return [TicketRow(*values) for values in found.order_by("-id").values_list(*FIELDS)[:limit]]


@dataclass(frozen=True, slots=True)
class ReturnedSolution:
    """A solution that came back to somebody who had handed the ticket on."""

    uid: UUID
    ref: str
    subject: str
    text: str
    blocker: str
    at: datetime


def returned_solutions(actor: Actor, *, limit: int = 20) -> list[ReturnedSolution]:
    """Solutions this person has not looked at yet, newest first. One query."""
    if actor.person_id is None:
        return []
    mine = Q(to_person=actor.person_id) | Q(to_person=None, to_party__in=list(actor.party_ids))
    seen = Ticket.objects.filter(scope(actor))
    found = SolutionReturn.objects.filter(mine, seen_at=None, ticket__in=seen)
    return [
        ReturnedSolution(*row)
        for row in found.order_by("-at").values_list(
            "uid", "ticket__ref", "ticket__subject", "message__text", "blocker", "at"
        )[:limit]
    ]


@dataclass(frozen=True, slots=True)
class MacroRow:
    uid: UUID
    name: str
    text: str
    audience: str
    steps: dict[str, Any]
    own: bool


def macros(actor: Actor) -> list[MacroRow]:
    """Shared prepared answers and one's own. One query."""
    if not rights.may(actor, "tickets.work"):
        return []
    found = Macro.objects.filter(Q(person=None) | Q(person=actor.person_id), active=True).order_by("name")
    return [MacroRow(m.uid, m.name, m.text, m.audience, m.steps, m.person_id is not None) for m in found]


@dataclass(frozen=True, slots=True)
class ViewRow:
    uid: UUID
    name: str
    filters: dict[str, str]
    shared: bool


def saved_views(actor: Actor) -> list[ViewRow]:
    found = SavedView.objects.filter(Q(person=actor.person_id) | Q(team__in=list(actor.team_ids)))
    return [
        ViewRow(v.uid, v.name, v.filters, v.team_id is not None) for v in found.order_by("position", "name")
    ]


def draft(actor: Actor, place: str) -> dict[str, Any] | None:
    """What this person had typed in this box."""
    body: dict[str, Any] | None = (
        Draft.objects.filter(person=actor.person_id, place=place).values_list("body", flat=True).first()
    )
    return body


def count_by_state(actor: Actor) -> dict[str, int]:
    """How many tickets stand in each state, of those this reader may see."""
    rows = Ticket.objects.filter(scope(actor)).values_list("state").annotate(n=Count("id"))
    return dict(rows)


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact in a list."""

    id: int
    uid: UUID
    ref: str
    opened: bool
    at: datetime
    channel: str


def contacts(
    actor: Actor, *, person_id: int | None = None, before: int | None = None, limit: int = 50
) -> list[ContactLine]:
    """Contacts on tickets this reader may see, newest first; `before` is the id to go on after. One query."""
    found = Contact.objects.filter(ticket__in=Ticket.objects.filter(scope(actor)))
    if person_id is not None:
        found = found.filter(person=person_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = found.order_by("-id").values_list("pk", "uid", "ticket__ref", "opened", "at", "channel")
    return [ContactLine(*row) for row in rows[:limit]]


def contact(actor: Actor, contact_id: int) -> ContactLine:
    return contacts(actor, before=contact_id + 1, limit=1)[0]
