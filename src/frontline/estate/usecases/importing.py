"""Services and configuration items from a file: known again by source and id, else by name; made where they are new.

A row that changes nothing costs no query of its own. Links between them follow when everything is there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.db.models import Q
from django.db.models.functions import Lower

from frontline.estate.logic.graph import End
from frontline.estate.logic.lines import BY_EMAIL, EstateLine
from frontline.estate.models import Dependency, Item, Service
from frontline.estate.queries.references import Addressee, Known, people_by_emails
from frontline.estate.usecases.dependencies import add_dependency
from frontline.estate.usecases.items import ItemDetails, create_item, update_item
from frontline.estate.usecases.services import ServiceDetails, create_service, update_service
from frontline.foundation import access
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError

Refused = list[tuple[EstateLine, str, str]]


class NoSuchName(DeskError):
    """There is none called {name}; add it under Set-up, or import it first."""


class NobodyHas(DeskError):
    """Nobody has the address {address}; import people first, or correct it."""


class IdTaken(DeskError):
    """{name} is there with the id {other} already; two cannot have one name and different ids."""


class Ambiguous(DeskError):
    """Several are called {name}; use the id of one."""


@dataclass(slots=True)
class Imported:
    """What became of a batch: counts, and rejected (line, field, reason)."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: Refused = field(default_factory=list)


@use_case
def import_services(
    *, lines: Sequence[EstateLine], known: Known, source: str, actor: Actor, now: datetime
) -> Imported:
    """Bring in a batch of services without their dependencies; `link_imported` follows when all are in."""
    access.require(actor, "estate.manage")
    ids, names = [one.external_id for one in lines], [one.name.lower() for one in lines]
    stored = Service.objects.annotate(plain=Lower("name")).filter(
        Q(source=source, external_id__in=ids) | Q(plain__in=names)
    )
    by_id: dict[str, Any] = {}
    by_name: dict[str, Any] = {}
    for row in stored.order_by("-pk"):
        if row.source == source and row.external_id is not None:
            by_id[row.external_id] = row
        by_name[row.name.lower()] = row

    def find(one: EstateLine) -> Service | None:
        found = by_id.get(one.external_id) or by_name.get(one.name.lower())
        if found is not None and found.source == source and found.external_id not in {None, one.external_id}:
            raise IdTaken(field="name", name=found.name, other=found.external_id)
        return cast(Service | None, found)

    def write(row: Service | None, values: dict[str, Any], one: EstateLine) -> None:
        details = cast(ServiceDetails, values)
        if row is None:
            row = create_service(
                details=details, source=source, external_id=one.external_id, actor=actor, now=now
            )
        else:
            row = update_service(uid=row.uid, changes=details, actor=actor, now=now)
            _adopt(row, source, one)
        by_id[one.external_id] = by_name[row.name.lower()] = row

    return _take(lines, known, find, write, source)


@use_case
def import_items(
    *, lines: Sequence[EstateLine], known: Known, source: str, actor: Actor, now: datetime
) -> Imported:
    """Bring in a batch of configuration items without their dependencies; `link_imported` follows when all are in."""
    access.require(actor, "estate.manage")
    serials = [one.values["serial"] for one in lines if one.values.get("serial")]
    names = [one.name for one in lines]
    by_id = {
        str(row.external_id): row
        for row in Item.objects.filter(source=source, external_id__in=[one.external_id for one in lines])
    }
    #: made in screens, so without an id of any source
    homeless = Item.objects.filter(external_id=None).filter(Q(serial__in=serials) | Q(name__in=names))
    by_serial: dict[str, list[Item]] = {}
    by_name: dict[str, list[Item]] = {}
    for row in homeless.order_by("pk"):
        if row.serial:
            by_serial.setdefault(row.serial, []).append(row)
        by_name.setdefault(row.name, []).append(row)

    def find(one: EstateLine) -> Item | None:
        found = by_id.get(one.external_id)
        if found is not None:
            return found
        serial = one.values.get("serial")
        same = by_serial.get(serial, []) if serial else []
        if not same:
            same = [row for row in by_name.get(one.name, []) if not serial or not row.serial]
        same = [row for row in same if row.external_id is None]
        if len(same) > 1:
            raise Ambiguous(field="name", name=one.name)
        return same[0] if same else None

    def write(row: Item | None, values: dict[str, Any], one: EstateLine) -> None:
        details = cast(ItemDetails, values)
        if row is None:
            row = create_item(
                details=details, source=source, external_id=one.external_id, actor=actor, now=now
            )
        else:
            known_as = row
            row = update_item(uid=row.uid, changes=details, actor=actor, now=now)
            _adopt(row, source, one)
            known_as.external_id = row.external_id
        by_id[one.external_id] = row

    return _take(lines, known, find, write, source)


