"""Public ids as they are sent, turned into row ids of what the actor may see."""

from collections.abc import Mapping
from uuid import UUID

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
                raise Invalid(
                    "There is no such {what}.", field=name, what=kind if name != "supplier" else name
                )
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
