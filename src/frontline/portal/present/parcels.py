"""Parcels in plain words: worded when shown, in the reader's language and zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from frontline.foundation.ui import words
from frontline.foundation.ui.times import when
from frontline.portal.queries import DeskNow, Parcel


@dataclass(frozen=True, slots=True)
class Chip:
    """The state in a word, with a shape."""

    label: str
    icon: str
    kind: str = ""


def chip(parcel: Parcel, *, now: datetime) -> Chip:
    state = parcel.row.state
    if parcel.your_turn:
        return Chip(_("Your turn"), "message-circle-question", "soon")
    if parcel.late(now):
        return Chip(_("Word is late"), "alert-circle", "act")
    if state == "solved":
        return Chip(_("Solved"), "check", "good")
    return {
        "new": Chip(_("Received"), "inbox"),
        "open": Chip(_("In work"), "progress"),
        "waiting": Chip(pgettext("state of a parcel", "Waiting"), "clock-pause"),
        "closed": Chip(pgettext("state of a parcel", "Closed"), "archive"),
        "merged": Chip(_("Goes on in another"), "git-merge"),
        "cancelled": Chip(_("Withdrawn"), "circle-x"),
    }.get(state, Chip(_("Set aside"), "ban"))


def holder(parcel: Parcel) -> str:
    """Who has it, as short as a step of its way."""
    row = parcel.row
    if row.holder_kind == "desk":
        return _("At the desk")
    if row.holder_name:
        return _("With {name}").format(name=row.holder_name)
    if row.holder_kind == "requester":
        return _("With you") if parcel.own else _("With {name}").format(name=row.requester_name)
    return _("Waiting for approval") if row.holder_kind == "approver" else _("Waiting for a change")


def holder_line(parcel: Parcel, *, now: datetime) -> SafeString:
    """Who has it now and since when, in a sentence: "With Network since 10:40 (they open at 14:00)"."""
    row, since = parcel.row, when(parcel.since or parcel.row.opened_at, now=now)
    if parcel.your_turn:
        return format_html(_("Waiting for your answer since {since}."), since=since)
    if row.holder_kind == "requester":
        return format_html(_("Waiting for {name} since {since}."), name=row.requester_name, since=since)
    if row.holder_kind == "approver":
        return format_html(_("Waiting for an approval since {since}."), since=since)
    if row.holder_kind == "change":
        return format_html(_("Waiting for a planned change since {since}."), since=since)
    name = _("the service desk") if row.holder_kind == "desk" else row.holder_name
    if parcel.opens_at is not None:
        opens = when(parcel.opens_at, now=now)
        line = format_html(
            _("With {name} since {since} (they open at {opens})."), name=name, since=since, opens=opens
        )
    else:
        line = format_html(_("With {name} since {since}."), name=name, since=since)
    return format_html("{} {}", line, asked_line(parcel)) if parcel.asked else line


def asked_line(parcel: Parcel) -> str:
    return _("{name} was asked to take it on.").format(name=parcel.asked) if parcel.asked else ""


def owner_line(parcel: Parcel, *, now: datetime) -> SafeString:
    """ "Ben owns it, Ines answers until 08:00": who answers for it, and who does while they are away."""
    strong = format_html("<strong>{}</strong>", parcel.owner)
    if not parcel.live:
        return format_html(_("{owner} answered for it."), owner=strong)
    if not parcel.stand_in:
        return format_html(_("{owner} owns it."), owner=strong)
    if parcel.stand_in_until is None:
        return format_html(
            _("{owner} owns it, {stand_in} answers meanwhile."), owner=strong, stand_in=parcel.stand_in
        )
    return format_html(
        _("{owner} owns it, {stand_in} answers until {until}."),
        owner=strong,
        stand_in=parcel.stand_in,
        until=when(parcel.stand_in_until, now=now),
    )


def next_line(parcel: Parcel, *, now: datetime) -> SafeString | None:
    """When the reader hears next; a promise that was missed says so."""
    due = parcel.row.next_promise_at
    if not parcel.live or due is None or parcel.your_turn:
        return None
    if parcel.late(now):
        return format_html(
            _("Word was due by {due}. That is late, and the desk sees it."), due=when(due, now=now)
        )
    return format_html(_("Next word by {due}."), due=when(due, now=now))


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way: `state` is done, now or empty (to come)."""

    label: str
    state: str


