"""axe finds nothing on any page of any role, in both themes; main pages reflow on the narrowest screen."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.browsers import NARROW, Windows, darken
from tests.journeys.pages import pages_of
from tests.journeys.product import Product, Somebody

pytestmark = pytest.mark.journey

ROLES = (
    "user",
    "agent",
    "lead",
    "incident commander",
    "vendor manager",
    "CIO",
    "administrator",
    "supplier",
)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
#: the second theme differs in colours only
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
NARROW_PAGES = {
    "user": ("home", "ask", "tickets", "tickets-ref", "me"),
    "agent": ("desk", "desk-call", "desk-returned", "desk-tickets-ref", "setup-agreements"),
    "administrator": (
        "setup",
        "setup-people",
        "setup-people-uid",
        "setup-teams",
        "setup-mail",
        "setup-calendars-uid",
    ),
}
_AXE = Axe()


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    found = _AXE.run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]}" for one in found for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_in_either_theme(
    role: str, product: Product, cast: dict[str, Somebody], windows: Windows
):
    person = cast[role]
    page = windows.page(person, color_scheme="light")
    wrong: dict[str, list[str]] = {}
    for seen in pages_of(product, windows, person):
        page.emulate_media(color_scheme="light")
        page.goto(seen.path, wait_until="load")
        found = violations(page, EVERYTHING)
        darken(page)
        found += [f"dark {one}" for one in violations(page, COLOURS)]
        if found:
            wrong[seen.path] = found

    assert wrong == {}, wrong


def test_axe_finds_nothing_before_anybody_signed_in(product: Product, windows: Windows):
    page = windows.page(None, color_scheme="light")
    for path in ("/", "/sign-in"):
        page.goto(path)
        assert violations(page, EVERYTHING) == []
        darken(page)
        assert violations(page, COLOURS) == []


@pytest.mark.parametrize("role", NARROW_PAGES)
def test_main_pages_need_no_sideways_scrolling_on_320_pixels(
    role: str, product: Product, cast: dict[str, Somebody], windows: Windows
):
    known = {seen.name: seen for seen in pages_of(product, windows, cast[role])}
    page = windows.page(cast[role], viewport=NARROW)
    wider = {}
    for seen in (known[name] for name in NARROW_PAGES[role]):
        page.goto(seen.path)
        if (width := _width(page)) > NARROW["width"]:
            wider[seen.path] = width

    assert wider == {}


def _width(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width
