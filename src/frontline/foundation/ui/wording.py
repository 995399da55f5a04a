"""Errors in the reader's words: what use cases raise as codes and parameters becomes a sentence at the door."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext

from frontline.foundation import manifest
from frontline.foundation.ui import words
from frontline.kernel.errors import DeskError, Phrase, Word, filled


def worded(said: DeskError | Phrase) -> str:
    """An error, or a part of one, in the active language and zone."""
    if not said.template:
        return ""
    return filled(gettext(said.template), {name: _word(value) for name, value in said.params.items()})


def _word(value: Any) -> Any:
    match value:
        case Phrase() | DeskError():
            return worded(value)
        case Word():
            return str(manifest.words()[value.kind].get(value.code, value.code))
        case datetime():
            zone = timezone.get_current_timezone()
            return words.moment_in_full(value, zone=zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC"))
        case date():
            return formats.date_format(value, pgettext("day, month and year", "j M Y"))
        case tuple():
            return tuple(_word(one) for one in value)
    return value
