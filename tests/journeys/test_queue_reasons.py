"""Why a row stands where it stands: the first rows of the demo's queue, each reason found again in the API's data."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.browsers import Windows
from tests.journeys.product import Product, Somebody

pytestmark = pytest.mark.journey

FIRST = 20
MINUTE = timedelta(minutes=1)
#: from docs and help of the queue: how long each may last before it asks for somebody
SILENCE = {"P1": 30 * MINUTE, "P2": 60 * MINUTE, "P3": 240 * MINUTE, "P4": 480 * MINUTE, "P5": 1440 * MINUTE}
CHASE = timedelta(days=2)
ANSWER = 60 * MINUTE
HALF_HOUR = 30 * MINUTE
HANDED_ON = 45 * MINUTE
WORDS = {
    "promise_due": "word to",
    "response_due": "response",
    "solution_due": "solution",
    "silent": "without word",
    "user_wrote": "user wrote",
    "handoffs": "handoff",
    "returned": "came back",
    "offer_waits": "offered to",
    "reopened": "reopened",
    "no_answer": "no answer for",
}


class Evidence:
    """What the API says about one ticket, and what follows for its place in the queue."""

    def __init__(self, api: httpx.Client, row: dict[str, Any]) -> None:
        base = f"/tickets/{row['ref']}"
        self.row = row
        self.clocks = api.get(f"{base}/clocks").json()["items"]
        self.promises = api.get(f"{base}/promises").json()["items"]
        self.messages = api.get(f"{base}/messages", params={"limit": 200}).json()["items"]
        self.timeline = api.get(f"{base}/timeline", params={"limit": 200}).json()["items"]

    def at(self, *kinds: str) -> datetime:
        """When a fact of such a kind happened last."""
        return max(instant(entry["at"]) for entry in self.timeline if entry["kind"] in kinds)

    def due(self, measure: str) -> datetime:
        running = [
            c for c in self.clocks if c["measure"] == measure and c["state"] == "running" and c["due_at"]
        ]
        return min(instant(clock["due_at"]) for clock in running if clock["party"] in {"", "sla"})

    def word(self, *authors: str) -> datetime | None:
        said = [
            instant(m["at"])
            for m in self.messages
            if m["audience"] == "public" and m["author_kind"] in authors
        ]
        return max(said, default=None)

    def since_word(self) -> datetime:
        return self.word("desk") or instant(self.row["opened_at"])

    def recomputed(self) -> datetime:
        return _RULES[self.row["matters_because"]](self)


_RULES: dict[str, Callable[[Evidence], datetime]] = {}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _handed_on(e: Evidence) -> datetime:
    answers = [x for x in e.timeline if x["kind"] == "tickets.HandoffAnswered"]
    accepted = [instant(x["at"]) for x in answers if x["data"]["answer"] == "accepted"]
    assert len(accepted) >= 3
    return max(accepted) + HANDED_ON


def _user_wrote(e: Evidence) -> datetime:
    said = e.word("user")
    assert said is not None
    assert said > e.since_word(), "the desk answered already"
    return said + ANSWER


def _promised(e: Evidence) -> datetime:
    return min(instant(promise["due_at"]) for promise in e.promises if promise["state"] == "open")


_RULES.update(
    promise_due=_promised,
    response_due=lambda e: e.due("respond"),
    solution_due=lambda e: e.due("resolve"),
    silent=lambda e: e.since_word() + SILENCE[e.row["priority"]],
    user_wrote=_user_wrote,
    handoffs=_handed_on,
    returned=lambda e: e.at("tickets.HandoffAnswered") + HALF_HOUR,
    offer_waits=lambda e: e.at("tickets.HandoffOffered") + HALF_HOUR,
    reopened=lambda e: e.at("tickets.TicketReopened") + HALF_HOUR,
    no_answer=lambda e: e.since_word() + CHASE,
)


def test_the_first_rows_show_five_different_reasons_and_each_is_found_again_in_the_data(
    product: Product, cast: dict[str, Somebody], windows: Windows
):
    with product.api(cast["lead"]) as api:
        rows = api.get("/tickets", params={"view": "desk", "limit": FIRST}).json()["items"]
        told = {row["ref"]: instant(row["matters_at"]) for row in rows}
        found = {row["ref"]: Evidence(api, row).recomputed() for row in rows}

    assert len(rows) == FIRST
    assert found == told
    assert list(told.values()) == sorted(told.values())
    assert len({row["matters_because"] for row in rows}) >= 5

    page = windows.page(cast["lead"])
    page.goto("/desk?view=desk")
    shown = page.locator("tbody [data-key-row]")
    for number, row in enumerate(rows):
        expect(shown.nth(number)).to_contain_text(row["ref"])
        expect(shown.nth(number).locator(".q-why")).to_contain_text(
            re.compile(WORDS[row["matters_because"]], re.IGNORECASE)
        )
