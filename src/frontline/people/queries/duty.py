"""Who is on duty, who stands in, which team is the desk.

These are asked for every new ticket and every page, so one book of shifts, leave, skills and teams is read by one
query and kept in the process for at most two seconds of real time. Verbs that change duty make this process forget
it at once; other processes follow within those two seconds, which is as good as a person walking to the telephone.
Inside a savepoint or a transaction that is not ours nothing is kept, since what was read there may be undone.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.db import connection, transaction

from frontline.foundation.prepared import prepared
from frontline.foundation.transactions import in_transaction
from frontline.kernel.errors import DeskError
from frontline.people.logic.duty import HORIZON, Absence, DutyBook, DutyRow, StandIn, WeeklyShift
from frontline.people.queries.kept import public_names
from frontline.people.queries.party_ids import party_id

KEPT_SECONDS = 2.0
#: a book serves instants this near to the one it was read for
SERVES = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """The desk: its team, its lead (None while nobody was named), its party for custody, the key of its hours."""

    team_id: int
    lead_id: int | None
    party_id: int
    timezone: str
    calendar_key: str


@dataclass(frozen=True, slots=True)
class DutyPersonRow:
    """A person on duty, by the name they show."""

    person_id: int
    uid: str
    shown_name: str
    team_ids: frozenset[int]
    skill_ids: frozenset[int]
    until: datetime


class NoDesk(DeskError):
    """No team is marked as the desk yet. `frontline create-admin` makes one, or do it under Set-up, Teams."""

    status = 409


@dataclass(slots=True)
class _Kept:
    book: DutyBook
    base: datetime
    read_at: float


class _Cache:
    kept: _Kept | None = None
    desk: tuple[DeskRow, float] | None = None


#: of the many people who only need help nothing is read: `here` is looked up for those with a shift or a team
BOOK = """
WITH here AS NOT MATERIALIZED (
    SELECT id FROM people_person WHERE active AND (left_at IS NULL OR left_at > %(at)s)
)
SELECT
    (SELECT json_agg(json_build_array(s.person_id, s.team_id, s.weekday, s.starts, s.ends, s.timezone,
                                      s.valid_from, s.valid_until))
     FROM people_shift s JOIN here ON here.id = s.person_id JOIN people_team t ON t.id = s.team_id
     WHERE t.active AND s.valid_from < %(last)s::date AND (s.valid_until IS NULL OR s.valid_until > %(first)s::date)),
    (SELECT json_agg(json_build_array(l.person_id, l.since, l.until, l.stand_in_id))
     FROM people_leave l WHERE l.until > %(first)s AND l.since < %(last)s),
    (SELECT json_object_agg(k.person_id, k.skills)
     FROM (SELECT person_id, json_agg(skill_id) AS skills FROM people_person_skill GROUP BY person_id) k),
    (SELECT json_object_agg(m.person_id, m.teams)
     FROM (SELECT person_id, json_agg(team_id) AS teams FROM people_membership
           WHERE since <= %(at)s AND (until IS NULL OR until > %(at)s) GROUP BY person_id) m),
    (SELECT json_object_agg(t.id, t.lead_id)
     FROM people_team t JOIN here ON here.id = t.lead_id WHERE t.active),
    (SELECT t.id FROM people_team t WHERE t.is_desk AND t.active)
