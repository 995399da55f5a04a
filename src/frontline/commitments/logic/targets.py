"""Which priority a ticket has and which targets follow from it (CONTRACTS section 3). All of it is data:
an organisation keeps its own matrix and targets, versioned; these are what it starts with."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from frontline.kernel.errors import DeskError

#: impact and urgency: 1 high, 2 medium, 3 low
LEVELS: Final = (1, 2, 3)
PRIORITIES: Final = ("P1", "P2", "P3", "P4", "P5")
MINUTE: Final = 60
HOUR: Final = 3600


class TargetError(DeskError):
    """This is no target of an agreement."""


class Aim(StrEnum):
    """What a target is about."""

    RESPOND = "respond"
    RESOLVE = "resolve"


class Hours(StrEnum):
    """On which hours a target counts."""

    BUSINESS = "business"
    ROUND_THE_CLOCK = "round_the_clock"


#: (impact, urgency) -> priority
Matrix = Mapping[tuple[int, int], str]
#: (aim, priority) -> seconds of working time
Targets = Mapping[tuple[Aim, str], int]

DEFAULT_MATRIX: Final[Matrix] = {
    (1, 1): "P1",
    (1, 2): "P2",
    (2, 1): "P2",
    (1, 3): "P3",
    (2, 2): "P3",
    (3, 1): "P3",
    (2, 3): "P4",
    (3, 2): "P4",
    (3, 3): "P5",
}

DEFAULT_TARGETS: Final[Targets] = {
    (Aim.RESPOND, "P1"): 15 * MINUTE,
    (Aim.RESPOND, "P2"): 30 * MINUTE,
    (Aim.RESPOND, "P3"): 2 * HOUR,
    (Aim.RESPOND, "P4"): 4 * HOUR,
    (Aim.RESPOND, "P5"): 8 * HOUR,
    (Aim.RESOLVE, "P1"): 4 * HOUR,
    (Aim.RESOLVE, "P2"): 8 * HOUR,
    (Aim.RESOLVE, "P3"): 16 * HOUR,
    (Aim.RESOLVE, "P4"): 24 * HOUR,
    (Aim.RESOLVE, "P5"): 40 * HOUR,
}


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised: seconds of working time, and on which hours they count."""

    aim: Aim
    priority: str
    seconds: int
    hours: Hours


def priority_of(matrix: Matrix, impact: int, urgency: int) -> str:
    """The priority of an impact and an urgency, each 1 high to 3 low; raises TargetError for other
    levels.
    """
    try:
        return matrix[impact, urgency]
    except KeyError:
        raise TargetError(
            "The matrix has no priority for impact {impact} and urgency {urgency}. Use 1, 2 or 3 each.",
            impact=impact,
            urgency=urgency,
        ) from None


def hours_of(priority: str, service_tier: int | None) -> Hours:
    """P1 and P2 of tier-1 services count round the clock, all else in the service's business hours."""
    round_the_clock = service_tier == 1 and priority in {"P1", "P2"}
    return Hours.ROUND_THE_CLOCK if round_the_clock else Hours.BUSINESS


def target_of(targets: Targets, aim: Aim, priority: str, service_tier: int | None = None) -> Target:
    """The target of an aim and a priority for a service of this tier (None: no service known)."""
    try:
        seconds = targets[aim, priority]
    except KeyError:
        raise TargetError(
            "There is no target {aim} for a ticket of priority {priority}.", aim=aim, priority=priority
        ) from None
    return Target(aim, priority, seconds, hours_of(priority, service_tier))


def matrix_to_json(matrix: Matrix) -> dict[str, str]:
    """{"impact:urgency": priority} for storing."""
    return {f"{impact}:{urgency}": matrix[impact, urgency] for impact in LEVELS for urgency in LEVELS}


def matrix_from_json(document: Any) -> Matrix:
    """The matrix of `matrix_to_json`; raises TargetError unless nine cells hold priorities."""
    cells = dict(document) if isinstance(document, Mapping) else {}
    matrix = {}
    for impact in LEVELS:
        for urgency in LEVELS:
            priority = cells.pop(f"{impact}:{urgency}", None)
            if priority not in PRIORITIES:
                raise TargetError(
                    "The cell of impact {impact} and urgency {urgency} holds {priority!r}. Use one of {known}.",
                    impact=impact,
                    urgency=urgency,
                    priority=priority,
                    known=PRIORITIES,
                )
            matrix[impact, urgency] = priority
    if cells:
        raise TargetError(
            "The matrix has cells it does not know: {surplus}. Leave them out.", surplus=tuple(cells)
        )
    return matrix
