"""The clock of a demo desk moves forward only, and what falls due on the way happens in order."""

from datetime import UTC, datetime, timedelta

import pytest

from frontline.foundation import clock, manifest
from frontline.foundation.cli import length
from frontline.foundation.facts.announce import announce
from frontline.foundation.manifest import Chore, Reaction
from frontline.foundation.models import Desk
from frontline.foundation.tests.probe.capability import Poked
from frontline.foundation.transactions import transaction
from frontline.foundation.usecases import desk_clock
from frontline.foundation.usecases.desk_clock import (
    DeskIsLive,
    NeverQuiet,
    NotThisDesk,
    TimeRunsForward,
    describe,
    mark_desk,
    move,
    target,
)
from frontline.kernel.actors import SYSTEM
from frontline.kernel.errors import Invalid
from frontline.kernel.facts import Subject

REAL = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


class Wall:
    """The real clock, standing until a test moves it."""

    def __init__(self) -> None:
        self.now = REAL


@pytest.fixture
def wall(monkeypatch) -> Wall:
    wall = Wall()
    monkeypatch.setattr(clock, "real_now", lambda: wall.now)
    monkeypatch.setattr(clock, "_REREAD_SECONDS", -1)
    clock.forget()
    yield wall
    clock.forget()


class Diary:
    """Rows that fall due: (instant, name). Doing one may write another."""

    def __init__(self, name: str, log: list, *, then=None) -> None:
        self.name = name
        self.due: list[datetime] = []
        self.log = log
        self.then = then

    def run(self, now: datetime) -> int:
        ready = sorted(d for d in self.due if d <= now)
        self.due = [d for d in self.due if d > now]
        for at in ready:
            self.log.append((self.name, at, now))
            if self.then is not None:
                self.then(self, at)
        return len(ready)

    def next_due(self) -> datetime | None:
        return min(self.due, default=None)

    def chore(self) -> Chore:
        return Chore(self.name, self.run, next_due=self.next_due)


@pytest.fixture
def play(monkeypatch):
    """`play(diary, …, reactions=[…])`: these are the only chores and reactions."""

    def use(*diaries: Diary, reactions=()) -> None:
        monkeypatch.setattr(manifest, "chores", lambda: tuple(d.chore() for d in diaries))
        monkeypatch.setattr(manifest, "reactions", lambda: tuple(reactions))

    use()
    return use


def at(hours: float) -> datetime:
    return REAL + timedelta(hours=hours)


def test_a_live_desk_keeps_real_time(wall, play):
    assert clock.now() == REAL
    with pytest.raises(DeskIsLive, match="not moved"):
        move(to=at(1))
    with pytest.raises(DeskIsLive):
        move(to=None, speed=5)
    assert clock.now() == REAL
    assert "this desk is live" in describe()


def test_a_demo_desk_moves_to_an_instant_and_goes_on_from_there(wall, play):
    mark_desk(kind="demo")
    move(to=at(5))
    assert clock.now() == at(5)
    wall.now += timedelta(minutes=10)
    assert clock.now() == at(5) + timedelta(minutes=10)
    assert "0 d 5 h 0 min ahead, speed 1" in describe()


def test_time_never_goes_back(wall, play):
    mark_desk(kind="exercise")
    move(to=at(5))
    with pytest.raises(TimeRunsForward, match="forward only"):
        move(to=at(4))
    assert clock.now() == at(5)
    move(to=at(5))


def test_speed_counts_from_where_the_clock_stands(wall, play):
    mark_desk(kind="demo")
    move(to=None, speed=60)
    wall.now += timedelta(minutes=1)
    assert clock.now() == at(1)
    move(to=None, speed=0)
    wall.now += timedelta(days=1)
    assert clock.now() == at(1)
    move(to=at(3))
    assert Desk.objects.get().speed == 0, "a jump keeps the speed"
    move(to=at(4), speed=2)
    wall.now += timedelta(hours=1)
    assert clock.now() == at(6)


@pytest.mark.parametrize("speed", [-1, 100_001, float("nan")])
def test_an_impossible_speed_is_refused(wall, play, speed):
    mark_desk(kind="demo")
    with pytest.raises(Invalid, match="speed lies between"):
        move(to=None, speed=speed)


