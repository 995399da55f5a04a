"""`make screenshots`: every page as every role that has it, from the demo, for people to look at.

build/screenshots/{desktop,phone}-{light,dark}/PAGE-ROLE.png. `--only WORD` takes pages or roles whose name has it.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # as a script, only its own folder is on the path

from playwright.sync_api import Page  # noqa: E402

from tests.journeys.browsers import DESKTOP, PHONE, Windows, chromium, darken, open_browser  # noqa: E402
from tests.journeys.pages import Seen, pages_of  # noqa: E402
from tests.journeys.product import Product, Somebody  # noqa: E402

OUT = ROOT / "build" / "screenshots"
SIZES = {"desktop": DESKTOP, "phone": PHONE}
THEMES = ("light", "dark")
#: higher than this is cut off: nobody looks further
HIGHEST = 4000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="pages or roles whose name has this word")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    if chromium() is None:
        print("No Chromium found. Install one, or set FRONTLINE_CHROMIUM to its path.", file=sys.stderr)
        return 2
    scratch = Path(tempfile.mkdtemp(prefix="frontline-screenshots-"))
    scratch.chmod(0o711)  # so that the database lies in it, and goes with it
    product = Product(scratch / "data")
    try:
        print("making the demo organisation …", flush=True)
        product.prepare()
        product.start()
        count = take_all(product, options.out, options.only)
    finally:
        product.stop()
        shutil.rmtree(scratch)
    print(f"{count} screenshots in {options.out}")
    return 0


def take_all(product: Product, out: Path, only: str) -> int:
    count = 0
    with open_browser() as browser:
        windows = Windows(browser, product, {})
        for person in product.cast().values():
            wanted = [
                seen for seen in pages_of(product, windows, person) if only in f"{seen.name}-{person.key}"
            ]
            print(f"{person.role}: {len(wanted)} pages", flush=True)
            count += take(windows, person, wanted, out)
        count += take(windows, None, [Seen("sign-in", "/sign-in"), Seen("home", "/")], out) if not only else 0
    return count


def take(windows: Windows, person: Somebody | None, wanted: Sequence[Seen], out: Path) -> int:
    count = 0
    for size, viewport in SIZES.items():
        page = windows.page(person, viewport=viewport, color_scheme="light")
        for seen in wanted:
            page.goto(seen.path, wait_until="load")
            page.wait_for_timeout(250)  # what the page loads behind itself: the preview, the live state
            for theme in THEMES:
                if theme == "dark":
                    darken(page)
                path = out / f"{size}-{theme}" / f"{seen.name}-{person.key if person else 'nobody'}.png"
                shoot(page, path)
                count += 1
            page.emulate_media(color_scheme="light")
        windows.close_all()
    return count


def shoot(page: Page, path: Path) -> None:
    """The whole page down to a height somebody would scroll, as on a screen so high: bars stay at its edges."""
    size = page.viewport_size or DESKTOP
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height, HIGHEST))})
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    page.set_viewport_size({"width": size["width"], "height": size["height"]})


if __name__ == "__main__":
    sys.exit(main())
