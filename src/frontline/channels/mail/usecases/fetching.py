"""Fetching from mailboxes. A mail counts as taken only after its transaction; then it is marked or moved.

Servers live in real time, so does the rhythm here; what comes in carries the desk's time.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.db import connection
from django.db.models import Q

from frontline.channels.mail.facts import MailboxAlarmChanged
from frontline.channels.mail.logic.silence import alarm_of, with_gap
from frontline.channels.mail.sources import open_mailbox
from frontline.channels.mail.sources.fetched import Access, CannotFetch, Fetched
from frontline.channels.mail.usecases import intake
from frontline.channels.models import Mailbox
from frontline.foundation import clock
from frontline.foundation.facts.announce import announce
from frontline.foundation.jobs.effects import effect
from frontline.foundation.secrets_box import BadKeyFile, CannotUnseal, unseal
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import SYSTEM
from frontline.kernel.errors import Phrase, packed
from frontline.kernel.facts import Subject

log = structlog.get_logger(__name__)

#: mails one visit takes; the rest waits for the next, so that a flooded mailbox does not hold up the others
MOST = 200
#: a visit that has not ended by then died with its worker
VISIT = timedelta(minutes=10)


@use_case
def ask_for_due(*, real_now: datetime) -> int:
    """Ask a worker to visit the mailboxes whose turn it is. Returns how many."""
    due = Mailbox.objects.select_for_update(skip_locked=True).filter(
        Q(next_fetch_at=None) | Q(next_fetch_at__lte=real_now),
        Q(fetching_since=None) | Q(fetching_since__lte=real_now - VISIT),
        active=True,
    )
    rows = list(due.exclude(kind="none"))
    for row in rows:
        row.fetching_since = real_now
        row.next_fetch_at = real_now + timedelta(seconds=row.every_seconds)
        row.save(update_fields=["fetching_since", "next_fetch_at"])
        fetch_mail.defer(subject=Subject("mailbox", row.pk), mailbox_id=row.pk)
    return len(rows)


@effect("channels.fetch_mail")
def fetch_mail(*, mailbox_id: int) -> None:
    """One visit. What goes wrong is written on the mailbox; the watch asks again."""
    try:
        visit(mailbox_id=mailbox_id)
    finally:
        if not connection.in_atomic_block:
            connection.close()  # worker threads come and go; each leaves no session behind


def visit(*, mailbox_id: int) -> list[intake.Taken]:
    """Take in what is new; returns what became of each mail."""
    box = Mailbox.objects.get(pk=mailbox_id)
    taken: list[intake.Taken] = []
    error = ""
    try:
        for result in _visit(box):
            taken.append(result)  # noqa: PERF402 - what was taken before it broke off counts
    except CannotFetch as trouble:
        error = packed(trouble)
    except Exception as trouble:
        log.exception("a visit to a mailbox broke off", mailbox=mailbox_id)
        error = f"{type(trouble).__name__}: {trouble}"
    _visited(
        mailbox_id=mailbox_id,
        arrived=sum(t.reason != "duplicate" for t in taken),
        error=error,
        real_now=clock.real_now(),
        now=clock.now(),
    )
    return taken


def _visit(box: Mailbox) -> Iterator[intake.Taken]:
    with open_mailbox(access_to(box)) as opened:
        if (
            opened.validity != box.uid_validity
        ):  # the server numbered anew: all is looked at again, by Message-ID
            box.uid_validity, box.last_uid = opened.validity, 0
            Mailbox.objects.filter(pk=box.pk).update(uid_validity=box.uid_validity, last_uid=0)
        for fetched in opened.new(after=box.last_uid, most=MOST, largest=intake.limit()):
            yield _take(box, fetched)
            opened.done(fetched)
            if fetched.number > box.last_uid:
                box.last_uid = fetched.number
                Mailbox.objects.filter(pk=box.pk).update(last_uid=box.last_uid)


def _take(box: Mailbox, fetched: Fetched) -> intake.Taken:
    now = clock.now()
    if fetched.whole:
        return intake.take_in(raw=fetched.raw, mailbox=box, now=now)
    from frontline.channels.mail.logic.parse import parse_message

    mail = parse_message(fetched.raw, authserv_id=intake.authserv_id(box))
    return intake.refuse_too_large(raw=fetched.raw, mail=mail, mailbox=box, now=now)


def access_to(box: Mailbox) -> Access:
    """How to get in. Raises CannotFetch when the password cannot be unsealed."""
    try:
        password = unseal(box.sealed_password) if box.sealed_password else ""
    except (CannotUnseal, BadKeyFile) as trouble:
        raise CannotFetch(why=trouble) from trouble
    return Access(
        kind=box.kind,
        host=box.host,
        port=box.port,
        security=box.security,
        username=box.username,
        password=password,
        folder=box.folder,
        after=box.after,
        move_to=box.move_to,
    )


def try_out(box: Mailbox) -> CannotFetch | None:
    """Look whether the mailbox opens; what is wrong, or None. Takes nothing in."""
    try:
        with open_mailbox(access_to(box)):
            return None
    except CannotFetch as trouble:
        return trouble


@use_case
def _visited(*, mailbox_id: int, arrived: int, error: str, real_now: datetime, now: datetime) -> None:
    box = Mailbox.objects.select_for_update().get(pk=mailbox_id)
    box.fetching_since = None
    box.error = error[:2000]
    if error:
        box.failing_since = box.failing_since or real_now
    else:
        box.failing_since, box.checked_at = None, real_now
    if arrived:
        box.gaps = with_gap(box.gaps, last=box.last_arrival_at, at=real_now, arrived=arrived)
        box.last_arrival_at = real_now
    box.save(
        update_fields=["fetching_since", "error", "failing_since", "checked_at", "gaps", "last_arrival_at"]
    )
    _ring(box, real_now=real_now, now=now)


def _ring(box: Mailbox, *, real_now: datetime, now: datetime) -> None:
    """Raise or end the alarm of a mailbox; its row is locked."""
    alarm = alarm_of(
        gaps=box.gaps, last_arrival_at=box.last_arrival_at, failing_since=box.failing_since, now=real_now
    )
    if alarm == box.alarm:
        return
    box.alarm, box.alarm_since = alarm, real_now if alarm else None
    box.save(update_fields=["alarm", "alarm_since"])
    announce(
        MailboxAlarmChanged(subject=Subject("mailbox", box.pk), mailbox_id=box.pk, alarm=alarm),
        actor=SYSTEM,
        at=now,
    )
    log.warning("mailbox alarm", mailbox=box.address, alarm=alarm or "over")


@use_case
def look_for_silence(*, real_now: datetime, now: datetime) -> int:
    """Raise the alarm also where no worker visits any more. Returns how many changed."""
    changed = 0
    for box in Mailbox.objects.select_for_update(skip_locked=True).filter(active=True).exclude(kind="none"):
        before = box.alarm
        late = box.checked_at is not None and real_now - box.checked_at > max(
            VISIT, timedelta(seconds=3 * box.every_seconds)
        )
        if late and box.failing_since is None:
            box.failing_since, box.error = (
                box.checked_at,
                box.error or packed(Phrase("Nobody visits this mailbox. Is a worker running?")),
            )
            box.save(update_fields=["failing_since", "error"])
        _ring(box, real_now=real_now, now=now)
        changed += box.alarm != before
    return changed
