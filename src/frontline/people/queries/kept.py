"""Names that are asked for with every ticket: kept in the process for a few seconds."""

import time
from collections.abc import Iterable
from uuid import UUID

from frontline.people.access import NoSuchPerson
from frontline.people.models import Organisation
from frontline.people.queries.parties import party_row
from frontline.people.queries.people import people_by_ids

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
    return public_names([person_id])[person_id]


def public_names(person_ids: Iterable[int]) -> dict[int, tuple[UUID, str]]:
    """The same for many, by id; at most one query, mostly none. Raises NoSuchPerson."""
    wanted, now = set(person_ids), time.monotonic()
    old = {one for one in wanted if now - _Kept.people.get(one, (-1e9, None))[0] > _FRESH_SECONDS}
    for one, row in people_by_ids(old).items():
        _Kept.people[one] = (now, (row.uid, row.shown_name))
    if wanted - _Kept.people.keys():
        raise NoSuchPerson
    return {one: _Kept.people[one][1] for one in wanted}


def party_name(party_id: int) -> str:
    """The name of a team or supplier. At most five seconds old."""
    kept = _Kept.parties.get(party_id)
    if kept is None or time.monotonic() - kept[0] > _FRESH_SECONDS:
        kept = _Kept.parties[party_id] = (time.monotonic(), party_row(party_id).name)
    return kept[1]
