"""The desk's tables: tickets, contacts, conversation, custody, handoffs, promises. Constraints, no rules."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from frontline.kernel.ids import uuid7

STATES = ["new", "open", "waiting", "solved", "closed", "merged", "cancelled", "spam"]
ENDED = ["closed", "merged", "cancelled", "spam"]
KINDS = ["incident", "request", "question"]
HOLDERS = ["desk", "team", "supplier", "requester", "approver", "change"]


class Ticket(models.Model):
    """One case. The owner answers for it to the end; the holder has it now (cached from the custody chain)."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    ref = models.CharField(max_length=24, unique=True)
    subject = models.CharField(max_length=500)
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    waiting_for = models.CharField(max_length=10, blank=True)
    impact = models.SmallIntegerField()
    urgency = models.SmallIntegerField()
    priority = models.CharField(max_length=2)
    channel = models.CharField(max_length=16)
    language = models.CharField(max_length=10, default="en")
    # those without an index of their own are led by one below
    requester = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.ForeignKey("people.Place", on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey(
        "estate.Service", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    item = models.ForeignKey(
        "estate.Item", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.ForeignKey("estate.ContactReason", on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    holder_kind = models.CharField(max_length=10)
    holder = models.ForeignKey("people.Party", on_delete=models.PROTECT, null=True, related_name="+")
    #: who inside the holding team has it in hand
    worker = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    #: a handoff waits for an answer from this party
    offered_to = models.ForeignKey(
        "people.Party", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    tags = ArrayField(models.CharField(max_length=64), default=list)
    confidential = models.BooleanField(default=False)

    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    first_response_at = models.DateTimeField(null=True)
    last_user_word_at = models.DateTimeField(null=True)
    last_desk_word_at = models.DateTimeField(null=True)
    solved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reopen_until = models.DateTimeField(null=True)
    solve_code = models.CharField(max_length=32, blank=True)
    #: what kept tier 1 from solving it (permission, knowledge, tool, supplier, policy, skill, other)
    blocker = models.CharField(max_length=12, blank=True)
    handoff_count = models.SmallIntegerField(default=0)
    return_count = models.SmallIntegerField(default=0)
    reopen_count = models.SmallIntegerField(default=0)

    #: the queue is ordered by this instant, earliest first; the code says why, the count fills it in
    matters_at = models.DateTimeField(null=True)
    matters_code = models.CharField(max_length=32, blank=True)
    matters_count = models.IntegerField(default=0)
    next_promise_at = models.DateTimeField(null=True)

    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    #: secret part of the address that mails to this ticket may answer to
    reply_token = models.CharField(max_length=32, blank=True)
    version = models.IntegerField(default=1)
    origin = models.CharField(max_length=8, default="live")
    source = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=200, null=True)
    search = SearchVectorField(null=True)

    class Meta:
        db_table = "tickets_ticket"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="ticket_state_known"),
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="ticket_kind_known"),
            models.CheckConstraint(condition=models.Q(holder_kind__in=HOLDERS), name="ticket_holder_known"),
            models.CheckConstraint(
                condition=models.Q(impact__gte=1, impact__lte=3, urgency__gte=1, urgency__lte=3),
                name="ticket_impact_urgency_1_to_3",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=["P1", "P2", "P3", "P4", "P5"]),
                name="ticket_priority_p1_to_p5",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting") & ~models.Q(waiting_for="")
                | ~models.Q(state="waiting") & models.Q(waiting_for=""),
                name="ticket_waits_for_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(state="merged", merged_into__isnull=False)
                | ~models.Q(state="merged") & models.Q(merged_into=None),
                name="ticket_merged_into_another",
            ),
            models.UniqueConstraint(fields=["source", "external_id"], name="ticket_from_source_once"),
        ]
        indexes = [
            models.Index(
                fields=["matters_at", "id"], name="ticket_queue", condition=models.Q(matters_at__isnull=False)
            ),
            models.Index(
                fields=["holder", "matters_at", "id"],
                name="ticket_holder_queue",
                condition=models.Q(matters_at__isnull=False),
            ),
            models.Index(
                fields=["owner", "matters_at", "id"],
                name="ticket_owner_queue",
                condition=models.Q(matters_at__isnull=False),
            ),
            models.Index(
                fields=["offered_to", "matters_at"],
                name="ticket_offered",
                condition=models.Q(offered_to__isnull=False),
            ),
            models.Index(fields=["requester", "-id"], name="ticket_requester"),
            models.Index(fields=["organisation", "-id"], name="ticket_organisation"),
            models.Index(fields=["item"], name="ticket_item", condition=models.Q(item__isnull=False)),
            models.Index(fields=["service", "-id"], name="ticket_service"),
            models.Index(fields=["state", "-id"], name="ticket_state"),
            models.Index(fields=["reopen_until"], name="ticket_to_close", condition=models.Q(state="solved")),
            models.Index(
                fields=["external_id"],
                name="ticket_external",
                condition=models.Q(external_id__isnull=False),
            ),
            GinIndex(fields=["search"], name="ticket_search"),
            GinIndex(fields=["tags"], name="ticket_tags"),
        ]


