"""Colleagues who were copied in on a mail follow its ticket."""

from datetime import datetime

from frontline.channels.mail import queries
from frontline.channels.mail.logic.copies import copied
from frontline.channels.mail.logic.parse import ParsedMail
from frontline.kernel.actors import SYSTEM
from frontline.people import queries as people
from frontline.tickets.usecases import following

#: followers that one mail adds at most
MOST = 10


def let_follow(
    mail: ParsedMail, *, author_id: int, ref: str, organisation_id: int, sender: str, now: datetime
) -> list[int]:
    """The ids of those who follow the ticket from now on.

    A machine, a sender in doubt, or one whom nobody has recognised yet brings nobody along.
    """
    if mail.auto or mail.bounce is not None or mail.judgement.failed or len(mail.to) + len(mail.cc) < 2:
        return []
    others = copied(mail, sender=sender, own=queries.own_addresses())
    if not others or people.people_by_ids([author_id])[author_id].placeholder:
        return []
    known = people.colleagues_by_email(others, organisation_id=organisation_id, now=now)[:MOST]
    return following.follow_copied(ref=ref, person_ids=known, actor=SYSTEM, now=now) if known else []
