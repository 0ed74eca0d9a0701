"""Promises that the files keep without a browser: contrast, weight, icons."""

import re
from itertools import product

import pytest

from tests.browser.gallery import ROOT

STATIC = ROOT / "static"
TONES = ("late", "soon", "fine", "waiting")
PAPERS = ("paper", "surface", "sunken", "hover")
BODY = [("ink", on) for on in (*PAPERS, "accent-soft", "note", "mark")]
OTHER = [
    *product(("ink-soft",), (*PAPERS, "note", "accent-soft")),
    *product(("accent", "accent-strong"), (*PAPERS, "accent-soft", "note")),
    *product(TONES, PAPERS),
    *((tone, f"{tone}-soft") for tone in TONES),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]
CONTROLS = [
    *product(("line-control", "focus", "error-line"), ("paper", "surface", "sunken")),
    ("focus", "accent-soft"),
    ("note-line", "paper"),
]


def colours() -> dict[str, tuple[str, str]]:
    """Return name → (light, dark) from the token sheet."""
    sheet = (STATIC / "css/tokens.css").read_text()
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", sheet)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" (WCAG 2.2)."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("pairs", "least"), [(BODY, 7), (OTHER, 4.5), (CONTROLS, 3)])
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast(pairs: list[tuple[str, str]], least: float, theme: int) -> None:
    palette = colours()
    measured = {(a, b): contrast(palette[a][theme], palette[b][theme]) for a, b in pairs}
    assert {pair: ratio for pair, ratio in measured.items() if ratio < least} == {}


def test_colours_live_in_one_sheet() -> None:
    sheets = (STATIC / "css").glob("*.css")
    raw = {
        sheet.name
        for sheet in sheets
        if re.search(r":[^;{]*#[0-9a-f]{3,8}\b", sheet.read_text()) and sheet.name != "print.css"
    }
    assert raw == {"tokens.css"}


def test_scripts_stay_under_25_kb() -> None:
    """Lines of comment aside: they make a script no slower, and are never saved on."""
    scripts = "".join(script.read_text("utf-8") for script in (STATIC / "js").glob("*.js"))
    assert len(re.sub(r"(?m)^\s*//.*\n", "", scripts).encode()) < 25_000


def test_every_icon_named_in_templates_exists() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    text = "\n".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    named = set(re.findall(r"icon\('([\w-]+)'", text))
    assert named
    assert named <= drawn
