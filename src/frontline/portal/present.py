"""Parcels and their story in plain words: worded when shown, in the reader's language and zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from frontline.foundation.ui import words
from frontline.portal.logic.story import Moment, Said
from frontline.portal.queries import DeskNow, Parcel


def when(at: datetime, *, now: datetime) -> SafeString:
    """A time in the reader's zone, in full on hover."""
    current = timezone.get_current_timezone()
    zone = current if isinstance(current, ZoneInfo) else ZoneInfo("UTC")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.astimezone(UTC).isoformat(timespec="seconds"),
        words.moment_in_full(at, zone=zone),
        words.moment(at, now=now, zone=zone),
    )


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
    if parcel.asked:
        line = format_html("{} {}", line, _("{name} was asked to take it on.").format(name=parcel.asked))
    return line


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
                _("{owner} says: solved {at}."),
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


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the story. `state` is "", now or next; `mine` marks the reader's own words."""

    icon: str
    title: SafeString | str
    at: datetime | None = None
    notes: tuple[SafeString | str, ...] = ()
    said: Said | None = None
    state: str = ""
    late: bool = False
    face: str = ""

    @property
    def mine(self) -> bool:
        return self.said is not None and self.said.mine


CAME_TO_YOU = {
    "portal": lambda: _("You asked here."),
    "mail": lambda: _("You wrote a mail."),
    "phone": lambda: _("You called, and the desk wrote it down."),
    "chat": lambda: _("You wrote in the chat."),
    "walk_up": lambda: _("You came by, and the desk wrote it down."),
}
CAME = {
    "portal": lambda: _("It came through the front door."),
    "mail": lambda: _("It came by mail."),
    "phone": lambda: _("It came by telephone."),
    "chat": lambda: _("It came by chat."),
    "walk_up": lambda: _("It was told at the counter."),
}
ICONS = {
    "received": "inbox",
    "owned": "user-check",
    "owner_changed": "user-share",
    "asked": "send",
    "returned": "arrow-back-up",
    "your_turn": "message-circle-question",
    "solved": "circle-check",
    "back": "repeat",
    "thanks": "thumb-up",
    "automatic": "mail",
    "promised": "calendar-clock",
    "broken": "alert-circle",
    "closed": "archive",
    "cancelled": "circle-x",
}


def story(moments: Sequence[Moment], parcel: Parcel, *, now: datetime) -> list[Line]:
    """The story so far; for what is under way also who has it now, and what comes next."""
    if not parcel.live:
        return [_line(moment, parcel, now=now) for moment in moments]
    if moments and moments[-1].code == "moved":
        moments = moments[:-1]  # the last line says it, with since when
    lines = [_line(moment, parcel, now=now) for moment in moments]
    lines.append(
        Line(
            "message-circle-question" if parcel.your_turn else "progress",
            _("Waiting for you") if parcel.your_turn else holder(parcel),
            parcel.since,
            (holder_line(parcel, now=now), owner_line(parcel, now=now)),
            state="now",
        )
    )
    upcoming = next_line(parcel, now=now)
    if upcoming:
        promise = _("{name} writes, also when nothing is new.").format(name=parcel.stand_in or parcel.owner)
        late = parcel.late(now)
        lines.append(Line("clock", upcoming, None, () if late else (promise,), state="next", late=late))
    return lines


def _line(moment: Moment, parcel: Parcel, *, now: datetime) -> Line:
    notes: list[SafeString | str] = [_note(moment, parcel)]
    said = moment.said
    if said is not None and said.why_nothing_new:
        notes.append(_("Nothing is new because: {why}").format(why=said.why_nothing_new))
    if said is not None and said.comes_next:
        notes.append(_("What comes next: {what}").format(what=said.comes_next))
    if moment.due_at is not None and moment.code != "broken":
        notes.append(format_html(_("Next word promised by {due}."), due=when(moment.due_at, now=now)))
    if moment.kept:
        notes.append(_("Written as promised."))
    if said is not None and said.delivery == "not_delivered":
        notes.append(_("The mail about this could not be delivered; here you can read it."))
    return Line(
        icon=_icon(moment),
        title=_title(moment, parcel, now=now),
        at=moment.at,
        notes=tuple(note for note in notes if note),
        said=said,
        late=moment.code == "broken",
        face=moment.name if moment.code == "said" and moment.kind == "desk" else "",
    )


def _icon(moment: Moment) -> str:
    if moment.code == "moved":
        return {"desk": "headset", "team": "users", "supplier": "building"}.get(moment.kind, "hourglass")
    if moment.code == "said":
        return "message"
    return ICONS.get(moment.code, "circle-dot")


def _title(moment: Moment, parcel: Parcel, *, now: datetime) -> SafeString | str:  # noqa: C901, PLR0912 - a line a word
    name = moment.name
    match moment.code:
        case "received":
            return _("Received")
        case "owned":
            return _("{name} owns it").format(name=name)
        case "owner_changed":
            return _("{name} owns it now").format(name=name)
        case "asked":
            return _("{name} was asked to take it on").format(name=name)
        case "returned":
            return _("{name} gave it back").format(name=name)
        case "your_turn":
            return (
                _("A question for you")
                if parcel.own
                else _("A question for {name}").format(name=parcel.row.requester_name)
            )
        case "solved":
            return _("{name} solved it").format(name=name) if moment.said else _("Solved")
        case "back":
            return _("Back at the desk")
        case "thanks":
            return _("It works")
        case "automatic":
            return _("Automatic message")
        case "promised":
            return _("{name} promised word").format(name=name) if name else _("Word was promised")
        case "broken":
            assert moment.due_at is not None
            return format_html(_("No word came by {due}"), due=when(moment.due_at, now=now))
        case "closed":
            return pgettext("moment of a story", "Closed")
        case "cancelled":
            return _("Withdrawn")
        case "moved":
            return _moved(moment, parcel)
    return _spoken(moment)


def _moved(moment: Moment, parcel: Parcel) -> str:
    if moment.kind == "desk":
        return _("Back at the service desk")
    if moment.kind in {"team", "supplier"}:
        return _("{name} took it on").format(name=moment.name)
    if moment.kind == "approver":
        return _("Waiting for an approval")
    if moment.kind == "change":
        return _("Waiting for a planned change")
    return _("With you") if parcel.own else _("With {name}").format(name=parcel.row.requester_name)


def _spoken(moment: Moment) -> str:
    if moment.said is not None and moment.said.mine:
        return _("You wrote")
    if moment.kind == "desk":
        return _("{name} answered").format(name=moment.name)
    return _("{name} wrote").format(name=moment.name or _("Somebody"))


def _note(moment: Moment, parcel: Parcel) -> str:
    match moment.code:
        case "received":
            known = CAME_TO_YOU if parcel.own else CAME
            return known[moment.kind]() if moment.kind in known else _("A connected system told the desk.")
        case "owned" | "owner_changed":
            return _("Answers for it until it is done, whoever works on it.")
        case "returned":
            return _("They are not the right ones for it. It stayed in good hands meanwhile.")
        case "back":
            return _("It still did not work. Nothing of what was done is lost.")
        case "broken":
            return _("That was a promise, and we did not keep it. It counts against us.")
        case "closed":
            return _("The time to reopen it is over. Ask again, and the desk sees this one too.")
    return ""


def desk_line(desk: DeskNow, *, now: datetime) -> SafeString | str:
    """Who one can talk to now, or when again."""
    names = words_joined(desk.names[:3])
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
    if len(names) < 2:
        return "".join(names)
    return _("{most} and {last}").format(most=", ".join(names[:-1]), last=names[-1])
