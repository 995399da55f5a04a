"""Errors on a terminal, in its language. Standard library only: many come before Django is there."""

import gettext
from pathlib import Path
from typing import Any

from frontline.kernel.errors import DeskError, Phrase, filled

CATALOGUE = Path(__file__).resolve().parents[1] / "locale"


def worded(error: DeskError) -> str:
    """The error in the language of the environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG), else in English."""
    return _say(gettext.translation("django", CATALOGUE, fallback=True), error)


def _say(spoken: gettext.NullTranslations, said: DeskError | Phrase) -> str:
    def word(value: Any) -> Any:
        return _say(spoken, value) if isinstance(value, (DeskError, Phrase)) else value

    template = spoken.gettext(said.template) if said.template else ""
    return filled(template, {name: word(value) for name, value in said.params.items()})
