"""Theme files."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color

from ibtui.paths import theme_dirs
from ibtui.ui.themes import DEFAULT_THEME, DEFAULTS, load_themes, read_theme


def written(folder: Path, text: str, name: str = "mine") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_themes_all_load_and_the_default_is_among_them() -> None:
    loaded, failed = load_themes()
    assert failed == []
    assert {DEFAULT_THEME, "ibtui-light", "ibtui-high-contrast", "ibtui-ansi"} <= set(loaded)


def test_a_shipped_theme_sets_every_colour_itself() -> None:
    for folder in theme_dirs():
        for path in folder.glob("*.toml"):
            missing = [name for name in DEFAULTS if f"\n{name} = " not in path.read_text(encoding="utf-8")]
            assert missing == [], path.name


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2."""

    def luminance(text: str) -> float:
        parts = [part / 255 for part in Color.parse(text).rgb]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["ibtui-dark", "ibtui-light", "ibtui-high-contrast"])
@pytest.mark.parametrize("ink", ["up", "down", "bid", "ask", "muted", "warn", "bad", "good"])
def test_every_ink_can_be_read_on_the_ground_and_on_the_cursor_row(name: str, ink: str) -> None:
    theme = load_themes()[0][name]
    colours = theme.variables
    assert theme.background is not None
    assert contrast(colours[ink], theme.background) >= 4.5
    if "reverse" not in colours["cursor-text-style"]:
        assert contrast(colours[ink], colours["cursor"]) >= 3.0
    assert contrast(colours["cursor-text"], colours["cursor"]) >= 7.0


@pytest.mark.parametrize(
    "pair", [("live", "live-background"), ("paper", "paper-background"), ("alarm", "alarm-background")]
)
def test_words_on_coloured_ground_can_be_read(pair: tuple[str, str]) -> None:
    for name, theme in load_themes()[0].items():
        if not theme.ansi:
            assert contrast(theme.variables[pair[0]], theme.variables[pair[1]]) >= 4.5, name


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    written(tmp_path, 'primary = "#ffffff"', "good")
    written(tmp_path, "primary = ", "broken")
    loaded, failed = load_themes([tmp_path])
    assert list(loaded) == ["good"]
    assert [failure.path.name for failure in failed] == ["broken.toml"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('primary = "#zzzzzz"', "primary: '#zzzzzz' is no colour"),
        ('primry = "#ffffff"', "unknown key 'primry', did you mean 'primary'?"),
        ('primary = "#fff"\n[variables]\nupp = "#fff"', "unknown key 'upp', did you mean 'up'?"),
        ('primary = "#fff"\n[variables]\ncursor-text-style = "blink"', "cursor-text-style: 'blink' is no text style"),
        ('primary = "#fff"\ndark = "yes"', "dark must be true or false, not 'yes'"),
        ("dark = true", "primary is missing"),
        ('primary = "#fff"\nvariables = 3', "variables must be a table"),
    ],
)
def test_a_mistake_is_named_with_the_key_and_the_nearest_right_one(tmp_path: Path, text: str, reason: str) -> None:
    written(tmp_path, text)
    assert [failure.reason for failure in load_themes([tmp_path])[1]] == [reason]


def test_what_a_theme_leaves_out_takes_the_default(tmp_path: Path) -> None:
    theme = read_theme(written(tmp_path, 'primary = "#ffffff"\n[variables]\nup = "#00ff00"'))
    assert theme.variables["up"] == "#00ff00"
    assert theme.variables["down"] == DEFAULTS["down"]


def test_a_theme_of_the_user_s_own_is_found_and_stands_before_a_shipped_one_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "ibtui" / "themes"
    own.mkdir(parents=True)
    shipped = theme_dirs()[-1] / "ibtui-light.toml"
    for name in ("mine", DEFAULT_THEME):
        (own / f"{name}.toml").write_bytes(shipped.read_bytes())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    loaded, failed = load_themes()
    assert not failed
    assert "mine" in loaded
    assert loaded[DEFAULT_THEME].background == loaded["ibtui-light"].background
