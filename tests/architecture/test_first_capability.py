"""A new capability costs one folder and one line, measured on what the scaffold writes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from frontline.config import scaffold
from frontline.config.scaffold import BadCapabilityName, NoCheckout, NoSuchRoom
from tests.architecture import source

#: written anew from the list, never by hand
GENERATED = {".importlinter", "docs/map.md"}
#: says what is kept and broken and succeeds either way: other rooms have their own test
LINT = "from importlinter.cli import lint_imports; lint_imports(cache_dir=None)"
LISTING = "src/frontline/config/capabilities.py"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in source.tracked():
        if name.endswith((".py", ".md", ".toml", ".importlinter", ".html", ".txt", ".json")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source.ROOT / name, tmp_path / name)
    return tmp_path


def contents(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def run(root: Path, *arguments: str) -> str:
    """A program on the copy's own code."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={
            **os.environ,
            "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}",
            "FRONTLINE_DATA": str(root / "data"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_capability_is_one_folder_and_one_line(copy: Path):
    before = contents(copy)

    scaffold.start(name="rota", beside="tickets", root=copy)

    after = contents(copy)
    new = {name for name in after if name not in before}
    changed = {name for name in before if after[name] != before[name]} - GENERATED
    added_lines = set(after[LISTING].splitlines()) - set(before[LISTING].splitlines())
    assert {name.split("/")[2] for name in new} == {"rota"}
    assert changed == {LISTING}
    assert added_lines == {'    "rota",'}
    assert len(after[LISTING].splitlines()) == len(before[LISTING].splitlines()) + 1


def test_the_house_stands_with_the_new_capability_in_it(copy: Path):
    scaffold.start(name="rota", beside="tickets", root=copy)

    linted = run(copy, "-c", LINT)
    tested = run(copy, "-m", "pytest", "src/frontline/rota", "-p", "no:cacheprovider")
    styled = run(copy, "-m", "ruff", "check", "--no-cache", "src/frontline/rota")
    ruled = run(
        copy, "-m", "pytest", "-p", "no:cacheprovider", "tests/architecture/test_house_rules.py",
        "-k", "rota or manifest or packages",
    )  # fmt: skip

    assert [line for line in linted.splitlines() if "rota" in line] == [
        "Floors of rota KEPT",
        "Only usecases, queries and facts of rota are for others KEPT",
    ]
    assert "Capabilities import only downwards KEPT" in linted
    assert "1 passed" in tested
    assert "All checks passed" in styled
    assert "4 passed" in ruled


def test_the_place_is_below_or_above_a_room(copy: Path):
    listing = copy / LISTING
    scaffold.start(name="lower", beside="tickets", root=copy)
    scaffold.start(name="upper", beside="tickets", above=True, root=copy)

    lines = [line.strip(' ",') for line in listing.read_text(encoding="utf-8").splitlines()]
    place = lines.index("tickets")
    assert lines[place - 1 : place + 2] == ["upper", "tickets", "lower"]


@pytest.mark.parametrize(
    ("name", "beside", "error"),
    [
        ("Rota", "tickets", BadCapabilityName),
        ("class", "tickets", BadCapabilityName),
        ("../rota", "tickets", BadCapabilityName),
        ("people", "tickets", BadCapabilityName),
        ("rota", "nowhere", NoSuchRoom),
        ("rota", "foundation", NoSuchRoom),
    ],
)
def test_a_place_or_name_that_cannot_be_changes_nothing(
    copy: Path, name: str, beside: str, error: type[Exception]
):
    before = contents(copy)

    with pytest.raises(error):
        scaffold.start(name=name, beside=beside, root=copy)

    assert contents(copy) == before


def test_outside_a_checkout_there_is_nothing_to_start(tmp_path: Path):
    with pytest.raises(NoCheckout):
        scaffold.start(name="rota", beside="tickets", root=tmp_path)
