"""Where ibtui keeps its files, by the platform's own rules (XDG on Linux)."""

from __future__ import annotations

from pathlib import Path

import platformdirs

APP = "ibtui"


def config_file() -> Path:
    """The configuration file read when --config names no other."""
    return platformdirs.user_config_path(APP) / "config.toml"


def state_dir() -> Path:
    """Pinned certificates, the order journal and the command line's history."""
    return platformdirs.user_state_path(APP)


def theme_dirs() -> tuple[Path, ...]:
    """Folders searched for themes: the user's own, then those that came with ibtui (wheel or checkout)."""
    package = Path(__file__).resolve().parent
    shipped = package / "themes" if (package / "themes").is_dir() else package.parent / "themes"
    return (platformdirs.user_config_path(APP) / "themes", shipped)
