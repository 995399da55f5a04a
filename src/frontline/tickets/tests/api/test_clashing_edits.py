"""Two who change the same ticket, and one who sends the same request twice."""

from threading import Barrier

import pytest

from frontline.foundation.tests.probe.database import together
from frontline.tickets.models import Message, Ticket

ASKED = {"subject": "VPN drops", "requester": "omar@acme.example"}


def test_clashing_edits_are_refused(caller):
    call = caller("Ben")
    ref = call("POST", "/tickets", ASKED).json()["ref"]
    assert call("PATCH", f"/tickets/{ref}", {"impact": 1}).status_code == 428
    assert call("PATCH", f"/tickets/{ref}", {"impact": 1}, **{"If-Match": '"9"'}).status_code == 412
    changed = call("PATCH", f"/tickets/{ref}", {"impact": 1, "urgency": 1}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["priority"]) == (200, "P1")
    assert call("PATCH", f"/tickets/{ref}", {"impact": 2}, **{"If-Match": '"1"'}).status_code == 412


def test_a_change_of_several_things_is_made_whole_or_not_at_all(caller, world):
    call = caller("Ben")
    ref = call("POST", "/tickets", ASKED).json()["ref"]
    before = call("GET", f"/tickets/{ref}").json()
    chloe = str(world.people["Chloe"].uid)
    sent = {"impact": 1, "owner": chloe, "state": "waiting"}
    refused = call("PATCH", f"/tickets/{ref}", sent, **{"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "waiting_for")
    assert call("GET", f"/tickets/{ref}").json() == before
    done = call("PATCH", f"/tickets/{ref}", {**sent, "waiting_for": "supplier"}, **{"If-Match": '"1"'})
    changed = done.json()
    assert (changed["impact"], changed["owner"]["id"], changed["waiting_for"]) == (1, chloe, "supplier")
    assert done.headers["ETag"] == f'"{changed["version"]}"'


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"owner": "Ben"}, {"owner": "Chloe"}),
        ({"state": "open"}, {"state": "cancelled"}),
        ({"impact": 1}, {"tags": ["x"]}),
    ],
    ids=["owner", "state", "grading"],
)
def test_of_two_who_change_what_they_saw_at_the_same_moment_one_is_told(caller, world, first, second):
    ref = caller("Amira")("POST", "/tickets", ASKED).json()["ref"]
    version = caller("Amira")(
        "PATCH", f"/tickets/{ref}", {"owner": owner(world, "Amira")}, **{"If-Match": "*"}
    ).headers["ETag"]
    start, answers = Barrier(2), []

    def change(name, sent):
        sent = {**sent, "owner": owner(world, sent["owner"])} if "owner" in sent else sent
        call = caller(name)
        start.wait(10)
        answers.append(call("PATCH", f"/tickets/{ref}", sent, **{"If-Match": version}).status_code)

    together(lambda: change("Ben", first), lambda: change("Chloe", second))
    assert sorted(answers) == [200, 412]


def owner(world, name):
    return str(world.people[name].uid)


def test_the_same_key_opens_and_says_it_once_and_another_body_is_refused(caller):
    call = caller("Ben")
    key = {"Idempotency-Key": "a-key"}
    first, again = call("POST", "/tickets", ASKED, **key), call("POST", "/tickets", ASKED, **key)
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again.headers["ETag"] == first.headers["ETag"]
    other = call("POST", "/tickets", {**ASKED, "subject": "Another"}, **key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert Ticket.objects.count() == 1
    path, said = f"/tickets/{first.json()['ref']}/messages", {"text": "We look at the gateway now."}
    elsewhere = call("POST", path, said, **key)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "key_reused")
    answers = [call("POST", path, said, **{"Idempotency-Key": "b-key"}).content for _ in range(3)]
    assert len(set(answers)) == 1
    assert Message.objects.filter(text=said["text"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_the_same_request_sent_eight_times_at_once_each_is_answered_the_same_or_told_to_wait(caller):
    call = caller("Ben")
    start, answers = Barrier(8), []

    def ask():
        start.wait(10)
        answers.append(call("POST", "/tickets", ASKED, **{"Idempotency-Key": "one"}))

    together(*[ask] * 8)
    made = {answer.content for answer in answers if answer.status_code == 201}
    told = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert len(made) == 1
    assert told <= {"key_in_flight"}
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert Ticket.objects.count() == 1
