"""Runs the tests of the browser's modules with Node, the one the build uses."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from frontline.foundation import ui

MODULES = Path(ui.__file__).parent / "static/frontline/js"
CASES = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))


def node() -> str | None:
    beside = Path(sys.executable).parent / "node"
    return shutil.which("node") or (str(beside) if beside.exists() else None)


@pytest.mark.skipif(node() is None, reason="no Node.js on this machine")
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_modules_keep_their_word(case, tmp_path):
    """Node takes `.js` for modules only beside a package.json that says so; the browser needs none."""
    copied = shutil.copytree(MODULES, tmp_path / "js")
    (copied / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(
        [node(), "--test", str(case)],
        env={**os.environ, "FRONTLINE_JS": str(copied)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_modules_import_each_other_only_by_relative_names():
    """Hashed file names are written into exactly these lines when static files are collected."""
    strays = {
        module.name: line
        for module in MODULES.glob("*.js")
        for line in module.read_text().splitlines()
        if line.startswith("import ") and '"./' not in line
    }
    assert strays == {}
