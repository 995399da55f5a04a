"""What needs what. Nothing may need itself, directly or by a way round."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from frontline.estate.facts import DependencyAdded, DependencyRemoved
from frontline.estate.logic.graph import End, way
from frontline.estate.models import Dependency, Item, Service
from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import Conflict, Invalid
from frontline.kernel.facts import Subject


class NeedsItself(Invalid):
    """{name} cannot need itself."""


class CircularDependency(Conflict):
    """This would be a circle: {path}. Remove one of these steps first."""


@use_case
def add_dependency(*, upper: End, lower: End, actor: Actor, now: datetime) -> bool:
    """`upper` needs `lower` from now on; False when it does already. Raises NeedsItself, CircularDependency.

    An end is ("service", id) or ("item", id), found by `queries.end_of`.
    """
    access.require(actor, "estate.manage")
    _one_at_a_time()
    if upper == lower:
        raise NeedsItself(field="lower", name=_names([upper])[upper])
    row = _columns(upper, lower)
    if Dependency.objects.filter(**row).exists():
        return False
    back = way(lower, upper, _needs)
    if back is not None:
        path = [upper, *back]
        names = _names(path)
        raise CircularDependency(field="lower", path=" → ".join(names[end] for end in path))
    Dependency.objects.create(**row)
    announce(
        DependencyAdded(
            subject=Subject(*upper),
            lower_service_id=row["lower_service_id"],
            lower_item_id=row["lower_item_id"],
        ),
        actor=actor,
        at=now,
    )
    return True


@use_case
def remove_dependency(*, upper: End, lower: End, actor: Actor, now: datetime) -> bool:
    """`upper` no longer needs `lower`; False when it did not."""
    access.require(actor, "estate.manage")
    row = _columns(upper, lower)
    gone, _ = Dependency.objects.filter(**row).delete()
    if gone:
        announce(
            DependencyRemoved(
                subject=Subject(*upper),
                lower_service_id=row["lower_service_id"],
                lower_item_id=row["lower_item_id"],
            ),
            actor=actor,
            at=now,
        )
    return bool(gone)


def _one_at_a_time() -> None:
    """Two that are added at the same moment could close a circle that neither sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('estate.dependencies'))")


def _columns(upper: End, lower: End) -> dict[str, int | None]:
    return {
        "upper_service_id": upper[1] if upper[0] == "service" else None,
        "upper_item_id": upper[1] if upper[0] == "item" else None,
        "lower_service_id": lower[1] if lower[0] == "service" else None,
        "lower_item_id": lower[1] if lower[0] == "item" else None,
    }


def _needs(level: Sequence[End]) -> Mapping[End, Sequence[End]]:
    """What each of these needs directly. Two queries."""
    found: dict[End, list[End]] = {}
    for kind in ("service", "item"):
        ids = [pk for which, pk in level if which == kind]
        rows = Dependency.objects.filter(**{f"upper_{kind}__in": ids}).order_by("id")
        for upper_id, service_id, item_id in rows.values_list(
            f"upper_{kind}_id", "lower_service_id", "lower_item_id"
        ):
            lower = ("service", service_id) if service_id is not None else ("item", item_id)
            found.setdefault((kind, upper_id), []).append(lower)
    return found


def _names(ends: Sequence[End]) -> dict[End, str]:
    names: dict[End, str] = {}
    services = Service.objects.filter(pk__in=[pk for kind, pk in ends if kind == "service"])
    items = Item.objects.filter(pk__in=[pk for kind, pk in ends if kind == "item"])
    names.update({("service", pk): name for pk, name in services.values_list("pk", "name")})
    names.update({("item", pk): name for pk, name in items.values_list("pk", "name")})
    return names