def test_what_falls_due_is_played_in_order_each_at_its_own_instant(wall, play):
    mark_desk(kind="demo")
    log: list = []
    tea, rounds = Diary("tea", log), Diary("rounds", log)
    tea.due = [at(3), at(1), at(30)]
    rounds.due = [at(2), at(1)]
    play(tea, rounds)
    told: list = []
    assert move(to=at(24), tell=lambda count, words: told.append((count, words))) == 3
    assert log == [
        ("tea", at(1), at(1)),
        ("rounds", at(1), at(1)),
        ("rounds", at(2), at(2)),
        ("tea", at(3), at(3)),
    ]
    assert told == [(1, "2026-01-05 10:00"), (2, "2026-01-05 11:00"), (3, "2026-01-05 12:00")]
    assert (clock.now(), tea.due) == (at(24), [at(30)])


def test_what_is_overdue_at_the_start_happens_at_once(wall, play):
    mark_desk(kind="demo")
    log: list = []
    late = Diary("late", log)
    late.due = [at(-5)]
    play(late)
    move(to=at(1))
    assert log == [("late", at(-5), REAL)]


def test_what_follows_from_what_happened_happens_in_between(wall, play):
    """A chore announces, a reaction plans something new, and that falls due before the end."""
    mark_desk(kind="demo")
    log: list = []

    def tell(diary, due):
        with transaction():
            announce(Poked(subject=Subject("probe", 1)), actor=SYSTEM, at=due)

    first, second = Diary("first", log, then=tell), Diary("second", log)
    first.due = [at(1), at(10)]

    def plan(fact, now):
        second.due.append(now + timedelta(hours=2))

    play(first, second, reactions=[Reaction("plan", (Poked,), plan)])
    move(to=at(11))
    assert [(name, due) for name, due, _ in log] == [("first", at(1)), ("second", at(3)), ("first", at(10))]
    assert second.due == [at(12)]


def test_a_row_that_nobody_does_is_passed_and_the_others_go_on(wall, play):
    mark_desk(kind="demo")
    log: list = []
    stuck, other = Diary("stuck", log), Diary("other", log)
    stuck.due, other.due = [at(1)], [at(2)]
    stuck.run = lambda now: 0
    play(stuck, other)
    move(to=at(3))
    assert [name for name, *_ in log] == ["other"]
    assert clock.now() == at(3)


def test_things_that_cause_one_another_for_ever_stop_the_clock(wall, play, monkeypatch):
    mark_desk(kind="demo")
    monkeypatch.setattr(desk_clock, "ROUNDS_AT_AN_INSTANT", 20)
    restless = Diary("restless", [], then=lambda diary, due: diary.due.append(due))
    restless.due = [at(1)]
    play(restless)
    with pytest.raises(NeverQuiet, match="without end"):
        move(to=at(3))
    assert clock.now() == at(1)
    assert Desk.objects.get().speed == 1, "it runs on as before"


def test_a_desk_with_live_work_cannot_become_a_demo_nor_a_moved_one_live(wall, play):
    with pytest.raises(Invalid, match="live, demo or exercise"):
        mark_desk(kind="other")
    with transaction():
        announce(Poked(subject=Subject("probe", 1)), actor=SYSTEM, at=REAL)
    with pytest.raises(NotThisDesk):
        mark_desk(kind="demo")
    Desk.objects.create(kind="demo")
    mark_desk(kind="live")
    Desk.objects.update(kind="demo")
    move(to=at(1))
    with pytest.raises(NotThisDesk):
        mark_desk(kind="live")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90m", 5400), ("8h", 28800), ("3d", 259200), ("6w", 3628800), ("5s", 5), ("0d", 0)],
)
def test_lengths_are_numbers_with_a_unit(text, expected):
    assert length(text) == timedelta(seconds=expected)


@pytest.mark.parametrize("text", ["", "6", "w", "-1d", "1.5h", "6 w", "99999999w"])
def test_what_is_no_length_is_refused(text):
    with pytest.raises(Invalid, match="such as 6w"):
        length(text)


def test_an_instant_may_stand_in_any_zone_and_without_one_is_utc(wall):
    expected = datetime(2026, 3, 2, 8, 41, tzinfo=UTC)
    for text in ("2026-03-02T08:41:00Z", "2026-03-02T09:41:00+01:00", "2026-03-02T08:41"):
        assert target(at=text, advance=None) == expected
    assert target(at=None, advance=timedelta(hours=1)) == at(1)
    assert target(at=None, advance=None) is None
    with pytest.raises(Invalid, match="no instant"):
        target(at="tomorrow", advance=None)
