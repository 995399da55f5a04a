"""Getting the outbox out. Each mail has its Message-ID before the first attempt and keeps it through all of them.

queued → sending → sent, or failed for good; unknown while the end of an attempt is not known (the worker died, the
connection broke after the words were on their way). What is unknown is tried again with the same Message-ID, so that
a receiver can tell, and `unknown_tries` shows that it may have arrived twice.
"""

import smtplib
from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.db.models import F

from frontline.channels.mail import queries
from frontline.channels.mail.logic.automatic import MACHINE_HEADERS
from frontline.channels.mail.usecases import keeping
from frontline.channels.models import Outbox
from frontline.foundation import clock
from frontline.foundation.jobs.effects import RETRY_AFTER, GiveUp, effect
from frontline.foundation.models import Desk
from frontline.foundation.transactions import use_case
from frontline.kernel.errors import Conflict, DeskError, Phrase, packed
from frontline.kernel.facts import Subject
from frontline.tickets.usecases import delivery

log = structlog.get_logger(__name__)

#: rows one round hands on
BATCH = 200
#: bytes of files that travel along; the rest is named and waits on the ticket's page
FILES_LIMIT = 15 * 1024 * 1024


class NotSentYet(DeskError):
    """The mail server did not take it: {why}. It is tried again."""


class TooLateToTakeBack(Conflict):
    """This mail is on its way already."""


@use_case
def hand_on_due(*, now: datetime) -> int:
    """Claim what is due and ask a worker to send it. Returns how many. Any number of watches may do this at once."""
    due = (
        Outbox.objects.select_for_update(skip_locked=True)
        .filter(state="queued", not_before__lte=now, channel="mail")
        .order_by("not_before", "id")[:BATCH]
    )
    rows = list(due)
    Outbox.objects.filter(pk__in=[r.pk for r in rows]).update(state="sending")
    for row in rows:
        subject = Subject("ticket", row.ticket_id) if row.ticket_id else Subject("outbox", row.pk)
        send_mail.defer(subject=subject, outbox_id=row.pk)
    return len(rows)


def next_due() -> datetime | None:
    """When the next waiting mail may leave."""
    waiting = Outbox.objects.filter(state="queued", channel="mail").order_by("not_before")
    return waiting.values_list("not_before", flat=True).first()


@effect("channels.send_mail")
def send_mail(*, outbox_id: int) -> None:
    """One attempt. Raises NotSentYet for another one later, GiveUp when the receiver refused for good."""
    try:
        _attempt(outbox_id)
    finally:
        if not connection.in_atomic_block:
            connection.close()  # worker threads come and go; each leaves no session behind


def _attempt(outbox_id: int) -> None:
    row = _begin(outbox_id=outbox_id)
    if row is None:
        return
    try:
        deliver(row)
    except _Refused as refused:
        _end(outbox_id=row.pk, state="failed", error=str(refused), now=clock.now())
        raise GiveUp from refused
    except _NotTaken as trouble:
        _later(row, why=trouble.why, unknown=False)
    except Exception as trouble:  # noqa: BLE001 - whatever broke, the words may be out: the fate is unknown
        _later(row, why=f"{type(trouble).__name__}: {trouble}", unknown=True)
    else:
        _end(outbox_id=row.pk, state="sent", error="", now=clock.now())


def _later(row: Outbox, *, why: Phrase | str, unknown: bool) -> None:
    error = packed(why) if isinstance(why, Phrase) else why
    if row.tries > len(RETRY_AFTER):
        _end(outbox_id=row.pk, state="failed", error=error, now=clock.now())
        raise GiveUp("Tried {times} times in vain: {why}", times=row.tries, why=why)
    _not_yet(outbox_id=row.pk, error=error, unknown=unknown)
    raise NotSentYet(why=why)


@use_case
def _begin(*, outbox_id: int) -> Outbox | None:
    """Write down that an attempt begins; None when there is nothing to send."""
    row = Outbox.objects.select_for_update(of=("self",)).filter(pk=outbox_id).first()
    if row is None or row.state not in {"sending", "unknown"}:
        return None
    if row.in_flight:  # an attempt began and nobody wrote down how it ended
        row.unknown_tries += 1
        log.warning("the fate of an attempt is unknown; it is sent again", message_id=row.message_id)
    row.state, row.in_flight, row.tries = "sending", True, row.tries + 1
    row.save(update_fields=["state", "in_flight", "tries", "unknown_tries"])
    return row


