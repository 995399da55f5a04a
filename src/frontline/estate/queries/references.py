"""Public ids as they are sent, turned into row ids of what the actor may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from frontline.estate.access import service_scope
from frontline.estate.models import Service
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Invalid
from frontline.people.queries import directory
from frontline.people.queries import team_rows as teams

#: name of a reference: what it refers to
KINDS = {
    "owner": "person",
    "business_owner": "person",
    "person": "person",
    "organisation": "organisation",
    "supplier": "organisation",
    "place": "place",
    "team": "team",
    "skill": "skill",
    "service": "service",
}


def row_ids(references: Mapping[str, UUID | str | None], *, actor: Actor) -> dict[str, int | None]:
    """`{"owner": uid}` as `{"owner_id": 7}`; raises Invalid with the field for what the actor cannot see.

    One query for each kind of thing that is named.
    """
    found: dict[str, int | None] = {f"{name}_id": None for name in references}
    for kind in {KINDS[name] for name, uid in references.items() if uid}:
        wanted = {name: str(uid) for name, uid in references.items() if uid and KINDS[name] == kind}
        known = _known(kind, set(wanted.values()), actor)
        for name, uid in wanted.items():
            if uid not in known:
                raise Invalid("There is nothing with this id that you may see.", field=name)
            found[f"{name}_id"] = known[uid]
    return found


def _known(kind: str, uids: set[str], actor: Actor) -> dict[str, int]:
    if kind == "team":
        return {str(row.uid): row.id for row in teams.teams(with_inactive=True)}
    if kind == "skill":
        return {str(row.uid): row.id for row in directory.skills()}
    if kind == "service":
        rows = Service.objects.filter(service_scope(actor), uid__in=uids).values_list("uid", "pk")
        return {str(uid): pk for uid, pk in rows}
    return directory.ids_of(kind, uids, actor=actor)


@dataclass(frozen=True, slots=True)
class Known:
    """What names and addresses in a file can mean; names in small letters."""

    organisations: Mapping[str, int]
    suppliers: Mapping[str, int]
    teams: Mapping[str, int]
    skills: Mapping[str, int]
    #: by organisation (None: shared by all) and name
    places: Mapping[tuple[int | None, str], int]


def known_names(*, actor: Actor) -> Known:
    """Everything a file can name, for an importer. Four queries; of two with one name the older counts."""
    owners = [row for row in directory.organisations_page(actor=actor, limit=100_000) if row.active]
    sites = directory.places_page(actor=actor, limit=100_000)
    ids = {row.uid: row.id for row in owners}
    return Known(
        organisations={row.name.casefold(): row.id for row in reversed(owners)},
        suppliers={row.name.casefold(): row.id for row in reversed(owners) if row.kind == "supplier"},
        teams={row.name.casefold(): row.id for row in reversed(teams.teams())},
        skills={row.name.casefold(): row.id for row in directory.skills()},
        places={
            (ids.get(row.organisation.uid) if row.organisation else None, row.name.casefold()): row.id
            for row in reversed(sites)
        },
    )


ADDRESSES = """
SELECT lower(email), id, organisation_id, active FROM people_person WHERE lower(email) = ANY(%(emails)s)
UNION ALL
SELECT lower(o.email), p.id, p.organisation_id, p.active FROM people_other_address o
JOIN people_person p ON p.id = o.person_id WHERE lower(o.email) = ANY(%(emails)s)
"""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who an address belongs to, as far as an importer must know."""

    id: int
    organisation_id: int
    active: bool


def people_by_emails(emails: Iterable[str]) -> dict[str, Addressee]:
    """Who has these addresses, further addresses included, by the address in small letters. One query."""
    wanted = sorted(set(emails))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(ADDRESSES, {"emails": wanted})
        return {email: Addressee(pk, owner, active) for email, pk, owner, active in cursor.fetchall()}
