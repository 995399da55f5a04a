"""The API of calendars and agreements: `/calendars`, `/agreements`."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Status
from pydantic import Field

from frontline.commitments import access
from frontline.commitments.queries import setup
from frontline.commitments.usecases import agreements as agreeing
from frontline.commitments.usecases import calendars as making
from frontline.foundation.http.api import (
    PROBLEMS,
    ApiRouter,
    In,
    Instant,
    Limit,
    LocalDate,
    Out,
    Page,
    Text,
    YesNo,
    etag,
    read_cursor,
    require_version,
    write_cursor,
)
from frontline.foundation.http.requests import actor_of, now_of

router = ApiRouter(tags=["commitments"])
CALENDAR = "/calendars/{uuid:calendar_id}"
AGREEMENT = "/agreements/{uuid:agreement_id}"

Clock = Annotated[str, Field(pattern=r"^\d\d:\d\d(:\d\d)?$", examples=["08:00"])]
Window = Annotated[list[Clock], Field(min_length=2, max_length=2)]
Day = Annotated[list[Window], Field(max_length=24)]
Name = Annotated[Text, Field(min_length=1, max_length=200)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Measure = Literal["respond", "acknowledge", "next_update", "restore", "resolve", "fulfil"]
Priority = Literal["", "P1", "P2", "P3", "P4", "P5"]
Kind = Literal["sla", "ola", "contract"]
Criticality = Annotated[int, Field(ge=1, le=4, strict=True)]
Cursor = Annotated[Text, Field(max_length=200)] | None


class OneDay(In):
    """An hour of one day that is open or closed whatever else says; the last match wins."""

    date: LocalDate
    from_: Clock = Field(alias="from")
    to: Clock
    open: YesNo


class Rules(In):
    """Opening hours on the local wall clock of `tz`. A window that ends at or before its start runs past midnight."""

    tz: Annotated[Text, Field(min_length=1, max_length=64, examples=["Europe/Berlin"])]
    weekly: dict[Weekday, Day]
    holidays: Annotated[list[LocalDate], Field(max_length=2000)] = []
    exceptions: Annotated[list[OneDay], Field(max_length=2000)] = []

    def document(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True)


class RulesOut(Out):
    tz: str
    weekly: dict[str, list[list[str]]]
    holidays: list[str] = []
    exceptions: list[dict[str, Any]] = []


class VersionOut(Out):
    effective_from: datetime | None
    created_at: datetime
    rules: RulesOut


class CalendarOut(Out):
    """`clocks_on_older_hours` counts running clocks that a recompute would look at."""

    id: UUID
    key: str
    name: str
    active: bool
    versions: list[VersionOut]
    clocks_on_older_hours: int


class CalendarPage(Page):
    items: list[CalendarOut]


class CalendarIn(In):
    key: Annotated[Text, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$", examples=["berlin-hours"])]
    name: Name
    rules: Rules


class CalendarPatch(In):
    name: Name | None = None
    active: YesNo | None = None


class VersionIn(In):
    """New hours; without `effective_from` they hold from now on."""

    effective_from: Instant | None = None
    rules: Rules


class RecomputedOut(Out):
    examined: int
    moved: int


class Ref(Out):
    id: UUID
    name: str


class TargetIn(In):
    """`seconds` of working time on `calendar` (a key; empty: the service's business hours; `round-the-clock`)."""

    measure: Measure
    priority: Priority = ""
    seconds: Annotated[int, Field(ge=0, le=agreeing.LONGEST, strict=True)]
    calendar: Annotated[Text, Field(max_length=100)] = ""
    warn_percent: Annotated[int, Field(ge=1, le=100, strict=True)] = 75

    def spec(self) -> agreeing.TargetSpec:
        return agreeing.TargetSpec(
            self.measure, self.priority, self.seconds, self.calendar, self.warn_percent
        )


class TargetOut(Out):
    id: UUID
    measure: str
    priority: str
    seconds: int
    calendar: str
    warn_percent: int
    valid_from: datetime
    valid_until: datetime | None


class AgreementOut(Out):
    id: UUID
    kind: str
    name: str
    organisation: Ref | None
    team: Ref | None
    service: Ref | None
    criticality: int | None
    active: bool
    valid_from: datetime
    valid_until: datetime | None
    targets: list[TargetOut]


class AgreementPage(Page):
    items: list[AgreementOut]


Targets = Annotated[list[TargetIn], Field(max_length=60)]


class AgreementIn(In):
    kind: Kind
    name: Name
    organisation: UUID | None = None
    team: UUID | None = None
    service: UUID | None = None
    criticality: Criticality | None = None
    valid_from: Instant | None = None
    valid_until: Instant | None = None
    targets: Targets = []


class AgreementPatch(In):
    """`targets` is the whole set from now on."""

    name: Name | None = None
    active: YesNo | None = None
    valid_until: Instant | None = None
    targets: Targets | None = None


@router.get("/calendars", permission=access.READ, response={200: CalendarPage, **PROBLEMS})
def list_calendars(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> CalendarPage:
    """Calendars with all their versions, in the order they were made."""
    found = setup.calendars(actor=actor_of(request), after=_after(cursor), limit=limit + 1)
    shown = found[:limit]
    following = write_cursor(shown[-1].id) if len(found) > limit else None
    return CalendarPage(items=[_calendar(row) for row in shown], next_cursor=following)


@router.post("/calendars", permission=access.WRITE, response={201: CalendarOut, **PROBLEMS})
def create_calendar(request: HttpRequest, body: CalendarIn, response: HttpResponse) -> Any:
    """A calendar whose hours hold from ever."""
    row = making.create_calendar(
        key=body.key,
        name=body.name,
        rules=body.rules.document(),
        actor=actor_of(request),
        now=now_of(request),
    )
    return Status(201, _calendar_answer(row, response))


@router.get(CALENDAR, permission=access.READ, response={200: CalendarOut, **PROBLEMS})
def get_calendar(request: HttpRequest, calendar_id: UUID, response: HttpResponse) -> Any:
    """One calendar."""
    return _calendar_answer(setup.calendar_row(uid=calendar_id, actor=actor_of(request)), response)


@router.patch(CALENDAR, permission=access.WRITE, response={200: CalendarOut, **PROBLEMS})
def change_calendar(
    request: HttpRequest, calendar_id: UUID, body: CalendarPatch, response: HttpResponse
) -> Any:
    """Rename a calendar, retire it or take it back into use. Needs If-Match."""
    row = making.change_calendar(
        uid=calendar_id,
        name=body.name,
        active=body.active,
        check=lambda version: require_version(request, version),
        actor=actor_of(request),
        now=now_of(request),
    )
    return _calendar_answer(row, response)


@router.post(CALENDAR + "/versions", permission=access.WRITE, response={201: CalendarOut, **PROBLEMS})
def add_version(request: HttpRequest, calendar_id: UUID, body: VersionIn, response: HttpResponse) -> Any:
    """New hours from an instant on; the past is frozen and running clocks keep theirs until a recompute."""
    row = making.add_version(
        uid=calendar_id,
        effective_from=body.effective_from,
        rules=body.rules.document(),
        actor=actor_of(request),
        now=now_of(request),
    )
    return Status(201, _calendar_answer(row, response))


@router.post(CALENDAR + "/recompute", permission=access.WRITE, response={200: RecomputedOut, **PROBLEMS})
def recompute(request: HttpRequest, calendar_id: UUID) -> RecomputedOut:
    """Move the running and paused clocks of a calendar to its newest hours."""
    done = making.recompute_clocks(uid=calendar_id, actor=actor_of(request), now=now_of(request))
    return RecomputedOut(examined=done.examined, moved=done.moved)


@router.get("/agreements", permission=access.READ, response={200: AgreementPage, **PROBLEMS})
def list_agreements(
    request: HttpRequest,
    kind: Kind | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AgreementPage:
    """Agreements with the targets that hold or will hold, in the order they were made."""
    found = setup.agreements(
        actor=actor_of(request),
        now=now_of(request),
        kind=kind,
        after=_after(cursor),
        limit=limit + 1,
    )
    shown = found[:limit]
    following = write_cursor(shown[-1].id) if len(found) > limit else None
    return AgreementPage(items=[_agreement(row) for row in shown], next_cursor=following)


@router.post("/agreements", permission=access.WRITE, response={201: AgreementOut, **PROBLEMS})
def create_agreement(request: HttpRequest, body: AgreementIn, response: HttpResponse) -> Any:
    """An SLA, OLA or contract with its targets."""
    row = agreeing.create_agreement(
        kind=body.kind,
        name=body.name,
        organisation=body.organisation,
        team=body.team,
        service=body.service,
        criticality=body.criticality,
        valid_from=body.valid_from,
        valid_until=body.valid_until,
        targets=[target.spec() for target in body.targets],
        actor=actor_of(request),
        now=now_of(request),
    )
    return Status(201, _agreement_answer(row, response))


@router.get(AGREEMENT, permission=access.READ, response={200: AgreementOut, **PROBLEMS})
def get_agreement(request: HttpRequest, agreement_id: UUID, response: HttpResponse) -> Any:
    """One agreement."""
    row = setup.agreement_row(uid=agreement_id, actor=actor_of(request), now=now_of(request))
    return _agreement_answer(row, response)


@router.patch(AGREEMENT, permission=access.WRITE, response={200: AgreementOut, **PROBLEMS})
def change_agreement(
    request: HttpRequest, agreement_id: UUID, body: AgreementPatch, response: HttpResponse
) -> Any:
    """Change an agreement; old targets keep their dates. Needs If-Match."""
    row = agreeing.change_agreement(
        uid=agreement_id,
        name=body.name,
        active=body.active,
        valid_until=body.valid_until,
        targets=None if body.targets is None else [target.spec() for target in body.targets],
        check=lambda version: require_version(request, version),
        actor=actor_of(request),
        now=now_of(request),
    )
    return _agreement_answer(row, response)


def _after(cursor: str | None) -> int:
    place = read_cursor(cursor, int)
    return 0 if place is None else place[0]


def _calendar(row: setup.CalendarRow) -> CalendarOut:
    versions = [
        VersionOut(effective_from=v.effective_from, created_at=v.created_at, rules=RulesOut(**v.rules))
        for v in row.versions
    ]
    return CalendarOut(
        id=row.uid,
        key=row.key,
        name=row.name,
        active=row.active,
        versions=versions,
        clocks_on_older_hours=row.behind,
    )


def _calendar_answer(row: setup.CalendarRow, response: HttpResponse) -> CalendarOut:
    response["ETag"] = etag(row.version)
    return _calendar(row)


def _agreement(row: setup.AgreementRow) -> AgreementOut:
    def ref(named: setup.Named | None) -> Ref | None:
        return None if named is None else Ref(id=named.uid, name=named.name)

    targets = [
        TargetOut(
            id=t.uid,
            measure=t.measure,
            priority=t.priority,
            seconds=t.seconds,
            calendar=t.calendar,
            warn_percent=t.warn_percent,
            valid_from=t.valid_from,
            valid_until=t.valid_until,
        )
        for t in row.targets
    ]
    return AgreementOut(
        id=row.uid,
        kind=row.kind,
        name=row.name,
        organisation=ref(row.organisation),
        team=ref(row.team),
        service=ref(row.service),
        criticality=row.criticality,
        active=row.active,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        targets=targets,
    )


def _agreement_answer(row: setup.AgreementRow, response: HttpResponse) -> AgreementOut:
    response["ETag"] = etag(row.version)
    return _agreement(row)


def install(api: Any) -> None:
    api.add_router("", router)
