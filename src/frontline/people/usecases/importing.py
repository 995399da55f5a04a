"""People from a file: matched by source and id, else by address; made where they are new; unchanged where nothing is.

Organisations are matched by name, places and departments matched or made. A manager who is only an address and
nobody yet becomes a placeholder. Many rows cost few queries: each batch looks up and writes everything at once.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from frontline.foundation import access
from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.errors import DeskError
from frontline.kernel.facts import Subject
from frontline.people.facts import PersonAdded, PersonChanged
from frontline.people.logic.addresses import digits_of
from frontline.people.logic.lines import PersonLine, manager_key
from frontline.people.models import Department, Organisation, OtherAddress, Person, Place
from frontline.people.queries import duty
from frontline.people.usecases.organisations import create_organisation, create_place, department_named
from frontline.people.usecases.persons import leave_the_desk, organisation_of_address, placeholder_for

PLAIN = ("name", "shown_name", "phone", "title", "employee_number", "language", "timezone", "vip", "email")


class NoSuchName(DeskError):
    """There is none called {name}."""


class NobodyWithId(DeskError):
    """Nobody has the id {key}; name the manager by an e-mail address or an id that is in the file."""


@dataclass(slots=True)
class ImportedPeople:
    """What became of a batch: counts, rejected (line, field, reason), and how many of other things were made."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[tuple[PersonLine, str, str]] = field(default_factory=list)
    made: dict[str, int] = field(default_factory=dict)

    def count(self, what: str) -> None:
        self.made[what] = self.made.get(what, 0) + 1


@use_case
def import_people(
    *, lines: Sequence[PersonLine], coming: Container[str], source: str, actor: Actor, now: datetime
) -> ImportedPeople:
    """Bring in a batch without its managers; `import_managers` follows when everybody is there.

    `coming` holds the ids of all rows of this run: a manager may stand further down.
    """
    access.require(actor, "people.manage")
    batch = _Batch(lines, source, actor, now)
    bosses = _people_of(source, [line for line in lines if line.manager])
    for line in lines:
        try:
            key = manager_key(line)
            if key and "@" not in key and key not in bosses and key not in coming:
                raise NobodyWithId(field="manager", key=key)
            batch.take(line)
        except DeskError as error:
            batch.result.rejected.append((line, error.field or "", str(error)))
    batch.write()
    return batch.result


