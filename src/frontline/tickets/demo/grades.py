"""How grave the cases of the demo organisation are."""

from random import Random
from typing import Any


def grades(chance: Random, reason: Any) -> tuple[int, int]:
    impact = min(3, max(1, reason.impact + chance.choices((-1, 0), (8, 92))[0]))
    urgency = min(3, max(1, reason.urgency + chance.choices((-1, 0, 1), (8, 80, 12))[0]))
    return impact, urgency
