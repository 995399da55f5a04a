"""The frame in a real browser: both themes, a phone and a desktop, axe, live news, keys, drafts."""

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from frontline.foundation.tests.ui.stage import STATIC, Stage, page

FACES = ("desk", "ticket", "door", "insight", "sign-in")
CHROMIUM = os.environ.get("FRONTLINE_CHROMIUM") or shutil.which("chromium")
ROW = (
    '<tr role="row" data-key-row data-live-subject="ticket:INC-2038" data-live-fragment="queue-row">'
    '<td role="cell" class="q-pick"><input type="checkbox" aria-label="INC-2038"></td>'
    '<td role="cell" class="q-subject"><a href="#" data-action="open">Certificate renewed</a></td></tr>'
)

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.skipif(not (STATIC / "vendor/stamp.txt").exists(), reason="browser libraries are not built"),
]


@pytest.fixture(scope="module")
def stage():
    with ThreadPoolExecutor(1) as one:  # Django's templates are drawn outside the browser's event loop
        pages = {f"/{face}": one.submit(page, face).result() for face in FACES}
    pages["/called"] = "<!doctype html><title>Log a call</title>"
    server = Stage(pages)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(chromium):
    opened = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.mark.parametrize("width", [1440, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(stage, chromium, scheme, width):
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab = context.new_page()
    complaints = []
    tab.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    for face in FACES:
        tab.goto(f"{stage.url}/{face}", wait_until="load")
        found = Axe().run(tab).response["violations"]
        complaints += [f"{face}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found]
        if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
            complaints.append(f"{face} scrolls sideways at {width}")
    context.close()
    assert complaints == []


def test_fifty_rows_stand_on_a_large_screen_in_compact_density(stage, chromium):
    context = chromium.new_context(viewport={"width": 2560, "height": 1440})
    tab = context.new_page()
    tab.goto(f"{stage.url}/desk")
    tab.evaluate("document.documentElement.dataset.density = 'compact'")
    seen = tab.locator("[data-key-row]").evaluate_all(
        "rows => rows.filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"
    )
    context.close()
    assert seen >= 50


def test_a_change_reaches_two_tabs_over_one_stream_without_moving_the_reader(stage, context):
    first, second = context.new_page(), context.new_page()
    before = stage.streams_opened
    for tab in (first, second):
        tab.goto(f"{stage.url}/desk")
        expect(tab.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    assert stage.streams_opened == before + 1
    first.bring_to_front()
    first.keyboard.press("j")
    first.keyboard.press("j")
    row = first.locator("[data-key-row]").nth(1)
    row.locator("input").check()
    asked = []
    first.on("request", lambda request: asked.append(request.url))
    stage.tell(subject="ticket:INC-2038", fragments={"queue-row": ROW}, announce="INC-2038 changed")
    for tab in (first, second):
        expect(tab.locator("[data-key-row]").nth(1)).to_contain_text("Certificate renewed", timeout=1000)
    expect(first.locator("[data-key-row]").nth(1)).to_have_attribute("aria-current", "true")
    expect(first.locator("[data-key-row]").nth(1).locator("input")).to_be_checked()
    expect(first.locator("[data-announce]")).to_have_text("INC-2038 changed")
    assert asked == []


def test_new_rows_wait_behind_a_button_and_rows_that_left_stay_in_place(stage, context):
    tab = context.new_page()
    tab.goto(f"{stage.url}/desk")
    expect(tab.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    rows = tab.locator("[data-key-row]").count()
    stage.tell(subject="ticket:INC-9001", lists={"queue:matters": "added"})
    stage.tell(subject="ticket:INC-9002", lists={"queue:matters": "added"})
    stage.tell(subject="ticket:INC-1990", lists={"queue:matters": "removed"})
    expect(tab.locator(".live-more button")).to_have_text("2 new · Show")
    expect(tab.locator(".live-gone").first).to_contain_text("Payroll")
    assert tab.locator("[data-key-row]").count() == rows


def test_a_dead_feed_shows_as_dead_and_comes_back(stage, context):
    tab = context.new_page()
    tab.goto(f"{stage.url}/desk")
    expect(tab.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    stage.die()
    banner = tab.locator("[data-live-banner]")
    expect(banner).to_be_visible(timeout=8000)
    expect(banner).to_contain_text("Not live")
    stage.alive = True
    stage.feeds.clear()
    banner.get_by_role("button").click()
    expect(tab.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    expect(banner).to_be_hidden()


def test_single_keys_act_on_the_page_and_are_dead_in_fields(stage, context):
    tab = context.new_page()
    tab.goto(f"{stage.url}/ticket")
    tab.keyboard.press("?")
    expect(tab.locator("#keys-help")).to_be_visible()
    tab.keyboard.press("Escape")
    field = tab.locator("textarea[name=body]")
    field.press_sequentially("jkr?/ hello")
    expect(field).to_have_value("jkr?/ hello")
    expect(tab.locator("#keys-help")).to_be_hidden()
    tab.keyboard.press("Control+k")
    expect(tab.get_by_role("option")).to_have_text(re.compile("Log a call"))
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(f"{stage.url}/called")


def test_what_is_typed_is_saved_within_two_seconds(stage, context):
    tab = context.new_page()
    tab.goto(f"{stage.url}/ticket")
    stage.drafts.clear()
    tab.locator("textarea[name=body]").fill("Half a sentence")
    expect(tab.locator("[data-draft-state]")).to_have_text("Draft saved", timeout=2000)
    assert stage.drafts == [{"fields": {"kind": "public", "body": "Half a sentence"}}]


def test_an_undo_can_be_taken_for_ten_seconds(stage, context):
    tab = context.new_page()
    tab.goto(f"{stage.url}/desk")
    expect(tab.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    tab.evaluate(
        "document.dispatchEvent(new CustomEvent('frontline:toast', {detail: {text: 'Handed over.', undo: '/undo/1'}}))"
    )
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator(".toast-line")).to_have_text("Undone.")
