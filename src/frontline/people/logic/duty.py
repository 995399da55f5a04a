"""Who is on duty: weekly shifts in their own zones, minus leave. Pure; instants are aware and in UTC.

A shift belongs to the local date it starts on. It begins at the first instant whose local wall clock has reached
its start, and ends at the last one that reaches its end: on the night the clocks go back a person stays through
both passes of the repeated hour, and when an hour is skipped a start inside it falls on the moment of the jump.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
#: how far ahead a next shift is looked for
HORIZON = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyShift:
    """On duty from `starts` to `ends` on `weekday` (0 Monday). An end not after the start lies on the next day.

    `valid_from` and `valid_until` are local dates the shift may start on, the latter excluded.
    """

    person_id: int
    team_id: int
    weekday: int
    starts: time
    ends: time
    zone: str
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Away from `since` until just before `until`; `stand_in_id` answers meanwhile where one was named."""

    person_id: int
    since: datetime
    until: datetime
    stand_in_id: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One stretch of duty of one person in one team, half-open."""

    since: datetime
    until: datetime
    person_id: int
    team_id: int


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A person on duty now: in which teams, with which skills, and until when without a break.

    `until` looks two days ahead: for duty without any end it is a lower bound.
    """

    person_id: int
    team_ids: frozenset[int]
    skill_ids: frozenset[int]
    until: datetime


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who answers in somebody's place, and until when (None: nobody knows when they are back)."""

    person_id: int
    until: datetime | None


def reached(wall: datetime, zone: ZoneInfo, *, last: bool) -> datetime:
    """The instant the local wall clock reaches `wall` (naive): its first pass, or its last with `last`.

    Where the hour is skipped it is the moment of the jump.
    """
    early = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if early <= late:
        return late if last else early
    return _jump(late, early, zone)


