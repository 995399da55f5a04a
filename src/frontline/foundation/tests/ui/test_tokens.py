"""Contrast of the colours that stand on each other (WCAG 2.2: 4.5 for text, 3 for edges of controls and marks)."""

import re
from pathlib import Path

import pytest

from frontline.foundation import ui

TOKENS = (Path(ui.__file__).parent / "static/frontline/tokens.css").read_text()
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--fl-([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)", TOKENS
    )
}
GROUNDS = ("paper", "surface", "sunken", "raised", "hover")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "accent", "accent-strong") for ground in GROUNDS),
    *((signal, ground) for signal in ("act", "soon", "good") for ground in GROUNDS),
    *((signal, f"{signal}-soft") for signal in ("act", "soon", "good", "accent")),
    *(("ink", f"{signal}-soft") for signal in ("act", "soon", "good", "accent")),
    *(("ink-2", f"{signal}-soft") for signal in ("act", "soon", "accent")),
    ("ink-3", "accent-soft"),
    ("ink-3", "soon-soft"),
    ("accent-strong", "accent-soft"),
    ("on-fill", "accent-fill"),
    ("on-fill", "accent-fill-strong"),
    ("on-fill", "act-fill"),
    *(("ink", holder) for holder in ("desk", "team", "supplier", "requester", "approver", "change")),
]
EDGES = [
    *(("control", ground) for ground in ("paper", "surface", "raised")),
    *(
        (f"{holder}-edge", holder)
        for holder in ("desk", "team", "supplier", "requester", "approver", "change")
    ),
    *(
        (f"{holder}-edge", "surface")
        for holder in ("desk", "team", "supplier", "requester", "approver", "change")
    ),
    ("accent-fill", "surface"),
    ("accent", "surface"),
    ("accent", "paper"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def too_faint(pairs: list[tuple[str, str]], needed: float) -> list[str]:
    return [
        f"{fore} on {ground}, {theme}: {contrast(COLOURS[fore][i], COLOURS[ground][i]):.2f}"
        for fore, ground in pairs
        for i, theme in enumerate(("light", "dark"))
        if contrast(COLOURS[fore][i], COLOURS[ground][i]) < needed
    ]


def test_contrast_is_computed_as_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_every_text_colour_reads_on_its_grounds_in_both_themes():
    assert too_faint(TEXT, 4.5) == []


def test_every_control_edge_and_mark_is_seen_in_both_themes():
    assert too_faint(EDGES, 3.0) == []


def test_style_sheets_use_only_colours_of_the_tokens():
    folder = Path(ui.__file__).parent / "static/frontline"
    strays = {
        sheet.name: found
        for sheet in sorted(folder.glob("*.css"))
        if sheet.name != "tokens.css"
        and (found := re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\([^)]*\)", without_backdrops(sheet.read_text())))
    }
    assert strays == {}


def without_backdrops(css: str) -> str:
    """The veil behind dialogs is the one colour that is no token."""
    return re.sub(r"dialog::backdrop \{.*?\}", "", css, flags=re.DOTALL)


def test_style_sheets_name_only_tokens_that_exist():
    folder = Path(ui.__file__).parent / "static/frontline"
    defined = set(re.findall(r"(--fl-[a-z0-9-]+):", TOKENS))
    used = {
        name
        for sheet in folder.glob("*.css")
        for name in re.findall(r"var\((--fl-[a-z0-9-]+)", sheet.read_text())
    }
    assert used - defined == set()
