from datetime import UTC, datetime

import pytest

from frontline.commitments import policy
from frontline.commitments.models import Agreement, Calendar, CalendarVersion, PriorityMatrix, Target
from frontline.commitments.policy import NoPriority, NoSuchCalendar
from frontline.commitments.queries import calendar, party_targets_for, priority_for, targets_for
from frontline.commitments.usecases.defaults import ensure_defaults
from frontline.estate.models import Service
from frontline.foundation.transactions import transaction
from frontline.people.models import Organisation, Team

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVER = datetime(1970, 1, 1, tzinfo=UTC)


def short(targets):
    keys = {entry.id: entry.key for entry in policy.fresh().calendars.values()}
    return {t.measure: (t.seconds, keys.get(t.calendar_id)) for t in targets}


def asked(**changes):
    question = {
        "service_id": None,
        "organisation_id": None,
        "criticality": None,
        "calendar_key": "",
        "priority": "P2",
        "at": NOW,
    }
    return short(targets_for(**{**question, **changes}))


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [(1, 1, "P1"), (1, 2, "P2"), (2, 1, "P2"), (1, 3, "P3"), (2, 2, "P3"), (3, 1, "P3"),
     (2, 3, "P4"), (3, 2, "P4"), (3, 3, "P5")],
)  # fmt: skip
def test_the_default_matrix_is_the_contract(impact, urgency, priority):
    assert priority_for(impact=impact, urgency=urgency, at=NOW) == priority


def test_another_impact_is_refused():
    with pytest.raises(NoPriority, match="impact 4 and urgency 1"):
        priority_for(impact=4, urgency=1, at=NOW)


def test_each_matrix_holds_from_its_instant():
    PriorityMatrix.objects.create(cells={"3:3": "P1"}, valid_from=NOW)
    policy.forget()
    before = NOW.replace(hour=8)
    assert [priority_for(impact=3, urgency=3, at=at) for at in (before, NOW)] == ["P5", "P1"]


@pytest.mark.parametrize(
    ("priority", "respond", "resolve"),
    [
        ("P1", 900, 14400),
        ("P2", 1800, 28800),
        ("P3", 7200, 57600),
        ("P4", 14400, 86400),
        ("P5", 28800, 144000),
    ],
)
def test_the_default_targets_are_the_contract(priority, respond, resolve):
    hours = "business-hours"
    assert asked(priority=priority) == {"respond": (respond, hours), "resolve": (resolve, hours)}


@pytest.mark.parametrize(("priority", "hours"), [("P1", None), ("P2", None), ("P3", "business-hours")])
def test_urgent_tickets_of_tier_1_services_run_round_the_clock(priority, hours):
    assert {calendar_key for _, calendar_key in asked(priority=priority, criticality=1).values()} == {hours}


def test_business_hours_are_those_the_service_names():
    shop = Calendar.objects.create(key="shop", name="Shop")
    CalendarVersion.objects.create(calendar=shop, rules={"tz": "UTC", "weekly": {}}, created_at=NOW)
    policy.forget()
    assert asked(calendar_key="shop") == {"respond": (1800, "shop"), "resolve": (28800, "shop")}
    assert asked(calendar_key="gone") == asked()


def test_the_most_specific_agreement_wins_measure_by_measure():
    service = Service.objects.create(name="Payroll")
    customer = Organisation.objects.create(name="Harbour", kind="customer")

    def agree(seconds, measure="resolve", priority="", **frame):
        agreement = Agreement.objects.create(kind="sla", name="x", valid_from=EVER, **frame)
        Target.objects.create(
            agreement=agreement, measure=measure, priority=priority, seconds=seconds, valid_from=EVER
        )

    agree(3, service=service, organisation=customer)
    agree(2, service=service)
    agree(1, organisation=customer)
    agree(7, measure="respond", priority="P1", service=service, organisation=customer)
    policy.forget()
    all_of_it = {"service_id": service.id, "organisation_id": customer.id, "criticality": 1}
    hours = "business-hours"
    assert asked(**all_of_it) == {"respond": (1800, None), "resolve": (3, hours)}
    assert asked(**all_of_it, priority="P1")["respond"] == (7, hours)
    assert asked(service_id=service.id)["resolve"] == (2, hours)
    assert asked(organisation_id=customer.id, criticality=1)["resolve"] == (1, hours)


def test_targets_change_on_their_instant_and_the_memory_knows():
    agreement = Agreement.objects.get(name="Standard service levels")
    old = agreement.targets.get(measure="respond", priority="P2")
    old.valid_until = NOW
    old.save()
    Target.objects.create(agreement=agreement, measure="respond", priority="P2", seconds=60, valid_from=NOW)
    policy.forget()
    before = NOW.replace(hour=8)
    assert [asked(at=at)["respond"][0] for at in (before, NOW, before)] == [1800, 60, 1800]


def test_teams_and_suppliers_have_targets_of_their_own():
    team = Team.objects.create(name="Network")
    agreement = Agreement.objects.create(kind="ola", name="Network", team=team, valid_from=EVER)
    Target.objects.create(agreement=agreement, measure="acknowledge", seconds=1800, valid_from=EVER)
    policy.forget()
    assert short(party_targets_for(kind="ola", team_id=team.id, priority="P3", at=NOW)) == {
        "acknowledge": (1800, "business-hours")
    }
    assert party_targets_for(kind="ola", team_id=team.id + 1, priority="P3", at=NOW) == ()


def test_an_unknown_calendar_is_named():
    with pytest.raises(NoSuchCalendar, match="There is no calendar nowhere"):
        calendar("nowhere")


def test_the_rules_cost_no_query_until_a_second_has_passed(django_assert_num_queries, monkeypatch):
    asked()
    with django_assert_num_queries(0):
        asked()
        priority_for(impact=1, urgency=1, at=NOW)
        calendar("business-hours")
    monkeypatch.setattr(policy, "REREAD_SECONDS", 0.0)
    with django_assert_num_queries(1):
        priority_for(impact=1, urgency=1, at=NOW)


def test_a_change_by_another_process_is_noticed_by_its_stamp(monkeypatch, django_assert_num_queries):
    asked()
    Target.objects.filter(measure="respond", priority="P2").update(seconds=5)
    assert asked()["respond"][0] == 1800
    with transaction():
        policy.touch()
        assert asked()["respond"][0] == 5


def test_defaults_are_written_once():
    before = (Calendar.objects.count(), PriorityMatrix.objects.count(), Agreement.objects.count())
    ensure_defaults(now=NOW)
    assert (
        (Calendar.objects.count(), PriorityMatrix.objects.count(), Agreement.objects.count())
        == before
        == (2, 1, 2)
    )
