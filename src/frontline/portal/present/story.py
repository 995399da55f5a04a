"""The story of a parcel, line by line, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from frontline.foundation.ui.times import when
from frontline.portal.logic.story import Moment, Said
from frontline.portal.present.parcels import asked_line, holder, next_line, owner_line
from frontline.portal.queries import Parcel


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
            _about_now(parcel, now=now),
            state="now",
        )
    )
    upcoming = next_line(parcel, now=now)
    if upcoming:
        promise = _("{name} writes, also when nothing is new.").format(name=parcel.stand_in or parcel.owner)
        late = parcel.late(now)
        lines.append(Line("clock", upcoming, None, () if late else (promise,), state="next", late=late))
    return lines


def _about_now(parcel: Parcel, *, now: datetime) -> tuple[SafeString | str, ...]:
    """What the heading does not say yet: their hours, who was asked, who answers for it."""
    opens: SafeString | str = ""
    if parcel.opens_at is not None:
        opens = format_html(_("They open at {opens}."), opens=when(parcel.opens_at, now=now))
    return tuple(note for note in (opens, asked_line(parcel), owner_line(parcel, now=now)) if note)


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
