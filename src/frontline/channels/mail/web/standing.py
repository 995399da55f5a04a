"""What mail lends to the first page of set-up: how it stands, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontline.channels.mail.queries.standing import MailStanding, mail_standing
from frontline.foundation.manifest import SetupGap, SetupLine, SetupPart
from frontline.foundation.ui.words import moment
from frontline.kernel.actors import Actor


def lines(actor: Actor, now: datetime) -> Sequence[SetupLine]:
    found = mail_standing(actor=actor, now=now)
    return (SetupLine("setup_mail", _says(found, now), tuple(_gaps(found))),)


def _says(found: MailStanding, now: datetime) -> str:
    if not found.mailboxes:
        return _("No mailbox yet.")
    boxes = ngettext("%(n)s mailbox", "%(n)s mailboxes", found.mailboxes) % {"n": found.mailboxes}
    if found.last_arrival_at is None:
        return _("%(mailboxes)s. No mail has come in yet.") % {"mailboxes": boxes}
    at = moment(found.last_arrival_at, now=now, zone=ZoneInfo(timezone.get_current_timezone_name()))
    return _("%(mailboxes)s. The last mail came in: %(at)s.") % {"mailboxes": boxes, "at": at}


def _gaps(found: MailStanding) -> Iterator[SetupGap]:
    if not found.mailboxes:
        says = _("Add the address that people write to, so that their mail becomes tickets")
        yield SetupGap(says, "/setup/mail/mailboxes/new")
    if count := found.failing:
        says = ngettext("%(n)s mailbox cannot be read", "%(n)s mailboxes cannot be read", count)
        yield SetupGap(says % {"n": count}, "/setup/mail", needed=True)
    if count := found.silent:
        says = ngettext(
            "%(n)s mailbox has been silent for too long",
            "%(n)s mailboxes have been silent for too long",
            count,
        )
        yield SetupGap(says % {"n": count}, "/setup/mail")
    if count := found.quarantined:
        says = ngettext("%(n)s mail waits in quarantine", "%(n)s mails wait in quarantine", count)
        yield SetupGap(says % {"n": count}, "/setup/mail#quarantine")
    if count := found.given_up:
        says = ngettext(
            "%(n)s mail could not be sent this week", "%(n)s mails could not be sent this week", count
        )
        yield SetupGap(says % {"n": count}, "/setup/mail/outbox?state=failed")


PARTS = (SetupPart("channels.mail", "channels.manage", lines, queries=1),)
