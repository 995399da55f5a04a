"""Who answers for a new ticket: on duty, skilled, least loaded; else the desk's lead. Never nobody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on duty at the desk."""

    person_id: int
    skill_ids: frozenset[int]


def choose_owner(
    candidates: Collection[Candidate],
    *,
    needed_skill: int | None,
    load: Mapping[int, int],
    lead_id: int | None,
) -> int | None:
    """The person id of the owner. With nobody skilled on duty, skill yields to presence: somebody answers.

    None only when there is neither anybody on duty nor a lead, which a desk that is set up never has.
    `load` counts the live tickets each person owns. Ties go to the lowest id, so that the choice can be explained.
    """
    skilled = [c for c in candidates if needed_skill is None or needed_skill in c.skill_ids]
    pool = skilled or list(candidates)
    if not pool:
        return lead_id
    return min(pool, key=lambda c: (load.get(c.person_id, 0), c.person_id)).person_id
