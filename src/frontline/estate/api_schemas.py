"""What the estate API takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from frontline.estate.queries.items import ItemDetail
from frontline.estate.queries.links import Named, NeedRow
from frontline.estate.queries.reasons import ReasonDetail
from frontline.estate.queries.services import ServiceDetail
from frontline.foundation.http.api import In, Instant, Limit, Out, Page, Text, YesNo

Line = Annotated[Text, Field(max_length=200)]
Needed = Annotated[Text, Field(min_length=1, max_length=200)]
Short = Annotated[Text, Field(max_length=64)]
Words = Annotated[Text, Field(max_length=1000)]
Cursor = Annotated[Text, Field(max_length=400)]
Grade = Annotated[int, Field(ge=1, le=3, strict=True)]
Criticality = Annotated[int, Field(ge=1, le=4, strict=True)]
Status = Literal["ordered", "in_stock", "in_use", "repair", "retired"]
ReasonKind = Literal["incident", "request", "question"]
Whole = Annotated[int, Field(ge=-(2**63), lt=2**63, strict=True)]
Value = (
    Annotated[Text, Field(max_length=1000)] | YesNo | Whole
    | Annotated[float, Field(gt=-1e15, lt=1e15)]
)  # fmt: skip
Attributes = Annotated[dict[Annotated[Text, Field(max_length=100)], Value], Field(max_length=100)]


class Reference(Out):
    """Another thing: its id and name."""

    id: UUID
    name: str


def _reference(named: Named | None) -> Reference | None:
    return None if named is None else Reference(id=named.uid, name=named.name)


def _filled(schema: type[Out], row: Any, **apart: Any) -> dict[str, Any]:
    """Fields of a schema from a row, with names turned into references; `apart` are given as they are."""
    values = {name: getattr(row, name) for name in schema.model_fields if name not in apart}
    return {n: _reference(v) if isinstance(v, Named) else v for n, v in values.items()} | apart


class External(Out):
    """Where it was imported from."""

    source: str
    id: str


def _external(row: ServiceDetail | ItemDetail) -> External | None:
    return None if row.external_id is None else External(source=row.source, id=row.external_id)


class ServiceOut(Out):
    """A service. Who answers for it is told to the desk only; `organisation` null means it is offered to everybody."""

    id: UUID
    name: str
    description: str
    keywords: str
    criticality: int
    calendar_key: str
    owner: Reference | None
    business_owner: Reference | None
    team: Reference | None
    skill: Reference | None
    organisation: Reference | None
    active: bool
    external: External | None
    version: int

    @staticmethod
    def of(row: ServiceDetail) -> "ServiceOut":
        return ServiceOut(**_filled(ServiceOut, row, id=row.uid, external=_external(row)))


class ServicePage(Page):
    items: list[ServiceOut]


class ServiceIn(In):
    """A new service. `calendar_key` names the calendar of its business hours."""

    name: Needed
    description: Annotated[Text, Field(max_length=5000)] = ""
    keywords: Words = ""
    criticality: Criticality = 3
    calendar_key: Short = ""
    owner: UUID | None = None
    business_owner: UUID | None = None
    team: UUID | None = None
    skill: UUID | None = None
    organisation: UUID | None = None


class ServicePatch(In):
    """What is sent changes, what is left out stays. References may be null."""

    name: Needed | None = None
    description: Annotated[Text, Field(max_length=5000)] | None = None
    keywords: Words | None = None
    criticality: Criticality | None = None
    calendar_key: Short | None = None
    owner: UUID | None = None
    business_owner: UUID | None = None
    team: UUID | None = None
    skill: UUID | None = None
    organisation: UUID | None = None
    active: YesNo | None = None


class ServiceFilter(Schema):
    q: Annotated[Text, Field(max_length=100)] = ""
    active: bool | None = None
    organisation: UUID | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class ItemOut(Out):
    """A configuration item. Attributes and the team are told to the desk only."""

    id: UUID
    name: str
    kind: str
    model: str
    serial: str
    status: str
    person: Reference | None
    organisation: Reference | None
    place: Reference | None
    team: Reference | None
    supplier: Reference | None
    attributes: dict[str, str | bool | int | float]
    external: External | None
    version: int

    @staticmethod
    def of(row: ItemDetail) -> "ItemOut":
        return ItemOut(**_filled(ItemOut, row, id=row.uid, external=_external(row)))


class ItemPage(Page):
    items: list[ItemOut]


class ItemIn(In):
    """A new configuration item. Without `organisation` it belongs to that of its person."""

    name: Needed
    kind: Annotated[Text, Field(min_length=1, max_length=40)]
    model: Line = ""
    serial: Annotated[Text, Field(max_length=120)] = ""
    status: Status = "in_use"
    person: UUID | None = None
    organisation: UUID | None = None
    place: UUID | None = None
    team: UUID | None = None
    supplier: UUID | None = None
    attributes: Attributes = {}


class ItemPatch(In):
    """What is sent changes, what is left out stays; `attributes` replace all there were. References may be null."""

    name: Needed | None = None
    kind: Annotated[Text, Field(min_length=1, max_length=40)] | None = None
    model: Line | None = None
    serial: Annotated[Text, Field(max_length=120)] | None = None
    status: Status | None = None
    person: UUID | None = None
    organisation: UUID | None = None
    place: UUID | None = None
    team: UUID | None = None
    supplier: UUID | None = None
    attributes: Attributes | None = None


class ItemFilter(Schema):
    q: Annotated[Text, Field(max_length=100)] = ""
    kind: Annotated[Text, Field(max_length=40)] | None = None
    status: Status | None = None
    person: UUID | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class Neighbour(Out):
    kind: Literal["service", "ci"]
    id: UUID
    name: str
    retired: bool

    @staticmethod
    def of(row: NeedRow) -> "Neighbour":
        kind: Literal["service", "ci"] = "service" if row.kind == "service" else "ci"
        return Neighbour(kind=kind, id=row.uid, name=row.name, retired=row.retired)


class Dependencies(Out):
    """What it needs directly, and what needs it directly."""

    needs: list[Neighbour]
    needed_by: list[Neighbour]


class DependencyIn(In):
    """Another service or configuration item; `direction` says whether it is needed or needs this one."""

    kind: Literal["service", "ci"]
    id: UUID
    direction: Literal["needs", "needed_by"] = "needs"


class ReasonOut(Out):
    """A contact reason in force. `path` names what it is sorted under, outermost first."""

    key: str
    name: str
    parent_key: str
    path: list[str]
    kind: str
    service: Reference | None
    team: Reference | None
    skill: Reference | None
    impact: int
    urgency: int
    sensitive: bool
    keywords: str
    valid_from: datetime
    valid_until: datetime | None
    version: int

    @staticmethod
    def of(row: ReasonDetail) -> "ReasonOut":
        return ReasonOut(**_filled(ReasonOut, row, path=list(row.path)))


class ReasonPage(Page):
    items: list[ReasonOut]


class ReasonIn(In):
    """A new contact reason, from now or `valid_from` on."""

    key: Annotated[Text, Field(min_length=1, max_length=64)]
    name: Needed
    parent_key: Short = ""
    kind: ReasonKind = "incident"
    service: UUID | None = None
    team: UUID | None = None
    skill: UUID | None = None
    impact: Grade = 3
    urgency: Grade = 3
    sensitive: YesNo = False
    keywords: Words = ""
    valid_from: Instant | None = None


class ReasonPatch(In):
    """What is sent changes, what is left out stays, in a new version from now or `valid_from` on."""

    name: Needed | None = None
    parent_key: Short | None = None
    kind: ReasonKind | None = None
    service: UUID | None = None
    team: UUID | None = None
    skill: UUID | None = None
    impact: Grade | None = None
    urgency: Grade | None = None
    sensitive: YesNo | None = None
    keywords: Words | None = None
    active: Literal[False] | None = None
    valid_from: Instant | None = None


class ReasonFilter(Schema):
    q: Annotated[Text, Field(max_length=100)] = ""
    at: Instant | None = None
    cursor: Cursor | None = None
    limit: Limit = 50
