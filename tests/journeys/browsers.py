"""Chromium, and browser windows that are signed in through the page."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.product import Product, Somebody

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: milliseconds a page may take to do what is waited for
PATIENCE = 20_000
#: resolves once the dark theme is on and every transition that has an end has come to it; says so when it does not
SETTLED = f"""async () => {{
  const late = performance.now() + {PATIENCE};
  const ending = (one) => one.playState !== "finished" && one.effect.getComputedTiming().endTime < Infinity;
  const dark = () => document.documentElement.dataset.bsTheme === "dark";
  while (!dark() || document.getAnimations().some(ending)) {{
    if (performance.now() > late) throw new Error(dark() ? "a transition never ended" : "the theme never changed");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }}
}}"""


def chromium() -> str | None:
    """`FRONTLINE_CHROMIUM`, else one on the path, else None."""
    named = os.environ.get("FRONTLINE_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


class Windows:
    """Windows of one browser, each with sign-ins of its own; who signed in once is remembered."""

    def __init__(self, browser: Browser, product: Product, signed_in: dict[str, Any]) -> None:
        self._browser = browser
        self._product = product
        self._kept = signed_in
        self._open: list[BrowserContext] = []

    def state(self, person: Somebody) -> Any:
        """Cookies of a browser in which the person signed in with e-mail and password on the page."""
        if person.email not in self._kept:
            context = self._context()
            page = context.new_page()
            page.goto("/sign-in")
            page.get_by_label("E-mail").fill(person.email)
            page.get_by_label("Password").fill(person.password)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
            self._kept[person.email] = context.storage_state()
            context.close()
        return self._kept[person.email]

    def cookies(self, person: Somebody) -> dict[str, str]:
        return {cookie["name"]: cookie["value"] for cookie in self.state(person)["cookies"]}

    def context(self, person: Somebody | None, **more: Any) -> BrowserContext:
        """A window in which the person is signed in; closed by `close_all`."""
        context = self._context(storage_state=self.state(person) if person else None, **more)
        self._open.append(context)
        return context

    def page(self, person: Somebody | None, **more: Any) -> Page:
        return self.context(person, **more).new_page()

    def close_all(self) -> None:
        for context in self._open:
            context.close()
        self._open.clear()

    def _context(self, **more: Any) -> BrowserContext:
        chosen = {
            "base_url": self._product.url,
            "viewport": DESKTOP,
            "locale": "en-GB",
            "timezone_id": "Europe/Berlin",
            "reduced_motion": "reduce",
            **more,
        }
        context = self._browser.new_context(**chosen)
        context.set_default_timeout(PATIENCE)
        return context


def darken(page: Page) -> None:
    """The dark theme, with no colour still on its way there."""
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLED)
