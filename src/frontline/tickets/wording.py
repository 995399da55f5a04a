"""Codes and rows in the reader's words: worded when shown, in the language and zone that are active then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from frontline.commitments.queries import ClockRow, standing
from frontline.foundation.ui import words
from frontline.foundation.ui.times import when
from frontline.tickets.desk import LastOffer as Offer
from frontline.tickets.logic.queue import OFFER_WITHIN
from frontline.tickets.queries import MessageRow, TicketRow

#: so near before its time a reason is drawn as "soon"
SOON = timedelta(minutes=15)

STATES: Mapping[str, Any] = {
    "new": pgettext_lazy("state", "New"),
    "open": pgettext_lazy("state", "Open"),
    "waiting": pgettext_lazy("state", "Waiting"),
    "solved": pgettext_lazy("state", "Solved"),
    "closed": pgettext_lazy("state", "Closed"),
    "merged": pgettext_lazy("state", "Merged"),
    "cancelled": pgettext_lazy("state", "Cancelled"),
    "spam": pgettext_lazy("state", "Spam"),
}
#: the same inside a sentence, such as an error's: "this ticket is solved"
STATES_SAID: Mapping[str, Any] = {
    "new": pgettext_lazy("this ticket is …", "new"),
    "open": pgettext_lazy("this ticket is …", "open"),
    "waiting": pgettext_lazy("this ticket is …", "waiting"),
    "solved": pgettext_lazy("this ticket is …", "solved"),
    "closed": pgettext_lazy("this ticket is …", "closed"),
    "merged": pgettext_lazy("this ticket is …", "merged"),
    "cancelled": pgettext_lazy("this ticket is …", "cancelled"),
    "spam": pgettext_lazy("this ticket is …", "spam"),
}
STATE_ICONS = {
    "new": "circle-dashed",
    "open": "circle-dot",
    "waiting": "clock-pause",
    "solved": "circle-check",
    "closed": "archive",
    "merged": "git-merge",
    "cancelled": "circle-x",
    "spam": "ban",
}
KINDS: Mapping[str, Any] = {
    "incident": gettext_lazy("Incident"),
    "request": gettext_lazy("Request"),
    "question": gettext_lazy("Question"),
}
LEVELS: Mapping[int, Any] = {1: gettext_lazy("high"), 2: gettext_lazy("medium"), 3: gettext_lazy("low")}
WAITING_FOR: Mapping[str, Any] = {
    "requester": gettext_lazy("the requester"),
    "supplier": gettext_lazy("a supplier"),
    "approver": gettext_lazy("an approval"),
    "change": gettext_lazy("a planned change"),
}
BLOCKERS: Mapping[str, Any] = {
    "permission": gettext_lazy("We lack a permission"),
    "knowledge": gettext_lazy("Nobody here knows how, and it is not written down"),
    "tool": gettext_lazy("We lack a tool or access to one"),
    "supplier": gettext_lazy("Only the supplier can do it"),
    "policy": gettext_lazy("A rule says another team does it"),
    "skill": gettext_lazy("It takes a skill we have not learned yet"),
    "other": gettext_lazy("Something else"),
}
RETURN_CODES: Mapping[str, Any] = {
    "not_ours": gettext_lazy("Not ours to solve"),
    "missing_information": gettext_lazy("Information is missing"),
    "no_capacity": gettext_lazy("Nobody has time for it now"),
    "solved_already": gettext_lazy("It is solved already"),
    "other": gettext_lazy("Something else"),
}
SOLVE_CODES: Mapping[str, Any] = {
    "fixed": gettext_lazy("Fixed for good"),
    "workaround": gettext_lazy("Works around the fault"),
    "advice": gettext_lazy("Explained how it works"),
    "fulfilled": gettext_lazy("Delivered what was asked for"),
    "no_fault": gettext_lazy("Nothing was broken"),
    "duplicate": gettext_lazy("Same as another ticket"),
    "by_user": gettext_lazy("The requester solved it"),
    "other": gettext_lazy("Something else"),
}
LINKS: Mapping[str, tuple[Any, Any]] = {
    "related": (gettext_lazy("Related to"), gettext_lazy("Related to")),
    "parent": (gettext_lazy("Part of"), gettext_lazy("Consists of")),
    "duplicate": (gettext_lazy("Same as"), gettext_lazy("Same as")),
    "follow_up": (gettext_lazy("Follows"), gettext_lazy("Followed by")),
    "split": (gettext_lazy("Split from"), gettext_lazy("Split into")),
}
CHANNELS: Mapping[str, Any] = {
    "portal": gettext_lazy("through the portal"),
    "mail": gettext_lazy("by mail"),
    "phone": gettext_lazy("by telephone"),
    "chat": gettext_lazy("by chat"),
    "api": gettext_lazy("through a connected system"),
    "walk_up": gettext_lazy("at the counter"),
    "monitoring": gettext_lazy("from monitoring"),
    "thanks": gettext_lazy("with thanks"),
}
CHECKS: Mapping[str, Any] = {
    "employee_number": gettext_lazy("Employee number"),
    "call_back": gettext_lazy("Called back on the known number"),
    "manager": gettext_lazy("Name of their manager"),
    "device_serial": gettext_lazy("Serial number of their device"),
    "date_joined": gettext_lazy("Date they joined"),
}
MEASURES: Mapping[str, Any] = {
    "respond": gettext_lazy("First answer"),
    "resolve": gettext_lazy("Solution"),
    "next_update": gettext_lazy("Word promised"),
}
PARTIES: Mapping[str, Any] = {
    "ola": gettext_lazy("inside agreement"),
    "contract": gettext_lazy("contract"),
}
DELIVERIES: Mapping[str, Any] = {
    "queued": gettext_lazy("Waiting to be sent"),
    "sent": gettext_lazy("Sent"),
    "delivered": gettext_lazy("Delivered"),
    "not_delivered": gettext_lazy("Could not be delivered"),
}


def word_of(words_by_code: Mapping[Any, Any], code: Any) -> str:
    """The word for a code; a code of a source system that nobody worded stands for itself."""
    return str(words_by_code.get(code, code))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row stands where it stands. `signal`: "" (calm), "soon" or "act"; times in it keep themselves true."""

    text: SafeString
    signal: str = ""
    icon: str = ""
    late: bool = False


