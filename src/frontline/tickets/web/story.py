"""The conversation as one story: what was said, and between it what happened to the ticket."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontline.foundation.ui.times import when
from frontline.tickets import queries, wording

#: causes of a change of hands that the handoffs and messages beside it do not already tell
TOLD_BY_CUSTODY = frozenset({"taken", "waiting", "answered", "reopened", "closed"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A message, or (without one) an event worded in `text`. `kind` names how it looks."""

    at: datetime
    kind: str
    text: SafeString = field(default=SafeString(""))
    icon: str = ""
    message: queries.MessageRow | None = None
    by: str = ""
    quote: Sequence[tuple[str, str]] = ()
    #: the trimmed reply is shown and the frame holds the whole
    framed: bool = False
    #: a sentence of warning where nobody knows who wrote it
    doubt: str = ""


def story(
    messages: Iterable[queries.MessageRow],
    handoffs: Iterable[queries.HandoffRow],
    promises: Iterable[queries.PromiseRow],
    custody: Iterable[queries.CustodyRow],
    *,
    requester: str,
    now: datetime,
) -> list[Entry]:
    """Everything in order of time; at the same instant what was said comes first."""
    found = [_said(m) for m in messages]
    found += [entry for h in handoffs for entry in _handed(h)]
    found += [entry for p in promises for entry in _promised(p, now)]
    found += [entry for c in custody if (entry := _held(c, requester)) is not None]
    return sorted(found, key=lambda e: (e.at, e.message is None))


def _said(m: queries.MessageRow) -> Entry:
    if m.author_kind == "automatic":
        text = escape(m.text or wording.automatic(m.channel, m.author_name))
        return Entry(m.at, "event", text, "settings" if m.text else "user-check")
    kind = {"internal": "internal", "supplier": "supplier"}.get(m.audience, "public")
    by = wording.word_of(wording.CHANNELS, m.channel) if m.author_kind == "user" else ""
    return Entry(m.at, kind, message=m, by=by, framed=bool(m.html), doubt=wording.doubt(m))


def _handed(h: queries.HandoffRow) -> list[Entry]:
    text = format_html(
        _("{who} offered it to {team}"),
        who=_strong(h.offered_by or h.giver_name),
        team=_strong(h.receiver_name),
    )
    quote = ((_("Why"), h.why), (_("Tried"), h.tried), (_("Asked"), h.asked))
    found = [Entry(h.offered_at, "event", text, "arrow-forward-up", quote=quote)]
    if h.answered_at is None:
        return found
    who = _strong(h.answered_by or h.receiver_name)
    team = _strong(h.receiver_name)
    if h.state == "accepted":
        done = format_html(_("{who} accepted it for {team}"), who=who, team=team)
        return [*found, Entry(h.answered_at, "event", done, "check")]
    if h.state == "returned":
        why = wording.word_of(wording.RETURN_CODES, h.return_code)
        done = format_html(_("{who} of {team} gave it back: {why}"), who=who, team=team, why=why)
        return [*found, Entry(h.answered_at, "event", done, "arrow-back-up", quote=(("", h.return_text),))]
    done = format_html(_("The offer to {team} was taken back"), team=team)
    return [*found, Entry(h.answered_at, "event", done, "arrow-back-up")]


def _promised(p: queries.PromiseRow, now: datetime) -> list[Entry]:
    due = when(p.due_at, now=now)
    text = format_html(_("{who} promised word by {at}"), who=_strong(p.made_by), at=due)
    found = [Entry(p.made_at, "event", text, "clock")]
    if p.settled_at is not None and p.state in {"kept", "broken"}:
        said = _("The promise of {at} was kept") if p.state == "kept" else _("The promise of {at} was broken")
        icon = "circle-check" if p.state == "kept" else "circle-x"
        found.append(Entry(p.settled_at, "event", format_html(said, at=due), icon))
    return found


def _held(c: queries.CustodyRow, requester: str) -> Entry | None:
    if c.cause not in TOLD_BY_CUSTODY or c.lane:
        return None
    texts = {
        "taken": (_("{who} took it in hand"), "hand-stop"),
        "waiting": (_("Waiting for {requester}"), "clock-pause"),
        "answered": (_("Back with {holder}: the answer came"), "clock-play"),
        "reopened": (_("Reopened"), "rotate-clockwise"),
        "closed": (_("Closed"), "archive"),
    }
    text, icon = texts[c.cause]
    worded = format_html(
        text, who=_strong(c.worker_name), requester=_strong(requester), holder=_strong(c.holder_name)
    )
    return Entry(c.since, "event", worded, icon)


def _strong(text: str) -> SafeString:
    return format_html("<strong>{}</strong>", text)
