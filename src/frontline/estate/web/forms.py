"""Forms of the set-up screens. They ask; whether an answer is good is for the use cases to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontline.estate import queries
from frontline.kernel.actors import Actor
from frontline.people import queries as people
from frontline.people.queries import directory

STATUSES = {
    "ordered": _("Ordered"),
    "in_stock": _("In stock"),
    "in_use": _("In use"),
    "repair": _("In repair"),
    "retired": _("Retired"),
}
KINDS = {
    "incident": _("Something is broken"),
    "request": _("Something is wanted"),
    "question": _("A question"),
}
GRADES = [(1, _("1: high")), (2, _("2: medium")), (3, _("3: low"))]


class MailField(forms.CharField):
    """Somebody's e-mail address, which tells who is meant."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.EmailInput(attrs={"autocomplete": "off"}))
        super().__init__(max_length=320, required=False, **options)


class _Choosing(forms.Form):
    """A form with choices of teams, skills and organisations, as public ids."""

    def choose(self, name: str, rows: list[tuple[str, Any]], empty: Any) -> None:
        self.fields[name].choices = [("", empty), *rows]  # type: ignore[attr-defined]

    def choose_team(self) -> None:
        current = self["team"].value()
        rows = [t for t in people.teams(with_inactive=True) if t.active or str(t.uid) == current]
        self.choose("team", [(str(t.uid), t.name) for t in rows], _("None"))

    def choose_skill(self) -> None:
        self.choose("skill", [(str(s.uid), s.name) for s in directory.skills()], _("None"))


class ServiceForm(_Choosing):
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As people here call it."))
    description = forms.CharField(
        label=_("Description"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    keywords = forms.CharField(
        label=_("Other words"),
        required=False,
        max_length=1000,
        help_text=_("What people say when they mean it, separated by commas, such as Outlook, mailbox."),
    )
    criticality = forms.TypedChoiceField(
        label=_("Criticality"),
        coerce=int,
        choices=[
            (1, _("1: the business stops without it")),
            (2, _("2: many cannot work")),
            (3, _("3: some are slower")),
            (4, _("4: can wait")),
        ],
        help_text=_("With 1, promises for the two highest priorities run round the clock."),
    )
    calendar_key = forms.CharField(
        label=_("Hours"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"list": "calendars", "autocomplete": "off"}),
        help_text=_("The key of a calendar, such as business-hours. Empty: the house's business hours."),
    )
    owner = MailField(label=_("Owner's e-mail"), help_text=_("Who answers for it in IT."))
    business_owner = MailField(
        label=_("Business owner's e-mail"), help_text=_("Who answers for it where it is used.")
    )
    team = forms.ChoiceField(
        label=_("Team"), required=False, help_text=_("Knows it best; tickets are handed there by default.")
    )
    skill = forms.ChoiceField(
        label=_("Skill"), required=False, help_text=_("What the owner of a ticket at the desk should know.")
    )
    organisation = forms.ChoiceField(
        label=_("Offered to"), required=False, help_text=_("Others neither see it nor can choose it.")
    )
    active = forms.BooleanField(
        label=_("Offered"),
        required=False,
        help_text=_("What is no longer offered cannot be chosen; tickets about it stay."),
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.choose_team()
        self.choose_skill()
        owners = directory.organisations_page(actor=actor, limit=1000, order="name")
        rows = [(str(o.uid), o.name) for o in owners if o.kind != "supplier"]
        self.choose("organisation", rows, _("Everybody"))


class ItemForm(_Choosing):
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("Such as LT-0042."))
    kind = forms.CharField(
        label=_("Kind"),
        max_length=40,
        widget=forms.TextInput(attrs={"list": "kinds", "autocomplete": "off"}),
        help_text=_("Such as laptop, server, application or licence."),
    )
    model = forms.CharField(label=_("Model"), required=False, max_length=200)
    serial = forms.CharField(
        label=_("Serial number"), required=False, max_length=120, help_text=_("A caller is found by it.")
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=list(STATUSES.items()),
        help_text=_("What is retired cannot be chosen; tickets about it stay."),
    )
    person = MailField(label=_("Used by (e-mail)"))
    organisation = forms.ChoiceField(
        label=_("Belongs to"), required=False, help_text=_("Must be that of whoever uses it.")
    )
    place = forms.ChoiceField(label=_("Place"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False, help_text=_("Looks after it."))
    supplier = forms.ChoiceField(
        label=_("Supplier"), required=False, help_text=_("Stands behind it, and sees it without whose it is.")
    )
    attributes = forms.CharField(
        label=_("Further facts"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One in a line, such as os: Windows 11. Only the desk sees them."),
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.choose_team()
        owners = directory.organisations_page(actor=actor, limit=1000, order="name")
        rows = [(o.kind == "supplier", str(o.uid), o.name) for o in owners]
        self.choose("organisation", [(uid, name) for _s, uid, name in rows], _("That of who uses it"))
        self.choose("supplier", [(uid, name) for supplies, uid, name in rows if supplies], _("None"))
        places = directory.places_page(actor=actor, limit=1000, order="name")
        named = [
            (str(p.uid), f"{p.name} ({p.organisation.name})" if p.organisation else p.name) for p in places
        ]
        self.choose("place", named, _("None"))


class ReasonForm(_Choosing):
    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("As people would say it: VPN does not connect.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    parent_key = forms.ChoiceField(
        label=_("Sorted under"), required=False, help_text=_("Groups reasons where the list is long.")
    )
    service = forms.ChoiceField(
        label=_("Service"), required=False, help_text=_("Set on the ticket when the reason is chosen.")
    )
    team = forms.ChoiceField(
        label=_("Team"), required=False, help_text=_("Where it is handed by default; else the service's.")
    )
    skill = forms.ChoiceField(
        label=_("Skill"), required=False, help_text=_("What the owner should know; else the service's.")
    )
    impact = forms.TypedChoiceField(
        label=_("Impact"),
        coerce=int,
        choices=GRADES,
        help_text=_("How much it hurts. An agent can change it."),
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency"),
        coerce=int,
        choices=GRADES,
        help_text=_("How soon it hurts. Both together give the priority a ticket begins with."),
    )
    keywords = forms.CharField(
        label=_("Other words"),
        required=False,
        max_length=1000,
        help_text=_("What people say when they mean it, separated by commas."),
    )
    sensitive = forms.BooleanField(
        label=_("Check the caller first"),
        required=False,
        help_text=_("For what a stranger could misuse, such as a new password."),
    )
    valid_from = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: at once. Tickets opened before keep what was valid then."),
    )

    def __init__(
        self, *args: Any, reasons: list[queries.ReasonDetail], own: str, actor: Actor, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.choose_team()
        self.choose_skill()
        rows = [(r.key, " › ".join([*r.path, r.name])) for r in reasons if r.key != own]
        self.choose("parent_key", sorted(rows, key=lambda row: row[1].lower()), _("Nothing"))
        current = self["service"].value()
        services = queries.services_page(actor=actor, limit=2000, order="name")
        offered = [(str(s.uid), s.name) for s in services if s.active or str(s.uid) == current]
        self.choose("service", offered, _("None"))


class NewReasonForm(ReasonForm):
    key = forms.CharField(
        label=_("Key"),
        max_length=64,
        help_text=_("Small letters, digits and dashes, such as vpn-trouble. It never changes."),
    )
    field_order = ("name", "key")