class Custody(models.Model):
    """One span in one pair of hands. Each segment starts where the one before ended: a gap cannot be written.

    `prev_seq` and `since` refer to (seq, until) of the segment before by a deferred foreign key (in the migration).
    """

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="custody")
    lane = models.SmallIntegerField(default=0)
    seq = models.IntegerField()
    prev_seq = models.IntegerField(null=True)
    holder_kind = models.CharField(max_length=10)
    holder = models.ForeignKey("people.Party", on_delete=models.PROTECT, null=True, related_name="+")
    worker = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    #: why it came here: opened, accepted, returned, solved, reopened, waiting, answered, closed, taken, imported …
    cause = models.CharField(max_length=16)

    class Meta:
        db_table = "tickets_custody"
        constraints = [
            models.UniqueConstraint(fields=["ticket", "lane", "seq", "until"], name="custody_link"),
            models.UniqueConstraint(fields=["ticket", "lane", "seq"], name="custody_in_order"),
            models.UniqueConstraint(
                fields=["ticket", "lane"], name="custody_one_open", condition=models.Q(until=None)
            ),
            # A comparison with NULL refuses nothing: what must be there is said to be there.
            models.CheckConstraint(
                condition=models.Q(seq=1, prev_seq=None)
                | models.Q(seq__gt=1, prev_seq__isnull=False, prev_seq=models.F("seq") - 1),
                name="custody_follows",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="custody_runs_forward",
            ),
            models.CheckConstraint(condition=models.Q(holder_kind__in=HOLDERS), name="custody_holder_known"),
        ]
        indexes = [models.Index(fields=["holder", "since"], name="custody_holder")]


class Contact(models.Model):
    """One touch: a call, a mail, a portal message. It opened a ticket or joined one."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="contacts")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    #: who took it, when a person did
    agent = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    opened = models.BooleanField()
    #: how the caller was checked: rule key and what was matched; empty = not checked
    caller_check = models.CharField(max_length=32, blank=True)
    caller_checked = models.BooleanField(default=False)
    reason = models.ForeignKey("estate.ContactReason", on_delete=models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=8, default="live")
    confidential = models.BooleanField(default=False)

    class Meta:
        db_table = "tickets_contact"
        indexes = [
            models.Index(fields=["person", "-at"], name="contact_person"),
            models.Index(fields=["ticket", "at"], name="contact_ticket"),
        ]


class Message(models.Model):
    """Something said on a ticket: to the user (public), among staff (internal), with a supplier."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    seq = models.IntegerField()
    audience = models.CharField(max_length=10)
    #: user, desk, supplier, automatic
    author_kind = models.CharField(max_length=10)
    author = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=16)
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    #: as it came; sanitised when shown
    html = models.TextField(blank=True)
    #: the whole text where `text` holds the trimmed reply
    full_text = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en")
    #: what it answers about promises: codes of logic.promises
    nothing_new_because = models.TextField(blank=True)
    comes_next = models.TextField(blank=True)
    mail_message_id = models.CharField(max_length=998, blank=True)
    external_id = models.CharField(max_length=200, null=True)
    #: queued, sent, delivered, not_delivered; empty = nothing to send
    delivery = models.CharField(max_length=16, blank=True)
    #: why nobody can say who wrote it (codes of usecases.delivery.DOUBTS), and whom it claims to be from
    sender_doubt = models.CharField(max_length=16, blank=True, default="", db_default="")
    claimed_sender = models.CharField(max_length=600, blank=True, default="", db_default="")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tickets_message"
        constraints = [
            models.UniqueConstraint(fields=["ticket", "seq"], name="message_in_order"),
            models.UniqueConstraint(fields=["ticket", "external_id"], name="message_from_source_once"),
            models.CheckConstraint(
                condition=models.Q(audience__in=["public", "internal", "supplier"]),
                name="message_audience_known",
            ),
            models.CheckConstraint(
                condition=models.Q(author_kind__in=["user", "desk", "supplier", "automatic"]),
                name="message_author_known",
            ),
            models.CheckConstraint(
                condition=models.Q(sender_doubt__in=["", "dmarc", "alignment", "other_domain"]),
                name="message_doubt_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["mail_message_id"], name="message_mail_id", condition=~models.Q(mail_message_id="")
            )
        ]


