"""A row of the queue as it is drawn: by the page, by the live stream, always the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string

from frontline.foundation.facts.timeline import opaque
from frontline.tickets import desk, queries, wording

LIVE = frozenset({"new", "open", "waiting"})


@dataclass(frozen=True, slots=True)
class Line:
    """One row, worded."""

    row: queries.TicketRow
    why: wording.Reason | None
    holder: str
    state: str
    owner: str
    #: the user spoke last: somebody waits for us
    unread: bool

    @property
    def place(self) -> str:
        """What the order of the queue looks at, for the page to judge whether news belong on it."""
        return self.row.matters_at.isoformat() if self.row.matters_at else ""


def lines(rows: Iterable[queries.TicketRow], *, now: datetime) -> list[Line]:
    """Rows with their reasons. One query."""
    listed = list(rows)
    offers = desk.last_offers(row.id for row in listed)
    return [line(row, now=now, offer=offers.get(row.id)) for row in listed]


def line(row: queries.TicketRow, *, now: datetime, offer: desk.LastOffer | None) -> Line:
    words = row.last_user_word_at, row.last_desk_word_at or row.opened_at
    return Line(
        row=row,
        why=wording.reason(row, now=now, offer=offer),
        holder=wording.holder(row),
        state=wording.state(row),
        owner=row.owner_shown or row.owner_name,
        unread=row.state in LIVE and words[0] is not None and words[0] > words[1],
    )


def lists_of(row: queries.TicketRow) -> list[str]:
    """The lists of the queue this ticket stands on, by their live names."""
    if row.matters_at is None:
        return ["queue:all", *(["queue:solved"] if row.state == "solved" else [])]
    names = ["queue:all", "queue:desk", owned_by(row.owner_id)]
    names += [held_by(row.holder_id)] if row.holder_id else []
    names += [offered_to(row.offered_to_id)] if row.offered_to_id else []
    names += [f"queue:{row.state}"] if row.state in {"new", "waiting"} else []
    return names


def owned_by(person_id: int | None) -> str:
    return f"queue:owner:{opaque('person', person_id or 0)}"


def held_by(party_id: int) -> str:
    return f"queue:held:{opaque('party', party_id)}"


def offered_to(party_id: int) -> str:
    return f"queue:offered:{opaque('party', party_id)}"


def html(drawn: Line, *, now: datetime) -> str:
    """The row as a fragment."""
    return render_to_string("tickets/row.html", {"line": drawn, "now": now}).strip()
