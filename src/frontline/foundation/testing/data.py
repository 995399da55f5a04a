"""Where tests find the real data sets, which are too large or not licensed to travel with the code."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[4]


def data_root() -> Path:
    """`FRONTLINE_TEST_DATA`, else `../shared/data` beside the checkout."""
    given = os.environ.get("FRONTLINE_TEST_DATA")
    return Path(given) if given else CHECKOUT.parent / "shared" / "data"


def data_path(*parts: str) -> Path:
    """The file or folder `parts` of the data sets; skips the test, saying why, where it is absent."""
    path = data_root().joinpath(*parts)
    if not path.exists():
        pytest.skip(
            f"needs the data set {'/'.join(parts)} (set FRONTLINE_TEST_DATA; looked in {data_root()})"
        )
    return path
