import pytest

from frontline.commitments import policy
from frontline.commitments.logic.calendar import UnknownZone
from frontline.commitments.logic.targets import TargetError
from frontline.commitments.models import Clock, Target
from frontline.commitments.planning import TargetRow
from frontline.commitments.queries import priority_for, targets_for
from frontline.commitments.queries.audit import audit_clocks
from frontline.commitments.usecases import clocks
from frontline.commitments.usecases.agreements import (
    IncompleteAgreement,
    TargetSpec,
    change_agreement,
    create_agreement,
)
from frontline.commitments.usecases.calendars import (
    AlwaysOpen,
    PastIsFrozen,
    Recomputed,
    add_version,
    change_calendar,
    create_calendar,
    recompute_clocks,
)
from frontline.commitments.usecases.priorities import set_priorities
from frontline.commitments.usecases.watch import run_due
from frontline.foundation.models import FactRow
from frontline.foundation.transactions import transaction
from frontline.kernel.errors import Conflict, Forbidden, Invalid
from frontline.people.models import Organisation, Team

pytestmark = pytest.mark.django_db

NINE_TO_FIVE = {
    "tz": "UTC",
    "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
}
NINE_TO_NOON = {
    "tz": "UTC",
    "weekly": {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
}


@pytest.fixture
def shop(administrator, utc):
    return create_calendar(
        key="shop", name="Shop", rules=NINE_TO_FIVE, actor=administrator, now=utc("2026-03-01 00:00")
    )


def start(subject, actor, shop, at, seconds=4 * 3600):
    target = TargetRow("resolve", seconds, shop.id, None, 75, "sla")
    with transaction():
        return clocks.start_clock(subject=subject, target=target, actor=actor, now=at)


def test_new_hours_move_no_running_clock_until_somebody_asks(subject, administrator, utc, shop):
    row = start(subject, administrator, shop, utc("2026-03-02 10:00"))
    add_version(
        uid=shop.uid,
        effective_from=utc("2026-03-02 11:00"),
        rules=NINE_TO_NOON,
        actor=administrator,
        now=utc("2026-03-02 10:30"),
    )
    with transaction():
        clocks.pause_clocks(subject=subject, reason="x", actor=administrator, now=utc("2026-03-02 10:40"))
        (row,) = clocks.resume_clocks(subject=subject, actor=administrator, now=utc("2026-03-02 10:50"))
    assert row.due_at == utc("2026-03-02 14:10")
    assert [piece.differences for piece in audit_clocks()] == [()]

    done = recompute_clocks(uid=shop.uid, actor=administrator, now=utc("2026-03-02 10:55"))
    assert done == Recomputed(examined=1, moved=1)
    moved = Clock.objects.get()
    assert moved.due_at == utc("2026-03-03 11:10")
    assert [piece.differences for piece in audit_clocks()] == [()]
    assert recompute_clocks(uid=shop.uid, actor=administrator, now=utc("2026-03-02 10:55")) == Recomputed(
        0, 0
    )
    fact = FactRow.objects.get(kind="commitments.ClocksRecomputed")
    assert (fact.data, fact.actor_id) == ({"examined": 1, "moved": 1}, administrator.id)


def test_a_recompute_takes_back_a_breach_that_does_not_hold_and_the_watch_tells_the_next(
    subject, administrator, utc, shop
):
    start(subject, administrator, shop, utc("2026-03-02 09:00"))
    add_version(
        uid=shop.uid,
        effective_from=utc("2026-03-02 10:00"),
        rules={"tz": "UTC", "weekly": {}},
        actor=administrator,
        now=utc("2026-03-02 09:30"),
    )
    assert run_due(utc("2026-03-02 13:00:01")) == 1
    recompute_clocks(uid=shop.uid, actor=administrator, now=utc("2026-03-02 13:30"))
    row = Clock.objects.get()
    assert (row.breached_at, row.warned_at, row.due_at, row.next_look) == (None, None, None, None)
    assert [piece.differences for piece in audit_clocks()] == [()]


def test_stopped_clocks_keep_the_hours_they_were_judged_by(subject, administrator, utc, shop):
    start(subject, administrator, shop, utc("2026-03-02 10:00"))
    with transaction():
        clocks.stop_clocks(subject=subject, actor=administrator, now=utc("2026-03-02 16:00"))
    add_version(uid=shop.uid, rules=NINE_TO_NOON, actor=administrator, now=utc("2026-03-02 16:30"))
    assert recompute_clocks(uid=shop.uid, actor=administrator, now=utc("2026-03-02 17:00")).examined == 0


def test_the_past_is_frozen(administrator, utc, shop):
    with pytest.raises(PastIsFrozen, match="2026-03-01 23:59:59"):
        add_version(
            uid=shop.uid,
            effective_from=utc("2026-03-01 23:59:59"),
            rules=NINE_TO_NOON,
            actor=administrator,
            now=utc("2026-03-02 00:00"),
        )


def test_two_versions_at_one_instant_are_refused(administrator, utc, shop):
    at = {"effective_from": utc("2026-03-05 00:00"), "actor": administrator, "now": utc("2026-03-02 00:00")}
    add_version(uid=shop.uid, rules=NINE_TO_NOON, **at)
    with pytest.raises(Conflict):
        add_version(uid=shop.uid, rules=NINE_TO_FIVE, **at)


def test_round_the_clock_keeps_its_hours(administrator, utc):
    always = policy.fresh().entry("round-the-clock")
    with pytest.raises(AlwaysOpen):
        add_version(uid=always.uid, rules=NINE_TO_NOON, actor=administrator, now=utc("2026-03-02 00:00"))


def test_bad_hours_are_refused_with_their_place(administrator, utc):
    with pytest.raises(UnknownZone, match="tz: 'Mars/Base' is no time zone known here"):
        create_calendar(
            key="mars",
            name="Mars",
            rules={"tz": "Mars/Base", "weekly": {}},
            actor=administrator,
            now=utc("2026-03-02 00:00"),
        )


def test_keys_are_used_once(administrator, utc, shop):
    with pytest.raises(Conflict, match="the key shop already"):
        create_calendar(
            key="shop", name="Again", rules=NINE_TO_FIVE, actor=administrator, now=utc("2026-03-02 00:00")
        )


def test_an_agent_may_look_but_not_change(agent, utc, shop):
    for change in (
        lambda: change_calendar(uid=shop.uid, name="Mine", actor=agent, now=utc("2026-03-02 00:00")),
        lambda: recompute_clocks(uid=shop.uid, actor=agent, now=utc("2026-03-02 00:00")),
        lambda: set_priorities(cells={}, actor=agent, now=utc("2026-03-02 00:00")),
        lambda: create_agreement(kind="sla", name="x", actor=agent, now=utc("2026-03-02 00:00")),
    ):
        with pytest.raises(Forbidden):
            change()


def test_changed_targets_keep_their_dates(administrator, utc):
    before, now = utc("2026-03-01 00:00"), utc("2026-03-02 00:00")
    made = create_agreement(
        kind="sla",
        name="Harbour",
        criticality=2,
        targets=[TargetSpec("respond", "P1", 600), TargetSpec("resolve", "", 7200, "round-the-clock", 50)],
        actor=administrator,
        now=before,
    )
    changed = change_agreement(
        uid=made.uid,
        targets=[TargetSpec("respond", "P1", 300), TargetSpec("resolve", "", 7200, "round-the-clock", 50)],
        actor=administrator,
        now=now,
    )
    assert [(t.measure, t.seconds, t.calendar, t.warn_percent) for t in changed.targets] == [
        ("resolve", 7200, "round-the-clock", 50),
        ("respond", 300, "", 75),
    ]
    rows = Target.objects.filter(agreement__uid=made.uid).order_by("id")
    assert list(rows.values_list("seconds", "valid_from", "valid_until")) == [
        (600, before, now),
        (7200, before, None),
        (300, now, None),
    ]

    def respond(at):
        found = targets_for(
            service_id=None, organisation_id=None, criticality=2, calendar_key="", priority="P1", at=at
        )
        return {t.measure: (t.seconds, t.calendar_id is None) for t in found}

    assert respond(utc("2026-03-01 12:00")) == {"respond": (600, False), "resolve": (7200, True)}
    assert respond(now)["respond"] == (300, False)


def test_parties_fit_the_kind_of_agreement(administrator, utc):
    team = Team.objects.create(name="Network")
    customer = Organisation.objects.create(name="Harbour", kind="customer")
    contoso = Organisation.objects.create(name="Contoso", kind="supplier")
    common = {"name": "x", "actor": administrator, "now": utc("2026-03-02 00:00")}
    for wrong in (
        {"kind": "ola"},
        {"kind": "ola", "team": team.uid, "organisation": customer.uid},
        {"kind": "sla", "team": team.uid},
        {"kind": "sla", "organisation": contoso.uid},
        {"kind": "contract"},
        {"kind": "contract", "organisation": customer.uid},
    ):
        with pytest.raises(IncompleteAgreement):
            create_agreement(**wrong, **common)
    assert create_agreement(kind="ola", team=team.uid, **common).team.name == "Network"
    assert (
        create_agreement(kind="contract", organisation=contoso.uid, **common).organisation.name == "Contoso"
    )


@pytest.mark.parametrize(
    ("targets", "field"),
    [
        ([TargetSpec("respond", "P6", 1)], "targets.0.priority"),
        ([TargetSpec("reply", "P1", 1)], "targets.0.measure"),
        ([TargetSpec("respond", "P1", -1)], "targets.0.seconds"),
        ([TargetSpec("respond", "P1", 1), TargetSpec("respond", "P1", 2)], "targets.1"),
        ([TargetSpec("respond", "P1", 1, "", 0)], "targets.0.warn_percent"),
    ],
)
def test_targets_without_sense_are_refused_by_name(targets, field, administrator, utc):
    with pytest.raises(Invalid) as refusal:
        create_agreement(
            kind="sla", name="x", targets=targets, actor=administrator, now=utc("2026-03-02 00:00")
        )
    assert refusal.value.field == field


def test_priorities_change_from_an_instant_on(administrator, utc):
    cells = {f"{i}:{u}": "P5" for i in (1, 2, 3) for u in (1, 2, 3)}
    set_priorities(
        cells=cells, valid_from=utc("2026-03-03 00:00"), actor=administrator, now=utc("2026-03-02 00:00")
    )
    seen = [priority_for(impact=1, urgency=1, at=utc(t)) for t in ("2026-03-02 23:59", "2026-03-03 00:00")]
    assert seen == ["P1", "P5"]
    with pytest.raises(TargetError, match="impact 1 and urgency 1 holds None"):
        set_priorities(cells={}, actor=administrator, now=utc("2026-03-02 00:00"))
