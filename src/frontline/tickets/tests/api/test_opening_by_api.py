"""POST /api/v1/tickets: what it answers equals what is read afterwards; errors are problem documents."""

import pytest

from frontline.foundation.models import FactRow
from frontline.kernel.facts import Audience
from frontline.tickets.models import Ticket

BODY = {
    "subject": "VPN drops",
    "description": "Every ten minutes.",
    "requester": "omar@acme.example",
    "service": "VPN",
    "ci": "SN0042",
    "impact": 2,
    "urgency": 2,
    "tags": ["remote"],
    "external": {"source": "chat", "id": "17"},
}


def test_the_answer_to_opening_equals_what_is_read_afterwards(caller):
    call = caller("Ben")
    made = call("POST", "/tickets", BODY)
    assert made.status_code == 201
    new = made.json()
    read = call("GET", f"/tickets/{new['ref']}")
    again = read.json()
    for document in (new, again):
        document["clocks"].sort(key=lambda c: c["measure"])
    assert new == again
    assert made.headers["ETag"] == read.headers["ETag"] == '"1"'
    assert (new["owner"]["name"], new["holder"]["kind"]) == (again["owner"]["name"], "desk")
    assert new["next_promise_at"] is not None


def test_a_confidential_ticket_is_one_from_its_first_fact_and_its_opener_is_named(caller):
    ben = caller("Ben")
    made = ben("POST", "/tickets", {**BODY, "confidential": True})
    assert made.status_code == 201
    read = ben("GET", f"/tickets/{made.json()['ref']}")
    new, again = made.json(), read.json()
    for document in (new, again):
        document["clocks"].sort(key=lambda c: c["measure"])
    assert (new, new["confidential"]) == (again, True)
    assert made.headers["ETag"] == read.headers["ETag"]
    told = FactRow.objects.filter(subject_kind="ticket").order_by("seq").values_list("kind", "audience")
    confidential = int(Audience.CONFIDENTIAL)
    assert list(told) == [
        ("tickets.TicketOpened", confidential),
        ("tickets.CustodyPassed", confidential),
        ("tickets.PersonNamed", confidential),
    ]
    owner = Ticket.objects.get(ref=new["ref"]).owner.shown_name
    stranger = next(name for name in ("Amira", "Chloe") if name != owner)
    assert caller(stranger)("GET", f"/tickets/{new['ref']}").status_code == 404


def test_users_ask_confidentially_for_themselves_and_readers_of_all_for_nobody_else(caller):
    omar, clara = caller("Omar"), caller("Clara")
    asked = {"subject": "About my manager", "confidential": True}
    ref = omar("POST", "/tickets", asked).json()["ref"]
    assert omar("GET", f"/tickets/{ref}").json()["confidential"] is True
    refused = clara("POST", "/tickets", {**asked, "requester": "omar@acme.example"})
    assert (refused.status_code, Ticket.objects.count()) == (403, 1)


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"subject": ""}, 422, "subject"),
        ({"subject": "x" * 501}, 422, "subject"),
        ({"subject": 5}, 422, "subject"),
        ({"impact": 4}, 422, "impact"),
        ({"service": "No such thing"}, 422, "service"),
        ({"ci": "nothing"}, 422, "ci"),
        ({"requester": "nobody"}, 422, "requester"),
        ({"colour": "red"}, 422, "colour"),
        ({"external": {"source": "chat"}}, 422, "external.id"),
        ({"description": "a\0b"}, 422, "description"),
        ({"description": "half a pair: \ud800"}, 422, "description"),
        ({"impact": True}, 422, "impact"),
        ({"impact": "1"}, 422, "impact"),
        ({"confidential": 1}, 422, "confidential"),
        ({"requester": "omar@"}, 422, "requester"),
        ({"requester": "00000000-0000-0000-0000-000000000000"}, 422, "requester"),
    ],
)
def test_bad_input_names_the_field_and_opens_nothing(caller, change, status, field):
    before = Ticket.objects.count()
    answer = caller("Ben")("POST", "/tickets", {**BODY, **change})
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [e["field"] for e in answer.json()["errors"]] == [field]
    assert Ticket.objects.count() == before


def test_a_token_without_scope_is_told_which_one_is_missing(caller):
    answer = caller("Ben", "tickets:read")("POST", "/tickets", BODY)
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert "tickets:write" in answer.json()["detail"]


def test_a_ticket_of_another_organisation_does_not_exist_for_a_customer(caller):
    ref = caller("Ben")("POST", "/tickets", BODY).json()["ref"]
    vera = caller("Vera")
    for path in ("", "/messages", "/custody", "/clocks", "/timeline", "/promises"):
        assert vera("GET", f"/tickets/{ref}{path}").status_code == 404
    assert vera("GET", "/tickets").json()["items"] == []
    assert vera("POST", f"/tickets/{ref}/messages", {"text": "Let me in, please."}).status_code == 404


def test_the_same_external_record_is_not_opened_twice(caller):
    call = caller("Ben")
    first = call("POST", "/tickets", BODY)
    again = call("POST", "/tickets", {**BODY, "subject": "Another telling of it"})
    documents = [first.json(), again.json()]
    for document in documents:
        document["clocks"].sort(key=lambda c: c["measure"])
    assert (first.status_code, again.status_code, Ticket.objects.count()) == (201, 200, 1)
    assert documents[0] == documents[1]
    assert (again.headers["ETag"], again.headers["Location"]) == ('"1"', first.headers["Location"])


def test_an_external_id_of_a_foreign_ticket_is_taken_and_says_no_more(caller):
    ref = caller("Ben")("POST", "/tickets", BODY).json()["ref"]
    answer = caller("Vera")("POST", "/tickets", {"subject": "Guess", "external": BODY["external"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "external_id_taken")
    assert ref not in answer.text


def test_pages_of_a_list_meet_without_gap(caller):
    call = caller("Ben")
    refs = [
        call("POST", "/tickets", {**BODY, "external": None, "subject": f"Case {n}"}).json()["ref"]
        for n in range(5)
    ]
    seen, cursor = [], None
    while True:
        page = call("GET", "/tickets?limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
        seen += [t["ref"] for t in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == refs[::-1]
    assert call("GET", "/tickets?cursor=nonsense").status_code == 422


def test_handing_over_by_api_from_offer_to_custody(caller):
    ben, nils = caller("Ben"), caller("Nils")
    ref = ben("POST", "/tickets", BODY).json()["ref"]
    thin = ben(
        "POST",
        f"/tickets/{ref}/handoffs",
        {
            "to": "Network",
            "why": "I cannot see the logs",
            "tried": "",
            "asked": "Look at the gateway",
            "blocker": "tool",
        },
    )
    assert (thin.status_code, thin.json()["errors"][0]["field"]) == (422, "tried")
    offer = ben(
        "POST",
        f"/tickets/{ref}/handoffs",
        {
            "to": "Network",
            "why": "I cannot see the logs",
            "tried": "Restarted the client",
            "asked": "Look at the gateway",
            "blocker": "tool",
        },
    )
    assert offer.status_code == 201
    assert ben("POST", f"/handoffs/{offer.json()['id']}/accept").status_code == 403
    assert nils("POST", f"/handoffs/{offer.json()['id']}/accept").json()["state"] == "accepted"
    chain = ben("GET", f"/tickets/{ref}/custody").json()
    assert [(s["holder"]["kind"], s["holder"]["name"]) for s in chain["items"]] == [
        ("desk", "Service Desk"),
        ("team", "Network"),
    ]
