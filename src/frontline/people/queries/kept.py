"""Names that are asked for with every ticket: kept in the process for a few seconds."""

import time
from uuid import UUID

from frontline.people.models import Organisation
from frontline.people.queries.parties import party_row
from frontline.people.queries.people import person_row

_FRESH_SECONDS = 5.0


class _Kept:
    organisations: dict[int, tuple[float, str]] = {}
    people: dict[int, tuple[float, tuple[UUID, str]]] = {}
    parties: dict[int, tuple[float, str]] = {}


def forget_names() -> None:
    """Look anew (between tests, and after somebody chose another name)."""
    _Kept.organisations.clear()
    _Kept.people.clear()
    _Kept.parties.clear()


def organisation_name(organisation_id: int) -> str:
    """At most five seconds old."""
    kept = _Kept.organisations.get(organisation_id)
    if kept is None or time.monotonic() - kept[0] > _FRESH_SECONDS:
        name = Organisation.objects.values_list("name", flat=True).get(pk=organisation_id)
        kept = _Kept.organisations[organisation_id] = (time.monotonic(), name)
    return kept[1]


def public_name(person_id: int) -> tuple[UUID, str]:
    """Public id and the name they choose to show; for the few people who own tickets. At most five seconds old."""
    kept = _Kept.people.get(person_id)
    if kept is None or time.monotonic() - kept[0] > _FRESH_SECONDS:
        row = person_row(person_id=person_id)
        kept = _Kept.people[person_id] = (time.monotonic(), (row.uid, row.shown_name))
    return kept[1]


def party_name(party_id: int) -> str:
    """The name of a team or supplier. At most five seconds old."""
    kept = _Kept.parties.get(party_id)
    if kept is None or time.monotonic() - kept[0] > _FRESH_SECONDS:
        kept = _Kept.parties[party_id] = (time.monotonic(), party_row(party_id).name)
    return kept[1]