@use_case
def _end(*, outbox_id: int, state: str, error: str, now: datetime) -> None:
    """Write down how it ended, here and on the message."""
    row = Outbox.objects.select_for_update(of=("self",)).get(pk=outbox_id)
    row.state, row.in_flight, row.error = state, False, error[:2000] or row.error * bool(row.bounce)
    row.sent_at = now if state == "sent" else None
    row.save(update_fields=["state", "in_flight", "error", "sent_at"])
    if row.ticket_message_id is not None:
        delivery.mark_delivery(
            message_id=row.ticket_message_id, state="sent" if state == "sent" else "not_delivered"
        )


@use_case
def _not_yet(*, outbox_id: int, error: str, unknown: bool) -> None:
    Outbox.objects.filter(pk=outbox_id).update(
        state="unknown" if unknown else "sending",
        in_flight=False,
        error=error[:2000],
        unknown_tries=F("unknown_tries") + int(unknown),
    )


@use_case
def take_back(*, uid: str) -> None:
    """Undo: a mail that has not been handed on yet never leaves."""
    changed = Outbox.objects.filter(uid=uid, state="queued").update(state="cancelled")
    if not changed:
        raise TooLateToTakeBack


@use_case
def try_again(*, uid: str, now: datetime) -> None:
    """Send a failed one once more, with the same Message-ID."""
    Outbox.objects.filter(uid=uid, state="failed").update(state="queued", not_before=now, tries=0, error="")


# The outside -------------------------------------------------------------------------------------


class _Refused(Exception):
    """For good."""


class _NotTaken(Exception):
    """Certainly not taken, and worth another attempt; `why` in our words or the server's."""

    def __init__(self, why: Phrase | str) -> None:
        super().__init__(why)
        self.why = why


def deliver(row: Outbox) -> None:
    """Send it, or on a demo or exercise desk lay it readable into OUTBOX_DIR: nothing leaves such a desk."""
    message = built(row)
    desk = Desk.objects.filter(id=1).first()
    if (desk is not None and desk.kind != "live") or row.origin == "exercise":
        lay_down(row, message)
    else:
        _send(message)


def built(row: Outbox) -> EmailMultiAlternatives:
    """The mail as it goes out, the same at each attempt but for its date."""
    headers = {"Message-ID": f"<{row.message_id}>", "Date": format_datetime(clock.now())}
    if row.references:
        headers["In-Reply-To"] = f"<{row.references[-1]}>"
        headers["References"] = " ".join(f"<{r}>" for r in row.references)
    if row.automatic:
        headers |= MACHINE_HEADERS
    mail = EmailMultiAlternatives(
        subject=row.subject,
        body=row.text,
        from_email=row.sender,
        to=row.to,
        cc=row.cc,
        reply_to=[row.reply_to] if row.reply_to else None,
        headers=headers,
    )
    if row.html:
        mail.attach_alternative(row.html, "text/html")
    if row.ticket_message_id is not None:
        room = FILES_LIMIT
        for name, mime, digest, size in queries.files_of_message(row.ticket_message_id):
            if size <= room:
                room -= size
                mail.attach(name, keeping.read(digest), mime)
    return mail


def _send(message: EmailMultiAlternatives) -> None:
    server: Any = get_connection()
    try:
        server.open()
    except smtplib.SMTPAuthenticationError as error:
        why = Phrase("the mail server refused our name or password ({code})", code=error.smtp_code)
        raise _NotTaken(why) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _NotTaken(Phrase("the mail server cannot be reached: {why}", why=error)) from error
    try:
        message.connection = server
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _words in error.recipients.values()]
        words = "; ".join(f"{who}: {code} {_text(said)}" for who, (code, said) in error.recipients.items())
        raise (_Refused if all(c >= 500 for c in codes) else _NotTaken)(words) from error
    except smtplib.SMTPResponseException as error:  # the server answered: it did not take it
        words = f"{error.smtp_code} {_text(error.smtp_error)}"
        raise (_Refused if error.smtp_code >= 500 else _NotTaken)(words) from error
    except smtplib.SMTPNotSupportedError as error:
        raise _Refused(str(error)) from error
    finally:
        with suppress(Exception):
            server.close()


def _text(said: Any) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def lay_down(row: Outbox, message: EmailMultiAlternatives) -> Path:
    """The mail as a file whose name says what it is; a second attempt replaces the first."""
    folder = Path(settings.OUTBOX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    ref = row.ticket.ref if row.ticket else "desk"
    path = folder / f"{row.created_at:%Y%m%d-%H%M%S}-{ref}-{row.kind}-{row.uid.hex[-8:]}.eml"
    part = path.with_suffix(f".{uuid4().hex}")
    part.write_bytes(message.message().as_bytes())
    part.replace(path)
    return path
