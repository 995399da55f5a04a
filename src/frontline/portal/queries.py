"""What the front door shows, read from the rooms below. Each says its price; rights are those of `tickets`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from frontline.commitments import queries as commitments
from frontline.estate import queries as estate
from frontline.foundation.prepared import prepared
from frontline.kernel.actors import Actor
from frontline.people import queries as people
from frontline.portal.logic import likeness
from frontline.tickets import queries as tickets
from frontline.tickets.logic.states import LIVE, State

#: parcels on the first page; more stand behind a link
SHOWN: Final = 8
#: own tickets that are compared with what is being typed
COMPARED: Final = 50
#: so much of what is typed must be found again
LIKE_A_TICKET: Final = 0.5
#: reasons and services offered while typing
FITTING: Final = 3

UNDER_WAY: Final = tuple(sorted(s.value for s in LIVE))
ON_THE_SHELF: Final = (*UNDER_WAY, State.SOLVED.value)
PAST: Final = tuple(s.value for s in State if s.value not in ON_THE_SHELF and s is not State.SPAM)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A ticket as its requester sees it. `opens_at` is set while the holder's doors are closed."""

    row: tickets.TicketRow
    owner: str
    since: datetime | None
    asked: str
    opens_at: datetime | None
    stand_in: str
    stand_in_until: datetime | None
    thanked: bool
    own: bool

    @property
    def live(self) -> bool:
        return self.row.state in LIVE

    @property
    def your_turn(self) -> bool:
        return self.own and self.row.state == "waiting" and self.row.waiting_for == "requester"

    def late(self, now: datetime) -> bool:
        """Word was promised for a time that has passed."""
        return self.live and self.row.next_promise_at is not None and self.row.next_promise_at < now

    def can_reopen(self, now: datetime) -> bool:
        until = self.row.reopen_until
        return self.own and self.row.state == State.SOLVED and until is not None and now < until

    def asks_you(self, now: datetime) -> bool:
        """Solved, and nobody has said yet whether it works."""
        return self.can_reopen(now) and not self.thanked


@dataclass(frozen=True, slots=True)
class ParcelPage:
    parcels: list[Parcel]
    after: list[Any] | None


#: since when the holder has it (steps inside one pair of hands do not count), who was asked to take it, thanks
HANDS = """
SELECT t.id,
       (SELECT min(c.since) FROM tickets_custody c WHERE c.ticket_id = t.id AND c.lane = 0 AND c.seq > COALESCE(
           (SELECT max(d.seq) FROM tickets_custody d WHERE d.ticket_id = t.id AND d.lane = 0
            AND (d.holder_kind, d.holder_id) IS DISTINCT FROM (t.holder_kind, t.holder_id)), 0)),
       COALESCE(m.name, o.name, ''), h.calendar_key,
       EXISTS (SELECT 1 FROM tickets_message g WHERE g.ticket_id = t.id AND g.channel = 'thanks'
               AND g.at >= t.solved_at)
FROM tickets_ticket t LEFT JOIN people_party h ON h.id = t.holder_id LEFT JOIN people_party y ON y.id = t.offered_to_id
LEFT JOIN people_team m ON m.id = y.team_id LEFT JOIN people_organisation o ON o.id = y.organisation_id
WHERE t.id = ANY(%s)
"""


def parcels(
    actor: Actor,
    *,
    now: datetime,
    states: Sequence[str] = ON_THE_SHELF,
    followed: bool = False,
    after: Sequence[Any] | None = None,
    limit: int = 25,
) -> ParcelPage:
    """One's own tickets, or those one follows, newest first. Two queries, and what was not asked for lately."""
    narrowed = (
        tickets.Filters(view="followed", state=tuple(states), sort="newest")
        if followed
        else tickets.Filters(requester=actor.person_id or 0, state=tuple(states), sort="newest")
    )
    page = tickets.tickets(actor, narrowed, after=after, limit=limit)
    return ParcelPage(as_parcels(page.rows, actor=actor, now=now), page.after)


def shelf(actor: Actor, *, now: datetime) -> tuple[list[Parcel], bool]:
    """What lies on the first page, what needs the reader first; and whether there is more under way."""
    page = parcels(actor, now=now, limit=4 * SHOWN)
    found = [p for p in page.parcels if p.live or p.asks_you(now)]
    found.sort(key=lambda p: (not p.your_turn, not p.asks_you(now)))
    return found[:SHOWN], len(found) > SHOWN or page.after is not None


def as_parcels(rows: Sequence[tickets.TicketRow], *, actor: Actor, now: datetime) -> list[Parcel]:
    """Rows that the actor may see, with what a parcel says besides. One query, and what was not asked for lately."""
    if not rows:
        return []
    with prepared() as cursor:
        cursor.execute(HANDS, [[row.id for row in rows]])
        hands = {pk: rest for pk, *rest in cursor.fetchall()}
    stand_ins = people.stand_ins_for({row.owner_id for row in rows if row.state in LIVE}, now)
    names = people.public_names(s.person_id for s in stand_ins.values())
    made = []
    for row in rows:
        since, asked, hours, thanked = hands[row.id]
        stand_in = stand_ins.get(row.owner_id) if row.state in LIVE else None
        made.append(
            Parcel(
                row=row,
                owner=row.owner_shown or row.owner_name,
                since=since,
                asked=asked,
                opens_at=opening_time(hours, now=now)
                if row.state in LIVE and row.holder_kind != "requester"
                else None,
                stand_in="" if stand_in is None else names[stand_in.person_id][1],
                stand_in_until=None if stand_in is None else stand_in.until,
                thanked=thanked,
                own=row.requester_id == actor.person_id,
            )
        )
    return made