def steps(parcel: Parcel) -> list[Step]:
    solved = parcel.row.state in {"solved", "closed"}
    middle = _("Worked on") if solved else holder(parcel)
    return [
        Step(_("Received"), "done"),
        Step(_("{name} owns it").format(name=parcel.owner), "done"),
        Step(middle, "done" if solved else "now"),
        Step(_("Solved"), "now" if solved else ""),
    ]


@dataclass(frozen=True, slots=True)
class Card:
    """A parcel ready to draw."""

    parcel: Parcel
    chip: Chip
    steps: list[Step]
    lines: list[SafeString]
    asks: bool
    can_reopen: bool

    @property
    def row(self) -> Any:
        return self.parcel.row


def card(parcel: Parcel, *, now: datetime) -> Card:
    lines: list[SafeString | None]
    if parcel.live:
        lines = [owner_line(parcel, now=now), holder_line(parcel, now=now), next_line(parcel, now=now)]
    elif parcel.asks_you(now) and parcel.row.solved_at is not None:
        lines = [
            format_html(
                _("{owner} says it is solved ({at})."),
                owner=format_html("<strong>{}</strong>", parcel.owner),
                at=when(parcel.row.solved_at, now=now),
            ),
            format_html("<strong>{}</strong>", _("Does it work for you?")),
        ]
    else:
        lines = [owner_line(parcel, now=now), ended_line(parcel, now=now)]
    return Card(
        parcel=parcel,
        chip=chip(parcel, now=now),
        steps=steps(parcel),
        lines=[line for line in lines if line],
        asks=parcel.asks_you(now),
        can_reopen=parcel.can_reopen(now),
    )


def cards(parcels: Sequence[Parcel], *, now: datetime) -> list[Card]:
    return [card(parcel, now=now) for parcel in parcels]


def ended_line(parcel: Parcel, *, now: datetime) -> SafeString | None:
    row = parcel.row
    if row.state == "merged":
        return format_html(_("It goes on in {ref}."), ref=row.merged_into_ref or "")
    if row.state == "solved" and row.solved_at is not None:
        at = when(row.solved_at, now=now)
        if parcel.thanked:
            return format_html(_("Solved {at}, and it works again."), at=at)
        return format_html(_("Solved {at}."), at=at)
    if row.state == "closed" and row.closed_at is not None:
        return format_html(_("Closed {at}."), at=when(row.closed_at, now=now))
    if row.state == "cancelled" and row.closed_at is not None:
        return format_html(_("Withdrawn {at}."), at=when(row.closed_at, now=now))
    return None


def desk_line(desk: DeskNow, *, now: datetime, named: bool) -> SafeString | str:
    """Who one can talk to now, or when again. Strangers are told no names."""
    names = words_joined(desk.names[:3]) if named else ""
    if desk.opens_at is not None:
        return format_html(_("The desk opens at {at}."), at=when(desk.opens_at, now=now))
    if names and desk.closes_at is not None:
        return format_html(
            _("{names} at the desk until {at}."), names=names, at=when(desk.closes_at, now=now)
        )
    if names:
        return _("{names} at the desk now.").format(names=names)
    if desk.closes_at is not None:
        return format_html(_("The desk is open until {at}."), at=when(desk.closes_at, now=now))
    return _("The desk is open.")


def words_joined(names: Sequence[str]) -> str:
    """ "Ben, Ines and Maya"."""
    return words.listed([name.replace(" ", "\N{NO-BREAK SPACE}") for name in names])
