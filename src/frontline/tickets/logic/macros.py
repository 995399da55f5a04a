"""Prepared answers: variables in the text, and steps that set something."""

import re
from collections.abc import Mapping
from typing import Any

from frontline.kernel.errors import Invalid
from frontline.tickets.logic.states import SOLVE_CODES, WAITING_FOR

VARIABLE = re.compile(r"\{([a-z_]+)\}")
VARIABLES = ("requester_name", "ref", "owner_name", "subject", "service_name", "my_name")
STEPS = frozenset({"tags", "promise_minutes", "solve_code", "waiting_for"})


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with known variables filled in; what is unknown stays as it is, so that nothing vanishes unseen."""
    return VARIABLE.sub(lambda m: values.get(m[1], m[0]), text)


def check_steps(steps: Mapping[str, Any]) -> None:
    """Raise Invalid for a step nobody knows or a value it cannot take."""
    unknown = set(steps) - STEPS
    if unknown:
        raise Invalid("A macro cannot {names}.", field="steps", names=tuple(sorted(unknown)))
    tags = steps.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(t, str) and 0 < len(t) <= 64 for t in tags):
        raise Invalid("Tags are a list of short words.", field="steps.tags")
    minutes = steps.get("promise_minutes")
    if minutes is not None and not (isinstance(minutes, int) and 1 <= minutes <= 60 * 24 * 30):
        raise Invalid("Promise word within 1 minute to 30 days.", field="steps.promise_minutes")
    if steps.get("solve_code") not in {None, *SOLVE_CODES}:
        raise Invalid("This is no solution code.", field="steps.solve_code")
    if steps.get("waiting_for") not in {None, *WAITING_FOR}:
        raise Invalid("This is nobody to wait for.", field="steps.waiting_for")
