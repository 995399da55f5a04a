"""Anna asks from her telephone, hears at once what happens, and brings back what is still broken."""

import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.browsers import PHONE, Windows
from tests.journeys.product import Product, Somebody

pytestmark = pytest.mark.journey


def complaints(page: Page, name: str) -> list[str]:
    """What axe finds, and whether the page is wider than the telephone."""
    found = [
        f"{name}: {one['id']} {one['nodes'][0]['html'][:120]}"
        for one in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{name}: scrolls sideways")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_anna_asks_hears_and_reopens_on_her_phone(
    scheme: str, product: Product, cast: dict[str, Somebody], windows: Windows
):
    page = windows.page(cast["user"], viewport=PHONE, color_scheme=scheme)
    subject = f"My {scheme} headset crackles"
    wrong: list[str] = []
    page.goto("/")
    wrong += complaints(page, "home")

    page.get_by_label("What do you need?").fill(subject)
    page.get_by_role("link", name=re.compile(f"Send “{subject}” to the desk")).click()
    wrong += complaints(page, "ask")
    page.get_by_label("Slows me down").check()
    page.get_by_role("button", name="Send to the desk").click()
    page.wait_for_url("**/tickets/T-*")
    wrong += complaints(page, "parcel")
    ref = page.url.rsplit("/", maxsplit=1)[1]
    expect(page.get_by_text(re.compile(r"Received\. .+ owns it\."))).to_be_visible()

    headers = {"Authorization": f"Bearer {cast['agent'].token}"}
    with httpx.Client(base_url=f"{product.url}/api/v1", headers=headers, timeout=30) as desk:
        expect(page.get_by_role("heading", name=subject)).to_be_visible()
        desk.post(
            f"/tickets/{ref}/messages", json={"text": "A new one is being packed for you."}
        ).raise_for_status()
        expect(page.get_by_text("A new one is being packed for you.")).to_be_visible()  # without a reload
        page.get_by_label("Add something").fill("Thank you!")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text("You wrote")).to_be_visible()
        solved = {"code": "fulfilled", "text": "A new headset is on its way to you."}
        desk.post(f"/tickets/{ref}/solve", json=solved).raise_for_status()

    page.goto("/")
    wrong += complaints(page, "home with a question")
    page.get_by_role("button", name=f"Still broken: {subject}").click()
    expect(page.get_by_role("heading", name=re.compile("Back at the desk"))).to_be_visible()
    wrong += complaints(page, "reopened")
    for path in ("/tickets", "/tickets?show=past", "/tickets?show=followed", "/ask?call=1"):
        page.goto(path)
        wrong += complaints(page, path)

    assert wrong == []
