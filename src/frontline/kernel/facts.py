"""What happened, as small frozen records. A fact holds ids and values, never names or free text."""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum, IntEnum, StrEnum
from typing import Any, ClassVar
from uuid import UUID

from frontline.kernel.errors import DeskError

#: a code, a ref, an id: no spaces, so no sentence and hardly a name
CODE = re.compile(r"^[A-Za-z0-9_.:/+-]{0,64}$")

REGISTRY: dict[str, type["Fact"]] = {}


class FreeTextInFact(DeskError):
    """A fact holds ids and codes only, so that people can be forgotten; {name} holds {value!r}."""


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What a fact, a clock or a panel is about."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class Audience(IntEnum):
    """Who may hear of it at most. Rights narrow it further."""

    PUBLIC = 0
    SUPPLIER = 1
    INTERNAL = 2
    CONFIDENTIAL = 3


class Origin(StrEnum):
    """Live work, imported history, or an exercise. Reactions ignore history."""

    LIVE = "live"
    HISTORY = "history"
    EXERCISE = "exercise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Base of all facts. Subclasses add fields holding ids, numbers, instants, flags and codes."""

    subject: Subject
    organisation_id: int | None = None
    audience: Audience = Audience.INTERNAL

    kind: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # dataclass(slots=True) makes a second class; the later one replaces the first in the registry.
        # No super() here: the first class's cell would be stale in the copy.
        capability = cls.__module__.split(".")[1] if "." in cls.__module__ else cls.__module__
        cls.kind = f"{capability}.{cls.__name__}"
        REGISTRY[cls.kind] = cls

    def data(self) -> dict[str, Any]:
        """The payload as JSON values; refuses free text."""
        return {name: to_value(name, getattr(self, name)) for name in _payload(type(self))}


_AS_THEY_ARE = frozenset({type(None), bool, int, float})
#: names of what a fact of this class carries
_PAYLOADS: dict[type, tuple[str, ...]] = {}


def _payload(kind: type) -> tuple[str, ...]:
    if (names := _PAYLOADS.get(kind)) is None:
        own = {"subject", "organisation_id", "audience"}
        names = _PAYLOADS[kind] = tuple(f.name for f in fields(kind) if f.name not in own)
    return names


def to_value(name: str, value: Any) -> Any:  # noqa: C901 - one line a type reads best as a list
    """One payload value as JSON; raises FreeTextInFact for a sentence or name."""
    if type(value) in _AS_THEY_ARE:  # most are, and an import has hundreds of thousands
        return value
    if isinstance(value, (int, float)) and not isinstance(value, Enum):
        return value
    if isinstance(value, IntEnum):
        return int(value)
    if isinstance(value, Enum):
        return to_value(name, value.value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise FreeTextInFact("{name} is an instant without a zone: {value!r}.", name=name, value=value)
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str):
        if not CODE.match(value):
            raise FreeTextInFact(name=name, value=value)
        return value
    if isinstance(value, (tuple, list, frozenset)):
        return [to_value(name, v) for v in value]
    if isinstance(value, Subject):
        return str(value)
    raise FreeTextInFact(
        "{name} holds a {type}, which a fact cannot carry.", name=name, type=type(value).__name__
    )
