"""Duty from the database: what is read, what is kept, who stands in."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontline.foundation.transactions import savepoint, transaction
from frontline.kernel.actors import SYSTEM, Role
from frontline.people import queries
from frontline.people.logic.duty import StandIn
from frontline.people.models import Party, Person, PersonSkill, Shift, Skill
from frontline.people.queries.duty import NoDesk
from frontline.people.tests.building import (
    NOW,
    actor,
    leave,
    member,
    organisation,
    person,
    shift,
    staff,
    team,
)
from frontline.people.usecases.rota import WeeklyTurn, cancel_leave, enter_leave, set_week

#: Monday 16:00 in Berlin
FOUR = datetime(2026, 1, 12, 15, tzinfo=UTC)
EIGHT = datetime(2026, 1, 13, 7, tzinfo=UTC)


@pytest.fixture
def desk():
    """Ben works Mondays and Tuesdays 8 to 16, Ines, who leads, 14 to 22."""
    ines = staff("Ines Vogel", Role.LEAD, shown_name="Ines")
    ben = staff("Ben Kraus", Role.AGENT, shown_name="Ben")
    row = team(is_desk=True, lead=ines, tier=1)
    for someone in (ines, ben):
        member(someone, row)
    for weekday in (0, 1):
        shift(ben, row, weekday)
        shift(ines, row, weekday, time(14), time(22))
    queries.forget_duty()
    return {"team": row, "ines": ines, "ben": ben}


@pytest.mark.django_db
def test_the_roster_names_teams_skills_and_the_end(desk):
    vpn = Skill.objects.create(name="VPN")
    PersonSkill.objects.create(person=desk["ben"], skill=vpn)
    (row,) = queries.duty_roster(NOW)
    assert (row.person_id, row.team_ids, row.skill_ids, row.until) == (
        desk["ben"].pk,
        frozenset({desk["team"].pk}),
        frozenset({vpn.pk}),
        FOUR,
    )
    shown = queries.on_duty(at=FOUR - timedelta(hours=1), team_id=desk["team"].pk)
    assert [r.shown_name for r in shown] == ["Ben", "Ines"]
    assert queries.on_duty(at=NOW, team_id=desk["team"].pk + 1) == []


@pytest.mark.django_db
def test_the_roster_is_one_query_for_one_person_as_for_many(desk):
    def price():
        queries.forget_duty()
        with CaptureQueriesContext(connection) as seen:
            queries.duty_roster(NOW)
        return len(seen)

    one = price()
    for n in range(5):
        shift(person(f"P {n}"), desk["team"])
    assert price() == one == 1


@pytest.mark.django_db
def test_ben_owns_it_and_ines_answers_until_eight(desk):
    assert queries.stand_in_for(person_id=desk["ben"].pk, at=NOW) is None
    assert queries.stand_in_for(person_id=desk["ben"].pk, at=FOUR) == StandIn(desk["ines"].pk, EIGHT)
    assert queries.stand_ins_for([desk["ben"].pk, desk["ines"].pk], FOUR) == {
        desk["ben"].pk: StandIn(desk["ines"].pk, EIGHT)
    }
    assert queries.next_on_duty([desk["ben"].pk, 0], FOUR) == {desk["ben"].pk: EIGHT, 0: None}


@pytest.mark.django_db
def test_leave_takes_people_off_and_names_their_stand_in(desk):
    paul = person("Paul Stand")
    leave(desk["ben"], NOW - timedelta(hours=1), NOW + timedelta(days=1), stand_in=paul)
    assert queries.duty_roster(NOW) == []
    assert queries.stand_in_for(person_id=desk["ben"].pk, at=NOW).person_id == paul.pk


@pytest.mark.django_db
def test_who_is_gone_or_inactive_is_not_on_duty(desk):
    Person.objects.filter(pk=desk["ben"].pk).update(active=False)
    assert queries.duty_roster(NOW) == []


@pytest.mark.django_db
def test_the_desk_is_found_with_its_party_and_its_absence_is_said(desk):
    found = queries.desk()
    assert (found.team_id, found.lead_id) == (desk["team"].pk, desk["ines"].pk)
    assert Party.objects.get(pk=found.party_id).team == desk["team"]
    assert (queries.desk_team(), queries.desk_lead()) == (found.team_id, found.lead_id)
    desk["team"].is_desk = False
    desk["team"].save()
    with pytest.raises(NoDesk, match="create-admin"):
        queries.desk()


@pytest.mark.django_db(transaction=True)
def test_what_was_read_is_kept_until_a_verb_changes_it():
    queries.forget_duty()
    row = team(is_desk=True)
    ben = staff("Ben Kraus", Role.AGENT)
    shift(ben, row)
    admin = actor(staff("Rosa Lind", Role.ADMINISTRATOR))
    assert len(queries.duty_roster(NOW)) == 1
    queries.desk()
    with CaptureQueriesContext(connection) as seen:
        assert len(queries.duty_roster(NOW + timedelta(minutes=1))) == 1
        queries.desk()
    assert len(seen) == 0
    away = enter_leave(
        person_uid=str(ben.uid), since=NOW, until=NOW + timedelta(days=1), actor=admin, now=NOW
    )
    assert queries.duty_roster(NOW) == []
    cancel_leave(uid=str(away.uid), actor=admin, now=NOW)
    assert len(queries.duty_roster(NOW)) == 1
    set_week(
        person_uid=str(ben.uid),
        team_uid=str(row.uid),
        turns=[WeeklyTurn(0, time(12), time(13))],
        zone="UTC",
        valid_from=NOW.date(),
        actor=admin,
        now=NOW,
    )
    assert queries.duty_roster(NOW) == []
    queries.forget_duty()


@pytest.mark.django_db(transaction=True)
def test_what_a_failing_transaction_read_is_not_kept():
    queries.forget_duty()
    row = team(is_desk=True)

    def fails():
        with transaction(), savepoint():
            shift(staff("Ben Kraus", Role.AGENT), row)
            assert len(queries.duty_roster(NOW)) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert queries.duty_roster(NOW) == []
    assert not Shift.objects.exists()
    queries.forget_duty()


@pytest.mark.django_db
def test_callers_are_found_by_letters_digits_number_and_address():
    org = organisation()
    anna = person(
        "Anna Meier", org=org, phone="+49 30 1234-567", phone_digits="49301234567", employee_number="E77"
    )
    person("Johanna Ott", org=org)
    person("100% Sure_Thing", org=org, email="odd@meridian.example")
    gone = person("Anna Gone", org=org, active=False)
    agent = actor(staff("Ben Kraus", Role.AGENT))

    def names(text, **more):
        return [row.name for row in queries.find_people(actor=agent, text=text, **more)]

    assert names("ann") == ["Anna Meier", "Johanna Ott"]
    assert names("mei") == ["Anna Meier"]
    assert names("an") == ["Anna Meier"]
    assert names("e77") == ["Anna Meier"]
    assert names("030 1234") == ["Anna Meier"]
    assert names("4567") == ["Anna Meier"]
    assert names("ott@meridian") == ["Johanna Ott"]
    assert names("100%") == ["100% Sure_Thing"]
    assert names("%%%") == names("___") == names("a") == names("") == names("\0\0\0") == []
    assert names("ann", limit=1) == ["Anna Meier"]
    assert gone.name not in names("anna")
    (found,) = queries.find_people(actor=agent, text="Anna Meier")
    assert (found.id, found.organisation, found.employee_number) == (anna.pk, "Meridian", "E77")


@pytest.mark.django_db
def test_a_search_shows_each_caller_whom_their_rights_show():
    org, contoso = organisation(), organisation("Contoso", "supplier")
    people = {
        "staff": staff("Findme Agent", Role.AGENT, org=org),
        "user": person("Findme User", org=org),
        "supplier": person("Findme Carl", org=contoso),
        "colleague": person("Findme Cora", org=contoso),
    }
    seen = {
        "staff": set(people),
        "user": {"user"},
        "supplier": {"supplier", "colleague"},
    }
    for who, expected in seen.items():
        found = {row.id for row in queries.find_people(actor=actor(people[who]), text="findme")}
        assert found == {people[name].pk for name in expected}, who
    assert {r.id for r in queries.find_people(actor=SYSTEM, text="findme")} == {p.pk for p in people.values()}


@pytest.mark.django_db
def test_quiet_hours_hold_back_until_the_morning_of_the_reader():
    quiet = {"quiet": {"starts": "20:00", "ends": "07:00", "weekend": False}}
    anna = person("Anna Meier", timezone="Europe/Berlin", preferences=quiet)
    ben = person("Ben Kraus", timezone="America/New_York", preferences=quiet)
    late = datetime(2026, 1, 12, 21, 30, tzinfo=UTC)
    assert queries.quiet_until(person_ids=[anna.pk, ben.pk], at=late) == {
        anna.pk: datetime(2026, 1, 13, 6, tzinfo=UTC)
    }
