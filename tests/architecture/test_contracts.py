"""The import contracts follow from the one list, hold for the code, and catch what they are there for."""

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from frontline.config import contracts
from tests.architecture import source

LINT = [
    sys.executable,
    "-c",
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))",
]


def lint(root: Path) -> str:
    """What import-linter says about the checkout at `root`, one line a word-wrapped sentence."""
    done = subprocess.run(
        LINT,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == (1 if " BROKEN" in done.stdout else 0), done.stdout
    return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package, without what only browsers need, in a checkout of its own."""
    leave = shutil.ignore_patterns("static", "templates", "tests", "__pycache__", "locale")
    shutil.copytree(source.PACKAGE, tmp_path / "src" / "frontline", ignore=leave)
    return tmp_path


def broken(root: Path, files: dict[str, str]) -> list[str]:
    """Add the files to the copy and name the contracts that they break."""
    package = root / "src" / "frontline"
    for name, text in files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for folder in [path.parent, *path.parent.parents]:
            if folder == package:
                break
            (folder / "__init__.py").touch()
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{text}\n")
    (root / ".importlinter").write_text(contracts.importlinter(package), encoding="utf-8")
    return sorted(re.findall(r"^(.+) BROKEN\b", lint(root), re.MULTILINE))


def test_the_written_contracts_follow_from_the_list():
    stale = [
        path.name
        for path, text in contracts.generated(source.ROOT).items()
        if path.read_text(encoding="utf-8") != text
    ]

    assert stale == [], "Run `make contracts` and commit what it writes."


def test_the_code_keeps_the_contracts():
    said = lint(source.ROOT)

    assert "0 broken." in said, said


HOUSE = "Capabilities import only downwards"
PURE = "Decisions and facts are pure"
CIRCLES = "No circles among neighbours"
VIOLATIONS = {
    "a lower room imports a higher one": (
        {"people/usecases/odd.py": "from frontline.tickets import facts"},
        [HOUSE, CIRCLES],
    ),
    "the plumbing imports a capability": (
        {"foundation/odd.py": "from frontline.people import queries"},
        [HOUSE, CIRCLES],
    ),
    "logic imports Django": ({"tickets/logic/odd.py": "from django.utils import timezone"}, [PURE]),
    "logic imports the database driver": ({"estate/logic/odd.py": "import psycopg"}, [PURE]),
    "facts import the plumbing": ({"tickets/facts.py": "from frontline.foundation import clock"}, [PURE]),
    "logic imports Django by way of a neighbour": (
        {"tickets/logic/odd.py": "from frontline.commitments import planning\nfrom frontline.people import odd_way",
         "people/odd_way.py": "import django.db"},
        ["Floors of people", PURE],
    ),
    "a use case writes another room's tables": (
        {"tickets/usecases/odd.py": "from frontline.people.models import Person"},
        ["Only usecases, queries and facts of people are for others"],
    ),
    "a page uses another room's gates": (
        {"portal/web/odd.py": "from frontline.tickets.access import scope"},
        ["Only usecases, queries and facts of tickets are for others"],
    ),
    "questions call verbs": (
        {"estate/usecases/odd.py": "", "estate/queries.py": "from frontline.estate.usecases import odd"},
        ["Floors of estate"],
    ),
    "tables call questions": (
        {"people/models.py": "from frontline.people import queries"},
        ["Floors of people"],
    ),
    "one door knows another": (
        {"tickets/web/odd.py": "", "tickets/reactions.py": "from frontline.tickets.web import odd"},
        ["Floors of tickets"],
    ),
    "a verb knows a door": (
        {"tickets/web/odd.py": "", "tickets/usecases/odd.py": "from frontline.tickets.web import odd"},
        ["Floors of tickets"],
    ),
    "a channel keeps its floors as well": (
        {"channels/mail/web/odd.py": "", "channels/mail/logic/odd.py": "from frontline.channels.mail.web import odd"},
        ["Floors of channels.mail"],
    ),
    "the kernel imports a library": (
        {"kernel/odd.py": "import structlog"},
        ["The kernel needs the standard library only"],
    ),
    "the kernel imports the plumbing": ({"kernel/odd.py": "from frontline.foundation import env"}, [HOUSE, CIRCLES]),
    "statistics import Django": ({"science/odd.py": "from django.db import models"}, ["Statistics know no Django"]),
    "a folder that is not on the list": ({"newcomer/odd.py": ""}, [HOUSE]),
    "a junk drawer": ({"tickets/utils.py": ""}, ["Floors of tickets"]),
    "neighbours in a circle": (
        {"foundation/http/odd.py": "from frontline.foundation.live import odd",
         "foundation/live/odd.py": "from frontline.foundation.http import odd"},
        [CIRCLES],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", VIOLATIONS)
def test_a_violation_is_caught(what: str, copy: Path):
    files, expected = VIOLATIONS[what]

    found = broken(copy, files)

    assert set(expected) <= set(found), found


def test_an_untouched_copy_is_clean(copy: Path):
    assert broken(copy, {}) == []


def test_rooms_beside_each_other_stay_independent(copy: Path):
    package = copy / "src" / "frontline"
    for name in ("left", "right"):
        (package / name / "usecases").mkdir(parents=True)
        (package / name / "__init__.py").touch()
        (package / name / "usecases" / "__init__.py").touch()
    (package / "left/usecases/odd.py").write_text("from frontline.right import usecases\n")
    layers = ("left | right", *contracts.LAYERS)
    (copy / ".importlinter").write_text(contracts.importlinter(package, layers), encoding="utf-8")

    said = lint(copy)

    assert f"{HOUSE} BROKEN" in said
    assert "frontline.left is not allowed to import frontline.right" in " ".join(said.split())


def test_every_library_the_package_needs_is_kept_out_of_the_kernel():
    pyproject = (source.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = pyproject.partition("dependencies = [")[2].partition("\n]")[0]
    wanted = {
        line.strip(' ",').partition(">")[0].partition("[")[0] for line in listed.splitlines() if line.strip()
    }
    modules = {
        module
        for module, distributions in packages_distributions().items()
        for distribution in distributions
        if distribution.lower().replace("_", "-") in {w.lower() for w in wanted} and module.isidentifier()
    }

    assert sorted(m for m in modules if m not in contracts.LIBRARIES and not m.startswith("_")) == []
    assert len(modules) >= len(wanted) - 1