@dataclass(slots=True)
class _Batch:
    """Everything a batch is matched against, read at once, and everything it writes."""

    lines: Sequence[PersonLine]
    source: str
    actor: Actor
    now: datetime
    result: ImportedPeople = field(default_factory=ImportedPeople)
    by_id: dict[str, Person] = field(default_factory=dict)
    by_email: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    places: dict[tuple[int | None, str], int] = field(default_factory=dict)
    departments: dict[tuple[int, str], int] = field(default_factory=dict)
    domains: dict[str, int] = field(default_factory=dict)
    new: list[Person] = field(default_factory=list)
    changed: list[tuple[Person, tuple[str, ...]]] = field(default_factory=list)
    leaving: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        ids = [line.external_id for line in self.lines]
        emails = [line.email for line in self.lines if line.email is not None]
        stored = Person.objects.select_for_update(no_key=True).order_by("pk")
        self.by_id = {str(p.external_id): p for p in stored.filter(source=self.source, external_id__in=ids)}
        same = {p.pk: p for p in self.by_id.values()}
        self.by_email = {
            p.email.lower(): same.get(p.pk, p)
            for p in stored.extra(where=["email <> '' AND lower(email) = ANY(%s)"], params=[emails])
        }
        for other in OtherAddress.objects.filter(email__in=emails).select_related("person"):
            self.by_email[other.email.lower()] = same.get(other.person_id, other.person)
        self.organisations = {
            name.casefold(): pk
            for name, pk in Organisation.objects.filter(active=True).order_by("-pk").values_list("name", "pk")
        }
        self.places = {
            (owner, name.casefold()): pk
            for owner, name, pk in Place.objects.values_list("organisation_id", "name", "pk")
        }

    def take(self, line: PersonLine) -> None:
        """Plan what this line changes; raises a DeskError when it cannot be taken."""
        person = self._known(line)
        values = {name: value for name in PLAIN if (value := getattr(line, name)) is not None}
        if line.phone is not None:
            values["phone_digits"] = digits_of(line.phone)
        owner = self._organisation(line, person)
        values["organisation_id"] = owner
        if line.place is not None:
            values["place_id"] = self._place(line, owner)
        if line.department is not None:
            values["department_id"] = self._department(line.department, owner)
        if person is None:
            self._add(line, values)
        else:
            self._update(person, line, values)

    def _known(self, line: PersonLine) -> Person | None:
        person = self.by_id.get(line.external_id)
        holder = None if line.email is None else self.by_email.get(line.email)
        if person is None:
            if holder is not None and holder.source not in {"", self.source}:
                return holder  # known from elsewhere: brought up to date, their origin stays
            if holder is not None and holder.external_id not in {None, line.external_id}:
                raise DeskError(
                    "This address belongs to {name} with the id {other} already.",
                    field="email",
                    name=holder.name,
                    other=holder.external_id,
                )
            return holder
        if holder is not None and holder is not person and holder.pk != person.pk:
            raise DeskError("This address belongs to {name} already.", field="email", name=holder.name)
        return person

    def _organisation(self, line: PersonLine, person: Person | None) -> int:
        if line.organisation is None:
            if person is not None:
                return person.organisation_id
            domain = (line.email or "").partition("@")[2]
            if domain not in self.domains:
                self.domains[domain] = organisation_of_address(line.email or "")
            return self.domains[domain]
        key = line.organisation.casefold()
        if key not in self.organisations:
            if line.organisation_kind is None:
                raise NoSuchName(
                    "There is no organisation called {name}; add it under Set-up, or say in a column "
                    "organisation_kind what it is.",
                    field="organisation",
                    name=line.organisation,
                )
            made = create_organisation(
                details={"name": line.organisation, "kind": line.organisation_kind},
                actor=self.actor,
                now=self.now,
            )
            self.organisations[key] = made.pk
            self.result.count("organisations")
        return self.organisations[key]

    def _place(self, line: PersonLine, owner: int) -> int:
        assert line.place is not None
        key = line.place.casefold()
        for scope in (owner, None):
            if (scope, key) in self.places:
                return self.places[scope, key]
        zone = line.place_timezone or line.timezone
        if zone is None:
            raise NoSuchName(
                "There is no place called {name}; add it under Set-up, or say its zone in a column place_timezone.",
                field="place",
                name=line.place,
            )
        made = create_place(
            details={"name": line.place, "timezone": zone, "organisation_id": owner},
            actor=self.actor,
            now=self.now,
        )
        self.places[owner, key] = made.pk
        self.result.count("places")
        return made.pk

    def _department(self, path: str, owner: int) -> int:
        if (owner, path) not in self.departments:
            before = Department.objects.count()
            made = department_named(organisation_id=owner, path=path, actor=self.actor, now=self.now)
            for _ in range(Department.objects.count() - before):
                self.result.count("departments")
            self.departments[owner, path] = made.pk
        return self.departments[owner, path]

    def _add(self, line: PersonLine, values: dict[str, Any]) -> None:
        gone = {"active": False, "left_at": self.now} if line.active is False else {}
        person = Person(
            source=self.source, external_id=line.external_id, created_at=self.now, **values, **gone
        )
        self.new.append(person)
        self.by_id[line.external_id] = person
        if person.email:
            self.by_email[person.email] = person
        self.result.created += 1

    def _update(self, person: Person, line: PersonLine, values: dict[str, Any]) -> None:
        if person.source == "" and person.external_id is None:
            values.update(source=self.source, external_id=line.external_id)
        if person.placeholder:
            values["placeholder"] = False
        if values["organisation_id"] != person.organisation_id:
            values.setdefault("department_id", None)
            values.setdefault("place_id", None)
        if line.active is True and not person.active and person.merged_into_id is None:
            values.update(active=True, left_at=None)
        fields = tuple(name for name, value in values.items() if getattr(person, name) != value)
        for name in fields:
            setattr(person, name, values[name])
        leaves = line.active is False and person.active
        if fields:
            person.version += 1
            self.changed.append((person, fields))
        if leaves:
            self.leaving.append(person)
        if fields or leaves:
            self.result.updated += 1
        else:
            self.result.unchanged += 1

    def write(self) -> None:
        Person.objects.bulk_create(self.new, batch_size=500)
        if self.changed:
            names = sorted({name for _, fields in self.changed for name in fields} | {"version"})
            Person.objects.bulk_update([person for person, _ in self.changed], names, batch_size=500)
        for person in self.new:
            fact = PersonAdded(**_about(person), person_id=person.pk, placeholder=False, cause="import")
            announce(fact, actor=self.actor, at=self.now)
        for person, fields in self.changed:
            announce(
                PersonChanged(**_about(person), person_id=person.pk, fields=fields),
                actor=self.actor,
                at=self.now,
            )
        for person in self.leaving:
            leave_the_desk(uid=str(person.uid), at=self.now, actor=self.actor, now=self.now)
        if self.changed or self.new:
            duty.forget()


