"""What others change is on the screen within a second, and no request but the stream brings it."""

import time

import pytest
from playwright.sync_api import Page, Request, expect

from tests.journeys.browsers import Windows
from tests.journeys.product import Product, Somebody

pytestmark = pytest.mark.journey

STREAM = "/api/v1/live"
#: seconds from the answer of what changed it to the change on the other screen
WITHIN = 1.0


def requests_of(page: Page) -> list[str]:
    """Fills with the address of everything the page, its workers included, asks for from now on."""
    seen: list[str] = []

    def note(request: Request) -> None:
        seen.append(request.url)

    page.context.on("request", note)
    return seen


def test_a_second_browser_changes_within_a_second_without_asking(
    product: Product, cast: dict[str, Somebody], windows: Windows
):
    ben, maya = cast["agent"], cast["lead"]
    with product.api(ben) as api:
        rows = api.get("/tickets", params={"view": "desk", "limit": 20}).json()["items"]
        # not the first row: its preview stands open beside the queue and would load itself anew
        chosen = next(row for row in rows[1:] if row["state"] in {"new", "open"} and row["priority"] != "P1")
        watching = windows.page(maya)
        watching.goto("/desk?view=desk")
        row = watching.locator(f"[data-live-subject='ticket:{chosen['ref']}']")
        expect(row).to_be_visible()
        expect(watching.locator("[data-live-state]").first).to_have_attribute("data-state", "live")
        watching.wait_for_timeout(500)  # the preview of the first row is loaded a moment after the page
        seen = requests_of(watching)

        etag = api.get(f"/tickets/{chosen['ref']}").headers["ETag"]
        graver = {"impact": 1, "urgency": 1}
        answer = api.patch(f"/tickets/{chosen['ref']}", json=graver, headers={"If-Match": etag})
        answer.raise_for_status()
        began = time.monotonic()
        expect(row.locator(".prio")).to_have_text("P1", timeout=10_000)
        took = time.monotonic() - began

    others = [url for url in seen if STREAM not in url]
    assert others == []
    assert took < WITHIN
