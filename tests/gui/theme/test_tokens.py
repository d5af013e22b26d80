import re
import tomllib

import pytest

from smtpdebugger import resources
from smtpdebugger.gui.theme.tokens import (
    THEMES,
    Tokens,
    choose_theme,
    current_theme,
    read_tokens,
    theme_folder,
    tokens,
)

TEXT_ON = {
    "window": ("text", "muted"),
    "surface": (
        "text", "muted", "command", "positive", "negative", "event", "warning", "accent",
    ),
    "raised": ("text", "muted"),
    "selection": ("text", "muted", "command", "positive", "negative", "event", "warning"),
    "negative_surface": ("negative", "muted"),
    "warning_surface": ("warning", "muted"),
    "positive_surface": ("positive", "muted"),
    "command_surface": ("command", "muted"),
    "event_surface": ("event", "muted"),
    "muted_surface": ("muted",),
    "accent": ("on_accent",),
}  # fmt: skip


def luminance(color: str) -> float:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_every_token_is_a_colour(theme: str) -> None:
    values = {name: getattr(read_tokens(theme), name) for name in Tokens._fields}

    assert not {name for name, value in values.items() if not re.fullmatch("#[0-9a-f]{6}", value)}


@pytest.mark.parametrize("theme", THEMES)
def test_they_are_what_a_toml_reader_reads(theme: str) -> None:
    text = resources.path("theme", f"{theme}.toml").read_text(encoding="utf-8")

    assert read_tokens(theme)._asdict() == tomllib.loads(text)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", sorted(TEXT_ON))
def test_text_can_be_read_on_its_ground(theme: str, ground: str) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text."""
    found = read_tokens(theme)
    ratios = {
        name: contrast(getattr(found, name), getattr(found, ground)) for name in TEXT_ON[ground]
    }

    assert not {name: round(ratio, 2) for name, ratio in ratios.items() if ratio < 4.5}


@pytest.mark.parametrize("theme", THEMES)
def test_control_borders_stand_out(theme: str) -> None:
    """The focus ring and the marks have 3 to 1 against what surrounds them."""
    found = read_tokens(theme)

    assert contrast(found.accent, found.surface) >= 3
    assert contrast(found.selection_border, found.selection) >= 3


@pytest.mark.parametrize(("theme", "image", "token"), [
    (theme, image, token)
    for theme in THEMES
    for image, token in (
        ("chevron-down", "muted"), ("chevron-left", "muted"), ("chevron-right", "muted"),
        ("check", "on_accent"),
    )
])  # fmt: skip
def test_images_have_the_themes_colours(theme: str, image: str, token: str) -> None:
    picture = (theme_folder(theme) / f"{image}.svg").read_text()

    assert getattr(read_tokens(theme), token) in picture


def test_the_chosen_theme_answers() -> None:
    choose_theme("dark")
    try:
        assert current_theme() == "dark"
        assert tokens() == read_tokens("dark")
        assert tokens().color("text").name() == tokens().text
    finally:
        choose_theme("light")
    assert tokens() == read_tokens("light")


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="sepia"):
        choose_theme("sepia")