def _jump(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The second in (low, high] at which the zone's offset changes."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high


@lru_cache(maxsize=20_000)
def _stretch(day: date, starts: time, ends: time, zone: str) -> tuple[datetime, datetime]:
    """The shift that starts on this local date, as instants."""
    where = ZoneInfo(zone)
    last_day = day if ends > starts else day + DAY
    return (
        reached(datetime.combine(day, starts), where, last=False),
        reached(datetime.combine(last_day, ends), where, last=True),
    )


def turns_of(shift: WeeklyShift, *, since: datetime, until: datetime) -> list[Turn]:
    """The shift's stretches that touch [since, until), in order."""
    zone = ZoneInfo(shift.zone)
    day = since.astimezone(zone).date() - 2 * DAY
    final = until.astimezone(zone).date() + DAY
    day += timedelta(days=(shift.weekday - day.weekday()) % 7)
    found = []
    while day <= final:
        if shift.valid_from <= day and (shift.valid_until is None or day < shift.valid_until):
            begin, end = _stretch(day, shift.starts, shift.ends, shift.zone)
            if begin < until and end > since and begin < end:
                found.append(Turn(begin, end, shift.person_id, shift.team_id))
        day += timedelta(days=7)
    return found


def merged(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Spans joined where they touch or overlap, in order."""
    joined: list[tuple[datetime, datetime]] = []
    for since, until in sorted(spans):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return joined


def without(
    spans: Sequence[tuple[datetime, datetime]], holes: Iterable[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """What is left of merged spans when the holes are cut out."""
    left = list(spans)
    for hole_since, hole_until in holes:
        kept = []
        for since, until in left:
            if since < min(until, hole_since):
                kept.append((since, min(until, hole_since)))
            if max(since, hole_until) < until:
                kept.append((max(since, hole_until), until))
        left = kept
    return sorted(left)


@dataclass(slots=True)
class DutyBook:
    """Everything that decides who is on duty and who stands in, asked any number of times.

    `leads` is team -> lead; `members` is person -> teams they belong to, `skills` person -> skills.
    Answers are remembered until the next moment somebody comes or goes, so asking again costs a look-up.
    """

    shifts: Sequence[WeeklyShift]
    absences: Sequence[Absence] = ()
    skills: Mapping[int, frozenset[int]] = field(default_factory=dict)
    members: Mapping[int, frozenset[int]] = field(default_factory=dict)
    leads: Mapping[int, int] = field(default_factory=dict)
    desk_team_id: int | None = None
    _by_person: dict[int, list[WeeklyShift]] = field(default_factory=dict, init=False)
    _away: dict[int, list[Absence]] = field(default_factory=dict, init=False)
    _answer: tuple[datetime, datetime, list[DutyRow]] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        for shift in self.shifts:
            self._by_person.setdefault(shift.person_id, []).append(shift)
        for absence in self.absences:
            self._away.setdefault(absence.person_id, []).append(absence)

    def roster(self, at: datetime) -> list[DutyRow]:
        """Everybody on duty at this instant, by person id."""
        if self._answer is None or not self._answer[0] <= at < self._answer[1]:
            self._answer = self._roster(at)
        return self._answer[2]

    def _roster(self, at: datetime) -> tuple[datetime, datetime, list[DutyRow]]:
        rows = []
        edges = [at + DAY]
        for person_id in sorted(self._by_person):
            turns = self._turns(person_id, at, at + 2 * DAY)
            holes = [(a.since, a.until) for a in self._away.get(person_id, ())]
            edges.extend(e for turn in turns for e in (turn.since, turn.until) if e > at)
            edges.extend(e for hole in holes for e in hole if e > at)
            spans = without(merged((turn.since, turn.until) for turn in turns), holes)
            until = next((until for since, until in spans if since <= at < until), None)
            if until is not None:
                teams = frozenset(turn.team_id for turn in turns if turn.since <= at < turn.until)
                rows.append(DutyRow(person_id, teams, self.skills.get(person_id, frozenset()), until))
        return at, min(edges), rows

    def _turns(self, person_id: int, since: datetime, until: datetime) -> list[Turn]:
        return [
            turn
            for shift in self._by_person.get(person_id, ())
            for turn in turns_of(shift, since=since, until=until)
        ]

    def _spans(self, person_id: int, *, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        """Stretches on duty that touch [since, until): all teams together, leave cut out."""
        duty = merged((turn.since, turn.until) for turn in self._turns(person_id, since, until))
        return without(duty, ((a.since, a.until) for a in self._away.get(person_id, ())))

    def away(self, person_id: int, at: datetime) -> Absence | None:
        """The leave the person is on at this instant; of several, the one that ends last."""
        now = [a for a in self._away.get(person_id, ()) if a.since <= at < a.until]
        return max(now, key=lambda a: a.until, default=None)

    def has_roster(self, person_id: int) -> bool:
        return person_id in self._by_person

    def on_duty(self, person_id: int, at: datetime) -> bool:
        return any(row.person_id == person_id for row in self.roster(at))

    def next_on_duty(self, person_id: int, at: datetime) -> datetime | None:
        """The first instant at or after `at` that the person is on duty; None within HORIZON or without shifts."""
        step = timedelta(days=8)
        begin = at
        while begin < at + HORIZON:
            for since, until in self._spans(person_id, since=begin, until=begin + step):
                if until > at:
                    return max(since, at)
            begin += step
        return None

    def stand_in(self, person_id: int, at: datetime) -> StandIn | None:
        """Who answers for the person at this instant; None while they answer themselves, or when nobody can.

        Order: whoever was named for the leave (or whoever that person named, and so on), if on duty; the lead of
        one of the person's teams, the desk's first; any member of the desk on duty, the same one as long as they
        stay. With nobody on duty at all it is who was named for the leave. Somebody without shifts and not on
        leave answers for themselves.
        """
        absence = self.away(person_id, at)
        if absence is None and (not self.has_roster(person_id) or self.on_duty(person_id, at)):
            return None
        back = self.next_on_duty(person_id, at)
        if back is None and absence is not None and not self.has_roster(person_id):
            back = absence.until
        chosen = self._choose(person_id, at)
        return None if chosen is None else StandIn(chosen, back)

    def _choose(self, person_id: int, at: datetime) -> int | None:
        present = {row.person_id: row for row in self.roster(at)}
        named = self._named(person_id, at)
        if named is not None and (named in present or not self.has_roster(named)):
            return named
        for lead in self._leads_of(person_id):
            if lead != person_id and lead in present:
                return lead
        desk = [row.person_id for row in present.values() if self.desk_team_id in row.team_ids]
        others = [p for p in desk if p != person_id]
        return max(others, key=lambda p: (_draw(person_id, p), p)) if others else named

    def _named(self, person_id: int, at: datetime) -> int | None:
        """Follow named stand-ins through those who are on leave themselves."""
        seen = {person_id}
        current = self.away(person_id, at)
        while current is not None and current.stand_in_id is not None and current.stand_in_id not in seen:
            seen.add(current.stand_in_id)
            if (theirs := self.away(current.stand_in_id, at)) is None:
                return current.stand_in_id
            current = theirs
        return None

    def _leads_of(self, person_id: int) -> list[int]:
        teams = sorted(self.members.get(person_id, ()), key=lambda t: (t != self.desk_team_id, t))
        return [self.leads[team] for team in teams if team in self.leads]


def _draw(person_id: int, candidate: int) -> int:
    """A lot that stays the same for a pair, so that the same person answers while they are there."""
    return zlib.crc32(f"{person_id}:{candidate}".encode())
