"""To be written."""

from __future__ import annotations

from pathlib import Path

from ibtui.config import Config


def run(settings: Config, state: Path, what: str, *, lines: int) -> int:
    """To be written."""
    raise NotImplementedError
