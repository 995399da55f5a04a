import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_strangers_are_welcomed_told_no_names_and_shown_the_way_in(door, text_of):
    answer = Client().get("/")

    assert answer.status_code == 200
    assert "Sign in" in text_of(answer)
    assert "Ben" not in text_of(answer)
    assert 'href="/sign-in"' in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["Anna", "Omar", "Ben", "Amira", "Ines", "Viktor", "Clara", "Adam", "Vera", "Sam"]
)
def test_every_role_has_a_first_page(door, name):
    assert door.browser(name).get("/").status_code == 200


def test_an_empty_shelf_teaches_and_names_who_is_there(door, text_of):
    said = text_of(door.browser("Anna").get("/"))

    assert "No parcels yet" in said
    assert "you see here who has it and when you hear next" in said
    assert "Amira, Ben and Chloe at the desk now." in said


def test_a_parcel_says_who_owns_it_who_has_it_and_when_one_hears_next(door, text_of):
    ref = door.open("Omar", "VPN drops every few minutes")
    door.later(minutes=100)
    door.hand_to(ref, door.world.party(door.world.network), taken_by="Nils")
    door.promise(ref, minutes=30)
    said = text_of(door.browser("Omar").get("/"))

    assert "VPN drops every few minutes" in said
    assert " owns it. With Network since 10:40. Next word by 11:10." in said


def test_late_word_is_called_late(door, text_of):
    ref = door.open("Omar", "VPN drops")
    door.promise(ref, minutes=10)
    door.later(minutes=30)

    said = text_of(door.browser("Omar").get("/"))
    assert "Word is late" in said
    assert "Word was due by 09:10. That is late, and the desk sees it." in said


def test_what_needs_me_comes_first(door, text_of):
    solved = door.open("Omar", "Screen flickers")
    door.open("Omar", "Battery does not charge")
    asks = door.open("Omar", "Overtime not paid")
    door.open("Omar", "No ring tone")
    door.say(asks, "Which month is it?", wait_for_user=True)
    door.solve(solved)
    said = text_of(door.browser("Omar").get("/"))

    order = ["Overtime not paid", "Screen flickers", "No ring tone", "Battery does not charge"]
    assert sorted(order, key=said.index) == order
    assert "Your turn" in said
    assert "Does it work for you?" in said


def test_a_stand_in_is_named_with_their_hours(door, text_of, monkeypatch):
    from datetime import timedelta

    from frontline.people.models import Leave

    ref = door.open("Omar", "VPN drops")
    from frontline.tickets.models import Ticket

    owner = Ticket.objects.get(ref=ref).owner
    Leave.objects.create(
        person=owner,
        since=door.now - timedelta(hours=1),
        until=door.now + timedelta(hours=24),
        stand_in=door.world.people["Ines"],
    )
    from frontline.people import queries as people

    people.forget_duty()
    said = text_of(door.browser("Omar").get("/"))

    assert f"{owner.shown_name} owns it, Ines answers until tomorrow 09:00." in said


def test_the_first_page_costs_the_same_for_one_parcel_and_for_three(door, django_assert_num_queries):
    browser = door.browser("Omar")
    door.open("Omar", "One")
    browser.get("/")
    with CountQueries() as one:
        browser.get("/")
    door.hand_to(door.open("Omar", "Two"), door.world.party(door.world.network), taken_by="Nils")
    door.solve(door.open("Omar", "Three"))
    browser.get("/")
    with CountQueries() as three:
        browser.get("/")

    assert one.count == three.count
    assert three.count <= 16


class CountQueries:
    def __enter__(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.seen = CaptureQueriesContext(connection)
        self.seen.__enter__()
        return self

    def __exit__(self, *given):
        self.seen.__exit__(*given)
        self.count = len(self.seen.captured_queries)


def test_customers_kept_apart_see_their_own_and_nothing_of_others(door, text_of):
    door.open("Omar", "ACMESECRET budget")
    door.open("Vera", "Our till is down")
    said = text_of(door.browser("Vera").get("/"))

    assert "Our till is down" in said
    assert "ACMESECRET" not in said