def _take(
    lines: Sequence[EstateLine],
    known: Known,
    find: Callable[[EstateLine], Any],
    write: Callable[[Any, dict[str, Any], EstateLine], None],
    source: str,
) -> Imported:
    """Each line by itself: whatever a use case refuses is refused before it writes, so the others still come in."""
    result = Imported()
    addressees = people_by_emails(
        address for one in lines for name, address in one.references.items() if name in BY_EMAIL
    )
    for one in lines:
        try:
            row = find(one)
            values = {**one.values, **_references(one, known, addressees, row)}
            if row is not None and _same(row, values) and (row.external_id is not None or not source):
                result.unchanged += 1
                continue
            write(row, values, one)
        except DeskError as error:
            result.rejected.append((one, (error.field or "").removesuffix("_id"), str(error)))
            continue
        if row is None:
            result.created += 1
        else:
            result.updated += 1
    return result


def _same(row: Service | Item, values: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _adopt(row: Service | Item, source: str, one: EstateLine) -> None:
    """What was made in a screen is known by the file's id from now on; what another source brought stays its own."""
    if row.external_id is None:
        row.source, row.external_id = source, one.external_id
        row.save(update_fields=["source", "external_id"])


def _references(
    one: EstateLine, known: Known, addressees: Mapping[str, Addressee], row: Service | Item | None
) -> dict[str, int]:
    """Row ids of what a line names; raises NobodyHas, NoSuchName with the column."""
    found: dict[str, int] = {}
    for name, text in one.references.items():
        if name in BY_EMAIL:
            who = addressees.get(text)
            if who is None:
                raise NobodyHas(field=name, address=text)
            found[f"{name}_id"] = who.id
            if name == "person" and "organisation" not in one.references:
                found["organisation_id"] = who.organisation_id
        elif name != "place":
            found[f"{name}_id"] = _by_name(name, text, known)
    if "place" in one.references:
        text = one.references["place"]
        owner = found.get("organisation_id", row.organisation_id if row is not None else None)
        place = known.places.get((owner, text.casefold()), known.places.get((None, text.casefold())))
        if place is None:
            alone = {pk for (_, name), pk in known.places.items() if name == text.casefold()}
            if len(alone) != 1 or owner is not None:
                raise NoSuchName(
                    "This organisation has no place called {name}; add it under Set-up, or import it first.",
                    field="place",
                    name=text,
                )
            place = alone.pop()
        found["place_id"] = place
    return found


def _by_name(name: str, text: str, known: Known) -> int:
    tables = {
        "organisation": known.organisations,
        "supplier": known.suppliers,
        "team": known.teams,
        "skill": known.skills,
    }
    pk = tables[name].get(text.casefold())
    if pk is None:
        raise NoSuchName(field=name, name=text)
    return pk


@use_case
def link_imported(
    *, kind: str, lines: Sequence[EstateLine], source: str, actor: Actor, now: datetime
) -> tuple[int, Refused]:
    """What the rows of a batch need and are needed by, where it is new. Returns how many, and what was refused.

    The other end is a service or an item by its id in this source, its name, or its serial number. Links that the
    file does not name stay: somebody may have entered them by hand.
    """
    access.require(actor, "estate.manage")
    wanted = [one for one in lines if one.needs or one.needed_by]
    if not wanted:
        return 0, []
    own = _ends(kind, source, [one.external_id for one in wanted], wanted)
    texts = {text for one in wanted for text in (*one.needs, *one.needed_by)}
    ends = _ends_by_text(source, texts)
    have = _pairs()
    made, refused = 0, Refused()
    for one in wanted:
        here = own.get(one.external_id)
        if here is None:
            continue  # the line itself was refused
        links = [("needs", text) for text in one.needs] + [("needed_by", text) for text in one.needed_by]
        for column, text in links:
            try:
                there = _single(ends.get(text.casefold(), set()), column, text)
                pair = (here, there) if column == "needs" else (there, here)
                if pair not in have:
                    add_dependency(upper=pair[0], lower=pair[1], actor=actor, now=now)
                    have.add(pair)
                    made += 1
            except DeskError as error:
                refused.append((one, column, f"{error} The row is in, without this link."))
    return made, refused


def _single(found: set[End], column: str, text: str) -> End:
    if not found:
        raise NoSuchName(
            "There is no service or item called {name}; add it under Set-up, or import it first.",
            field=column,
            name=text,
        )
    services = {end for end in found if end[0] == "service"}
    best = services or found
    if len(best) > 1:
        raise Ambiguous(field=column, name=text)
    return next(iter(best))


def _ends(kind: str, source: str, ids: Sequence[str], lines: Sequence[EstateLine]) -> dict[str, End]:
    """The rows of a batch by their id in the file."""
    model = Service if kind == "service" else Item
    rows = model.objects.filter(source=source, external_id__in=ids).values_list("external_id", "pk")
    found: dict[str, End] = {str(external_id): (kind, pk) for external_id, pk in rows}
    if kind == "service":  # known from elsewhere: by name
        names = {one.name.lower(): one.external_id for one in lines if one.external_id not in found}
        others = Service.objects.annotate(plain=Lower("name")).filter(plain__in=list(names))
        for plain, pk in others.order_by("-pk").values_list("plain", "pk"):
            found[names[plain]] = ("service", pk)
    return found


def _ends_by_text(source: str, texts: set[str]) -> dict[str, set[End]]:
    """Services and items by id in this source, name or serial number, in small letters. Two queries."""
    plain = {text.casefold() for text in texts} | {text.lower() for text in texts}
    named = Q(plain__in=plain) | Q(source=source, external_id__in=texts)
    found: dict[str, set[End]] = {}

    def note(text: str | None, end: End) -> None:
        if text:
            found.setdefault(text.casefold(), set()).add(end)

    services = Service.objects.annotate(plain=Lower("name")).filter(named)
    for pk, name, origin, external_id in services.values_list("pk", "name", "source", "external_id"):
        note(name, ("service", pk))
        note(external_id if origin == source else None, ("service", pk))
    items = Item.objects.annotate(plain=Lower("name")).filter(named | Q(serial__in=texts))
    for pk, name, serial, origin, external_id in items.exclude(status="retired").values_list(
        "pk", "name", "serial", "source", "external_id"
    ):
        note(name, ("item", pk))
        note(serial, ("item", pk))
        note(external_id if origin == source else None, ("item", pk))
    return found


def _pairs() -> set[tuple[End, End]]:
    """All dependencies there are, as pairs of ends. One query."""
    rows = Dependency.objects.values_list(
        "upper_service_id", "upper_item_id", "lower_service_id", "lower_item_id"
    )
    return {(_end(*row[:2]), _end(*row[2:])) for row in rows}


def _end(service_id: int | None, item_id: int | None) -> End:
    return ("service", service_id) if service_id is not None else ("item", item_id or 0)
