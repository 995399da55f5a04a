"""The locked dependencies cover what pyproject.toml asks for, at one version each, with checksums and without hosts."""

import re
import tomllib

import pytest

from tests.architecture import source

LOCKS = ("run", "dev", "node")


def pins(name: str) -> dict[str, str]:
    text = (source.ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,-]+\])?==([^\s;]+)", text, re.MULTILINE))


def asked(*groups: str) -> set[str]:
    """Names of the package's own dependencies and of the groups, in their one spelling."""
    project = tomllib.loads((source.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *(project["project"]["dependencies"] if "run" in groups else []),
        *(line for group in groups if group != "run" for line in project["dependency-groups"][group]),
    ]
    return {re.split(r"[\[<>=~! ;]", line)[0].lower().replace("_", "-") for line in wanted}


@pytest.mark.parametrize(
    ("lock", "groups"), [("run", ("run", "build")), ("dev", ("run", "build", "dev")), ("node", ("node",))]
)
def test_a_lock_holds_everything_that_is_asked_for(lock: str, groups: tuple[str, ...]):
    assert sorted(asked(*groups) - set(pins(lock))) == [], "Run `make locks` and commit what it writes."


def test_whoever_works_on_it_runs_what_is_served():
    work = pins("dev")

    assert {name: work.get(name) for name in pins("run")} == pins("run")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_checksums_and_no_hosts(lock: str):
    text = (source.ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)

    assert "://" not in text
    assert [
        block.splitlines()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block
    ] == []
