"""A capability for tests only: subjects without tables, and reactions that leave marks in a table of the test.

Subject ids say who may see them: below 1,000 all staff and the user whose person id equals the id; from 1,000,000 on
only the person with the id above that million, whoever they are.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import get_language

from frontline.foundation.facts.dispatch import Heard
from frontline.foundation.manifest import Capability, LiveSubject, Permission, Reaction
from frontline.kernel.actors import Actor, Role
from frontline.kernel.facts import Fact

SECRET = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Poked(Fact):
    writer: int = 0
    turn: int = 0
    code: str = ""


def visible(actor: Actor, ids: set[int]) -> set[int]:
    if actor.is_system:
        return ids
    return {i for i in ids if (i < SECRET and actor.is_staff) or i % SECRET == actor.person_id}


def draw(actor: Actor, ids: set[int]) -> dict[int, dict[str, object]]:
    return {i: {"fragments": {"row": f'<tr lang="{get_language()}">{i}</tr>'}} for i in visible(actor, ids)}


def resolve(ref: str) -> int | None:
    return int(ref[2:]) if ref.startswith("P-") and ref[2:].isdecimal() else None


def refs(ids: set[int]) -> dict[int, str]:
    return {i: f"P-{i}" for i in ids}


def mark(fact: Heard, now: datetime) -> None:
    """One row for each time a fact was handled."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO probe_mark (reaction, fact_id) VALUES ('probe.mark', %s)", [fact.id])


MANIFEST = Capability(
    name="probe",
    label="Probe",
    permissions=(Permission("probe.staff", frozenset({Role.AGENT}), "probe:read"),),
    live=(LiveSubject("probe", visible=visible, draw=draw, resolve=resolve, refs=refs),),
    reactions=(Reaction("probe.mark", (Poked,), mark),),
)
