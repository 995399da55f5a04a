"""Codes of the mail channel in the reader's words: what became of a mail, and why."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_QUARANTINED: Mapping[str, Any] = {
    "no_sender": gettext_lazy("It names no sender."),
    "empty": gettext_lazy("It is empty."),
    "no_mail_header": gettext_lazy("It does not begin as a mail does."),
    "too_large": gettext_lazy("It is too large."),
}
_TAKEN: Mapping[str, Any] = {
    "opened": gettext_lazy("Taken in: it opened %(ticket)s."),
    "joined": gettext_lazy("Taken in: it stands on %(ticket)s now."),
    "ignored": gettext_lazy("Taken in: it needs nothing from anybody."),
}


def quarantined(reason: str) -> str:
    """Why a mail waits in quarantine; what broke while it was read is named as the log names it."""
    if reason in _QUARANTINED:
        return str(_QUARANTINED[reason])
    return _("It could not be read (%(what)s).") % {"what": reason.removeprefix("error:")}


def taken_in(outcome: str, *, ticket: str) -> str:
    return str(_TAKEN[outcome]) % {"ticket": ticket}
