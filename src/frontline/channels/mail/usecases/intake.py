"""Taking a mail in, exactly once, in one transaction: it opens a ticket, joins one, is ignored or quarantined."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from frontline.channels.mail import queries
from frontline.channels.mail.facts import MailQuarantined
from frontline.channels.mail.logic.parse import ParsedMail, parse_message
from frontline.channels.mail.usecases import addresses, bounced, keeping, letters, placing
from frontline.channels.mail.usecases.placing import Placed
from frontline.channels.models import Inbox, Mailbox
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import SYSTEM
from frontline.kernel.facts import Subject
from frontline.kernel.ids import uuid7
from frontline.people.logic.addresses import BadAddress, email_of

log = structlog.get_logger(__name__)

#: attempts at one mail before it goes to quarantine, so that the next gets its turn
MOST_TRIES = 2
#: base 64 makes a file a third longer; beyond this a mail is refused politely
OVERHEAD = 1.4
#: what of a row is written once it is known what became of the mail
RECORDED = (
    *("outcome", "reason", "ticket", "message", "file", "tries", "settled_at"),
    *("sender_verdict", "verdict_because"),
)
OWN = frozenset({"own_mail", "own_address"})


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail: opened, joined, ignored or quarantined; `reason` is a code."""

    outcome: str
    ticket: str
    reason: str
    inbox_id: int


