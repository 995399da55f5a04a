"""A row of a file of services or configuration items, as texts, turned into what will be stored. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from frontline.estate.logic.words import (
    attributes_from_lines,
    attributes_of,
    key_of,
    keywords_of,
    line,
    paragraphs,
)
from frontline.kernel.errors import DeskError

YES = frozenset({"1", "y", "yes", "true", "t", "x", "active", "operational", "live", "ja", "wahr", "aktiv"})
NO = frozenset({"0", "n", "no", "false", "f", "inactive", "retired", "nein", "falsch", "inaktiv"})
#: words for the four tiers, as other systems say them; a leading digit counts too ("1 - most critical")
TIERS = {
    "critical": 1, "very high": 1, "mission critical": 1, "highest": 1, "platinum": 1, "kritisch": 1, "sehr hoch": 1,
    "high": 2, "gold": 2, "hoch": 2,
    "medium": 3, "moderate": 3, "normal": 3, "silver": 3, "mittel": 3,
    "low": 4, "bronze": 4, "none": 4, "niedrig": 4, "gering": 4,
}  # fmt: skip
STATUSES = {
    "ordered": "ordered", "on order": "ordered", "requested": "ordered", "bestellt": "ordered",
    "in_stock": "in_stock", "in stock": "in_stock", "stock": "in_stock", "spare": "in_stock", "available": "in_stock",
    "auf lager": "in_stock", "lager": "in_stock",
    "in_use": "in_use", "in use": "in_use", "installed": "in_use", "active": "in_use", "operational": "in_use",
    "deployed": "in_use", "live": "in_use", "in benutzung": "in_use", "aktiv": "in_use",
    "repair": "repair", "in repair": "repair", "in maintenance": "repair", "maintenance": "repair",
    "broken": "repair", "in reparatur": "repair",
    "retired": "retired", "disposed": "retired", "decommissioned": "retired", "absent": "retired", "stolen": "retired",
    "lost": "retired", "ausgemustert": "retired",
}  # fmt: skip
#: references by e-mail address, and by name
BY_EMAIL = ("owner", "business_owner", "person")
BY_NAME = ("team", "skill", "organisation", "place", "supplier")
LIMITS = {"external_id": 200, "name": 200, "kind": 40, "model": 200, "serial": 120}


class BadRow(DeskError):
    """This row cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateLine:
    """One service or item of a file, checked. What is in neither `values` nor `references` stays as stored.

    `references` are e-mail addresses or names by field; `needs` and `needed_by` are names or ids, as written.
    """

    line: int
    file: str = ""
    external_id: str
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    needs: Sequence[str] = ()
    needed_by: Sequence[str] = ()


@dataclass(slots=True)
class Sorted:
    """Lines that can be used, and (line, field, reason) of those that cannot."""

    good: list[EstateLine] = field(default_factory=list)
    bad: list[tuple[EstateLine, str, str]] = field(default_factory=list)


def service_from(cells: Mapping[str, str], *, number: int, file: str = "") -> EstateLine:
    """The row as a service; raises a DeskError whose `field` names the column to blame."""
    texts = {name: cell for name, cell in cells.items() if cell.strip()}
    name = _named(texts)
    values: dict[str, Any] = {"name": name}
    if "description" in texts:
        values["description"] = paragraphs(texts["description"], field="description", most=5000)
    if "keywords" in texts:
        values["keywords"] = keywords_of(texts["keywords"])
    if "criticality" in texts:
        values["criticality"] = tier_of(texts["criticality"])
    if "calendar" in texts:
        values["calendar_key"] = key_of(texts["calendar"], field="calendar")
    if "active" in texts:
        values["active"] = _flag(texts["active"], field="active")
    return EstateLine(
        line=number,
        file=file,
        external_id=_id(texts) or name,
        name=name,
        values=values,
        references=_references(texts),
        needs=_several(texts.get("needs", "")),
        needed_by=_several(texts.get("needed_by", "")),
    )


def item_from(cells: Mapping[str, str], *, number: int, file: str = "") -> EstateLine:
    """The row as a configuration item; raises a DeskError whose `field` names the column to blame."""
    texts = {name: cell for name, cell in cells.items() if cell.strip()}
    name = _named(texts)
    values: dict[str, Any] = {"name": name}
    for field_name in ("kind", "model", "serial"):
        if field_name in texts:
            values[field_name] = line(texts[field_name], field=field_name, most=LIMITS[field_name])
    if "kind" in values:
        values["kind"] = values["kind"].lower()
    if "status" in texts:
        values["status"] = status_of(texts["status"])
    if "attributes" in texts:
        rows = "\n".join(re.split(r"[;\n\r]+", texts["attributes"]))
        values["attributes"] = attributes_of(attributes_from_lines(rows))
    return EstateLine(
        line=number,
        file=file,
        external_id=_id(texts) or values.get("serial") or name,
        name=name,
        values=values,
        references=_references(texts),
        needs=_several(texts.get("needs", "")),
        needed_by=_several(texts.get("needed_by", "")),
    )


def _named(texts: Mapping[str, str]) -> str:
    name = line(texts.get("name", ""), field="name", most=LIMITS["name"])
    if not name:
        raise BadRow("Services and configuration items need a name.", field="name")
    return name


def _id(texts: Mapping[str, str]) -> str:
    return line(texts.get("external_id", ""), field="external_id", most=LIMITS["external_id"])


def _references(texts: Mapping[str, str]) -> dict[str, str]:
    found = {name: line(texts[name], field=name, most=320) for name in (*BY_EMAIL, *BY_NAME) if name in texts}
    for name in BY_EMAIL:
        if name in found:
            found[name] = found[name].lower()
            if "@" not in found[name]:
                raise BadRow("This is no e-mail address: {text!r}.", field=name, text=found[name][:80])
    return found


def _several(text: str) -> tuple[str, ...]:
    """Names separated by semicolons, bars or lines, each once. Commas may be part of a name."""
    parts = (" ".join(part.split()) for part in re.split(r"[;|\n\r]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def tier_of(text: str) -> int:
    """The criticality 1 to 4 from a number, a phrase that begins with one, or a usual word. Raises BadRow."""
    plain = " ".join(text.lower().split())
    told = re.match(r"(?:tier |t|p)?([1-4])(?![0-9.])", plain)
    if told:
        return int(told[1])
    if plain in TIERS:
        return TIERS[plain]
    raise BadRow(
        "The criticality is 1 (highest) to 4, or critical, high, medium, low; not {text!r}.",
        field="criticality",
        text=text[:80],
    )


def status_of(text: str) -> str:
    """The status of an item from a usual word. Raises BadRow."""
    plain = " ".join(text.lower().split())
    if plain in STATUSES:
        return STATUSES[plain]
    raise BadRow(
        "The status is ordered, in stock, in use, repair or retired; not {text!r}.",
        field="status",
        text=text[:80],
    )


def _flag(text: str, *, field: str) -> bool:
    plain = text.strip().lower()
    if plain in YES | NO:
        return plain in YES
    raise BadRow("This is yes or no, not {text!r}.", field=field, text=text[:80])


def sort_out(lines: Iterable[EstateLine]) -> Sorted:
    """Lines that share an id contradict each other: the first one counts, the others are refused."""
    result = Sorted()
    first: dict[str, EstateLine] = {}
    for one in lines:
        before = first.setdefault(one.external_id, one)
        if before is one:
            result.good.append(one)
        else:
            where = f"line {before.line}" + (f" of {before.file}" if before.file != one.file else "")
            result.bad.append((one, "external_id", f"The id {one.external_id} stands on {where} already."))
    return result
