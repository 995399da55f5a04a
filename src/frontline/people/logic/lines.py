"""A row of a people file, as texts, turned into a person as they will be stored. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from frontline.kernel.errors import DeskError
from frontline.people.logic.addresses import email_of
from frontline.people.logic.words import language_of, zone_of

YES = frozenset({"1", "y", "yes", "true", "t", "x", "active", "enabled", "ja", "wahr", "aktiv"})
NO = frozenset({"0", "n", "no", "false", "f", "inactive", "disabled", "nein", "falsch", "inaktiv", "left"})
KINDS = ("internal", "customer", "supplier")
#: most characters a text may have
LIMITS = {
    "external_id": 200,
    "name": 200,
    "shown_name": 200,
    "phone": 64,
    "title": 200,
    "employee_number": 64,
    "organisation": 200,
    "place": 200,
    "department": 800,
}


class BadRow(DeskError):
    """This row cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person of a file, checked. None: the file does not say, so what is stored stays."""

    line: int
    file: str = ""
    external_id: str
    name: str
    email: str | None = None
    shown_name: str | None = None
    phone: str | None = None
    title: str | None = None
    employee_number: str | None = None
    organisation: str | None = None
    organisation_kind: str | None = None
    department: str | None = None
    place: str | None = None
    place_timezone: str | None = None
    #: an e-mail address, or the external id of another row or an earlier import
    manager: str | None = None
    language: str | None = None
    timezone: str | None = None
    vip: bool | None = None
    active: bool | None = None


@dataclass(slots=True)
class Sorted:
    """Lines that can be used, and (line, field, reason) of those that cannot."""

    good: list[PersonLine] = field(default_factory=list)
    bad: list[tuple[PersonLine, str, str]] = field(default_factory=list)


def line_from(values: Mapping[str, str], *, line: int, file: str = "") -> PersonLine:
    """The row as a person; raises a DeskError whose `field` names the column to blame."""
    texts = {name: " ".join(value.split()) for name, value in values.items()}
    for name, most in LIMITS.items():
        if len(texts.get(name, "")) > most:
            raise BadRow(
                "This has {length} characters; {most} fit.", field=name, length=len(texts[name]), most=most
            )
    for name, value in texts.items():
        if any(ord(c) < 32 or ord(c) == 127 for c in value):
            raise BadRow("This contains control characters; remove them.", field=name)
    name = texts.get("name") or " ".join(
        part for part in (texts.get("first_name", ""), texts.get("last_name", "")) if part
    )
    if not name:
        raise BadRow("A person needs a name.", field="name")
    if len(name) > LIMITS["name"]:
        raise BadRow(
            "This has {length} characters; {most} fit.", field="name", length=len(name), most=LIMITS["name"]
        )
    email = email_of(texts["email"]) if texts.get("email") else None
    external_id = texts.get("external_id") or email or texts.get("employee_number")
    if not external_id:
        raise BadRow(
            "A person needs an id, an e-mail address or an employee number to be known again.",
            field="external_id",
        )
    kind = texts.get("organisation_kind", "").lower() or None
    if kind is not None and kind not in KINDS:
        raise BadRow("An organisation is internal, customer or supplier.", field="organisation_kind")
    return PersonLine(
        line=line,
        file=file,
        external_id=external_id,
        name=name,
        email=email,
        organisation_kind=kind,
        language=language_of(texts["language"]) if texts.get("language") else None,
        timezone=zone_of(texts["timezone"]) if texts.get("timezone") else None,
        place_timezone=(
            zone_of(texts["place_timezone"], field="place_timezone") if texts.get("place_timezone") else None
        ),
        vip=_flag(texts, "vip"),
        active=_flag(texts, "active"),
        **{
            field: texts.get(field) or None
            for field in (
                "shown_name",
                "phone",
                "title",
                "employee_number",
                "organisation",
                "department",
                "place",
                "manager",
            )
        },
    )


def _flag(texts: Mapping[str, str], name: str) -> bool | None:
    value = texts.get(name, "").lower()
    if not value:
        return None
    if value in YES or value in NO:
        return value in YES
    raise BadRow("{value!r} is neither yes nor no.", field=name, value=value)


def sort_out(lines: Iterable[PersonLine]) -> Sorted:
    """Refuse doubles of an id or address within the file, and managers who lead back to the row itself."""
    found = Sorted()
    ids: dict[str, int] = {}
    addresses: dict[str, int] = {}
    for line in lines:
        if line.external_id in ids:
            found.bad.append((line, "external_id", f"Line {ids[line.external_id]} has the same id."))
        elif line.email is not None and line.email in addresses:
            found.bad.append((line, "email", f"Line {addresses[line.email]} has the same address."))
        else:
            ids[line.external_id] = line.line
            if line.email is not None:
                addresses[line.email] = line.line
            found.good.append(line)
    circles = _in_circles(found.good)
    found.bad += [(line, "manager", "The managers lead in a circle.") for line in circles]
    found.good = [line for line in found.good if line not in circles]
    return found


def _in_circles(lines: list[PersonLine]) -> list[PersonLine]:
    """Lines that are their own manager by way of others of the file."""
    by_key = {line.external_id: line for line in lines}
    by_key.update({line.email: line for line in lines if line.email is not None})
    settled: dict[str, bool] = {}
    for line in lines:
        path: list[PersonLine] = []
        current: PersonLine | None = line
        while current is not None and current.external_id not in settled and current not in path:
            path.append(current)
            current = by_key.get(manager_key(current)) if current.manager else None
        start = path.index(current) if current is not None and current in path else len(path)
        for number, one in enumerate(path):
            settled[one.external_id] = number >= start
    return [line for line in lines if settled[line.external_id]]


def manager_key(line: PersonLine) -> str:
    """The manager as named: an address in lower case, an id as it stands; empty without one."""
    named = line.manager or ""
    return named.lower() if "@" in named else named
