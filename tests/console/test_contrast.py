"""The tokens of the style sheet against WCAG 2.2 AA, light and dark."""

import re
from pathlib import Path

import pytest

import hub.console

CSS = (Path(hub.console.__file__).parent / "static" / "console.css").read_text()
THEMES = [
    dict(re.findall(r"--([\w-]+): (#\w+);", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
]
TEXT = [
    *(("ink", ground) for ground in ("card", "ground", "stop-2", "wait-2", "brand-2")),
    *(("ink-2", ground) for ground in ("card", "stop-2", "wait-2", "info-2", "ok-2")),
    ("ink-2", "brand-2"),
    ("ink-3", "card"),
    ("ink-3", "ground"),
    ("brand", "card"),
    ("brand", "ground"),
    ("brand", "brand-2"),
    ("on-brand", "brand"),
    ("card", "stop"),
    *((tone, f"{tone}-2") for tone in ("ok", "wait", "stop", "info", "quiet")),
]


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
def test_text_is_readable_on_its_ground(theme: dict[str, str]) -> None:
    weak = {
        pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2)
        for pair in TEXT
        if contrast(theme[pair[0]], theme[pair[1]]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
def test_the_edge_of_a_field_is_seen(theme: dict[str, str]) -> None:
    assert contrast(theme["edge"], theme["card"]) >= 3
