"""What came in and what goes out, for all channels, and the mailboxes. Tables and constraints, no rules."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from frontline.kernel.ids import uuid7

OUTCOMES = ["opened", "joined", "ignored", "quarantined"]
VERDICTS = ["", "passed", "failed", "unproven"]
OUTBOX_STATES = ["queued", "sending", "sent", "failed", "unknown", "cancelled"]


class Mailbox(models.Model):
    """Where mail is fetched from and answered from. The password is sealed with the key file."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=320)
    #: imap, maildir, mbox, or none for one that only sends
    kind = models.CharField(max_length=8, default="imap")
    #: server for imap, path for maildir and mbox
    host = models.CharField(max_length=500, blank=True)
    port = models.IntegerField(default=993)
    security = models.CharField(max_length=8, default="tls")
    username = models.CharField(max_length=320, blank=True)
    sealed_password = models.TextField(blank=True)
    folder = models.CharField(max_length=200, default="INBOX")
    #: what happens to a mail once it is taken in: marked as seen, or moved to `move_to`
    after = models.CharField(max_length=8, default="seen")
    move_to = models.CharField(max_length=200, blank=True)
    every_seconds = models.IntegerField(default=30)
    active = models.BooleanField(default=True)
    plus_addresses = models.BooleanField(default=True)
    #: the name by which its server signs `Authentication-Results`; empty = senders are not checked
    authserv_id = models.CharField(max_length=255, blank=True, default="", db_default="")
    version = models.IntegerField(default=1)

    #: how far it was read; real time below, for servers do not follow a demo's clock
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    fetching_since = models.DateTimeField(null=True)
    next_fetch_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    last_arrival_at = models.DateTimeField(null=True)
    #: seconds between the last arrivals, newest last, at most 50
    gaps = ArrayField(models.IntegerField(), default=list)
    failing_since = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    #: code of the alarm that stands: failing, silent; empty = none
    alarm = models.CharField(max_length=16, blank=True)
    alarm_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "channels_mailbox"
        constraints = [
            models.UniqueConstraint(models.functions.Lower("address"), name="mailbox_address_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["imap", "maildir", "mbox", "none"]), name="mailbox_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(security__in=["tls", "starttls", "plain"]), name="mailbox_security_known"
            ),
            models.CheckConstraint(
                condition=models.Q(after="seen") | models.Q(after="move") & ~models.Q(move_to=""),
                name="mailbox_moves_somewhere",
            ),
            models.CheckConstraint(
                condition=models.Q(every_seconds__gte=5, every_seconds__lte=3600),
                name="mailbox_rhythm_in_reason",
            ),
        ]


class Inbox(models.Model):
    """One thing that came in, once: (source, external id) is unique. The raw source stays in the file store."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    source = models.CharField(max_length=400)
    external_id = models.CharField(max_length=1000)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    #: code for people and tests: how it was placed, or why not
    reason = models.CharField(max_length=100, blank=True)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, null=True, related_name="+")
    message = models.ForeignKey("tickets.Message", on_delete=models.PROTECT, null=True, related_name="+")
    #: a machine wrote it
    automatic = models.BooleanField(default=False)
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    #: what the mailbox's server says about the sender's address, and by what; empty = not checked
    sender_verdict = models.CharField(max_length=10, blank=True, default="", db_default="")
    verdict_because = models.CharField(max_length=16, blank=True, default="", db_default="")
    tries = models.SmallIntegerField(default=1)
    #: somebody looked at a quarantined one and left it
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "channels_inbox"
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="inbox_once"),
            models.CheckConstraint(condition=models.Q(outcome__in=OUTCOMES), name="inbox_outcome_known"),
            models.CheckConstraint(
                condition=models.Q(sender_verdict__in=VERDICTS), name="inbox_verdict_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-id"],
                name="inbox_quarantine",
                condition=models.Q(outcome="quarantined", settled_at=None),
            ),
            models.Index(fields=["ticket"], name="inbox_ticket"),
        ]


class Outbox(models.Model):
    """One outgoing message, whole before its first attempt. `key` says what it is for, so it is made once."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=16, default="mail")
    message_id = models.CharField(max_length=400, unique=True)
    kind = models.CharField(max_length=32)
    #: a machine's words: counted by the backstop, marked as such in its header
    automatic = models.BooleanField(default=False)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, null=True, related_name="+")
    ticket_message = models.ForeignKey(
        "tickets.Message", on_delete=models.PROTECT, null=True, related_name="+"
    )
    sender = models.CharField(max_length=500)
    reply_to = models.CharField(max_length=400, blank=True)
    to = ArrayField(models.CharField(max_length=600), default=list)
    cc = ArrayField(models.CharField(max_length=600), default=list)
    subject = models.CharField(max_length=700)
    text = models.TextField()
    html = models.TextField(blank=True)
    references = ArrayField(models.CharField(max_length=998), default=list)
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(max_length=10, default="queued")
    not_before = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    #: an attempt began and its end is not recorded
    in_flight = models.BooleanField(default=False)
    #: attempts whose end nobody knows: it may have arrived more than once, with the same Message-ID
    unknown_tries = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True)
    #: what was reported back: hard, soft, delayed, complaint
    bounce = models.CharField(max_length=12, blank=True)
    origin = models.CharField(max_length=8, default="live")

    class Meta:
        db_table = "channels_outbox"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=OUTBOX_STATES), name="outbox_state_known"),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False) | ~models.Q(state="sent"),
                name="outbox_sent_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before"], name="outbox_due", condition=models.Q(state="queued")),
            models.Index(fields=["ticket", "id"], name="outbox_ticket"),
            models.Index(fields=["-created_at"], name="outbox_newest"),
        ]


class AddressState(models.Model):
    """What we know about writing to an address: machine mails it had lately, and whether it is muted."""

    id = models.BigAutoField(primary_key=True)
    address = models.CharField(max_length=320, unique=True)
    #: machine mails of the last day
    automatic_at = ArrayField(models.DateTimeField(), default=list)
    #: a hard bounce or a complaint came back; no machine mail until somebody writes from there
    muted_at = models.DateTimeField(null=True)
    muted_because = models.CharField(max_length=12, blank=True)

    class Meta:
        db_table = "channels_address_state"
