"""Forms of the people pages. They ask; whether an answer is good is for the use cases to say."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from frontline.foundation.ui.context import DEFAULT_KEYS, KEY_LABELS
from frontline.foundation.ui.wording import worded
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError
from frontline.people.logic.words import zones
from frontline.people.queries import directory, person_by_uid, requester_by_email
from frontline.people.usecases.rota import REASONS
from frontline.people.usecases.teams import SKILL_KINDS

DAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class ZoneField(forms.CharField):
    """A time zone, with the list of names to choose from while typing."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Time zone"))
        options.setdefault("widget", forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}))
        super().__init__(max_length=64, **options)


class MailField(forms.CharField):
    """Somebody's e-mail address, which tells who is meant."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.EmailInput(attrs={"autocomplete": "off"}))
        super().__init__(max_length=320, **options)


def attempt(form: forms.Form, work: Callable[[], Any]) -> bool:
    """Do it; what is wrong with it lands on the field it is about. Whether it was done."""
    try:
        work()
    except DeskError as error:
        if error.status in {403, 404} and error.field is None:
            raise
        name = error.field if error.field in form.fields else None
        form.add_error(name, worded(error))
        return False
    return True


def person_id_of(address: str, *, field: str) -> int | None:
    """Who is meant by an address; None for an empty one."""
    if not address.strip():
        return None
    found = requester_by_email(address)
    if found is None:
        raise DeskError("Nobody has the address {address}.", field=field, address=address.strip())
    return found.id


def person_uid_of(address: str, *, field: str, actor: Actor) -> str | None:
    """The same as a public id, if the actor may see them."""
    if not address.strip():
        return None
    found = requester_by_email(address)
    if found is None:
        raise DeskError("Nobody has the address {address}.", field=field, address=address.strip())
    return str(person_by_uid(found.uid, actor=actor).uid)


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    shown_name = forms.CharField(
        label=_("Shown name"),
        required=False,
        max_length=200,
        help_text=_("What users see on their tickets, such as a first name. Empty shows the full name."),
    )
    email = MailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Where answers go, and what they sign in with. Each address belongs to one person."),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=64,
        help_text=_("A caller is found by the last digits of it."),
    )
    employee_number = forms.CharField(label=_("Employee number"), required=False, max_length=64)
    title = forms.CharField(label=_("Position"), required=False, max_length=200)
    organisation = forms.ChoiceField(
        label=_("Organisation"), help_text=_("Customers and suppliers only ever see their own.")
    )
    department = forms.CharField(
        label=_("Department"),
        required=False,
        max_length=400,
        help_text=_("With what it is part of: Finance > Payroll. What does not exist yet is made."),
    )
    place = forms.ChoiceField(label=_("Place"), required=False)
    manager = MailField(label=_("Manager's e-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), help_text=_("The language we write to them in."))
    timezone = ZoneField(required=False, help_text=_("Empty follows the place, such as Europe/Berlin."))
    vip = forms.BooleanField(
        label=_("Important person"), required=False, help_text=_("Shown to agents beside the name.")
    )
    active = forms.BooleanField(
        label=_("Active"), required=False, help_text=_("Only active people can sign in or be found.")
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        owners = directory.organisations_page(actor=actor, limit=1000, order="name")
        self.fields["organisation"].choices = [(str(o.uid), o.name) for o in owners]  # type: ignore[attr-defined]
        places = directory.places_page(actor=actor, limit=1000, order="name")
        self.fields["place"].choices = [("", _("None")), *((str(p.uid), p.name) for p in places)]  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices(self["language"].value())  # type: ignore[attr-defined]


def language_choices(current: Any) -> list[tuple[str, Any]]:
    """Languages of the product, and the one somebody has already."""
    known = list(settings.LANGUAGES)
    if current and current not in dict(known):
        known.append((current, current))
    return known


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            ("internal", _("Ours: people of the desk can belong to it")),
            ("customer", _("Customer: sees only its own people and tickets")),
            ("supplier", _("Supplier: sees only tickets handed to it")),
        ],
    )
    domains = forms.CharField(
        label=_("Mail domains"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One in a line, such as example.org. Unknown senders from there belong to this organisation."
        ),
    )
    active = forms.BooleanField(label=_("Active"), required=False)


class PlaceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    timezone = ZoneField(help_text=_("People here read times in it, such as Europe/Berlin."))
    organisation = forms.ChoiceField(
        label=_("Organisation"), required=False, help_text=_("Without one, everybody can use the place.")
    )
    address = forms.CharField(
        label=_("Address"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    active = forms.BooleanField(label=_("Active"), required=False)

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        owners = directory.organisations_page(actor=actor, limit=1000, order="name")
        choices = [("", _("All organisations")), *((str(o.uid), o.name) for o in owners)]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    tier = forms.TypedChoiceField(
        label=_("Tier"),
        coerce=int,
        choices=[(1, _("1: answers first")), (2, _("2: knows more")), (3, _("3: knows it deepest"))],
    )
    is_desk = forms.BooleanField(
        label=_("This team is the desk"),
        required=False,
        help_text=_("New tickets are owned by somebody here. There is one desk."),
    )
    lead = MailField(
        label=_("Lead's e-mail"),
        required=False,
        help_text=_("Stands in for members who are off, and owns tickets when nobody is on duty."),
    )
    timezone = ZoneField()
    email = MailField(label=_("Team's e-mail"), required=False)
    active = forms.BooleanField(label=_("Active"), required=False)


class SkillForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("What contact reasons and services ask for, such as VPN."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=list(zip(SKILL_KINDS, (_("Topic"), _("Language"), _("Tool")), strict=True)),
    )


class LeaveForm(forms.Form):
    """Days as people say them: from the first day to the last, both included."""

    person = MailField(label=_("Who is away (e-mail)"))
    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=list(zip(REASONS, (_("Leave"), _("Sick"), _("Training"), _("Other")), strict=True)),
    )
    stand_in = MailField(
        label=_("Who stands in (e-mail)"),
        required=False,
        help_text=_(
            "Answers for their tickets meanwhile. Empty: the team's lead, else somebody of the desk on duty."
        ),
    )


class WeekForm(forms.Form):
    """A weekly plan: for each day the times, as text."""

    valid_from = forms.DateField(
        label=_("Valid from"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("What was planned before ends the day before."),
    )
    timezone = ZoneField(
        help_text=_("The times are those of the clock on the wall there, in summer and winter.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number, name in enumerate(DAYS):
            self.fields[f"day_{number}"] = forms.CharField(
                label=name,
                required=False,
                max_length=100,
                widget=forms.TextInput(attrs={"placeholder": "08:00-16:00"}),
            )


class ProfileForm(forms.Form):
    shown_name = forms.CharField(
        label=_("Name you show"),
        required=False,
        max_length=200,
        help_text=_("What people see on tickets you own or write in. Empty shows your full name."),
    )
    language = forms.ChoiceField(label=_("Language"))
    timezone = ZoneField(required=False, help_text=_("Empty follows your place."))
    theme = forms.ChoiceField(
        label=_("Appearance"),
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    density = forms.ChoiceField(
        label=_("Rows"), choices=[("comfortable", _("Comfortable")), ("compact", _("Compact"))]
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_weekend = forms.BooleanField(label=_("Quiet all weekend"), required=False)
    keys_on = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_("They never work while you type in a field."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["language"].choices = language_choices(self["language"].value())  # type: ignore[attr-defined]
        for action, label in KEY_LABELS.items():
            self.fields[f"key_{action}"] = forms.CharField(
                label=label,
                required=False,
                max_length=1,
                widget=forms.TextInput(
                    attrs={"maxlength": 1, "placeholder": DEFAULT_KEYS[action], "autocomplete": "off"}
                ),
            )

    def key_fields(self) -> list[forms.BoundField]:
        return [self[f"key_{action}"] for action in KEY_LABELS]


class PasswordForm(forms.Form):
    current = forms.CharField(
        label=_("Current password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        max_length=256,
    )
    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=256,
        help_text=_("At least 10 characters, and nothing that resembles your name."),
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        help_text=_("So that you know it again when you revoke it."),
    )
    scopes = forms.CharField(
        label=_("Scopes"),
        max_length=500,
        help_text=_(
            "What it may do, with spaces between: tickets:read tickets:write. * is all that you may do."
        ),
    )
    days = forms.IntegerField(label=_("Valid for (days)"), min_value=1, max_value=3650, initial=365)


def midnight(day: Any, zone: str) -> datetime:
    """The instant a local date begins."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def zone_names() -> list[str]:
    """Names for the list behind zone fields: places, not offsets."""
    return sorted(
        z for z in zones() if "/" in z and not z.startswith(("Etc/", "SystemV/", "posix/", "right/"))
    )
