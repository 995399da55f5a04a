"""Parties: whoever can hold a ticket. Made on first use, once each however many ask at the same time."""

from frontline.foundation.transactions import use_case
from frontline.people.parties import party_id


@use_case
def party_for_person(*, person_id: int) -> int:
    """The party id of a person. One query once it exists."""
    return party_id("person", person_id)


@use_case
def party_for_team(*, team_id: int) -> int:
    """The party id of a team. One query once it exists."""
    return party_id("team", team_id)


@use_case
def party_for_organisation(*, organisation_id: int) -> int:
    """The party id of an organisation, such as a supplier. One query once it exists."""
    return party_id("organisation", organisation_id)
