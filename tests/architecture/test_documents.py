"""Documents point at things that exist, and decisions are numbered without holes."""

import re

import pytest

from tests.architecture import source

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#([^)\s]+))?\)")
PAGES = [name for name in source.tracked() if name.endswith(".md")]


def anchors(text: str) -> set[str]:
    """Headings as the usual forges spell them in addresses."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str):
    page = source.ROOT / name
    wrong = []
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target or target.startswith(("mailto:", "/")):
            continue
        there = (page.parent / target).resolve()
        if not there.exists() or (anchor and anchor not in anchors(there.read_text(encoding="utf-8"))):
            wrong.append(f"{target}#{anchor}" if anchor else target)

    assert wrong == []


def test_decisions_are_numbered_without_holes_and_listed():
    folder = source.ROOT / "docs" / "decisions"
    numbers = sorted(path.name[:4] for path in folder.glob("[0-9]*.md"))
    listed = re.findall(r"^\| \[(\d{4})\]", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    assert listed == numbers


def test_every_requirement_has_its_line_in_the_mission():
    mission = (source.ROOT / "docs" / "mission.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| (R\d+) \|", mission, re.MULTILINE) == [f"R{n}" for n in range(1, 55)]
