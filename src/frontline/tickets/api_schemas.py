"""Shapes of the tickets API: names of the public contract, codes not words, times with zones."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from frontline.foundation.http.api import In, Instant, Out, Page, Text, YesNo
from frontline.tickets.logic.states import BLOCKERS, SOLVE_CODES

Grade = Annotated[int, Field(ge=1, le=3, strict=True)]
Kind = Literal["incident", "request", "question"]
Channel = Literal["portal", "mail", "phone", "chat", "api", "walk_up"]
Blocker = Annotated[Text, Field(max_length=12, description="one of " + ", ".join(BLOCKERS))]
Ref = Annotated[str, Field(max_length=24, pattern=r"^[A-Za-z0-9-]+$")]


class PersonOut(Out):
    id: UUID
    name: str


class HolderOut(Out):
    """Who has the ball: `name` is empty for the requester, an approver or a change."""

    kind: Literal["desk", "team", "supplier", "requester", "approver", "change"]
    name: str
    worker: str | None = None


class ClockOut(Out):
    id: UUID
    measure: str
    party: str
    state: Literal["running", "paused", "stopped"]
    started_at: datetime
    due_at: datetime | None
    breach_after: datetime | None
    target_seconds: int
    breached_at: datetime | None
    stopped_at: datetime | None


class ExternalIn(In):
    source: Annotated[Text, Field(min_length=1, max_length=64)]
    id: Annotated[Text, Field(min_length=1, max_length=200)]


class ExternalOut(Out):
    source: str
    id: str


class TicketIn(In):
    subject: Annotated[Text, Field(min_length=1, max_length=500)]
    description: Annotated[Text, Field(max_length=200_000)] = ""
    requester: Annotated[Text, Field(max_length=320, description="e-mail address or id")] = ""
    kind: Kind = "incident"
    service: Annotated[Text, Field(max_length=200, description="id or name")] | None = None
    ci: Annotated[Text, Field(max_length=200, description="id, name or serial number")] | None = None
    reason: Annotated[Text, Field(max_length=64, description="key of a contact reason")] | None = None
    impact: Grade | None = None
    urgency: Grade | None = None
    channel: Channel = "api"
    confidential: YesNo = False
    tags: list[Annotated[Text, Field(min_length=1, max_length=64)]] = Field(
        default_factory=list, max_length=50
    )
    external: ExternalIn | None = None


class TicketPatch(In):
    subject: Annotated[Text, Field(min_length=1, max_length=500)] | None = None
    kind: Kind | None = None
    service: (
        Annotated[Text, Field(max_length=200, description="id or name; empty text removes it")] | None
    ) = None
    ci: (
        Annotated[Text, Field(max_length=200, description="id, name or serial; empty text removes it")] | None
    ) = None
    impact: Grade | None = None
    urgency: Grade | None = None
    tags: list[Annotated[Text, Field(min_length=1, max_length=64)]] | None = Field(
        default=None, max_length=50
    )
    owner: UUID | None = None
    state: Literal["open", "waiting", "closed", "cancelled", "spam"] | None = None
    waiting_for: Literal["requester", "supplier", "approver", "change"] | None = None
    confidential: YesNo | None = None


class TicketOut(Out):
    ref: str
    id: UUID
    subject: str
    kind: str
    state: str
    waiting_for: str | None
    impact: int
    urgency: int
    priority: str
    channel: str
    requester: PersonOut
    organisation: str
    service: str | None
    ci: str | None
    owner: PersonOut
    holder: HolderOut
    tags: list[str]
    confidential: bool
    opened_at: datetime
    updated_at: datetime
    solved_at: datetime | None
    closed_at: datetime | None
    reopen_until: datetime | None
    next_promise_at: datetime | None
    matters_at: datetime | None
    matters_because: str | None
    merged_into: str | None
    external: ExternalOut | None
    version: int


class TicketFull(TicketOut):
    description: str
    clocks: list[ClockOut]


class TicketPage(Page):
    items: list[TicketOut]


class MessageIn(In):
    text: Annotated[Text, Field(min_length=1, max_length=200_000)]
    audience: Literal["public", "internal", "supplier"] = "public"
    nothing_new_because: Annotated[Text, Field(max_length=2000)] = ""
    comes_next: Annotated[Text, Field(max_length=2000)] = ""
    promise_at: Instant | None = None
    wait_for_user: YesNo = False


class MessageOut(Out):
    """`sender_doubt` is why nobody knows who wrote it (dmarc, alignment, other_domain); empty means no doubt."""

    id: UUID
    seq: int
    audience: str
    author_kind: str
    author: str
    channel: str
    at: datetime
    text: str
    sender_doubt: str
    claimed_sender: str


class MessagePage(Page):
    items: list[MessageOut]


class HandoffIn(In):
    to: Annotated[Text, Field(min_length=1, max_length=200, description="team or supplier: id or name")]
    why: Annotated[Text, Field(max_length=5000)]
    tried: Annotated[Text, Field(max_length=5000)]
    asked: Annotated[Text, Field(max_length=5000)]
    blocker: Blocker = ""


class HandoffOut(Out):
    id: UUID
    state: Literal["offered", "accepted", "returned", "withdrawn"]
    giver: str
    receiver: str
    why: str
    tried: str
    asked: str
    blocker: str
    offered_at: datetime
    answered_at: datetime | None
    return_code: str
    return_text: str


class ReturnIn(In):
    code: Annotated[Text, Field(max_length=32)]
    text: Annotated[Text, Field(max_length=5000)]


class SolveIn(In):
    text: Annotated[Text, Field(max_length=200_000)]
    code: Annotated[Text, Field(max_length=32, description="one of " + ", ".join(SOLVE_CODES))] = "fixed"
    blocker: Blocker = ""


class ReopenIn(In):
    cause: Literal["still_broken", "came_back", "mistake"] = "still_broken"


class MergeIn(In):
    into: Ref


class SplitIn(In):
    subject: Annotated[Text, Field(min_length=1, max_length=500)]
    messages: list[UUID] = Field(min_length=1, max_length=200)
    note: Annotated[Text, Field(max_length=10_000)] = ""


class LinkIn(In):
    to: Ref
    kind: Literal["related", "parent", "duplicate", "follow_up"] = "related"


class LinkOut(Out):
    kind: str
    ref: str
    subject: str
    state: str
    outgoing: bool


class PromiseIn(In):
    due_at: Instant


class PromiseOut(Out):
    id: UUID
    due_at: datetime
    made_at: datetime
    state: Literal["open", "kept", "broken", "withdrawn"]
    settled_at: datetime | None


class CustodyOut(Out):
    lane: int
    seq: int
    holder: HolderOut
    since: datetime
    until: datetime | None
    cause: str


class ShareOut(Out):
    """Sums of one holder, in whole seconds. `dead_seconds`: the user's clock ran and this holder was closed."""

    holder: HolderOut
    seconds: int
    dead_seconds: int
    visits: int


