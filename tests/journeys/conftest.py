"""The demo organisation, running, and browsers signed in to it. One desk for all journeys of a run (of a worker)."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.browsers import Windows, chromium, open_browser
from tests.journeys.product import Product, Somebody, prepared_copy


def name_of_run(factory: pytest.TempPathFactory, worker: str) -> str:
    """The same for all workers of one run."""
    base = factory.getbasetemp()
    return (base if worker == "master" else base.parent).name


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "master")


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Iterator[Product]:
    with prepared_copy(name_of_run(tmp_path_factory, worker), f"journeys-{worker}") as running:
        running.start()
        try:
            yield running
        finally:
            code = running.stop()
    assert code == 0


@pytest.fixture(scope="session")
def cast(product: Product) -> dict[str, Somebody]:
    return product.cast()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One a file: its event loop, while it runs, keeps Django of this process from asking its database."""
    if chromium() is None:
        pytest.fail("No Chromium found. Install one, or set FRONTLINE_CHROMIUM to its path.")
    with open_browser() as running:
        yield running


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """Who signed in once, for all files."""
    return {}


@pytest.fixture(scope="module")
def all_windows(browser: Browser, product: Product, signed_in: dict[str, Any]) -> Windows:
    return Windows(browser, product, signed_in)


@pytest.fixture
def windows(all_windows: Windows) -> Iterator[Windows]:
    yield all_windows
    all_windows.close_all()