def take_in(*, raw: bytes, mailbox: Mailbox | None = None, now: datetime) -> Taken:
    """Take one raw mail in. Each mail is a transaction of its own; a second delivery of it changes nothing.

    Whatever is wrong with the mail ends in quarantine with its source kept. What is wrong with the database
    (OperationalError, InterfaceError) is raised: the mail stays where it is and is fetched again.
    """
    own = queries.own_addresses()
    if len(raw) > limit():
        return _too_large(raw=raw, mailbox=mailbox, own=own, now=now)
    mail = parse_message(raw, own_addresses=own, authserv_id=authserv_id(mailbox))
    reason = ""
    for _attempt in range(MOST_TRIES):
        try:
            return _take_in(raw=raw, mail=mail, mailbox=mailbox, now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("a mail could not be taken in", message_id=mail.message_id)
            reason = f"error:{type(error).__name__}"[:100]
            if isinstance(error, DatabaseError) and not connection.is_usable():
                raise
    return quarantine(raw=raw, mail=mail, mailbox=mailbox, reason=reason, tries=MOST_TRIES, now=now)


def authserv_id(mailbox: Mailbox | None) -> str:
    """Whose word about senders is believed; files taken in by hand have no server that looked at them."""
    return "" if mailbox is None else mailbox.authserv_id


def limit() -> int:
    """Bytes of a raw mail that are taken in."""
    return int(settings.FILE_BYTES_LIMIT * OVERHEAD)


@use_case
def _take_in(*, raw: bytes, mail: ParsedMail, mailbox: Mailbox | None, now: datetime) -> Taken:
    row = _claim(raw=raw, mail=mail, mailbox=mailbox, now=now)
    if isinstance(row, Taken):
        return row
    row.file_id = keeping.keep_raw(raw, name=f"{row.uid}.eml", now=now)
    return _record(row, place(mail, mailbox=mailbox, now=now), now=now)


def _claim(*, raw: bytes, mail: ParsedMail, mailbox: Mailbox | None, now: datetime) -> Inbox | Taken:
    """The row of this mail, or what became of the first delivery. A second taker waits here for the first."""
    row = Inbox(
        uid=uuid7(),
        source=source_of(mailbox),
        external_id=external_id(mail, raw),
        mailbox=mailbox,
        received_at=now,
        outcome="ignored",
        automatic=mail.auto,
        sender=(mail.from_.address if mail.from_ else "")[:320],
        subject=mail.subject[:500],
        sender_verdict=mail.judgement.verdict,
        verdict_because=mail.judgement.because,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_inbox (uid, source, external_id, mailbox_id, received_at, outcome, reason, "
            "automatic, sender, subject, sender_verdict, verdict_because, tries) "
            "VALUES (%s, %s, %s, %s, %s, 'ignored', '', %s, %s, %s, %s, %s, 1) "
            "ON CONFLICT (source, external_id) DO NOTHING RETURNING id",
            [
                row.uid,
                row.source,
                row.external_id,
                row.mailbox_id,
                now,
                row.automatic,
                row.sender,
                row.subject,
                str(row.sender_verdict),
                str(row.verdict_because),
            ],
        )
        made = cursor.fetchone()
    if made is not None:
        row.pk = made[0]
        return row
    first = Inbox.objects.select_related("ticket").get(source=row.source, external_id=row.external_id)
    return Taken("ignored", first.ticket.ref if first.ticket else "", "duplicate", first.pk)


def source_of(mailbox: Mailbox | None) -> str:
    """Files and folders taken in by hand count as one mailbox."""
    return "mail:" if mailbox is None else f"mail:{mailbox.address.lower()}"


def external_id(mail: ParsedMail, raw: bytes) -> str:
    """The Message-ID; the digest of the source where there is none, or one that is too long to be one."""
    if mail.message_id and len(mail.message_id) <= 900:
        return mail.message_id
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def place(mail: ParsedMail, *, mailbox: Mailbox | None, now: datetime) -> Placed:
    """What this mail is to the desk, and what is done about it."""
    if mail.unparsable:
        return Placed("quarantined", mail.unparsable)
    if mail.auto_reason in OWN:
        return Placed("ignored", mail.auto_reason)
    if mail.bounce is not None:
        return bounced.handle(mail, now=now)
    sender = _sender(mail)
    if sender is None:
        return Placed("quarantined", "no_sender")
    known = queries.known(sender=sender, message_id=mail.message_id)
    if known.muted and not mail.auto and not mail.judgement.failed:
        addresses.heard_from(sender)
    if known.article is not None:
        return Placed("ignored", "already_here", *known.article)
    return placing.by_thread(mail, sender=sender, mailbox=mailbox, now=now)


def _sender(mail: ParsedMail) -> str | None:
    if mail.from_ is None:
        return None
    try:
        return email_of(mail.from_.address)
    except BadAddress:
        return None


def _record(row: Inbox, placed: Placed, *, now: datetime) -> Taken:
    row.outcome, row.reason = placed.outcome, placed.reason[:100]
    row.ticket_id, row.message_id = placed.ticket_id, placed.message_id
    row.save(update_fields=RECORDED)
    if row.outcome == "quarantined":
        announce(
            MailQuarantined(subject=Subject("mail", row.pk), inbox_id=row.pk, reason=_code(placed.reason)),
            actor=SYSTEM,
            at=now,
        )
    return Taken(placed.outcome, placed.ref, placed.reason, row.pk)


def _code(reason: str) -> str:
    return "".join(c for c in reason if c.isalnum() or c in "_.:")[:64]


@use_case
def quarantine(
    *, raw: bytes, mail: ParsedMail, mailbox: Mailbox | None, reason: str, tries: int = 1, now: datetime
) -> Taken:
    """Set a mail aside with its source, for somebody to look at."""
    row = _claim(raw=raw, mail=mail, mailbox=mailbox, now=now)
    if isinstance(row, Taken):
        return row
    row.tries = tries
    row.file_id = keeping.keep_raw(raw, name=f"{row.uid}.eml", now=now)
    return _record(row, Placed("quarantined", reason), now=now)


def _too_large(*, raw: bytes, mailbox: Mailbox | None, own: frozenset[str], now: datetime) -> Taken:
    """Kept whole in quarantine where an administrator sees it; its sender gets a polite word."""
    mail = parse_message(raw[: 64 * 1024], own_addresses=own, authserv_id=authserv_id(mailbox))
    return refuse_too_large(raw=raw, mail=mail, mailbox=mailbox, now=now)


@use_case
def refuse_too_large(*, raw: bytes, mail: ParsedMail, mailbox: Mailbox | None, now: datetime) -> Taken:
    """`raw` may be the header alone, where fetching the whole would be the trouble."""
    taken = quarantine(raw=raw, mail=mail, mailbox=mailbox, reason="too_large", now=now)
    sender = _sender(mail)
    if taken.reason == "too_large" and sender is not None and not (mail.auto or mail.judgement.failed):
        letters.too_large(
            inbox_id=taken.inbox_id,
            address=sender,
            subject=mail.subject,
            answers=mail.message_id,
            mailbox=mailbox,
            limit=settings.FILE_BYTES_LIMIT,
            now=now,
        )
    return taken


@use_case
def retry(*, uid: str, now: datetime) -> Taken:
    """Take a quarantined mail in again from its kept source. It stays in quarantine when it fails again."""
    found = queries.quarantined(uid)
    row = Inbox.objects.select_for_update(no_key=True).get(pk=found.pk)
    if row.outcome != "quarantined" or row.file is None:
        return Taken(row.outcome, row.ticket.ref if row.ticket else "", row.reason, row.pk)
    raw = keeping.read(row.file.sha256)
    row.tries += 1
    mail = parse_message(raw, own_addresses=queries.own_addresses(), authserv_id=authserv_id(row.mailbox))
    row.sender_verdict, row.verdict_because = mail.judgement.verdict, mail.judgement.because
    return _record(row, place(mail, mailbox=row.mailbox, now=now), now=now)


@use_case
def leave_aside(*, uid: str, now: datetime) -> None:
    """Somebody looked at a quarantined mail and it needs nothing."""
    Inbox.objects.filter(pk=queries.quarantined(uid).pk).update(settled_at=now)
