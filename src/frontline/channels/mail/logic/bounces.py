"""Delivery reports: what came back, for whom, and which of our mails it was (RFC 3464, 5965, and the free forms)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from frontline.channels.mail.logic import fields
from frontline.channels.mail.logic.automatic import is_null_path
from frontline.channels.mail.logic.bodies import message_parts
from frontline.channels.mail.logic.charsets import decode_text, one_line
from frontline.channels.mail.logic.mime import Headers, Part, read
from frontline.foundation.http.plain_text import clean

_SEARCHED = 64 * 1024
_SYSTEM_SENDER = re.compile(
    r"^(?:mailer[-_.]?daemon|postmaster|mail[-_.]?daemon|bounces?|mail[-_.]?delivery[-_.]?(?:system|subsystem)"
    r"|microsoftexchange[0-9a-f]{8,})\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver(?:able|ed)|delivery (?:status notification|failure|has failed|problem|report|incomplete|notification)"
    r"|returned (?:mail|to sender)|return(?:ed)? to sender|failure notice|mail delivery (?:failed|failure|system|error)"
    r"|delivery (?:delayed|failed)|mail system error|could not (?:be )?deliver|message (?:not delivered|delayed)"
    r"|delayed mail|warning: (?:could not send|message)|non[- ]?remis|unzustellbar|nicht zugestellt"
    r"|zustell(?:ung|fehler)"
    r"|mancata consegna|non (?:recapitabile|consegnato)|no se puede entregar|no entregado|non remise?|onbestelbaar"
    r"|undelivered|não (?:foi )?entregue|не доставлено|недоставлен|niedostarczon|nie można dostarczyć"
    r"|kunde inte levereras",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"delivery (?:to the following recipients?|failed|has failed)|could not be delivered|couldn't be delivered"
    r"|(?:unable|failed) to deliver|undeliverable|permanent (?:fatal )?error|user unknown|mailbox (?:unavailable|full)"
    r"|hi\. this is the qmail-send|a message that you sent could not|returned mail|address not found"
    r"|message not delivered"
    r"|has been delayed|delivery attempts? (?:failed|have failed)|recipient (?:rejected|address rejected)",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"\bdelay(?:ed)?\b|still being retried|warning message only|warning only"
    r"|will (?:be retried|keep trying|continue to try)"
    r"|temporarily deferred|could not send message for past|has not yet been delivered|verzögert",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.:-])([45]\d\d)[ -](?=[#A-Za-z<\d])")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+=!#$&'*/?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_ORIGINAL_ID = re.compile(r"(?im)^[>\s]{0,4}message-id\s{0,3}:\s{0,3}<([^<>\s]{1,500})>")
_NAMED_ID = re.compile(r"message-id of ([^\s<>]{1,300}@[^\s<>]{1,200})", re.IGNORECASE)
_ORIGINAL_FOLLOWS = re.compile(
    r"(?im)^.{0,20}(?:original message|returned message|copy of the message|message header"
    r"|ursprüngliche nachricht).{0,40}$"
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """kind is hard (5.x.x), soft (4.x.x, given up), delayed (still tried) or complaint; status is RFC 3463 or ""."""

    kind: str
    status: str
    recipient: str
    original_message_id: str
    diagnostic: str
    recipients: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "status": self.status,
            "recipient": self.recipient,
            "original_message_id": self.original_message_id,
            "diagnostic": self.diagnostic,
            "recipients": list(self.recipients),
        }


@dataclass(frozen=True, slots=True)
class _Report:
    recipient: str
    action: str
    status: str
    diagnostic: str

    @property
    def kind(self) -> str:
        if self.action == "delayed":
            return "delayed"
        return "soft" if self.status.startswith("4") else "hard"


def find_bounce(root: Part, *, sender: fields.Address | None, subject: str, text: str) -> Bounce | None:
    """The delivery report in this mail, `None` for ordinary mail and for good news (delivered, relayed, read)."""
    parts = list(root.walk())
    for part in parts:
        if part.content_type == "message/feedback-report":
            return _complaint(root, part, text)
    status_parts = [part for part in parts if part.content_type in _STATUS_TYPES]
    reports = [report for part in status_parts for report in _reports(part)]
    if reports:
        return _from_reports(root, reports, text)
    if status_parts or _looks_like_one(root.headers, sender, subject, text):
        return _from_words(root, subject, text)
    return None


_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})


# Standard reports --------------------------------------------------------------------------------


def _reports(part: Part) -> Iterator[_Report]:
    """One per recipient. Senders scatter blank lines and foreign fields, so a recipient begins a new group."""
    group: dict[str, str] = {}
    for name, value in _status_fields(part):
        starts = name in {"final-recipient", "original-recipient"} and name in group
        if starts or (name == "" and ("action" in group or "status" in group)):
            yield from _report(group)
            group = {}
        if name:
            group.setdefault(name, value)
    yield from _report(group)


def _status_fields(part: Part) -> Iterator[tuple[str, str]]:
    """(name, value) in order; ("", "") for a blank line."""
    text = clean(decode_text(part.content(_SEARCHED), "utf-8"))
    for line in re.sub(r"\n[ \t]+", " ", text).split("\n"):
        name, colon, value = line.partition(":")
        if not line.strip():
            yield "", ""
        elif colon and " " not in name.strip():
            yield name.strip().lower(), value.strip()


def _report(group: dict[str, str]) -> Iterator[_Report]:
    told = [_recipient(group.get(name, "")) for name in ("final-recipient", "original-recipient")]
    recipient = next((one for one in told if "@" in one), told[0] or told[1])
    action = group.get("action", "").split(" ")[0].lower().strip(";,")
    if not recipient and not action:
        return
    diagnostic = one_line(
        group.get("diagnostic-code", "").partition(";")[2] or group.get("diagnostic-code", "")
    )
    status = _status_in(group.get("status", "")) or _status_in(diagnostic)
    yield _Report(recipient, action, status, diagnostic[:2000])


def _recipient(value: str) -> str:
    plain = (value.partition(";")[2] or value).strip().strip("<>").strip()
    return plain[:320]


def _from_reports(root: Part, reports: list[_Report], text: str) -> Bounce | None:
    bad = [report for report in reports if report.action not in {"delivered", "relayed", "expanded"}]
    if not bad:
        return None
    order = {"hard": 0, "soft": 1, "delayed": 2}
    worst = min(bad, key=lambda report: order[report.kind])
    told = _named_in(root, text[:_SEARCHED])[:1]
    return Bounce(
        kind=worst.kind,
        status=worst.status,
        recipient=worst.recipient or "".join(told),
        original_message_id=_original_id(root, text),
        diagnostic=worst.diagnostic or _explanation(text),
        recipients=tuple(dict.fromkeys(report.recipient for report in bad if report.recipient)),
    )


def _complaint(root: Part, part: Part, text: str) -> Bounce:
    found = dict(reversed([pair for pair in _status_fields(part) if pair[0]]))
    recipient = _recipient(found.get("original-rcpt-to", "")) or _recipient(
        found.get("removal-recipient", "")
    )
    return Bounce(
        kind="complaint",
        status="",
        recipient=recipient,
        original_message_id=_original_id(root, text),
        diagnostic=one_line(found.get("feedback-type", "abuse"))[:200],
        recipients=(recipient,) if recipient else (),
    )


# Free forms --------------------------------------------------------------------------------------


def _looks_like_one(headers: Headers, sender: fields.Address | None, subject: str, text: str) -> bool:
    if headers.get("x-failed-recipients"):
        return True
    if headers.get("in-reply-to") and not _SYSTEM_SENDER.match(sender.address if sender else ""):
        return False
    by_system = any(is_null_path(headers.get(name)) for name in ("return-path", "x-envelope-from")) or bool(
        sender and _SYSTEM_SENDER.match(sender.address)
    )
    if not by_system:
        return False
    return bool(_SUBJECT.search(subject)) or bool(
        _BODY.search(text[:4000]) and _STATUS.search(text[:_SEARCHED])
    )


def _from_words(root: Part, subject: str, text: str) -> Bounce:
    told = text[:_SEARCHED]
    cut = _ORIGINAL_FOLLOWS.search(told)
    told = told[: cut.start()] if cut else told
    status = _status_in(told)
    named = [address.address for address in fields.addresses(root.headers.get("x-failed-recipients"))]
    recipients = named or _named_in(root, told)
    delayed = bool(_DELAYED.search(subject) or (_DELAYED.search(told) and not status.startswith("5")))
    kind = "delayed" if delayed else "soft" if status.startswith("4") else "hard"
    return Bounce(
        kind=kind,
        status=status,
        recipient=recipients[0] if recipients else "",
        original_message_id=_original_id(root, text),
        diagnostic=_explanation(told),
        recipients=tuple(recipients[:100]) if named else tuple(recipients[:1]),
    )


def _named_in(root: Part, told: str) -> list[str]:
    """Addresses in the words of a report, without the mail systems and who gets the report."""
    own = {
        address.address.lower()
        for name in ("to", "from")
        for address in fields.addresses(root.headers.get(name))
    }
    found = dict.fromkeys(_ADDRESS.findall(told))
    return [one for one in found if one.lower() not in own and "postmaster" not in one]


def _status_in(text: str) -> str:
    found = _STATUS.search(text)
    if found:
        return found.group(1)
    code = _REPLY_CODE.search(text)
    return f"{code.group(1)[0]}.0.0" if code else ""


def _explanation(text: str) -> str:
    """The line that says why: the one with a status, else the one after the address, else the first."""
    lines = [line for line in text[:_SEARCHED].split("\n") if line.strip()]
    for pattern in (_STATUS, _REPLY_CODE, _BODY):
        for line in lines[:400]:
            if pattern.search(line[:1000]):
                return one_line(line)[:500]
    return one_line(lines[0])[:500] if lines else ""


def _original_id(root: Part, text: str) -> str:
    """Id of the mail that is reported: from its copy, else from the words, else from what the report answers."""
    for part in message_parts(root):
        found = read(part.content(_SEARCHED)).headers.get("message-id")
        if found:
            return fields.message_id(found)
    told = _ORIGINAL_ID.search(text[: 4 * _SEARCHED]) or _NAMED_ID.search(text[:_SEARCHED])
    if told:
        return told.group(1)
    answered = fields.message_ids(root.headers.get("in-reply-to")) or fields.message_ids(
        root.headers.get("references")
    )
    return answered[-1] if answered else ""