class CustodyPage(Out):
    items: list[CustodyOut]
    shares: list[ShareOut]
    total_seconds: int
    bounces: int


class ClockList(Out):
    items: list[ClockOut]


class PromiseList(Out):
    items: list[PromiseOut]


class TimelineEntry(Out):
    """A fact about the ticket: ids and codes. `actor` is a pseudonym unless you may open that record."""

    seq: int
    kind: str
    at: datetime
    actor: str
    data: dict[str, object]


class TimelinePage(Page):
    items: list[TimelineEntry]


class ContextOut(Out):
    """What stands beside the ticket: the requester's devices, open tickets and last contacts."""

    requester: PersonOut
    open_tickets: list[LinkOut]
    recent_contacts: list[dict[str, object]]
    devices: list[dict[str, object]]


class ContactIn(In):
    person: Annotated[Text, Field(min_length=1, max_length=320, description="e-mail address or id")]
    channel: Literal["phone", "chat", "walk_up"] = "phone"
    ticket: Ref | None = None
    subject: Annotated[Text, Field(max_length=500)] = ""
    text: Annotated[Text, Field(max_length=200_000)] = ""
    reason: Annotated[Text, Field(max_length=64)] | None = None
    service: Annotated[Text, Field(max_length=200)] | None = None
    ci: Annotated[Text, Field(max_length=200)] | None = None
    caller_check: Annotated[Text, Field(max_length=32)] = ""
    caller_checked: YesNo = False
    promise_at: Instant | None = None


class ContactOut(Out):
    id: UUID
    ticket: str
    opened: bool
    at: datetime
    channel: str


class ContactPage(Page):
    items: list[ContactOut]
