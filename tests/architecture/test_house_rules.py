"""The house rules hold, and each rule catches what it says it catches."""

from pathlib import Path

import pytest

from frontline.config.capabilities import CAPABILITIES
from tests.architecture import source
from tests.architecture.rules import JUNK, PLACES_RULE, RULES, TEMPLATE_RULE, Rule

ALL_RULES = (*RULES, TEMPLATE_RULE, PLACES_RULE)
README_HEADINGS = ("Words", "Do", "Ask", "Hear", "Panels", "Measures")


def named(rule: Rule) -> str:
    return rule.name.replace(" ", "-")


def breaks(rule: Rule, path: Path, shown: str) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [f"{shown}:{line}: {what}" for line, what in rule.find(text)]


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_code_keeps_the_house_rules(rule: Rule):
    found = [
        line
        for path in source.python_files(migrations=rule.name.startswith("no c"))
        if rule.covers(path)
        for line in breaks(rule, source.PACKAGE / path, f"src/frontline/{path}")
    ]

    assert found == [], rule.why


def test_templates_hold_no_inline_script_or_style():
    found = [
        line
        for path in sorted(source.PACKAGE.rglob("*.html"))
        if path.relative_to(source.PACKAGE).as_posix() not in TEMPLATE_RULE.excused
        for line in breaks(TEMPLATE_RULE, path, path.relative_to(source.ROOT).as_posix())
    ]

    assert found == [], TEMPLATE_RULE.why


def test_no_tracked_file_names_a_machine_or_a_registry_host():
    found = []
    for name in source.tracked():
        try:
            found += breaks(PLACES_RULE, source.ROOT / name, name)
        except UnicodeDecodeError:  # pictures, fonts, packed samples
            continue

    assert found == [], PLACES_RULE.why


@pytest.mark.parametrize("rule", ALL_RULES, ids=named)
def test_a_rule_catches_its_bad_lines_and_leaves_the_good_ones(rule: Rule):
    missed = [line for line in rule.bad if not list(rule.find(line))]
    blamed = [line for line in rule.good if list(rule.find(line))]

    assert (missed, blamed) == ([], [])
    assert rule.bad
    assert rule.good


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_an_excuse_names_a_file_that_exists_and_needs_it(rule: Rule):
    needless = [
        path
        for path in rule.excused
        if not (source.PACKAGE / path).exists() or not breaks(rule, source.PACKAGE / path, path)
    ]

    assert needless == []


def test_there_are_no_junk_drawers():
    found = [
        str(path) for path in source.python_files(tests=True) if any(JUNK.match(part) for part in path.parts)
    ]

    assert found == [], "Name the file after what it does."


@pytest.mark.parametrize(
    ("name", "junk"), [("utils.py", True), ("helpers", True), ("common.py", True), ("rota.py", False)]
)
def test_a_junk_drawer_is_known_by_its_name(name: str, *, junk: bool):
    assert bool(JUNK.match(name)) == junk


def test_folders_of_tests_are_no_packages():
    found = [str(p.relative_to(source.ROOT)) for p in source.PACKAGE.rglob("tests/**/__init__.py")]

    assert found == [], "pytest finds them without; with one they would count as floors."


@pytest.mark.parametrize("name", [name for name in CAPABILITIES if name != "foundation"])
def test_a_capability_introduces_itself(name: str):
    readme = source.PACKAGE / name / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    headings = {line[3:].split()[0].strip(":,") for line in text.splitlines() if line.startswith("## ")}

    assert (source.PACKAGE / name / "capability.py").exists()
    assert text.startswith(f"# {name}"), f"{name}/README.md is missing or does not begin with its name"
    assert [h for h in README_HEADINGS if h not in headings] == []


def test_every_manifest_says_its_own_name():
    from frontline.foundation import manifest

    assert [capability.name for capability in manifest.capabilities()] == list(reversed(CAPABILITIES))
