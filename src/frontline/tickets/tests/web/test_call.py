"""Logging a call: finding the caller, the check by rule, open or join, and the palette."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontline.tickets.models import Contact, Promise, Ticket


@pytest.fixture
def omar(world):
    return world.people["Omar"]


@pytest.mark.parametrize("text", ["oma", "E794", "LT-0042", "SN0042", "omar@acme"])
def test_a_caller_is_found_by_letters_number_or_device(world, browse, omar, text):
    sought = omar.employee_number if text == "E794" else text
    html = browse("Ben").get("/desk/call/callers", {"q": sought}).content.decode()
    assert f"/desk/call?person={omar.uid}" in html


def test_a_caller_is_found_by_the_number_they_call_from(browse, omar):
    html = browse("Ben").get("/desk/call/callers", {"q": omar.phone_digits[-6:]}).content.decode()
    assert f"/desk/call?person={omar.uid}" in html


def test_finding_costs_at_most_three_questions_more_than_signing_in(browse):
    client = browse("Ben")
    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/call/callers?q=exa")
    assert len(asked) <= 6


def test_the_callers_card_shows_devices_open_tickets_and_how_contacts_ended(browse, opened, omar):
    ref = opened(subject="Old trouble")
    html = browse("Ben").get(f"/desk/call?person={omar.uid}").content.decode()
    assert "LT-0042" in html
    assert f'name="join" value="{ref}"' in html
    assert "still open" in html


def test_a_call_opens_a_ticket_with_its_promise(world, browse, omar):
    response = browse("Ben").post(
        "/desk/call",
        {
            "person": omar.uid,
            "subject": "VPN refuses my laptop",
            "text": "Since this morning",
            "promise": "+60",
        },
    )
    ticket = Ticket.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/desk/tickets/{ticket.ref}")
    assert (ticket.subject, ticket.channel, ticket.requester) == ("VPN refuses my laptop", "phone", omar)
    assert Promise.objects.get().due_at == world.now + timedelta(hours=1)


def test_a_call_joins_an_open_ticket(browse, opened, omar):
    ref = opened()
    sent = {"person": omar.uid, "join": ref, "text": "Still the same today"}
    assert browse("Ben").post("/desk/call", sent)["Location"] == f"/desk/tickets/{ref}"
    assert [c.opened for c in Contact.objects.order_by("id")] == [True, False]


def test_a_sensitive_reason_needs_a_caller_check_and_what_was_typed_stays(world, browse, omar):
    sent = {"person": omar.uid, "subject": "Password forgotten", "reason": "password-reset"}
    client = browse("Ben")

    refused = client.post("/desk/call", sent)

    assert refused.status_code == 403
    html = refused.content.decode()
    assert "check first that the caller is who they say" in html
    assert 'value="Password forgotten"' in html
    assert client.post("/desk/call", {**sent, "caller_check": "employee_number"}).status_code == 302
    assert Contact.objects.get().caller_checked


def test_nothing_is_logged_without_a_caller_or_words(browse, omar):
    client = browse("Ben")
    assert client.post("/desk/call", {"subject": "Hello"}).status_code == 422
    assert client.post("/desk/call", {"person": omar.uid, "subject": " "}).status_code == 422
    assert (
        client.post("/desk/call", {"person": omar.uid, "subject": "VPN", "promise": "soon"}).status_code
        == 422
    )
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("Amira", 200), ("Viktor", 403), ("Sam", 403), ("Omar", 403)])
def test_calls_are_logged_by_the_desk(browse, name, status):
    assert browse(name).get("/desk/call").status_code == status


def test_the_palette_reaches_tickets_people_services_and_places(browse, opened, omar):
    ref = opened(subject="VPN drops")
    client = browse("Ben")

    def found(text):
        groups = client.get("/desk/palette", {"q": text}).json()["groups"]
        return {g["label"]: [i["url"] for i in g["items"]] for g in groups}

    assert found("vpn")["Tickets"] == [f"/desk/tickets/{ref}"]
    assert found("vpn")["Services"] == ["/desk?view=all&q=VPN"]
    assert found("oma")["People"] == [f"/desk/call?person={omar.uid}"]
    assert found("log a")["Go to"] == ["/desk/call"]
    assert "People" not in {g["label"] for g in browse("Sam").get("/desk/palette?q=oma").json()["groups"]}
