"""What mail does when something happened on a ticket. A fact becomes one use case; exercises stay inside."""

from datetime import datetime

from frontline.channels.mail.usecases import letters
from frontline.foundation.facts.dispatch import Heard
from frontline.kernel.facts import Origin
from frontline.tickets.facts import MessageAdded, OwnerChanged, TicketOpened, TicketSolved

FACTS_OF_OPENING = (TicketOpened,)
FACTS_OF_WORDS = (MessageAdded,)
FACTS_OF_SOLVING = (TicketSolved,)
FACTS_OF_OWNERS = (OwnerChanged,)


def acknowledge(fact: Heard, now: datetime) -> None:
    """ "We have it", to whoever asked: by mail or through the front door. A caller has heard it already."""
    if fact.origin == Origin.LIVE and fact.data["channel"] in {"mail", "portal", "api", "chat"}:
        letters.acknowledge(ticket_id=fact.subject.id, fact_id=fact.id, now=now)


def tell_message(fact: Heard, now: datetime) -> None:
    """A public word of the desk goes to the requester and the followers."""
    words = fact.data
    if (
        fact.origin == Origin.LIVE
        and words["message_audience"] == "public"
        and words["author_kind"] == "desk"
    ):
        letters.tell_message(message_id=words["message_id"], fact_id=fact.id, now=now)


def tell_solution(fact: Heard, now: datetime) -> None:
    if fact.origin == Origin.LIVE:
        letters.tell_solution(
            ticket_id=fact.subject.id, message_id=fact.data["message_id"], fact_id=fact.id, now=now
        )


def tell_owner(fact: Heard, now: datetime) -> None:
    if fact.origin == Origin.LIVE:
        letters.tell_owner(ticket_id=fact.subject.id, owner_id=fact.data["to"], fact_id=fact.id, now=now)
