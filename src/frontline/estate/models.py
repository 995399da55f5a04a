"""What we run: services, configuration items, dependencies, contact reasons. Tables and constraints only."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Upper

from frontline.kernel.ids import uuid7


class Service(models.Model):
    """Something IT offers. `criticality` 1 is the highest tier: promises there run round the clock."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    business_owner = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    #: the team that knows it best; where a handoff goes by default
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    #: what an owner at the desk should know
    skill = models.ForeignKey("people.Skill", on_delete=models.PROTECT, null=True, related_name="+")
    criticality = models.SmallIntegerField(default=3)
    #: name of the commitments calendar of its business hours
    calendar_key = models.CharField(max_length=100, blank=True)
    #: empty = offered to every organisation
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    active = models.BooleanField(default=True)
    #: other words people say for it, such as Outlook for e-mail; separated by commas
    keywords = models.CharField(max_length=1000, blank=True, default="", db_default="")
    source = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=200, null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        db_table = "estate_service"
        constraints = [
            models.UniqueConstraint(Lower("name"), "source", name="service_named_once"),
            models.UniqueConstraint(fields=["source", "external_id"], name="service_from_source_once"),
            models.CheckConstraint(
                condition=models.Q(criticality__gte=1, criticality__lte=4), name="service_criticality_1_to_4"
            ),
        ]


class Item(models.Model):
    """A configuration item: device, server, application, licence. `person` is who uses it."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    model = models.CharField(max_length=200, blank=True)
    serial = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=12, default="in_use")
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey("people.Place", on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    supplier = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    attributes = models.JSONField(default=dict)
    source = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=200, null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        db_table = "estate_item"
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="item_from_source_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=["ordered", "in_stock", "in_use", "repair", "retired"]),
                name="item_status_known",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="item_name_trgm"),
            models.Index(fields=["serial"], name="item_serial"),
            GinIndex(OpClass(Upper("serial"), name="gin_trgm_ops"), name="item_serial_trgm"),
            models.Index(fields=["person"], name="item_person"),
        ]


class Dependency(models.Model):
    """`upper` needs `lower`. Each end is a service or an item."""

    id = models.BigAutoField(primary_key=True)
    upper_service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    upper_item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="+")
    lower_service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    lower_item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "estate_dependency"
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(upper_service__isnull=False, upper_item=None)
                    | models.Q(upper_service=None, upper_item__isnull=False)
                )
                & (
                    models.Q(lower_service__isnull=False, lower_item=None)
                    | models.Q(lower_service=None, lower_item__isnull=False)
                ),
                name="dependency_has_two_ends",
            ),
            models.UniqueConstraint(
                fields=["upper_service", "upper_item", "lower_service", "lower_item"],
                name="dependency_once",
                nulls_distinct=False,
            ),
        ]


class ServiceUser(models.Model):
    """A person uses a service (a person may use more than is listed; this is what we know)."""

    id = models.BigAutoField(primary_key=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "estate_service_user"
        constraints = [models.UniqueConstraint(fields=["service", "person"], name="service_user_once")]


class ContactReason(models.Model):
    """Why people contact the desk, versioned: a change is a new row with `valid_from`, old tickets keep theirs."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    parent_key = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=10, default="incident")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    skill = models.ForeignKey("people.Skill", on_delete=models.PROTECT, null=True, related_name="+")
    impact = models.SmallIntegerField(default=3)
    urgency = models.SmallIntegerField(default=3)
    #: a caller must be checked before anything is done about it
    sensitive = models.BooleanField(default=False)
    #: other words people say for it; separated by commas
    keywords = models.CharField(max_length=1000, blank=True, default="", db_default="")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    #: which row of its key this is, from 1; a change of one that is only planned counts on too
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        db_table = "estate_contact_reason"
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="contact_reason_one_now", condition=models.Q(valid_until=None)
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["incident", "request", "question"]),
                name="contact_reason_kind_known",
            ),
        ]
        indexes = [models.Index(fields=["key", "valid_from"], name="contact_reason_by_key")]
