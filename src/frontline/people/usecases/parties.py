"""Parties: whoever can hold a ticket. Made on first use, once each however many ask at the same time."""

from collections.abc import Collection

from frontline.people.queries.party_ids import ids_for_people, party_id


def party_for_person(*, person_id: int) -> int:
    """The party id of a person. One query once it exists."""
    return party_id("person", person_id)


def parties_for_people(*, person_ids: Collection[int]) -> dict[int, int]:
    """The party ids of many people, by person. Two queries however many there are."""
    return ids_for_people(person_ids)


def party_for_team(*, team_id: int) -> int:
    """The party id of a team. One query once it exists."""
    return party_id("team", team_id)


def party_for_organisation(*, organisation_id: int) -> int:
    """The party id of an organisation, such as a supplier. One query once it exists."""
    return party_id("organisation", organisation_id)
