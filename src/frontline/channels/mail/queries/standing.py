"""How the ways in and out are: for the first page of set-up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from frontline.foundation import access
from frontline.kernel.actors import Actor

#: mails given up longer ago are no news
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MailStanding:
    """Active mailboxes, those that cannot be read or are silent for too long, the newest arrival, mails that wait in
    quarantine, and mails given up lately.
    """

    mailboxes: int
    failing: int
    silent: int
    last_arrival_at: datetime | None
    quarantined: int
    given_up: int


_COUNTS = """
SELECT b.*, (SELECT count(*) FROM channels_inbox WHERE outcome = 'quarantined' AND settled_at IS NULL),
    (SELECT count(*) FROM channels_outbox WHERE state = 'failed' AND created_at > %s)
FROM (SELECT count(*), count(*) FILTER (WHERE error <> ''), count(*) FILTER (WHERE alarm = 'silent'),
          max(last_arrival_at) FROM channels_mailbox WHERE active) b
"""


def mail_standing(*, actor: Actor, now: datetime) -> MailStanding:
    """One query."""
    access.require(actor, "channels.manage")
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [now - RECENT])
        return MailStanding(*cursor.fetchone())
