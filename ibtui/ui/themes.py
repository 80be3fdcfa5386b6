"""Colours by what they mean, from TOML files that are checked when they are read."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from msgspec import Struct
from textual.color import Color, ColorParseError
from textual.theme import Theme

from ibtui import toml
from ibtui.paths import theme_dirs

DEFAULT_THEME: Final = "ibtui-dark"

COLOURS: Final[dict[str, str]] = {
    "up": "#3fb950",
    "down": "#f85149",
    "bid": "#58a6ff",
    "ask": "#f0883e",
    "bid-bar": "#12305a",
    "ask-bar": "#4a2a12",
    "buy": "#58a6ff",
    "sell": "#f0883e",
    "last": "#e3b341",
    "last-text": "#000000",
    "muted": "#7d8590",
    "faint": "#484f58",
    "stale": "#6e7681",
    "warn": "#d29922",
    "bad": "#ff7b72",
    "good": "#3fb950",
    "live": "#ffffff",
    "live-background": "#b3122a",
    "paper": "#79c0ff",
    "paper-background": "#12305a",
    "alarm": "#000000",
    "alarm-background": "#ffd33d",
    "cursor": "#23406b",
    "cursor-text": "#ffffff",
    "cursor-blurred": "#1c2733",
    "frame": "#30363d",
    "frame-focus": "#58a6ff",
    "footer": "#161b22",
    "footer-key": "#79c0ff",
}
"""Every colour a theme may set beside Textual's own, with the value that holds where a theme does not."""

TEXT_STYLES: Final = {"cursor-text-style": "none"}
"""Text styles a theme may set: Textual's words (none, bold, reverse …)."""

DEFAULTS: Final = COLOURS | TEXT_STYLES

TEXTUAL_GAPS: Final = {"ansi-background": "transparent", "ansi-foreground": "transparent"}
"""Variables that Textual 8.2.8's own styles use and its ANSI themes do not set."""

_BASE_COLOURS: Final = (
    *("primary", "secondary", "accent", "warning", "error", "success"),
    *("foreground", "background", "surface", "panel"),
)
_WORDS: Final = ("none", "bold", "reverse", "underline", "dim", "italic")


class ThemeFailure(Struct, frozen=True):
    """A theme file that cannot be used, and why."""

    path: Path
    reason: str


class ThemeFault(Exception):
    """What is wrong with one theme file."""


def load_themes(
    folders: Iterable[Path] | None = None, *, only: Container[str] | None = None
) -> tuple[dict[str, Theme], list[ThemeFailure]]:
    """(loaded by name, failed): every `*.toml` of the folders, the first of a name; a bad one stops no other.

    With `only`, those of these names.
    """
    loaded: dict[str, Theme] = {}
    failed: list[ThemeFailure] = []
    for folder in theme_dirs() if folders is None else folders:
        for path in sorted(folder.glob("*.toml")):
            if only is not None and path.stem not in only:
                continue
            try:
                theme = read_theme(path)
            except ThemeFault as fault:
                failed.append(ThemeFailure(path, str(fault)))
            else:
                loaded.setdefault(theme.name, theme)
    return loaded, failed


def read_theme(path: Path) -> Theme:
    """One theme, named after its file. Raises ThemeFault with the key at fault and the nearest right one."""
    try:
        table = toml.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ThemeFault(str(error)) from error
    flags = {key: table.pop(key, default) for key, default in (("dark", True), ("ansi", False))}
    for key, value in flags.items():
        if not isinstance(value, bool):
            raise ThemeFault(f"{key} must be true or false, not {value!r}")
    variables = table.pop("variables", {})
    if not isinstance(variables, dict):
        raise ThemeFault("variables must be a table")
    base = {key: _colour(key, value) for key, value in _known(table, _BASE_COLOURS).items()}
    own = {key: _variable(key, value) for key, value in _known(variables, DEFAULTS).items()}
    if "primary" not in base:
        raise ThemeFault("primary is missing")
    return Theme(
        name=path.stem,
        primary=base["primary"],
        secondary=base.get("secondary"),
        accent=base.get("accent"),
        warning=base.get("warning"),
        error=base.get("error"),
        success=base.get("success"),
        foreground=base.get("foreground"),
        background=base.get("background"),
        surface=base.get("surface"),
        panel=base.get("panel"),
        dark=flags["dark"],
        ansi=flags["ansi"],
        variables=_scrollbars(DEFAULTS | own, base.get("background", "")) | DEFAULTS | own,
    )


def _scrollbars(own: Mapping[str, str], ground: str) -> dict[str, str]:
    """Textual's own scrollbars in quiet colours."""
    bars = {"scrollbar": own["frame"], "scrollbar-hover": own["faint"], "scrollbar-active": own["muted"]}
    names = (
        "scrollbar-background",
        "scrollbar-background-hover",
        "scrollbar-background-active",
        "scrollbar-corner-color",
    )
    return bars | (dict.fromkeys(names, ground) if ground else {})


def _known(table: Mapping[str, object], names: Iterable[str]) -> Mapping[str, object]:
    allowed = list(names)
    for key in table:
        if key not in allowed:
            near = get_close_matches(key, allowed, n=1)
            raise ThemeFault(f"unknown key {key!r}" + (f", did you mean {near[0]!r}?" if near else ""))
    return table


def _variable(key: str, value: object) -> str:
    if key in TEXT_STYLES:
        words = str(value).split()
        if not words or any(word not in _WORDS for word in words):
            raise ThemeFault(f"{key}: {value!r} is no text style")
        return " ".join(words)
    return _colour(key, value)


def _colour(key: str, value: object) -> str:
    try:
        Color.parse(str(value))
    except ColorParseError:
        raise ThemeFault(f"{key}: {value!r} is no colour") from None
    return str(value)
