"""The real program in a pty, and a simulated gateway beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

Open = Callable[..., Terminal]


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Open]:
    """Starts `ibtui` with the arguments given; ended with the test."""
    opened: list[Terminal] = []

    def start(*arguments: str, columns: int = 120, rows: int = 40, module: str = "ibtui") -> Terminal:
        opened.append(Terminal(*arguments, home=tmp_path, columns=columns, rows=rows, program=("-m", module)))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()
