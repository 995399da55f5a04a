"""People come, are recognised and leave: on a real database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from frontline.foundation.models import FactRow
from frontline.kernel.actors import SYSTEM, Role
from frontline.kernel.errors import Forbidden, Invalid, StaleVersion
from frontline.people.access import NoSuchPerson
from frontline.people.logic.addresses import BadAddress
from frontline.people.models import Account, Membership, OtherAddress, Party, Person, RoleGrant, Shift
from frontline.people.queries import requester_by_email
from frontline.people.tests.building import (
    NOW,
    account,
    actor,
    member,
    organisation,
    person,
    shift,
    staff,
    team,
)
from frontline.people.usecases.parties import parties_for_people, party_for_person, party_for_team
from frontline.people.usecases.persons import (
    AddressTaken,
    ManagerInCircle,
    NotAPlaceholder,
    RolesNeedInside,
    create_person,
    leave_the_desk,
    merge_placeholder,
    placeholder_for,
    recognise_placeholder,
    update_person,
)


def _at_once(count, work):
    """Run the same work in that many threads, each with its own connection."""

    def one(_):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_eight_clients_posting_one_unknown_address_get_one_person():
    organisation()
    ids = _at_once(8, lambda: placeholder_for(email="New.Person@Else.example", actor=SYSTEM, now=NOW))
    assert len(set(ids)) == 1
    assert Person.objects.filter(email="new.person@else.example").count() == 1
    assert FactRow.objects.filter(kind="people.PersonAdded").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_clients_on_an_empty_desk_make_one_organisation_and_one_party():
    ids = _at_once(8, lambda: placeholder_for(email="first@else.example", actor=SYSTEM, now=NOW))
    parties = _at_once(8, lambda: party_for_person(person_id=ids[0]))
    assert len(set(ids)) == len(set(parties)) == 1
    assert Party.objects.count() == 1


@pytest.mark.django_db
def test_a_placeholder_belongs_to_the_organisation_with_the_nearest_mail_domain():
    ours = organisation()
    customer = organisation("Nordwind", "customer", domains=["nordwind.example"])
    branch = organisation("Nordwind Oslo", "customer", domains=["oslo.nordwind.example"])
    made = {
        address: Person.objects.get(pk=placeholder_for(email=address, actor=SYSTEM, now=NOW)).organisation
        for address in ("a@nordwind.example", "b@eu.oslo.nordwind.example", "c@elsewhere.example")
    }
    assert list(made.values()) == [customer, branch, ours]


@pytest.mark.django_db
def test_a_placeholder_is_named_after_the_address_unless_a_name_came_with_it():
    first = Person.objects.get(pk=placeholder_for(email="karl-heinz.o@x.example", actor=SYSTEM, now=NOW))
    second = Person.objects.get(
        pk=placeholder_for(email="k@x.example", name="  Kim\tLee\x07 ", actor=SYSTEM, now=NOW)
    )
    assert (first.name, first.placeholder, second.name) == ("Karl Heinz O", True, "Kim Lee")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["", "nobody", "a b@x.example", "a@", "@x.example", "a@x..example", "<a@x.example>"]
)
def test_what_is_no_address_is_refused_with_a_reason(address):
    with pytest.raises(BadAddress, match=r"should look like name@example\.org"):
        placeholder_for(email=address, actor=SYSTEM, now=NOW)


@pytest.mark.django_db
def test_a_known_address_costs_one_query(django_assert_num_queries):
    placeholder_for(email="known@x.example", actor=SYSTEM, now=NOW)
    with django_assert_num_queries(3):  # begin, the look-up, commit: savepoints in a test's own transaction
        placeholder_for(email="KNOWN@x.example", actor=SYSTEM, now=NOW)


@pytest.mark.django_db
def test_a_recognised_placeholder_is_a_person_like_any_other():
    agent = actor(staff("Ben Kraus", Role.AGENT))
    row = Person.objects.get(pk=placeholder_for(email="omar@meridian.example", actor=SYSTEM, now=NOW))
    known = recognise_placeholder(
        uid=str(row.uid), details={"name": "Omar Haddad", "phone": "+49 (30) 1234-567"}, actor=agent, now=NOW
    )
    assert (known.name, known.placeholder, known.phone_digits) == ("Omar Haddad", False, "49301234567")
    with pytest.raises(NotAPlaceholder):
        recognise_placeholder(uid=str(row.uid), details={}, actor=agent, now=NOW)


@pytest.mark.django_db
def test_the_address_of_a_merged_placeholder_leads_to_the_known_person():
    agent = actor(staff("Ben Kraus", Role.AGENT))
    anna = person("Anna Meier")
    stray = Person.objects.get(pk=placeholder_for(email="anna@private.example", actor=SYSTEM, now=NOW))
    merge_placeholder(uid=str(stray.uid), into_uid=str(anna.uid), actor=agent, now=NOW)
    found = requester_by_email("Anna@Private.example")
    assert found is not None
    assert found.id == anna.pk
    assert placeholder_for(email="anna@private.example", actor=SYSTEM, now=NOW) == anna.pk
    assert OtherAddress.objects.get().person == anna
    fact = FactRow.objects.get(kind="people.PersonMerged")
    assert fact.data == {"person_id": stray.pk, "into_id": anna.pk}
    with pytest.raises(NotAPlaceholder):
        merge_placeholder(uid=str(anna.uid), into_uid=str(stray.uid), actor=agent, now=NOW)


@pytest.mark.django_db
def test_a_second_person_with_the_same_address_is_refused():
    admin = actor(staff("Rosa Lind", Role.ADMINISTRATOR))
    person("Anna Meier")
    with pytest.raises(AddressTaken, match=r"anna\.meier@meridian\.example"):
        create_person(
            details={"name": "Anna M", "email": "ANNA.meier@meridian.example"}, actor=admin, now=NOW
        )


@pytest.mark.django_db
def test_only_administrators_change_people_and_users_do_not_even_see_them():
    anna = person("Anna Meier")
    for role, error in [
        (Role.AGENT, Forbidden),
        (Role.LEAD, Forbidden),
        (Role.COMMANDER, Forbidden),
        (Role.VENDOR_MANAGER, Forbidden),
        (Role.CIO, Forbidden),
        (Role.USER, NoSuchPerson),
    ]:
        someone = actor(staff(f"Some {role}", role))
        with pytest.raises(error):
            update_person(uid=str(anna.uid), changes={"name": "X"}, actor=someone, now=NOW)
    contact = person("Carl Contoso", org=organisation("Contoso", "supplier"))
    with pytest.raises(NoSuchPerson):
        update_person(uid=str(anna.uid), changes={"name": "X"}, actor=actor(contact), now=NOW)
    anna.refresh_from_db()
    assert anna.name == "Anna Meier"


@pytest.mark.django_db
def test_a_change_counts_the_version_and_a_stale_one_is_refused():
    admin = actor(staff("Rosa Lind", Role.ADMINISTRATOR))
    anna = person("Anna Meier")
    update_person(uid=str(anna.uid), changes={"title": "Controller"}, version=1, actor=admin, now=NOW)
    with pytest.raises(StaleVersion):
        update_person(uid=str(anna.uid), changes={"title": "CFO"}, version=1, actor=admin, now=NOW)
    update_person(uid=str(anna.uid), changes={"title": "Controller"}, version=2, actor=admin, now=NOW)
    anna.refresh_from_db()
    assert (anna.title, anna.version) == ("Controller", 2)
    fact = FactRow.objects.get(kind="people.PersonChanged")
    assert fact.data == {"person_id": anna.pk, "fields": ["title"]}


@pytest.mark.django_db
def test_nobody_is_their_own_manager_by_way_of_others():
    admin = actor(staff("Rosa Lind", Role.ADMINISTRATOR))
    anna = person("Anna Meier")
    omar = person("Omar Haddad", manager=anna)
    with pytest.raises(ManagerInCircle):
        update_person(uid=str(anna.uid), changes={"manager_id": omar.pk}, actor=admin, now=NOW)


@pytest.mark.django_db
def test_somebody_with_a_role_of_the_desk_stays_in_our_own_organisation():
    admin = actor(staff("Rosa Lind", Role.ADMINISTRATOR))
    ben = staff("Ben Kraus", Role.AGENT)
    customer = organisation("Nordwind", "customer")
    with pytest.raises(RolesNeedInside):
        update_person(uid=str(ben.uid), changes={"organisation_id": customer.pk}, actor=admin, now=NOW)


@pytest.mark.django_db
def test_whoever_leaves_loses_sign_in_roles_teams_and_shifts_and_it_is_announced():
    admin = actor(staff("Rosa Lind", Role.ADMINISTRATOR))
    desk = team(is_desk=True)
    ben, ines = staff("Ben Kraus", Role.AGENT), staff("Ines Vogel", Role.LEAD)
    account(ben)
    member(ben, desk)
    shift(ben, desk)
    left = leave_the_desk(uid=str(ben.uid), at=NOW, successor_id=ines.pk, actor=admin, now=NOW)
    assert (left.active, left.left_at) == (False, NOW)
    assert Account.objects.get().active is False
    assert Membership.objects.get().until == NOW
    assert RoleGrant.objects.get(person=ben).until == NOW
    assert Shift.objects.get().valid_until == date(2026, 1, 12)
    fact = FactRow.objects.get(kind="people.PersonLeft")
    assert fact.data == {"person_id": ben.pk, "left_at": NOW.isoformat(), "successor_id": ines.pk}
    leave_the_desk(uid=str(ben.uid), at=NOW, actor=admin, now=NOW)
    assert FactRow.objects.filter(kind="people.PersonLeft").count() == 1


@pytest.mark.django_db
def test_nobody_leaves_tomorrow_or_hands_over_to_themselves():
    admin = actor(staff("Rosa Lind", Role.ADMINISTRATOR))
    ben = staff("Ben Kraus", Role.AGENT)
    with pytest.raises(Invalid, match="future"):
        leave_the_desk(uid=str(ben.uid), at=NOW + timedelta(days=1), actor=admin, now=NOW)
    with pytest.raises(Invalid, match="Somebody else"):
        leave_the_desk(uid=str(ben.uid), at=NOW, successor_id=ben.pk, actor=admin, now=NOW)


@pytest.mark.django_db
def test_the_parties_of_many_people_are_those_of_each(django_assert_num_queries):
    organisation()
    ids = [placeholder_for(email=f"{name}@else.example", actor=SYSTEM, now=NOW) for name in ("a", "b", "c")]
    known = party_for_person(person_id=ids[1])
    with django_assert_num_queries(2):
        found = parties_for_people(person_ids=ids)
    assert found == {one: party_for_person(person_id=one) for one in ids}
    assert found[ids[1]] == known


@pytest.mark.django_db
def test_a_team_is_one_party_however_often_it_is_asked_for():
    desk = team(is_desk=True)
    assert party_for_team(team_id=desk.pk) == party_for_team(team_id=desk.pk)
