"""Calls that guess, tamper and overreach get a problem document that names the field; nothing of ours leaks."""

import base64
import json
import re

import pytest

from frontline.foundation.facts.timeline import NUMBERS

MINE = {"subject": "VPN drops", "requester": "omar@acme.example"}


@pytest.fixture
def ben(caller):
    return caller("Ben")


@pytest.fixture
def ref(ben):
    return ben("POST", "/tickets", MINE).json()["ref"]


def told(answer):
    return answer.status_code, [e["field"] for e in answer.json().get("errors", [])]


def refs(answer):
    return [t["ref"] for t in answer.json()["items"]]


def cursor(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize("values", [["a"], [{}], [[]], [True], [-1], [2**63], [1.5], [None], [1, 2], []])
@pytest.mark.parametrize("list_", ["sort=newest", "q=vpn", "sort=oldest"])
def test_a_cursor_that_was_tampered_with_is_refused(ben, list_, values):
    assert told(ben("GET", f"/tickets?{list_}&cursor={cursor(*values)}")) == (422, ["cursor"])


@pytest.mark.parametrize("first", ["yesterday", "2026-03-02T08:00:00", 5, None])
def test_a_place_in_time_needs_an_instant_with_a_zone(ben, first):
    assert told(ben("GET", f"/tickets?sort=updated&cursor={cursor(first, 1)}")) == (422, ["cursor"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("team=Nobody", "team"),
        ("holder=Nobody", "holder"),
        ("owner=nobody", "owner"),
        ("owner=a@", "owner"),
        ("state=gone", "state"),
        ("view=gone", "view"),
        ("sort=gone", "sort"),
        ("limit=201", "limit"),
    ],
)
def test_a_filter_that_means_nothing_is_named(ben, query, field):
    assert told(ben("GET", f"/tickets?{query}")) == (422, [field])


def test_others_see_the_work_under_way_of_an_owner_and_not_what_they_have_done(ben, caller, ref):
    me = ben("GET", "/people/me").json()["id"]
    ben("PATCH", f"/tickets/{ref}", {"owner": me}, **{"If-Match": "*"})
    for asking, open_, solved in ((ben, [ref], []), (caller("Amira"), [ref], [])):
        assert refs(asking("GET", f"/tickets?owner={me}")) == open_
        assert refs(asking("GET", f"/tickets?owner={me}&state=solved")) == solved
    ben("POST", f"/tickets/{ref}/solve", {"text": "Restarted the gateway."})
    for asking, done in ((ben, [ref]), (caller("Amira"), [])):
        assert refs(asking("GET", f"/tickets?owner={me}")) == done
        assert refs(asking("GET", f"/tickets?owner={me}&state=solved")) == done


def test_the_timeline_holds_no_id_of_ours(ben, ref):
    ben(
        "POST",
        f"/tickets/{ref}/handoffs",
        {
            "to": "Network",
            "why": "It is the gateway",
            "tried": "Restarted it",
            "asked": "Look at its log",
            "blocker": "tool",
        },
    )
    entries = ben("GET", f"/tickets/{ref}/timeline").json()["items"]
    told_ids = {
        name: value
        for entry in entries
        for name, value in entry["data"].items()
        if name.endswith("_id") and value is not None
    }
    assert {"ticket_id", "owner_id", "requester_id", "party_id", "handoff_id"} <= told_ids.keys()
    assert all(re.fullmatch(r"id-[0-9a-f]{16}", value) for value in told_ids.values())
    assert {n for e in entries for n, v in e["data"].items() if type(v) is int} <= NUMBERS


@pytest.mark.parametrize(
    "due_at",
    ["9999-12-31T23:59:59Z", "2199-01-01T00:00:00Z", 1_900_000_000, "1900000000", "2036-01-01T00:00:00"],
)
def test_no_promise_is_made_for_the_end_of_time_or_without_a_zone(ben, ref, due_at):
    assert told(ben("POST", f"/tickets/{ref}/promises", {"due_at": due_at})) == (422, ["due_at"])


def test_a_word_that_nobody_would_see_is_refused(ben, caller, ref):
    omar = caller("Omar")
    ben("POST", f"/tickets/{ref}/solve", {"text": "Restarted the gateway."})
    ben("PATCH", f"/tickets/{ref}", {"state": "closed"}, **{"If-Match": "*"})
    late = omar("POST", f"/tickets/{ref}/messages", {"text": "It is broken again."})
    assert (late.status_code, late.json()["code"]) == (409, "ticket_is_over")
    assert len(omar("GET", f"/tickets/{ref}/messages").json()["items"]) == 2


def test_no_ticket_becomes_its_own_parent(ben, ref):
    high, low = ref, ben("POST", "/tickets", MINE).json()["ref"]
    assert ben("POST", f"/tickets/{low}/links", {"to": high, "kind": "parent"}).status_code == 201
    answer = ben("POST", f"/tickets/{high}/links", {"to": low, "kind": "parent"})
    assert (*told(answer), answer.json()["code"]) == (422, ["to"], "circle")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_a_body_of_another_kind_is_refused_as_such(ben, kind):
    answer = ben("POST", "/tickets", MINE, **{"Content-Type": kind})
    assert answer.status_code == 415
    assert kind in answer.json()["detail"]
