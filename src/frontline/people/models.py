"""Who: persons, organisations, places, teams, skills, duty, accounts, tokens. Tables and constraints only."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.crypto import salted_hmac

from frontline.kernel.ids import uuid7


class Organisation(models.Model):
    """An internal organisation, a customer kept apart from all others, or a supplier."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    #: mail domains whose senders belong here, lower case
    domains = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=200, null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        db_table = "people_organisation"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["internal", "customer", "supplier"]),
                name="organisation_kind_known",
            ),
            models.UniqueConstraint(fields=["source", "external_id"], name="organisation_from_source_once"),
        ]


class Department(models.Model):
    """A part of an organisation, in a tree."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "people_department"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "parent", "name"], name="department_named_once", nulls_distinct=False
            )
        ]


class Place(models.Model):
    """Where people work: a site, with its time zone."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64)
    address = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=200, null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        db_table = "people_place"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="place_named_once", nulls_distinct=False
            ),
            models.UniqueConstraint(fields=["source", "external_id"], name="place_from_source_once"),
        ]


class Person(models.Model):
    """A human: requester, agent, supplier contact. Whether they can sign in is another table's business."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    name = models.CharField(max_length=200)
    #: the name they choose to show to users ("Amira", "Amira K.")
    shown_name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=320, blank=True)
    phone = models.CharField(max_length=64, blank=True)
    #: digits of the phone number only, for finding a caller
    phone_digits = models.CharField(max_length=32, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    manager = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, default="en")
    timezone = models.CharField(max_length=64, blank=True)
    employee_number = models.CharField(max_length=64, blank=True)
    vip = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    #: made from an unknown address or an import, waiting to be recognised
    placeholder = models.BooleanField(default=False)
    left_at = models.DateTimeField(null=True)
    #: personal choices: theme, density, shortcuts, quiet hours (validated by people.logic.preferences)
    preferences = models.JSONField(default=dict)
    source = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=200, null=True)
    created_at = models.DateTimeField()
    #: a placeholder that turned out to be this person
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        db_table = "people_person"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once", condition=~models.Q(email="")),
            models.UniqueConstraint(fields=["source", "external_id"], name="person_from_source_once"),
        ]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="person_name_trgm"),
            models.Index(fields=["phone_digits"], name="person_phone"),
            GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="person_email_trgm"),
            GinIndex(OpClass("phone_digits", name="gin_trgm_ops"), name="person_phone_trgm"),
            models.Index(Upper("employee_number"), name="person_employee_number"),
            models.Index(fields=["manager"], name="person_manager"),
            models.Index(fields=["organisation", "id"], name="person_organisation"),
        ]


class OtherAddress(models.Model):
    """A further mail address of a person: of a placeholder that was recognised, or an old one."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    email = models.CharField(max_length=320)

    class Meta:
        db_table = "people_other_address"
        constraints = [models.UniqueConstraint(Lower("email"), name="other_address_once")]


class Team(models.Model):
    """A team that holds tickets. The desk itself is the team with `is_desk`; tier 1 works there."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    name = models.CharField(max_length=200)
    tier = models.SmallIntegerField(default=2)
    is_desk = models.BooleanField(default=False)
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    timezone = models.CharField(max_length=64, default="UTC")
    email = models.CharField(max_length=320, blank=True)
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=200, null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        db_table = "people_team"
        constraints = [
            models.UniqueConstraint(Lower("name"), "source", name="team_named_once"),
            models.CheckConstraint(condition=models.Q(tier__gte=1, tier__lte=3), name="team_tier_1_to_3"),
            models.UniqueConstraint(fields=["source", "external_id"], name="team_from_source_once"),
            models.UniqueConstraint(
                fields=["is_desk"], name="team_one_desk", condition=models.Q(is_desk=True)
            ),
        ]


class Membership(models.Model):
    """A person belongs to a team for a time."""

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_membership"
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"], name="member_once_at_a_time", condition=models.Q(until=None)
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="membership_ends_after_start",
            ),
        ]


class RoleGrant(models.Model):
    """A role given to a person, for a time."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_role_grant"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], name="role_once_at_a_time", condition=models.Q(until=None)
            )
        ]


class Skill(models.Model):
    """Something a person can do, as contact reasons and services ask for it."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, default="topic")

    class Meta:
        db_table = "people_skill"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["topic", "language", "tool"]), name="skill_kind_known"
            )
        ]


class PersonSkill(models.Model):
    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    level = models.SmallIntegerField(default=1)

    class Meta:
        db_table = "people_person_skill"
        constraints = [
            models.UniqueConstraint(fields=["person", "skill"], name="skill_once"),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=3), name="skill_level_1_to_3"),
        ]


class Party(models.Model):
    """Whoever can hold a ticket: a person, a team, a supplier organisation. Custody points here."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    #: the calendar of their working hours; empty = round the clock
    calendar_key = models.CharField(max_length=100, blank=True)

    class Meta:
        db_table = "people_party"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="person", person__isnull=False, team=None, organisation=None)
                | models.Q(kind="team", team__isnull=False, person=None, organisation=None)
                | models.Q(kind="organisation", organisation__isnull=False, person=None, team=None)
                | models.Q(kind="change", person=None, team=None, organisation=None),
                name="party_is_one_thing",
            ),
            models.UniqueConstraint(fields=["person"], name="party_person_once"),
            models.UniqueConstraint(fields=["team"], name="party_team_once"),
            models.UniqueConstraint(fields=["organisation"], name="party_organisation_once"),
        ]


class Shift(models.Model):
    """A weekly shift: on duty from `starts` to `ends` local time on `weekday` (0 Monday); may run past midnight."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    weekday = models.SmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    timezone = models.CharField(max_length=64)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        db_table = "people_shift"
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__gte=0, weekday__lte=6), name="shift_weekday"),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="shift_valid_forward",
            ),
        ]
        indexes = [models.Index(fields=["person", "weekday"], name="shift_person")]


class Leave(models.Model):
    """Away: holiday, sick, training. Half-open span of instants."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=12, default="leave")
    #: who answers meanwhile; empty = chosen by the desk's rule
    stand_in = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "people_leave"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("since")), name="leave_ends_after_start"
            )
        ]
        indexes = [models.Index(fields=["person", "until"], name="leave_person")]


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(login__iexact=username)


class Account(AbstractBaseUser):
    """A way to sign in. It belongs to a person and is not that person."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    login = models.CharField(max_length=320)
    active = models.BooleanField(default=True)
    #: changed on sign-out everywhere; sessions carrying another value are refused
    session_epoch = models.IntegerField(default=1)
    last_login = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: Any = AccountManager()

    class Meta:
        db_table = "people_account"
        constraints = [models.UniqueConstraint(Lower("login"), name="account_login_once")]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session lives as long as password and epoch stand."""
        value = f"{self.password}\n{self.session_epoch}"
        return salted_hmac("people.session", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django names the column so; ours is `active`
        return self.active


class SignInAttempt(models.Model):
    """Failed sign-ins, counted to slow a guesser down; real time, pruned by the watch."""

    id = models.BigAutoField(primary_key=True)
    login = models.CharField(max_length=320)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "people_sign_in_attempt"
        indexes = [
            models.Index(fields=["login", "at"], name="attempt_login"),
            models.Index(fields=["address", "at"], name="attempt_address"),
        ]


class ApiToken(models.Model):
    """An API token, kept as a keyed digest (HMAC-SHA-256 under the secret key): fast to check, useless if read."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid7, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        db_table = "people_api_token"