"""

DESK = """
SELECT t.id, t.lead_id, y.id, t.timezone, COALESCE(y.calendar_key, '')
FROM people_team t LEFT JOIN people_party y ON y.team_id = t.id WHERE t.is_desk AND t.active
"""


def _kept(at: datetime) -> _Kept:
    kept = _Cache.kept
    fresh = (
        kept is not None
        and time.monotonic() - kept.read_at < KEPT_SECONDS
        and abs(at - kept.base) < SERVES
        and _may_keep()
    )
    if kept is not None and fresh:
        return kept
    kept = _load(at)
    if _may_keep():
        _Cache.kept = kept
    return kept


def _may_keep() -> bool:
    """What is read inside a savepoint, or inside a transaction not opened by us, may be undone."""
    return not connection.savepoint_ids and connection.in_atomic_block == in_transaction()


def forget_duty() -> None:
    """Read anew at the next question, and once more after the commit of what is being changed."""
    _forget()
    if in_transaction():
        transaction.on_commit(_forget)


def _forget() -> None:
    _Cache.kept = None
    _Cache.desk = None


#: the verbs' name for it
forget = forget_duty


def _load(at: datetime) -> _Kept:
    window = {"at": at, "first": at - 3 * SERVES, "last": at + HORIZON + 3 * SERVES}
    with prepared() as cursor:
        cursor.execute(BOOK, window)
        shifts, leaves, skills, members, leads, desk_team_id = (_json(v) for v in cursor.fetchone())
    book = DutyBook(
        shifts=[_shift(row) for row in shifts or ()],
        absences=[
            Absence(
                person_id=person,
                since=datetime.fromisoformat(since),
                until=datetime.fromisoformat(until),
                stand_in_id=stand_in,
            )
            for person, since, until, stand_in in leaves or ()
        ],
        skills={int(person): frozenset(ids) for person, ids in (skills or {}).items()},
        members={int(person): frozenset(ids) for person, ids in (members or {}).items()},
        leads={int(team): lead for team, lead in (leads or {}).items()},
        desk_team_id=desk_team_id,
    )
    return _Kept(book, at, time.monotonic())


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _shift(row: list[Any]) -> WeeklyShift:
    person, team, weekday, starts, ends, zone, first, last = row
    return WeeklyShift(
        person_id=person,
        team_id=team,
        weekday=weekday,
        starts=clock_time.fromisoformat(starts),
        ends=clock_time.fromisoformat(ends),
        zone=zone,
        valid_from=date.fromisoformat(first),
        valid_until=None if last is None else date.fromisoformat(last),
    )


def duty_roster(at: datetime) -> list[DutyRow]:
    """Everybody on duty at the instant, leave taken out: for choosing owners. At most one query, mostly none."""
    return _kept(at).book.roster(at)


def on_duty(*, at: datetime, team_id: int | None = None) -> list[DutyPersonRow]:
    """People on duty (in one team), by the name they show, sorted by it. At most two queries."""
    rows = [r for r in duty_roster(at) if team_id is None or team_id in r.team_ids]
    names = public_names(r.person_id for r in rows)
    found = [
        DutyPersonRow(
            r.person_id, str(names[r.person_id][0]), names[r.person_id][1], r.team_ids, r.skill_ids, r.until
        )
        for r in rows
    ]
    return sorted(found, key=lambda r: (r.shown_name.casefold(), r.person_id))


def next_on_duty(person_ids: Iterable[int], at: datetime) -> dict[int, datetime | None]:
    """When each person is on duty next (`at` itself while on duty); None: not within 60 days, or no shifts."""
    book = _kept(at).book
    return {person_id: book.next_on_duty(person_id, at) for person_id in person_ids}


def stand_in_for(*, person_id: int, at: datetime) -> StandIn | None:
    """Who answers for this person now, until they are back; None while they answer themselves.

    The rule is `logic.duty.DutyBook.stand_in`. At most one query, mostly none.
    """
    return _kept(at).book.stand_in(person_id, at)


def stand_ins_for(person_ids: Iterable[int], at: datetime) -> dict[int, StandIn]:
    """The same for many; people who answer themselves are left out."""
    book = _kept(at).book
    found = {person_id: book.stand_in(person_id, at) for person_id in set(person_ids)}
    return {person_id: stand_in for person_id, stand_in in found.items() if stand_in is not None}


def desk() -> DeskRow:
    """The desk. One query, mostly none; raises NoDesk until a team was marked as the desk."""
    if _Cache.desk is not None and time.monotonic() - _Cache.desk[1] < KEPT_SECONDS and _may_keep():
        return _Cache.desk[0]
    with prepared() as cursor:
        cursor.execute(DESK)
        row = cursor.fetchone()
    if row is None:
        raise NoDesk
    team_id, lead_id, known, *rest = row
    found = DeskRow(team_id, lead_id, known or party_id("team", team_id), *rest)
    if _may_keep():
        _Cache.desk = (found, time.monotonic())
    return found


def desk_team() -> int:
    """The id of the desk's team; raises NoDesk."""
    return desk().team_id


def desk_lead() -> int | None:
    """The id of the desk's lead; raises NoDesk."""
    return desk().lead_id
