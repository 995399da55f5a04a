"""Tables of the plumbing: facts, dispatch, the desk's own row, files."""

from typing import Any

from django.db import models
from django.db.models import Value

from frontline.kernel.ids import uuid7


class Xid8Field(models.BigIntegerField):  # type: ignore[type-arg]  # Django has no such generic at run time
    """PostgreSQL's 64-bit transaction id: with the snapshot's lower edge it tells what is safe to read."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, *_: Any) -> int | None:
        return None if value is None else int(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        return None if value is None else str(value)


class CurrentXid(models.Func):
    function = "pg_current_xact_id"
    output_field = Xid8Field()


class FactRow(models.Model):
    """One fact: the outbox, the audit trail, the timeline and the live stream are all this table.

    `xid` is at least the writing transaction's id and never falls along a subject's sequence (announce.FLUSH).
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    xid = Xid8Field(db_default=CurrentXid())
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    seq = models.IntegerField()
    kind = models.CharField(max_length=64)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField()
    on_behalf_of = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    audience = models.SmallIntegerField()
    origin = models.CharField(max_length=8)
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "foundation_fact"
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "seq"], name="fact_in_order"),
        ]
        indexes = [models.Index(fields=["xid", "id"], name="fact_position")]


class FactHead(models.Model):
    """The last sequence number and position of each subject, so that numbering takes one row lock."""

    pk = models.CompositePrimaryKey("subject_kind", "subject_id")
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    seq = models.IntegerField()
    #: the highest transaction id of the subject's facts; later facts never stand before it
    xid = Xid8Field(db_default=Value("0", output_field=Xid8Field()))

    class Meta:
        db_table = "foundation_fact_head"


class ReactionPosition(models.Model):
    """How far a reaction has read: everything up to (xid, fact_id) is done or parked."""

    name = models.CharField(max_length=100, primary_key=True)
    xid = Xid8Field(default=0)
    fact_id = models.BigIntegerField(default=0)

    class Meta:
        db_table = "foundation_reaction_position"


class ParkedFact(models.Model):
    """A fact a reaction failed on, or one that waits behind such a fact of the same subject."""

    id = models.BigAutoField(primary_key=True)
    reaction = models.CharField(max_length=100)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    fact_id = models.BigIntegerField()
    tries = models.IntegerField(default=0)
    error = models.TextField(default="")
    parked_at = models.DateTimeField()
    retry_at = models.DateTimeField()

    class Meta:
        db_table = "foundation_parked_fact"
        constraints = [models.UniqueConstraint(fields=["reaction", "fact_id"], name="parked_once")]
        indexes = [
            models.Index(
                fields=["reaction", "subject_kind", "subject_id", "fact_id"], name="parked_in_order"
            ),
            models.Index(fields=["retry_at"], name="parked_retry"),
        ]


class Desk(models.Model):
    """The desk itself: live, demo or exercise; and, for the latter two, how its clock runs."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    kind = models.CharField(max_length=8, default="live")
    name = models.CharField(max_length=100, default="Frontline")
    base_real = models.DateTimeField(null=True)
    base_desk = models.DateTimeField(null=True)
    speed = models.FloatField(default=1.0)
    #: what the demo organisation was made from, once it is whole
    demo_seed = models.IntegerField(null=True)
    demo_scale = models.IntegerField(null=True)

    class Meta:
        db_table = "foundation_desk"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_desk"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["live", "demo", "exercise"]), name="desk_kind_known"
            ),
            models.CheckConstraint(condition=models.Q(speed__gte=0), name="desk_time_runs_forward"),
        ]


class StoredFile(models.Model):
    """A file by its content: the bytes lie once in the store under their SHA-256."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    name = models.CharField(max_length=255)
    declared_mime = models.CharField(max_length=127, blank=True)
    mime = models.CharField(max_length=127)
    state = models.CharField(max_length=12, default="clean")
    created_at = models.DateTimeField()
    uploaded_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "foundation_file"
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gte=0), name="file_size_not_negative"),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "clean", "infected", "unscannable"]),
                name="file_state_known",
            ),
        ]


class IdempotencyKey(models.Model):
    """An answer kept for a repeated request: the same key gives the same answer for at least 24 hours."""

    id = models.BigAutoField(primary_key=True)
    owner = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "foundation_idempotency_key"
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_once")]
