"""To be written."""

from __future__ import annotations

from pathlib import Path

from ibtui.config import Config


def run(settings: Config, file: Path, *, speed: float) -> None:
    """To be written."""
    raise NotImplementedError