class Attachment(models.Model):
    """A file on a message."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=255, blank=True)

    class Meta:
        db_table = "tickets_attachment"


class Handoff(models.Model):
    """An offer to take the ticket: why, what was tried, what is asked. The giver holds until it is accepted."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="handoffs")
    lane = models.SmallIntegerField(default=0)
    giver = models.ForeignKey("people.Party", on_delete=models.PROTECT, null=True, related_name="+")
    giver_kind = models.CharField(max_length=10)
    receiver = models.ForeignKey("people.Party", on_delete=models.PROTECT, related_name="+")
    receiver_kind = models.CharField(max_length=10)
    offered_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField()
    why = models.TextField()
    tried = models.TextField()
    asked = models.TextField()
    blocker = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, default="offered")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    return_code = models.CharField(max_length=32, blank=True)
    return_text = models.TextField(blank=True)

    class Meta:
        db_table = "tickets_handoff"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["offered", "accepted", "returned", "withdrawn"]),
                name="handoff_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="offered", answered_at=None)
                | ~models.Q(state="offered")
                & models.Q(answered_at__isnull=False, answered_at__gte=models.F("offered_at")),
                name="handoff_answered_after_offer",
            ),
            models.UniqueConstraint(
                fields=["ticket", "lane"], name="handoff_one_open", condition=models.Q(state="offered")
            ),
        ]


class SolutionReturn(models.Model):
    """The solution goes back to whoever handed the ticket on: what was done, and what had blocked them."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, null=True, related_name="+")
    to_party = models.ForeignKey("people.Party", on_delete=models.PROTECT, null=True, related_name="+")
    to_person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    blocker = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tickets_solution_return"
        indexes = [
            models.Index(fields=["to_person"], name="solution_unseen", condition=models.Q(seen_at=None)),
            models.Index(fields=["ticket"], name="solution_ticket"),
        ]


class Promise(models.Model):
    """ "You will hear from us by …": a clock of its own, kept only by a human update that says something."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="promises")
    kind = models.CharField(max_length=12, default="next_update")
    made_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")
    settled_at = models.DateTimeField(null=True)
    kept_by = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "tickets_promise"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "kept", "broken", "withdrawn"]),
                name="promise_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__gte=models.F("made_at")), name="promise_due_after_made"
            ),
            models.UniqueConstraint(
                fields=["ticket", "kind"], name="promise_one_open", condition=models.Q(state="open")
            ),
        ]


class Link(models.Model):
    """How two tickets belong together."""

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="linked")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        db_table = "tickets_link"
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], name="link_once"),
            models.CheckConstraint(condition=~models.Q(ticket=models.F("other")), name="link_to_another"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["related", "parent", "duplicate", "follow_up", "split"]),
                name="link_kind_known",
            ),
        ]


class Follower(models.Model):
    """Somebody who wants to hear of it, or, on a confidential ticket, one of those named (`named`)."""

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="followers")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    named = models.BooleanField(default=False)
    since = models.DateTimeField()

    class Meta:
        db_table = "tickets_follower"
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="follower_once")]
        indexes = [models.Index(fields=["person", "ticket"], name="follower_person")]


class Draft(models.Model):
    """What somebody has typed and not yet sent. `place` names the box, such as `ticket:T-7:reply`."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=120)
    body = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "tickets_draft"
        constraints = [models.UniqueConstraint(fields=["person", "place"], name="draft_once")]


class Macro(models.Model):
    """A prepared answer with steps: text with variables, and what it sets."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    name = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    audience = models.CharField(max_length=10, default="public")
    #: {"tags": [...], "promise_minutes": 60, "solve_code": "..."}; validated by logic.macros
    steps = models.JSONField(default=dict)
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "tickets_macro"


class SavedView(models.Model):
    """A saved way to look at the queue: filters and order, of a person or shared with a team."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    name = models.CharField(max_length=120)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    filters = models.JSONField(default=dict)
    position = models.SmallIntegerField(default=50)

    class Meta:
        db_table = "tickets_saved_view"


class SourceResult(models.Model):
    """What the system a ticket was imported from said about it (its own SLA result …), apart from our clocks."""

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=64)
    fields = models.JSONField()

    class Meta:
        db_table = "tickets_source_result"
        constraints = [models.UniqueConstraint(fields=["ticket", "source"], name="source_result_once")]