def opening_time(calendar_key: str | None, *, now: datetime) -> datetime | None:
    """When doors that are closed now open again; None while they are open, and round the clock. From memory."""
    if not calendar_key:
        return None
    at = int(now.timestamp())
    opens = commitments.calendar(calendar_key).next_open(at)
    return datetime.fromtimestamp(opens, UTC) if opens is not None and opens > at else None


def parcel_of(row: tickets.TicketRow, *, actor: Actor, now: datetime) -> Parcel:
    """One ticket, which the actor may see, as a parcel. One query, and what was not asked for lately."""
    return as_parcels([row], actor=actor, now=now)[0]


def first_owner(ticket_id: int) -> str:
    """Who answered for it first, when that has changed; else empty. The caller has checked the rights. One query."""
    with prepared() as cursor:
        cursor.execute(
            "SELECT COALESCE(NULLIF(p.shown_name, ''), p.name) FROM foundation_fact f "
            "JOIN people_person p ON p.id = (f.data->>'was')::bigint "
            "WHERE f.subject_kind = 'ticket' AND f.subject_id = %s AND f.kind = 'tickets.OwnerChanged' "
            "ORDER BY f.seq LIMIT 1",
            [ticket_id],
        )
        row = cursor.fetchone()
    return row[0] if row else ""


@dataclass(frozen=True, slots=True)
class DeskNow:
    """The people one can reach. `closes_at` while it is open (None: not soon), `opens_at` while it is closed."""

    names: list[str]
    closes_at: datetime | None
    opens_at: datetime | None

    @property
    def open(self) -> bool:
        return self.opens_at is None


def desk_now(*, now: datetime) -> DeskNow:
    """Who is at the desk now, and until when it is open. Mostly no query: all of it is kept for seconds."""
    desk = people.desk()
    names = [row.shown_name for row in people.on_duty(at=now, team_id=desk.team_id)]
    key = desk.calendar_key
    if not key:
        return DeskNow(names, None, None)
    calendar, at = commitments.calendar(key), int(now.timestamp())
    opens = calendar.next_open(at)
    if opens is None or opens > at:
        return DeskNow(names, None, None if opens is None else datetime.fromtimestamp(opens, UTC))
    horizon = at + int(timedelta(days=2).total_seconds())
    closes = calendar.open_spans(at, horizon)[0][1]
    return DeskNow(names, None if closes == horizon else datetime.fromtimestamp(closes, UTC), None)


@dataclass(frozen=True, slots=True)
class Place:
    id: int
    uid: UUID
    name: str
    own: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What the desk knows about the reader already, shown for them to confirm."""

    items: list[estate.ItemRow]
    places: list[Place]
    phone: str

    @property
    def place(self) -> Place | None:
        return next((p for p in self.places if p.own), None)


#: one row a place the reader may be at, their own first; one without a place for who has none
KNOWN = """
SELECT p.phone, l.id, l.uid, l.name, l.id IS NOT DISTINCT FROM p.place_id
FROM people_person p LEFT JOIN people_place l ON l.id = p.place_id OR (l.active AND l.organisation_id = %(org)s)
WHERE p.id = %(person)s ORDER BY l.id IS DISTINCT FROM p.place_id, lower(l.name), l.id LIMIT 100
"""


def known(actor: Actor) -> Known:
    """Devices, place and telephone number of the reader. Two queries."""
    person = actor.person_id or 0
    with prepared() as cursor:
        cursor.execute(KNOWN, {"org": actor.organisation_id, "person": person})
        rows = cursor.fetchall()
    places = [Place(*place) for _phone, *place in rows if place[0] is not None]
    return Known(estate.items_of_person(actor, person_id=person), places, rows[0][0] if rows else "")


@dataclass(frozen=True, slots=True)
class Answers:
    """What fits what is being typed: own tickets that look the same; contact reasons and services."""

    same: list[Parcel]
    fits: list[estate.Match]


def answers(typed: str, *, actor: Actor, now: datetime) -> Answers:
    """What fits, the best first; a service is left out when a reason about it fits. Four queries, mostly."""
    return Answers(same_as(typed, actor=actor, now=now), fitting(typed, actor=actor, now=now))


def same_as(typed: str, *, actor: Actor, now: datetime) -> list[Parcel]:
    """Own tickets on the shelf that look the same. Two queries, mostly."""
    own = tickets.tickets(
        actor,
        tickets.Filters(requester=actor.person_id or 0, state=ON_THE_SHELF, sort="newest"),
        limit=COMPARED,
    ).rows
    like = likeness.best(typed, [(row.subject,) for row in own], least=LIKE_A_TICKET, most=3)
    return as_parcels([own[i] for i in like], actor=actor, now=now)


def fitting(typed: str, *, actor: Actor, now: datetime) -> list[estate.Match]:
    """Reasons and services that fit. One query."""
    found = estate.match_words(text=typed, actor=actor, now=now, limit=2 * FITTING)
    told = {match.service_id for match in found if match.kind == "reason"}
    return [m for m in found if m.kind == "reason" or m.service_id not in told][:FITTING]