def reason(row: TicketRow, *, now: datetime, offer: Offer | None = None) -> Reason | None:
    """The reason of `matters_code` as a short fact: "word due in 12 min", "4 h without word", "third handoff"."""
    if row.matters_at is None or not row.matters_code:
        return None
    late = now >= row.matters_at
    signal = _signal(row, late=late, soon=row.matters_at - now <= SOON)
    text = _TEXTS[row.matters_code](row, now, offer)
    return Reason(text, signal, "alarm" if signal == "act" else "clock" if signal else "", late)


#: what was promised or agreed: late is broken, on any ticket
BINDING = frozenset({"promise_due", "response_due", "solution_due"})


def _signal(row: TicketRow, *, late: bool, soon: bool) -> str:
    """Red is for what is broken and for the urgent; the rest that is late is amber, so that red keeps its meaning."""
    if late and (row.matters_code in BINDING or row.priority in {"P1", "P2"}):
        return "act"
    return "soon" if late or soon else ""


def _due(row: TicketRow, now: datetime, texts: tuple[str, str]) -> SafeString:
    """Near times as a distance, far ones by the clock, missed ones since when."""
    at = row.matters_at
    assert at is not None
    name = row.requester_shown or row.requester_name
    if now >= at:
        return format_html(texts[1], at=when(at, now=now), name=name)
    near = at - now < timedelta(hours=1)
    return format_html(texts[0], at=when(at, now=now, relative=near), name=name)


def _promise(row: TicketRow, now: datetime, _offer: Offer | None) -> SafeString:
    return _due(row, now, (_("word to {name} due {at}"), _("word to {name} overdue since {at}")))


def _respond(row: TicketRow, now: datetime, _offer: Offer | None) -> SafeString:
    return _due(row, now, (_("response due {at}"), _("response overdue since {at}")))


def _resolve(row: TicketRow, now: datetime, _offer: Offer | None) -> SafeString:
    return _due(row, now, (_("solution due {at}"), _("solution overdue since {at}")))


def _silent(row: TicketRow, now: datetime, _offer: Offer | None) -> SafeString:
    since = row.last_desk_word_at or row.opened_at
    return format_html(_("{span} without word"), span=span(now - since))


def _chase(row: TicketRow, now: datetime, _offer: Offer | None) -> SafeString:
    since = row.last_desk_word_at or row.opened_at
    return format_html(_("no answer for {span}"), span=span(now - since))


def _wrote(row: TicketRow, now: datetime, _offer: Offer | None) -> SafeString:
    assert row.matters_at is not None
    at = row.last_user_word_at or row.matters_at
    return format_html(_("user wrote {at}"), at=when(at, now=now, relative=now - at < timedelta(days=1)))


def _handoffs(row: TicketRow, _now: datetime, _offer: Offer | None) -> SafeString:
    known = {3: _("third handoff"), 4: _("fourth handoff"), 5: _("fifth handoff")}
    return format_html(known.get(row.matters_count, _("{n} handoffs")), n=row.matters_count)


def _returned(row: TicketRow, now: datetime, offer: Offer | None) -> SafeString:
    if offer is None or offer.answered_at is None:
        return escape(_("came back to you"))
    ago = when(offer.answered_at, now=now, relative=True)
    return format_html(_("came back from {team} {at}"), team=offer.receiver, at=ago)


