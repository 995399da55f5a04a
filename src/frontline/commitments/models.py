"""Promises: calendars, agreements with targets, clocks on any subject. Tables and constraints only."""

from django.db import models

from frontline.kernel.ids import uuid7


class Calendar(models.Model):
    """A named calendar; its rules are in versions, each valid from an instant. The past is frozen."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    key = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "commitments_calendar"


class CalendarVersion(models.Model):
    """The rules in force from `effective_from` (empty = always); `rules` is the CALENDAR of the public contract."""

    id = models.BigAutoField(primary_key=True)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    effective_from = models.DateTimeField(null=True)
    rules = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "commitments_calendar_version"
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "effective_from"], name="calendar_version_once", nulls_distinct=False
            )
        ]


class PriorityMatrix(models.Model):
    """Impact x urgency to priority, versioned by `valid_from`. `cells` is {"1:1": "P1", ...}, nine of them."""

    id = models.BigAutoField(primary_key=True)
    cells = models.JSONField()
    valid_from = models.DateTimeField(unique=True)
    created_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "commitments_priority_matrix"


class PolicyStamp(models.Model):
    """One row that changes with every calendar, agreement and matrix, so that other processes notice."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField(default=uuid7)

    class Meta:
        db_table = "commitments_policy_stamp"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_policy_stamp")]


class Agreement(models.Model):
    """An SLA with an organisation, an OLA with a team, a contract with a supplier."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    #: who it is with: SLA organisation (empty = all), OLA team, contract supplier
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey("estate.Service", on_delete=models.PROTECT, null=True, related_name="+")
    #: applies to services of this criticality (empty = any)
    criticality = models.SmallIntegerField(null=True)
    active = models.BooleanField(default=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    source = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "commitments_agreement"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["sla", "ola", "contract"]), name="agreement_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gt=models.F("valid_from")),
                name="agreement_ends_after_start",
            ),
        ]


class Target(models.Model):
    """One promise of an agreement: this measure, at this priority, within so many working seconds."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="targets")
    measure = models.CharField(max_length=12)
    #: empty = every priority
    priority = models.CharField(max_length=2, blank=True)
    seconds = models.BigIntegerField()
    #: empty = the calendar of the service's business hours
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, related_name="+")
    warn_percent = models.SmallIntegerField(default=75)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "commitments_target"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    measure__in=["respond", "acknowledge", "next_update", "restore", "resolve", "fulfil"]
                ),
                name="target_measure_known",
            ),
            models.CheckConstraint(condition=models.Q(seconds__gte=0), name="target_not_negative"),
            models.CheckConstraint(
                condition=models.Q(warn_percent__gte=1, warn_percent__lte=100), name="target_warn_percent"
            ),
        ]


class Clock(models.Model):
    """A commitment running on a subject. Everything but the marks is a cache of their fold; an audit replays it."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    measure = models.CharField(max_length=12)
    #: sla, ola, contract, promise
    party_kind = models.CharField(max_length=10)
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: empty = round the clock
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: the newest version of the calendar that was known when this was computed; later ones count after a
    #: recompute that somebody asks for, so that no promise moves in silence
    calendar_version = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    organisation_id = models.BigIntegerField(null=True)
    confidential = models.BooleanField(default=False)
    target_seconds = models.BigIntegerField()
    warn_percent = models.SmallIntegerField(default=75)
    state = models.CharField(max_length=8)
    started_at = models.DateTimeField()
    #: last instant at which elapsed <= target; a breach is judged after it
    breach_after = models.DateTimeField(null=True)
    #: first instant at which elapsed >= target; what people are shown
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    #: working seconds up to the last mark, and when that was
    elapsed_seconds = models.BigIntegerField(default=0)
    marked_at = models.DateTimeField()
    #: the next instant the watch must look at it; empty = nothing to watch
    next_look = models.DateTimeField(null=True)
    origin = models.CharField(max_length=8, default="live")

    class Meta:
        db_table = "commitments_clock"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["running", "paused", "stopped"]), name="clock_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(target_seconds__gte=0), name="clock_target_not_negative"
            ),
            models.CheckConstraint(
                condition=(models.Q(state="stopped", stopped_at__isnull=False, next_look=None))
                | (~models.Q(state="stopped") & models.Q(stopped_at=None)),
                name="clock_stopped_means_stopped",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="clock_subject"),
            models.Index(
                fields=["next_look"], name="clock_watch", condition=models.Q(next_look__isnull=False)
            ),
            # finds the clocks on older hours without a look at all others
            models.Index(
                fields=["calendar", "calendar_version", "id"],
                name="clock_hours",
                condition=~models.Q(state="stopped"),
            ),
        ]


class ClockMark(models.Model):
    """What happened to a clock: start, pause, resume, retarget, stop. Never changed, only added."""

    id = models.BigAutoField(primary_key=True)
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="marks")
    seq = models.SmallIntegerField()
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()
    #: target_seconds for start and retarget
    target_seconds = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=32, blank=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(default=0)

    class Meta:
        db_table = "commitments_clock_mark"
        constraints = [
            models.UniqueConstraint(fields=["clock", "seq"], name="clock_mark_in_order"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["start", "pause", "resume", "retarget", "stop"]),
                name="clock_mark_kind_known",
            ),
        ]
