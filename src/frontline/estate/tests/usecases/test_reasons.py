"""Contact reasons are versions: what was valid stays what it was."""

from datetime import timedelta

import pytest

from frontline.estate import queries
from frontline.estate.logic.words import BadKey
from frontline.estate.models import ContactReason
from frontline.estate.usecases import reasons
from frontline.estate.usecases.reasons import (
    ChangeInThePast,
    PlannedAlready,
    ReasonKeyTaken,
    ReasonNeeded,
)
from frontline.kernel.errors import Forbidden, Invalid, StaleVersion

HOUR = timedelta(hours=1)


def versions(key):
    rows = ContactReason.objects.filter(key=key).order_by("version")
    return [(row.version, row.name, row.valid_from, row.valid_until) for row in rows]


def test_a_change_is_a_new_version_and_the_old_one_keeps_its_id_and_words(world):
    adam, old = world.actor("Adam"), world.reset
    new = reasons.update_reason(
        key="password-reset",
        changes={"name": "Forgotten password", "urgency": 1},
        actor=adam,
        now=world.now,
    )
    assert versions("password-reset") == [
        (1, "Password reset", old.valid_from, world.now),
        (2, "Forgotten password", world.now, None),
    ]
    assert (new.sensitive, new.kind, new.urgency) == (True, "request", 1)
    assert queries.reason_row(old.pk).name == "Password reset"
    assert queries.find_reason("password-reset", at=world.now - HOUR) == old.pk
    assert queries.find_reason("password-reset", at=world.now) == new.pk
    same = reasons.update_reason(
        key="password-reset", changes={"urgency": 1}, actor=adam, now=world.now + HOUR
    )
    assert same.pk == new.pk


def test_of_several_changes_at_the_same_instant_the_last_counts(world):
    adam = world.actor("Adam")
    for name in ("One", "Two", "Three"):
        reasons.update_reason(key="password-reset", changes={"name": name}, actor=adam, now=world.now)
    tick = timedelta(microseconds=1)
    assert versions("password-reset")[1:] == [
        (2, "One", world.now, world.now + tick),
        (4, "Three", world.now + tick, None),
    ]


def test_a_planned_change_waits_for_its_instant_and_can_be_altered_till_then(world):
    adam, later = world.actor("Adam"), world.now + 24 * HOUR
    given = {"key": "password-reset", "actor": adam, "now": world.now}
    reasons.update_reason(**given, changes={"name": "From tomorrow"}, valid_from=later)
    reasons.update_reason(**given, changes={"name": "From tomorrow on"})
    assert versions("password-reset")[1:] == [(3, "From tomorrow on", later, None)]
    assert queries.reason(key="password-reset", at=world.now, actor=adam).name == "Password reset"
    assert queries.reason(key="password-reset", at=later, actor=adam).name == "From tomorrow on"
    with pytest.raises(PlannedAlready):
        reasons.update_reason(**given, changes={"name": "Today"}, valid_from=world.now + HOUR)
    with pytest.raises(ChangeInThePast):
        reasons.update_reason(**given, changes={"name": "Yesterday"}, valid_from=world.now - HOUR)
    with pytest.raises(StaleVersion):
        reasons.update_reason(**given, changes={"name": "X"}, version=1)


def test_a_retired_reason_leaves_the_lists_and_can_come_back(world):
    adam = world.actor("Adam")
    reasons.retire_reason(key="password-reset", actor=adam, now=world.now)
    assert queries.reasons(at=world.now, actor=adam) == []
    with pytest.raises(queries.NoSuchReason):
        queries.find_reason("password-reset", at=world.now)
    assert queries.find_reason("password-reset", at=world.now - HOUR) == world.reset.pk
    back = reasons.create_reason(
        key="password-reset", details={"name": "Password"}, actor=adam, now=world.now + HOUR
    )
    assert (back.version, back.valid_from) == (2, world.now + HOUR)
    assert [row.name for row in queries.reason_versions(key="password-reset", actor=adam, at=world.now)] == [
        "Password",
        "Password reset",
    ]


def test_reasons_sort_under_each_other_without_circles(world):
    adam = world.actor("Adam")
    given = {"actor": adam, "now": world.now}
    reasons.create_reason(key="access", details={"name": "Access"}, **given)
    reasons.update_reason(key="password-reset", changes={"parent_key": "access"}, **given)
    assert queries.reason(key="password-reset", at=world.now, actor=adam).path == ["Access"]
    with pytest.raises(Invalid, match="circle: Access → Password reset → Access") as refused:
        reasons.update_reason(key="access", changes={"parent_key": "password-reset"}, **given)
    assert refused.value.field == "parent_key"
    with pytest.raises(Invalid, match="There is no contact reason nowhere"):
        reasons.update_reason(key="access", changes={"parent_key": "nowhere"}, **given)
    with pytest.raises(ReasonNeeded, match="Password reset is sorted under"):
        reasons.retire_reason(key="access", **given)


@pytest.mark.parametrize(
    ("key", "details", "error"),
    [
        ("password-reset", {"name": "X"}, ReasonKeyTaken),
        ("Two Words", {"name": "X"}, BadKey),
        ("x", {}, Invalid),
        ("x", {"name": " "}, Invalid),
        ("x", {"name": "X", "kind": "complaint"}, Invalid),
        ("x", {"name": "X", "impact": 0}, Invalid),
        ("x", {"name": "X", "urgency": 4}, Invalid),
    ],
)
def test_what_cannot_be_is_refused(world, key, details, error):
    with pytest.raises(error):
        reasons.create_reason(key=key, details=details, actor=world.actor("Adam"), now=world.now)
    assert ContactReason.objects.count() == 1


def test_only_administrators_set_up_reasons(world):
    for name in ("Amira", "Omar", "Sam"):
        given = {"key": "password-reset", "actor": world.actor(name), "now": world.now}
        with pytest.raises(Forbidden):
            reasons.update_reason(changes={"name": "X"}, **given)
        with pytest.raises(Forbidden):
            reasons.retire_reason(**given)
    with pytest.raises(Forbidden):
        reasons.create_reason(key="x", details={"name": "X"}, actor=world.actor("Ben"), now=world.now)
