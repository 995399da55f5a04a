"""One raw mail into one frozen value. Whatever the bytes are, the answer is a `ParsedMail`, never an exception."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontline.channels.mail.logic import authentication, fields
from frontline.channels.mail.logic.authentication import NOT_CHECKED, Judgement
from frontline.channels.mail.logic.automatic import automatic_reason
from frontline.channels.mail.logic.bodies import Attachment, read_content
from frontline.channels.mail.logic.bounces import Bounce, find_bounce
from frontline.channels.mail.logic.charsets import one_line
from frontline.channels.mail.logic.dates import moment
from frontline.channels.mail.logic.fields import Address
from frontline.channels.mail.logic.mime import Headers, Part, read
from frontline.channels.mail.logic.replies import trim_reply

_ENVELOPE_TO = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-forwarded-to",
    "apparently-to",
)
#: fields that tell the way of a mail, newest first
_TRACE = frozenset({authentication.FIELD, "received"})
_ANY_MAIL_FIELD = frozenset(
    {
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "mime-version",
        "content-type",
        "sender",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """What a mail says. Ids come without angle brackets, addresses as written, texts without NUL and with LF.

    `text` is the whole readable body, `html` the unsafe original or None, `reply_text` the writer's own words.
    `unparsable` is "" or the code for quarantine; the other fields then hold what could still be read.
    """

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    from_: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    html: str | None = None
    reply_text: str = ""
    auto: bool = False
    bounce: Bounce | None = None
    attachments: tuple[Attachment, ...] = ()
    # Beyond the public contract: what intake needs.
    auto_reason: str = ""
    reply_to: tuple[Address, ...] = ()
    sender: Address | None = None
    return_path: str | None = None
    envelope_to: tuple[Address, ...] = ()
    elided_text: str = ""
    forwarded: bool = False
    defects: tuple[str, ...] = ()
    unparsable: str = ""
    judgement: Judgement = NOT_CHECKED

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of `frontline mail parse`, without "file"."""
        shape: dict[str, Any] = {
            "message_id": self.message_id or None,
            "in_reply_to": self.in_reply_to or None,
            "references": list(self.references),
            "from": _address(self.from_) if self.from_ else None,
            "to": [_address(one) for one in self.to],
            "cc": [_address(one) for one in self.cc],
            "subject": self.subject,
            "date": self.date.isoformat() if self.date else None,
            "text": self.text,
            "html": self.html,
            "reply_text": self.reply_text,
            "auto": self.auto,
            "bounce": self.bounce.as_dict() if self.bounce else None,
            "attachments": [
                {"filename": one.filename, "mime": one.mime, "bytes": one.size, "inline": one.inline}
                for one in self.attachments
            ],
        }
        if self.unparsable:
            shape["unparsable"] = self.unparsable
        return shape


def _address(one: Address) -> dict[str, str]:
    return {"name": one.name, "address": one.address}


def parse_message(raw: bytes, *, own_addresses: Collection[str] = (), authserv_id: str = "") -> ParsedMail:
    """Read a mail. `own_addresses` (lower case) are the desk's own, whose mail must not start a loop.

    `authserv_id` names the server whose results about the sender are believed; without it none are.
    """
    if not raw.strip(b"\x00 \t\r\n"):
        return ParsedMail(unparsable="empty")
    try:
        root = read(raw)
        return _parsed(root, own_addresses, authserv_id)
    except Exception as error:  # noqa: BLE001 - a poison mail goes to quarantine with its reason; the next goes on
        return ParsedMail(unparsable=f"error:{type(error).__name__}")


def _parsed(root: Part, own_addresses: Collection[str], authserv_id: str) -> ParsedMail:
    outer = root
    if root.content_type.startswith("message/") and root.children and "from" not in root.headers:
        root = root.children[0]
    headers = root.headers
    content = read_content(root)
    sender = _first(headers, "from") or _first(headers, "sender")
    subject = one_line(headers.text("subject"))
    reply = trim_reply(content.text)
    bounce = find_bounce(root, sender=sender, subject=subject, text=content.text)
    reason = automatic_reason(
        headers,
        sender=sender,
        subject=subject,
        content_type=root.content_type,
        own_addresses=own_addresses,
    )
    shown = sender or _return_path_sender(headers)
    answered = fields.message_ids(_joined(headers, "in-reply-to"))
    return ParsedMail(
        message_id=fields.message_id(headers.get("message-id")),
        in_reply_to=answered[0] if answered else "",
        references=fields.message_ids(_joined(headers, "references")),
        from_=shown,
        to=_addresses(headers, "to"),
        cc=_addresses(headers, "cc"),
        subject=subject,
        date=moment(headers.get("date")) if headers.get("date") else None,
        text=content.text.strip("\n"),
        html=content.html,
        reply_text=reply.text,
        auto=bool(reason) or bounce is not None,
        bounce=bounce,
        attachments=content.attachments,
        auto_reason=reason or ("bounce" if bounce else ""),
        reply_to=_addresses(headers, "reply-to"),
        sender=_first(headers, "sender"),
        return_path=_return_path(headers),
        envelope_to=tuple(one for name in _ENVELOPE_TO for one in _addresses(headers, name)),
        elided_text=reply.elided,
        forwarded=reply.forwarded,
        defects=content.defects,
        unparsable="" if _is_mail(outer.headers, headers) else "no_mail_header",
        # of the outermost header only: what lies inside of a mail was written by whoever sent it
        judgement=authentication.judge(
            outer.headers.several(_TRACE), domain=shown.domain if shown else "", authserv_id=authserv_id
        ),
    )


def _is_mail(*several: Headers) -> bool:
    return any(name in _ANY_MAIL_FIELD for headers in several for name in headers.names())


def _joined(headers: Headers, name: str) -> str:
    return " ".join(headers.raw(name))


def _addresses(headers: Headers, name: str) -> tuple[Address, ...]:
    found = [one for value in headers.raw(name) for one in fields.addresses(value)]
    return tuple(found[: fields.MAX_ADDRESSES])


def _first(headers: Headers, name: str) -> Address | None:
    return next(iter(_addresses(headers, name)), None)


def _return_path(headers: Headers) -> str | None:
    """ "" for the null path of machines, None where the mail does not tell."""
    for name in ("return-path", "x-envelope-from", "envelope-from"):
        value = headers.get(name)
        if value:
            found = fields.addresses(value)
            return found[0].address if found else ""
    return None


def _return_path_sender(headers: Headers) -> Address | None:
    path = _return_path(headers)
    return Address("", path) if path else None
