"""What tickets do when something happened elsewhere. Each translates a fact into one use case."""

from datetime import datetime

from frontline.commitments.facts import ClockBreached
from frontline.foundation.facts.dispatch import Heard
from frontline.people.facts import PersonLeft
from frontline.tickets.usecases import owning, promising

FACTS_OF_PROMISES = (ClockBreached,)
FACTS_OF_LEAVING = (PersonLeft,)


def break_overdue_promise(fact: Heard, now: datetime) -> None:
    """The clock of a promise ran out without word."""
    if fact.subject.kind == "promise":
        promising.break_promise(promise_id=fact.subject.id, now=now)


def pass_on_tickets_of_leaver(fact: Heard, now: datetime) -> None:
    """Somebody leaves: their tickets get new owners by name, and the users are told."""
    owning.pass_on_all(person_id=fact.subject.id, cause="left", now=now)
