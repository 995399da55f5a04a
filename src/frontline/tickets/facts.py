"""What happens to tickets, past tense: ids, codes and instants only."""

from dataclasses import dataclass
from datetime import datetime

from frontline.kernel.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(Fact):
    ticket_id: int
    ref: str
    kind_code: str
    priority: str
    channel: str
    requester_id: int
    owner_id: int
    service_id: int | None = None
    item_id: int | None = None
    reason_id: int | None = None
    place_id: int | None = None
    contact_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLogged(Fact):
    """A touch that joined an existing ticket (the touch that opens one is part of TicketOpened)."""

    ticket_id: int
    contact_id: int
    channel: str
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged(Fact):
    ticket_id: int
    was: str
    to: str
    waiting_for: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingChanged(Fact):
    """Impact, urgency, kind, service, item or reason was set anew."""

    ticket_id: int
    field_name: str
    was: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChanged(Fact):
    ticket_id: int
    was: int
    to: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyPassed(Fact):
    """The ticket is in other hands."""

    ticket_id: int
    lane: int
    seq: int
    holder_kind: str
    party_id: int | None
    worker_id: int | None
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffOffered(Fact):
    ticket_id: int
    handoff_id: int
    giver_id: int | None
    receiver_id: int
    blocker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffAnswered(Fact):
    """`answer` is accepted, returned or withdrawn."""

    ticket_id: int
    handoff_id: int
    receiver_id: int
    answer: str
    return_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAdded(Fact):
    ticket_id: int
    message_id: int
    seq: int
    message_audience: str
    author_kind: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade(Fact):
    ticket_id: int
    promise_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSettled(Fact):
    """`outcome` is kept, broken or withdrawn."""

    ticket_id: int
    promise_id: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSolved(Fact):
    ticket_id: int
    code: str
    blocker: str
    solver_id: int | None
    message_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionReturned(Fact):
    """The solution went back to somebody who had handed the ticket on."""

    ticket_id: int
    return_id: int
    to_person_id: int | None
    to_party_id: int | None
    blocker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReopened(Fact):
    ticket_id: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClosed(Fact):
    ticket_id: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMerged(Fact):
    ticket_id: int
    into_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSplit(Fact):
    ticket_id: int
    new_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLinked(Fact):
    ticket_id: int
    other_id: int
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidentialitySet(Fact):
    ticket_id: int
    confidential: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNamed(Fact):
    """Somebody follows the ticket, or may see a confidential one; or no longer."""

    ticket_id: int
    person_id: int
    named: bool
    present: bool