def _about(person: Person) -> dict[str, Any]:
    return {"subject": Subject("person", person.pk), "organisation_id": person.organisation_id}


@use_case
def import_managers(
    *, lines: Sequence[PersonLine], source: str, actor: Actor, now: datetime
) -> list[tuple[PersonLine, str, str]]:
    """Set the managers of a batch whose people are all in. Returns (line, field, reason) where there is none.

    A manager named by an address nobody has becomes a placeholder; one named by an unknown id is refused.
    """
    access.require(actor, "people.manage")
    named = [line for line in lines if line.manager]
    people = _people_of(source, named)
    above: dict[int, int | None] = dict(Person.objects.exclude(manager=None).values_list("pk", "manager_id"))
    refused = []
    changed: dict[int, Person] = {}
    for line in named:
        person = people.get(line.external_id) or people.get(line.email or "")
        if person is None:
            continue  # the line itself was refused
        try:
            boss_id = _boss(line, people, actor, now)
        except DeskError as error:
            refused.append((line, "manager", str(error)))
            continue
        if person.manager_id == boss_id:
            continue
        if _leads_back(boss_id, person.pk, above):
            refused.append(
                (line, "manager", "The managers lead in a circle; the person is in, without this one.")
            )
            continue
        person.manager_id = above[person.pk] = boss_id
        person.version += 1
        changed[person.pk] = person
    Person.objects.bulk_update(changed.values(), ["manager", "version"], batch_size=500)
    for person in changed.values():
        announce(
            PersonChanged(**_about(person), person_id=person.pk, fields=("manager_id",)), actor=actor, at=now
        )
    return refused


def _boss(line: PersonLine, people: dict[str, Person], actor: Actor, now: datetime) -> int:
    """The row id of the manager; raises NobodyWithId and BadAddress."""
    key = manager_key(line)
    boss = people.get(key)
    if boss is not None:
        return boss.pk
    if "@" not in key:
        raise NobodyWithId("The row of {key} was refused; the person is in, without a manager.", key=key)
    return placeholder_for(email=key, actor=actor, now=now)


def _people_of(source: str, lines: Iterable[PersonLine]) -> dict[str, Person]:
    """The people of these lines and their managers, by id of the source and by address."""
    keys = {line.external_id for line in lines} | {manager_key(line) for line in lines}
    emails = {line.email for line in lines if line.email} | {key for key in keys if "@" in key}
    found = {str(p.external_id): p for p in Person.objects.filter(source=source, external_id__in=keys)}
    same = {p.pk: p for p in found.values()}
    for person in Person.objects.extra(
        where=["email <> '' AND lower(email) = ANY(%s)"], params=[sorted(emails)]
    ):
        found[person.email.lower()] = same.get(person.pk, person)
    return found


def _leads_back(boss_id: int, person_id: int, above: dict[int, int | None]) -> bool:
    """Whether going up from the boss leads to the person."""
    seen: set[int] = set()
    at: int | None = boss_id
    while at is not None and at not in seen:
        if at == person_id:
            return True
        seen.add(at)
        at = above.get(at)
    return False
