"""schemathesis against the running product: no 5xx, and no answer that the document does not describe."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import name_of_run
from tests.journeys.product import Product, prepared_copy

#: examples per operation; with the seed the same ones in each run
EXAMPLES = 30
SEED = 20260302
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
#: a stream that never ends; proved where it is built
ENDLESS = "/api/v1/live"
WITHIN = 1200


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Product]:
    """A desk of its own: what is asked of it leaves it a mess."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "master")
    with prepared_copy(name_of_run(tmp_path_factory, worker), f"contract-{worker}") as running:
        running.start()
        try:
            yield running
        finally:
            running.stop()


@pytest.mark.slow
@pytest.mark.parametrize("role", ["agent", "administrator"])
def test_no_answer_breaks_or_contradicts_the_document(role: str, product: Product, tmp_path: Path):
    done = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "schemathesis"), "run", f"{product.url}/api/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {product.cast()[role].token}"),
            *("--exclude-path", ENDLESS),
            *("--checks", ",".join(CHECKS)),
            *("--phases", "examples,fuzzing"),
            *("--max-examples", str(EXAMPLES), "--seed", str(SEED), "--generation-deterministic"),
            *("--workers", "2", "--request-timeout", "60", "--suppress-health-check", "all", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )

    assert done.returncode == 0, f"{done.stdout[-20_000:]}{done.stderr[-2_000:]}\n{product.said(60_000)}"
