"""A row of the queue as it is drawn: by the page, by the live stream, always the same."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontline.foundation.facts.timeline import opaque
from frontline.foundation.ui.templatetags.desk import face, icon
from frontline.foundation.ui.times import when
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


_TAG = re.compile("<[^>]*>")


def html(drawn: Line, *, now: datetime) -> SafeString:
    """The row as a fragment, for the page and for the stream.

    Written out here: fifty rows by the template engine took half of the queue page's time.
    """
    row = drawn.row
    ref, priority, owner = escape(row.ref), escape(row.priority), escape(drawn.owner)
    title = f' title="{_TAG.sub("", drawn.why.text)}"' if drawn.why else ""
    worker = f" · {escape(row.worker_name)}" if row.worker_name else ""
    word = when(row.next_promise_at, now=now) if row.next_promise_at else ""
    return SafeString(
        f'<tr role="row" data-key-row data-live-subject="ticket:{ref}" data-live-fragment="queue-row"'
        f' data-preview="/desk/tickets/{ref}/preview" data-place="{drawn.place}"'
        f"{' data-unread' if drawn.unread else ''}>"
        f'<td role="cell" class="q-pick">'
        f'<input type="checkbox" name="ref" value="{ref}" form="bulk" aria-label="{ref}"></td>'
        f'<td role="cell" class="q-prio"><span class="prio" data-priority="{priority}">{priority}</span></td>'
        f'<td role="cell" class="q-subject"><a href="/desk/tickets/{ref}" data-action="open">'
        f"{_lock() if row.confidential else ''}{escape(row.subject)}</a></td>"
        f'<td role="cell" class="q-why"{title}>{_why(drawn)}</td>'
        f'<td role="cell" class="q-who">{escape(row.requester_name)}</td>'
        f'<td role="cell" class="q-with">{escape(drawn.holder)}{worker}</td>'
        f'<td role="cell" class="q-owner">{face(drawn.owner, "sm")}<span class="sr-only">{owner}</span></td>'
        f'<td role="cell" class="q-ref ref">{ref}</td>'
        f'<td role="cell" class="q-due">{word}</td></tr>'
    )


def _lock() -> str:
    return f'{icon("lock", size="sm")}<span class="sr-only">{escape(_("confidential"))} </span>'


def _why(drawn: Line) -> str:
    """Why it stands here; for what is over, the state."""
    why = drawn.why
    if why is None:
        return escape(drawn.state)
    return f'<span class="why-{why.signal}">{icon(why.icon)} {why.text}</span>' if why.signal else why.text
