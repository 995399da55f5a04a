"""What people send through the front door; use cases decide, their answers come back beside the field."""

import secrets
from typing import Any, Final

from django import forms
from django.db import IntegrityError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from frontline.estate.queries import ReasonRow, ServiceChoice
from frontline.foundation.ui.wording import worded
from frontline.kernel.errors import DeskError, NotFound
from frontline.portal.queries import Known
from frontline.portal.usecases.asking import Upload

#: longer than this is a file, not a message
TEXT: Final = 200_000
#: how much it stops them, as the desk grades it: urgency
STOPS: Final = (
    ("1", _("I cannot work")),
    ("2", _("Slows me down")),
    ("3", _("Can wait")),
)


def fresh_token() -> str:
    """Marks one filled-in form, so that sending it twice counts once."""
    return secrets.token_urlsafe(18)


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; cleaned to what the use cases take."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        sent = data if isinstance(data, (list, tuple)) else [data]
        files = [super(FilesField, self).clean(one, initial) for one in sent if one]
        return [Upload(f.name or "", f.content_type or "", f) for f in files]


class OnceForm(forms.Form):
    """A form that counts once, however often it is sent."""

    once = forms.RegexField(
        regex=r"^[\w-]{16,64}$",
        widget=forms.HiddenInput,
        error_messages={
            "required": _("This page has been open for too long. Send it once more."),
            "invalid": _("This page has been open for too long. Send it once more."),
        },
    )

    def keep_sendable(self) -> None:
        """A mark that was lost is made anew, so that sending what was typed again works."""
        if "once" in self.errors:
            sent = QueryDict(mutable=True)
            for name in self.data:
                sent[name] = self.data[name]
            sent["once"] = fresh_token()
            self.data = sent

    def explain(self, error: DeskError, **fields: str) -> int:
        """Put the words of the use case where they belong; gives the HTTP status. What is not there stays not there."""
        if isinstance(error, NotFound):
            raise error
        named = fields.get(error.field or "", error.field)
        self.add_error(named if named in self.fields else None, worded(error))
        return error.status


class AskForm(OnceForm):
    """Something is asked of the desk. One box; the rest is what the desk knows already, to be confirmed."""

    what = forms.CharField(
        label=_("What do you need?"),
        max_length=TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_("In your own words. The first line becomes the title."),
        error_messages={"required": _("Write in a few words what you need, then send it again.")},
    )
    reason = forms.ChoiceField(label=_("What is it about?"), required=False)
    service = forms.ChoiceField(label=_("Service"), required=False)
    item = forms.ChoiceField(label=_("Device"), required=False)
    place = forms.ChoiceField(label=_("Where are you?"), required=False)
    stops = forms.ChoiceField(
        label=_("How much does it stop you?"), required=False, choices=STOPS, widget=forms.RadioSelect
    )
    others = forms.BooleanField(label=_("Others around me have it too"), required=False)
    confidential = forms.BooleanField(
        label=_("Confidential"),
        required=False,
        help_text=_("For HR, legal or security matters: only its owner and you can read it."),
    )
    uploads = FilesField(label=_("Pictures and files"), required=False)
    phone = forms.CharField(label=_("Call me on"), max_length=64, required=False)

    def __init__(
        self, *args: Any, known: Known, reasons: list[ReasonRow], services: list[ServiceChoice], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.by_key = {r.key: r for r in reasons}
        self.by_service = {str(s.uid): s for s in services}
        self.by_item = {str(i.uid): i for i in known.items}
        self.by_place = {str(p.uid): p for p in known.places}
        nothing = [("", _("Not sure"))]
        self._choices("reason", nothing + [(r.key, r.name) for r in reasons])
        self._choices("service", nothing + [(str(s.uid), s.name) for s in services])
        self._choices(
            "item",
            [(str(i.uid), device(i.name, i.model)) for i in known.items] + [("", _("Another, or none"))],
        )
        self._choices("place", [(str(p.uid), p.name) for p in known.places] + [("", _("Somewhere else"))])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.error_messages["invalid_choice"] = str(_("That is no longer offered. Choose again."))


def device(name: str, model: str) -> str:
    return f"{name} · {model}" if model else name


class ReplyForm(OnceForm):
    """A word on one's own ticket."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    uploads = FilesField(label=_("Pictures and files"), required=False)
    to = forms.ChoiceField(
        label=_("Who reads it"),
        required=False,
        choices=(("supplier", _("The desk only")), ("public", _("The desk and the user"))),
    )


def sent_twice(error: IntegrityError, constraint: str) -> bool:
    """Whether the database refused a row because the same form was sent before."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == constraint
