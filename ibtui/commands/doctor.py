"""To be written."""

from __future__ import annotations

from pathlib import Path

from ibtui.config import Config


def run(settings: Config, state: Path, *, as_json: bool) -> int:
    """To be written."""
    raise NotImplementedError
