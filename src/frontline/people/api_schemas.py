"""What the people API takes and gives."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, WithJsonSchema

from frontline.foundation.http.api import In, Limit, Out, Page, Text, YesNo
from frontline.people.queries.directory import Named, OrganisationRow, PersonDetail, PlaceRow, SkillRow
from frontline.people.queries.rota import ShiftRow
from frontline.people.queries.team_rows import TeamRow

Line = Annotated[Text, Field(max_length=200)]
Short = Annotated[Text, Field(max_length=64)]
Cursor = Annotated[Text, Field(max_length=400)]
#: by the clock on the wall; JSON Schema's "time" would want a zone
LocalTime = Annotated[
    time, WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d:\d\d$", "examples": ["08:00:00"]})
]


class Reference(Out):
    """Another thing: its id and name."""

    id: UUID
    name: str


class PersonOut(Out):
    id: UUID
    name: str
    shown_name: str
    email: str
    phone: str
    organisation: Reference
    department: Reference | None
    place: Reference | None
    manager: Reference | None
    title: str
    language: str
    timezone: str
    employee_number: str
    vip: bool
    active: bool
    placeholder: bool
    left_at: datetime | None
    roles: list[str]
    teams: list[Reference]
    version: int

    @staticmethod
    def of(row: PersonDetail) -> "PersonOut":
        apart = {"id", "organisation", "department", "place", "manager", "teams"}
        values = {name: getattr(row, name) for name in PersonOut.model_fields if name not in apart}
        return PersonOut(
            id=row.uid,
            organisation=Reference(id=row.organisation.uid, name=row.organisation.name),
            department=_reference(row.department),
            place=_reference(row.place),
            manager=_reference(row.manager),
            teams=[Reference(id=team.uid, name=team.name) for team in row.teams],
            **values,
        )


def _reference(named: Named | None) -> Reference | None:
    return None if named is None else Reference(id=named.uid, name=named.name)


class PersonPage(Page):
    items: list[PersonOut]


class PersonIn(In):
    """A new person. Without `organisation` it follows from the domain of the address."""

    name: Annotated[Line, Field(min_length=1)]
    shown_name: Line = ""
    email: Annotated[Text, Field(max_length=320)] = ""
    phone: Short = ""
    organisation: UUID | None = None
    place: UUID | None = None
    manager: UUID | None = None
    title: Line = ""
    language: Annotated[Text, Field(max_length=10)] = "en"
    timezone: Short = ""
    employee_number: Short = ""
    vip: YesNo = False


class PersonPatch(In):
    """What is sent changes, what is left out stays. `place` and `manager` may be null."""

    name: Line | None = None
    shown_name: Line | None = None
    email: Annotated[Text, Field(max_length=320)] | None = None
    phone: Short | None = None
    organisation: UUID | None = None
    place: UUID | None = None
    manager: UUID | None = None
    title: Line | None = None
    language: Annotated[Text, Field(max_length=10)] | None = None
    timezone: Short | None = None
    employee_number: Short | None = None
    vip: YesNo | None = None
    active: YesNo | None = None


class PeopleFilter(Schema):
    q: Annotated[Text, Field(max_length=100)] = ""
    organisation: UUID | None = None
    active: bool | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class OrganisationOut(Out):
    id: UUID
    name: str
    kind: str
    domains: list[str]
    active: bool
    version: int

    @staticmethod
    def of(row: OrganisationRow) -> "OrganisationOut":
        return OrganisationOut(
            id=row.uid,
            name=row.name,
            kind=row.kind,
            domains=row.domains,
            active=row.active,
            version=row.version,
        )


class OrganisationPage(Page):
    items: list[OrganisationOut]


Kind = Literal["internal", "customer", "supplier"]


class OrganisationIn(In):
    name: Annotated[Line, Field(min_length=1)]
    kind: Kind
    domains: Annotated[list[Annotated[Text, Field(max_length=253)]], Field(max_length=100)] = []


class OrganisationPatch(In):
    name: Line | None = None
    kind: Kind | None = None
    domains: Annotated[list[Annotated[Text, Field(max_length=253)]], Field(max_length=100)] | None = None
    active: YesNo | None = None


class OrganisationFilter(Schema):
    q: Annotated[Text, Field(max_length=100)] = ""
    kind: Kind | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class PlaceOut(Out):
    id: UUID
    name: str
    timezone: str
    address: str
    organisation: Reference | None
    active: bool

    @staticmethod
    def of(row: PlaceRow) -> "PlaceOut":
        return PlaceOut(
            id=row.uid,
            name=row.name,
            timezone=row.timezone,
            address=row.address,
            organisation=_reference(row.organisation),
            active=row.active,
        )


class PlacePage(Page):
    items: list[PlaceOut]


class ListFilter(Schema):
    q: Annotated[Text, Field(max_length=100)] = ""
    cursor: Cursor | None = None
    limit: Limit = 50


class TeamOut(Out):
    id: UUID
    name: str
    tier: int
    is_desk: bool
    timezone: str
    active: bool

    @staticmethod
    def of(row: TeamRow) -> "TeamOut":
        return TeamOut(
            id=row.uid,
            name=row.name,
            tier=row.tier,
            is_desk=row.is_desk,
            timezone=row.timezone,
            active=row.active,
        )


class Teams(Out):
    items: list[TeamOut]


class SkillOut(Out):
    id: UUID
    name: str
    kind: str

    @staticmethod
    def of(row: SkillRow) -> "SkillOut":
        return SkillOut(id=row.uid, name=row.name, kind=row.kind)


class Skills(Out):
    items: list[SkillOut]


class ShiftOut(Out):
    """A weekly shift in local times of `timezone`; `ends` not after `starts` lies on the next day."""

    person: Reference
    team: Reference
    weekday: int
    starts: LocalTime
    ends: LocalTime
    timezone: str
    valid_from: date
    valid_until: date | None

    @staticmethod
    def of(row: ShiftRow) -> "ShiftOut":
        return ShiftOut(
            person=Reference(id=row.person_uid, name=row.person_name),
            team=Reference(id=row.team_uid, name=row.team_name),
            weekday=row.weekday,
            starts=row.starts,
            ends=row.ends,
            timezone=row.timezone,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )


class ShiftPage(Page):
    items: list[ShiftOut]


class ShiftFilter(Schema):
    on: date | None = None
    team: UUID | None = None
    person: UUID | None = None
    cursor: Cursor | None = None
    limit: Limit = 50