def _offered(row: TicketRow, now: datetime, offer: Offer | None) -> SafeString:
    if offer is None:
        return escape(_("offered, no answer yet"))
    waited = now - offer.offered_at
    text = (
        _("offered to {team}, no answer for {span}") if waited >= OFFER_WITHIN / 2 else _("offered to {team}")
    )
    return format_html(text, team=offer.receiver, span=span(waited))


def _reopened(row: TicketRow, _now: datetime, _offer: Offer | None) -> SafeString:
    return format_html(
        _("reopened") if row.matters_count < 2 else _("reopened {n} times"), n=row.matters_count
    )


_TEXTS = {
    "promise_due": _promise,
    "response_due": _respond,
    "solution_due": _resolve,
    "silent": _silent,
    "user_wrote": _wrote,
    "handoffs": _handoffs,
    "returned": _returned,
    "offer_waits": _offered,
    "reopened": _reopened,
    "no_answer": _chase,
}


def span(length: timedelta) -> str:
    return words.duration(max(60.0, length.total_seconds()))


def holder(row: TicketRow) -> str:
    """In whose hands it is, in words."""
    if row.holder_kind == "requester":
        return row.requester_name
    named = {"approver": _("an approver"), "change": _("a planned change"), "desk": _("the desk")}
    return row.holder_name or named.get(row.holder_kind, "")


def state(row: TicketRow) -> str:
    """ "Open", or whom it waits for by name: "Waiting for Omar Haddad"."""
    if row.state != "waiting":
        return word_of(STATES, row.state)
    whom = row.requester_name if row.waiting_for == "requester" else word_of(WAITING_FOR, row.waiting_for)
    return _("Waiting for %(whom)s") % {"whom": whom}


def automatic(channel: str, author: str) -> str:
    """What an automatic line says that was stored without text."""
    if channel == "owner_changed":
        return _("%(name)s answers for this from now on.") % {"name": author}
    return ""


def doubt(message: MessageRow) -> str:
    """The warning on a message whose sender is not known, "" where there is no doubt."""
    if not message.sender_doubt:
        return ""
    texts = {
        "dmarc": _(
            "The sender could not be verified: it says it is from %(who)s, but our mail server found that it is not "
            "what this domain sends (DMARC failed)."
        ),
        "alignment": _(
            "The sender could not be verified: it says it is from %(who)s, but neither SPF nor DKIM speaks for this "
            "domain."
        ),
        "other_domain": _(
            "The sender could not be verified: it says it is from %(who)s, but what our mail server checked was "
            "another domain."
        ),
    }
    who = message.claimed_sender or message.author_name
    what_now = _("Do not act on it as their word. Answers here do not reach them; ask them another way.")
    return f"{texts[message.sender_doubt] % {'who': who}} {what_now}"


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock in words. `hover` names the calendar's own zone where it is another than the reader's."""

    label: str
    text: SafeString
    note: SafeString | str = ""
    signal: str = ""
    icon: str = "clock"
    rank: int = 0


def clock(row: ClockRow, *, now: datetime, calendar_zone: str = "") -> ClockLine:
    """Due, waiting for its hours, resting, kept or missed."""
    label = word_of(MEASURES, row.measure)
    if row.party_kind in PARTIES:
        label = f"{label} ({word_of(PARTIES, row.party_kind)})"
    missed = row.breached_at is not None
    if row.state == "paused":
        return ClockLine(label, escape(_("rests until the answer comes")), icon="clock-pause", rank=2)
    if row.state == "stopped":
        text = _("missed; done {at}") if missed else _("kept {at}")
        at = row.stopped_at or row.marked_at
        icon = "circle-x" if missed else "circle-check"
        return ClockLine(label, format_html(text, at=when(at, now=now)), icon=icon, rank=3)
    if row.due_at is None:
        return ClockLine(label, escape(_("never: these hours never open again")), icon="clock-stop")
    stands = standing(row, now=now)
    due = when(row.due_at, now=now, contract_zone=calendar_zone)
    if stands.remaining_seconds < 0 or missed:
        text = format_html(_("overdue since {at}"), at=due)
        return ClockLine(label, text, icon="alarm", signal="act", rank=0)
    always = row.calendar_id is None
    left = words.duration(stands.remaining_seconds, working=not always)
    note: SafeString | str = format_html(
        _("{left} left") if always else _("{left} of working time left"), left=left
    )
    if stands.waits_until is not None:
        note = format_html(_("clock waits until {at}"), at=when(stands.waits_until, now=now))
    signal = "soon" if stands.warned or row.due_at - now <= SOON else ""
    return ClockLine(label, format_html(_("by {at}"), at=due), note, signal, rank=1)
