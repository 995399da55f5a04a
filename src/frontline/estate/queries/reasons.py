"""Contact reasons: the list for logging a call, one with its versions for set-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from frontline.estate.access import UnknownReason, reason_scope
from frontline.estate.models import ContactReason
from frontline.estate.queries.links import Named, named
from frontline.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class ReasonDetail:
    """A version of a contact reason. `path` names what it is sorted under, outermost first, without itself."""

    id: int
    key: str
    name: str
    parent_key: str
    path: Sequence[str]
    kind: str
    service: Named | None
    team: Named | None
    skill: Named | None
    impact: int
    urgency: int
    sensitive: bool
    keywords: str
    valid_from: datetime
    valid_until: datetime | None
    version: int


def _in_force(at: datetime) -> Q:
    return Q(valid_from__lte=at) & (Q(valid_until=None) | Q(valid_until__gt=at))


def reasons(
    *, at: datetime, actor: Actor, text: str = "", after_key: str = "", limit: int | None = None
) -> list[ReasonDetail]:
    """Contact reasons in force at this instant that the actor may see, by key. One query.

    `text` is part of the name or of the words people say for it.
    """
    rows = list(
        ContactReason.objects.filter(_in_force(at), reason_scope(actor))
        .select_related("service", "team", "skill")
        .order_by("key")
    )
    above = {row.key: (row.name, row.parent_key) for row in rows}
    words = " ".join(text.split()).lower()
    kept = [
        row
        for row in rows
        if row.key > after_key and (words in row.name.lower() or words in row.keywords.lower())
    ]
    return [_detail(row, _path(row.parent_key, above)) for row in kept[:limit]]


def reason(*, key: str, at: datetime, actor: Actor) -> ReasonDetail:
    """The version of a contact reason in force, else the one that is planned; raises UnknownReason. Two queries."""
    found = (
        ContactReason.objects.filter(reason_scope(actor), key=key)
        .filter(Q(valid_until=None) | Q(valid_until__gt=at))
        .select_related("service", "team", "skill")
        .order_by("valid_from")
        .first()
    )
    if found is None:
        raise UnknownReason
    return _detail(found, _path(found.parent_key, _above(at)))


def newest_reason(*, key: str, actor: Actor, at: datetime) -> ReasonDetail:
    """The version without an end, which a change would follow; raises UnknownReason. Two queries."""
    found = (
        ContactReason.objects.filter(reason_scope(actor), key=key, valid_until=None)
        .select_related("service", "team", "skill")
        .first()
    )
    if found is None:
        raise UnknownReason
    return _detail(found, _path(found.parent_key, _above(at)))


def reason_versions(*, key: str, actor: Actor, at: datetime) -> list[ReasonDetail]:
    """All versions of a contact reason, the newest first; none for an unknown one. Two queries."""
    rows = ContactReason.objects.filter(reason_scope(actor), key=key).select_related(
        "service", "team", "skill"
    )
    above = _above(at)
    return [_detail(row, _path(row.parent_key, above)) for row in rows.order_by("-valid_from", "-id")]


def reasons_of_service(*, service_id: int, actor: Actor, at: datetime) -> list[ReasonDetail]:
    """Contact reasons in force about a service, by name. Two queries."""
    rows = ContactReason.objects.filter(_in_force(at), reason_scope(actor), service=service_id)
    above = _above(at)
    return [
        _detail(row, _path(row.parent_key, above))
        for row in rows.select_related("service", "team", "skill").order_by("name", "id")
    ]


def _above(at: datetime) -> dict[str, tuple[str, str]]:
    rows = ContactReason.objects.filter(_in_force(at)).values_list("key", "name", "parent_key")
    return {key: (name, parent) for key, name, parent in rows}


def _path(parent: str, above: dict[str, tuple[str, str]]) -> list[str]:
    names: list[str] = []
    while parent in above and len(names) < len(above):
        name, parent = above[parent]
        names.append(name)
    return names[::-1]


def _detail(row: Any, path: list[str]) -> ReasonDetail:
    return ReasonDetail(
        id=row.pk,
        key=row.key,
        name=row.name,
        parent_key=row.parent_key,
        path=path,
        kind=row.kind,
        service=named(row.service),
        team=named(row.team),
        skill=named(row.skill),
        impact=row.impact,
        urgency=row.urgency,
        sensitive=row.sensitive,
        keywords=row.keywords,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        version=row.version,
    )
