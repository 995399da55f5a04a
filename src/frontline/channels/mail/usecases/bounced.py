"""A mail of ours came back: the message says so, its owner reads why, and machines leave the address alone."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from frontline.channels.mail.facts import MailNotDelivered
from frontline.channels.mail.logic.fields import addresses as parse_addresses
from frontline.channels.mail.logic.parse import ParsedMail
from frontline.channels.mail.usecases import addresses
from frontline.channels.mail.usecases.placing import Placed
from frontline.channels.models import Outbox
from frontline.foundation.facts.announce import announce
from frontline.kernel.actors import SYSTEM
from frontline.kernel.facts import Audience, Subject
from frontline.tickets.usecases import delivery, talking


def handle(mail: ParsedMail, *, now: datetime) -> Placed:
    """Tie the report to what it reports. A report on nothing of ours is kept and changes nothing."""
    report = mail.bounce
    assert report is not None
    sent = None
    if report.original_message_id:
        sent = (
            Outbox.objects.select_for_update(of=("self",))
            .select_related("ticket")
            .filter(message_id=report.original_message_id)
            .first()
        )
    if sent is None:
        return Placed("ignored", f"bounce_unmatched:{report.kind}")
    told_already = sent.bounce == report.kind
    sent.bounce, sent.error = report.kind, report.diagnostic[:2000]
    sent.save(update_fields=["bounce", "error"])
    if report.kind in {"hard", "complaint"}:
        for address in _among(report.recipients or (report.recipient,), sent):
            addresses.mute(address, because=report.kind, now=now)
    if report.kind == "hard" and sent.ticket_message_id is not None:
        delivery.mark_delivery(message_id=sent.ticket_message_id, state="not_delivered")
    if sent.ticket is None:
        return Placed("ignored", f"bounce:{report.kind}")
    if told_already:
        return Placed("ignored", f"bounce_again:{report.kind}", sent.ticket.pk, sent.ticket.ref)
    note = talking.add_message(
        ref=sent.ticket.ref,
        said=talking.Said(
            text=_words(report.kind)
            % {"who": report.recipient or ", ".join(sent.to), "why": report.diagnostic[:1000]},
            audience="internal",
            channel="mail",
            author_kind="desk",
            automatic=True,
            mail_message_id=mail.message_id[:998],
        ),
        actor=SYSTEM,
        now=now,
    )
    announce(
        MailNotDelivered(
            subject=Subject("ticket", sent.ticket.pk),
            organisation_id=sent.ticket.organisation_id,
            audience=Audience.CONFIDENTIAL if sent.ticket.confidential else Audience.INTERNAL,
            ticket_id=sent.ticket.pk,
            outbox_id=sent.pk,
            bounce=report.kind,
        ),
        actor=SYSTEM,
        at=now,
    )
    return Placed("joined", f"bounce:{report.kind}", sent.ticket.pk, sent.ticket.ref, note.pk)


def _among(told: Sequence[str], sent: Outbox) -> list[str]:
    """Those of the reported addresses that we wrote to; all when the report names none of them."""
    ours = {a.address.lower() for line in [*sent.to, *sent.cc] for a in parse_addresses(line)}
    named = [t.lower() for t in told if t.lower() in ours]
    return named or (sorted(ours) if len(ours) == 1 else [])


def _words(kind: str) -> str:
    """What the owner reads, with %(who)s and %(why)s."""
    if kind == "hard":
        return _(
            "Our mail to %(who)s was not delivered, and will not be. Reach them another way or correct the address. "
            "Their server says: %(why)s"
        )
    if kind == "complaint":
        return _("%(who)s marked our mail as unwanted. They get no more automatic mail. %(why)s")
    if kind == "delayed":
        return _("Our mail to %(who)s is delayed; their server still tries. It says: %(why)s")
    return _("Our mail to %(who)s could not be delivered for now. Their server says: %(why)s")
