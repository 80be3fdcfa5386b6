"""To be written."""

from __future__ import annotations

from pathlib import Path

from ibtui.config import Config


def setup(settings: Config, file: Path) -> int:
    """To be written."""
    raise NotImplementedError
