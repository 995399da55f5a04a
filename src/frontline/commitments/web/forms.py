"""Forms of the set-up screens: they read what people type, use cases decide."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from frontline.commitments.logic.targets import LEVELS, PRIORITIES
from frontline.commitments.planning import WARN_PERCENT
from frontline.commitments.queries.setup import AgreementRow, Named
from frontline.commitments.usecases.agreements import LONGEST, TargetSpec
from frontline.commitments.web.hours_text import (
    read_exceptions,
    read_holidays,
    read_span,
    read_windows,
    write_exceptions,
    write_span,
    write_windows,
)

WEEKDAYS: Final = (
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
    ("sat", _("Saturday")),
    ("sun", _("Sunday")),
)
MEASURE_WORDS: Final = (
    ("respond", _("Respond")),
    ("acknowledge", _("Acknowledge")),
    ("next_update", _("Next update")),
    ("restore", _("Restore")),
    ("resolve", _("Resolve")),
    ("fulfil", _("Fulfil")),
)
KIND_WORDS: Final = (
    ("sla", _("SLA: the desk to a customer")),
    ("ola", _("OLA: a team to the desk")),
    ("contract", _("Contract: a supplier to the desk")),
)
#: empty lines a table of targets offers for new ones
SPARE: Final = 3


class LocalMoment(forms.DateTimeField):
    """A moment in the reader's zone, from the browser's own picker."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class RulesForm(forms.Form):
    """Opening hours. `rules()` is the document of the public contract."""

    tz = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        help_text=_("Such as Europe/Berlin. It keeps summer time by itself."),
    )
    holidays = forms.CharField(
        label=_("Closed days"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One date a line, such as 2026-12-25."),
    )
    exceptions = forms.CharField(
        label=_("Exceptions"),
        required=False,
        max_length=80_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, such as “2026-12-24 08:00-12:00 open”. The last that fits wins."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in WEEKDAYS:
            self.fields[key] = forms.CharField(label=label, required=False, max_length=400)

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[key] for key, _label in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        readers = {"holidays": read_holidays, "exceptions": read_exceptions}
        readers |= dict.fromkeys((key for key, _label in WEEKDAYS), read_windows)
        for name, read in readers.items():
            try:
                given[name] = read(given.get(name, ""))
            except forms.ValidationError as error:
                self.add_error(name, error)
        return given

    def rules(self) -> dict[str, Any]:
        given = self.cleaned_data
        weekly = {key: given[key] for key, _label in WEEKDAYS if given[key]}
        return {
            "tz": given["tz"],
            "weekly": weekly,
            "holidays": given["holidays"],
            "exceptions": given["exceptions"],
        }

    @staticmethod
    def filled(rules: dict[str, Any]) -> dict[str, Any]:
        """The initial values that show these rules."""
        days = {key: write_windows(rules["weekly"].get(key, [])) for key, _label in WEEKDAYS}
        return {
            "tz": rules["tz"],
            "holidays": "\n".join(rules.get("holidays", [])),
            "exceptions": write_exceptions(rules.get("exceptions", [])),
            **days,
        }


class NewCalendarForm(RulesForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    key = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]{0,99}$",
        label=_("Key"),
        help_text=_("What services refer to: small letters, digits and hyphens, such as berlin-hours."),
    )


class NewHoursForm(RulesForm):
    effective_from = LocalMoment(
        label=_("From"), required=False, help_text=_("Empty: from now on. The past stays as it was.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AgreementForm(forms.Form):
    """The frame of an agreement and its targets, one line each, `SPARE` empty ones at the end."""

    name = forms.CharField(label=_("Name"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    active = forms.BooleanField(label=_("In force"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        row: AgreementRow | None,
        calendars: Sequence[tuple[str, str]],
        choices: Mapping[str, Sequence[Named]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        if choices is not None:
            self._frame(choices)
        kept = 0 if row is None else len(row.targets)
        posted = int(self.data.get("lines", "0")) if str(self.data.get("lines", "0")).isdecimal() else 0
        self.count = min(max(kept, posted - SPARE) + SPARE, 60 + SPARE) if self.is_bound else kept + SPARE
        calendar_choices = [("", _("The service")), *calendars]
        for index in range(self.count):
            target = row.targets[index] if row is not None and index < kept else None
            self._line(index, target, calendar_choices)

    def _frame(self, choices: Mapping[str, Sequence[Named]]) -> None:
        nobody = [("", _("Everybody"))]
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=KIND_WORDS)
        labels = {
            "organisation": _("Customer or supplier"),
            "team": _("Team"),
            "service": _("Service"),
        }
        listed = {
            "organisation": [*choices["organisations"], *choices["suppliers"]],
            "team": choices["teams"],
            "service": choices["services"],
        }
        for name, label in labels.items():
            options = [(str(named.uid), named.name) for named in listed[name]]
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=[*nobody, *options] if name == "organisation" else [("", "–"), *options],
                required=False,
            )
        tiers = [("", _("Any")), *((str(n), str(n)) for n in (1, 2, 3, 4))]
        self.fields["criticality"] = forms.ChoiceField(
            label=_("Criticality of the service"), choices=tiers, required=False
        )

    def _line(self, index: int, target: Any, calendars: Sequence[tuple[str, Any]]) -> None:
        every = [("", _("All")), *((p, p) for p in PRIORITIES)]
        fields: dict[str, tuple[forms.Field, Any]] = {
            "measure": (
                forms.ChoiceField(label=_("Promise"), choices=[("", "–"), *MEASURE_WORDS], required=False),
                target and target.measure,
            ),
            "priority": (
                forms.ChoiceField(label=_("Priority"), choices=every, required=False),
                target and target.priority,
            ),
            "within": (
                forms.CharField(label=_("Within"), max_length=20, required=False),
                target and write_span(target.seconds),
            ),
            "calendar": (
                forms.ChoiceField(label=_("On the hours of"), choices=calendars, required=False),
                target and target.calendar,
            ),
            "warn": (
                forms.IntegerField(label=_("Warn at %"), min_value=1, max_value=100, required=False),
                target.warn_percent if target else WARN_PERCENT,
            ),
        }
        for name, (field, initial) in fields.items():
            self.fields[f"{name}_{index}"] = field
            self.initial.setdefault(f"{name}_{index}", initial)

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        names = ("measure", "priority", "within", "calendar", "warn")
        return [[self[f"{name}_{index}"] for name in names] for index in range(self.count)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["targets"] = [spec for index in range(self.count) if (spec := self._spec(given, index))]
        return given

    def _spec(self, given: dict[str, Any], index: int) -> TargetSpec | None:
        measure, within = given.get(f"measure_{index}", ""), given.get(f"within_{index}", "")
        if not measure and not within:
            return None
        if not measure or not within:
            missing = f"within_{index}" if measure else f"measure_{index}"
            self.add_error(missing, _("A target needs both a promise and a time; empty both to drop it."))
            return None
        try:
            seconds = read_span(within)
        except forms.ValidationError as error:
            self.add_error(f"within_{index}", error)
            return None
        if seconds > LONGEST:
            self.add_error(f"within_{index}", _("A target takes at most ten years."))
            return None
        return TargetSpec(
            measure,
            given.get(f"priority_{index}", ""),
            seconds,
            given.get(f"calendar_{index}", ""),
            given.get(f"warn_{index}") or WARN_PERCENT,
        )


class PrioritiesForm(forms.Form):
    """Nine cells and when they begin to hold."""

    valid_from = LocalMoment(label=_("From"), required=False, help_text=_("Empty: from now on."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for impact in LEVELS:
            for urgency in LEVELS:
                self.fields[f"cell_{impact}_{urgency}"] = forms.ChoiceField(
                    label=_("Impact %(impact)s, urgency %(urgency)s")
                    % {"impact": impact, "urgency": urgency},
                    choices=[(p, p) for p in PRIORITIES],
                )

    @property
    def grid(self) -> list[tuple[int, list[forms.BoundField]]]:
        return [(i, [self[f"cell_{i}_{u}"] for u in LEVELS]) for i in LEVELS]

    def cells(self) -> dict[str, str]:
        return {f"{i}:{u}": self.cleaned_data[f"cell_{i}_{u}"] for i in LEVELS for u in LEVELS}
