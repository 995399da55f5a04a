"""Errors that people read. The docstring of the class is the message; `{names}` are filled from the parameters.

Here they are codes and parameters, in English for logs and developers. Doors word them in the reader's language: every
message is a msgid of the catalogue, so it stands whole and literal where it is raised, and parameters carry no words
but as `Word` and `Phrase`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

#: characters of a parameter that `packed` keeps
LONGEST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Word:
    """A code among the parameters that people read as a word; `kind` names a list of `words` in a manifest."""

    kind: str
    code: str

    def __str__(self) -> str:
        return self.code


class Phrase:
    """A part of a message that is a msgid of its own, such as the reason in "it cannot be used: {why}"."""

    def __init__(self, template: str, **params: Any) -> None:
        self.template = template
        self.params = params

    def __str__(self) -> str:
        return filled(self.template, self.params)


def filled(template: str, params: Mapping[str, Any]) -> str:
    """The message with its parameters; several values stand with commas between."""
    shown = {
        name: ", ".join(map(str, value)) if isinstance(value, tuple) else value
        for name, value in params.items()
    }
    try:
        return template.format(**shown)
    except (KeyError, IndexError, ValueError):  # a message that quotes braces stands as it is
        return template


def packed(said: "DeskError | Phrase") -> str:
    """A message as text for a column, so that it is worded when it is read; long parameters are cut."""
    params = {name: _plain(value) for name, value in said.params.items()}
    return json.dumps({"template": said.template, "params": params})


def _plain(value: Any) -> Any:
    if isinstance(value, (DeskError, Phrase)):
        return json.loads(packed(value))
    return value if isinstance(value, (int, float)) else str(value)[:LONGEST_KEPT]


def unpacked(text: str) -> "Phrase | str":
    """What `packed` wrote as a phrase again; any other text as it is."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return _phrase(found) if isinstance(found, dict) and found.keys() == {"template", "params"} else text


def _phrase(found: dict[str, Any]) -> Phrase:
    params = found["params"].items()
    return Phrase(found["template"], **{n: _phrase(v) if isinstance(v, dict) else v for n, v in params})


class DeskError(Exception):
    """Something could not be done."""

    #: stable code for API clients and translations; derived from the class name when left empty
    code: ClassVar[str] = ""
    #: HTTP status the doors answer with
    status: ClassVar[int] = 422

    def __init__(self, message: str | None = None, *, field: str | None = None, **params: Any) -> None:
        self.params = params
        self.field = field
        self.template = message if message is not None else " ".join((type(self).__doc__ or "").split())
        super().__init__(self.template)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            cls.code = "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).lstrip("_")

    def __str__(self) -> str:
        return filled(self.template, self.params)


class NotFound(DeskError):
    """There is nothing here that you may see."""

    status = 404


class Forbidden(DeskError):
    """Your role does not allow this. Ask your administrator if it should."""

    status = 403


class Invalid(DeskError):
    """This value cannot be used."""


class Conflict(DeskError):
    """Somebody changed this in the meantime. Look at the current state and decide again."""

    status = 409


class StaleVersion(DeskError):
    """This was changed after you loaded it. Load it again, then repeat your change."""

    status = 412


class VersionRequired(DeskError):
    """Send the If-Match header with the ETag you last saw, so that nobody's change is lost."""

    status = 428


class TooMany(DeskError):
    """Too many attempts. Wait {seconds} seconds and try again."""

    status = 429


class NotAvailable(DeskError):
    """This is not available on this desk."""

    status = 404
