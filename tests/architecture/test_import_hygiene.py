"""Imports proven in a clean interpreter: what is light stays light."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

HEAVY = ("textual", "rich", "httpx", "websockets", "pandas", "plotext", "starlette", "uvicorn", "cryptography")


def loaded_by(statement: str) -> set[str]:
    """Top-level modules in a new interpreter after `statement`."""
    code = f"{statement}\nimport sys\nprint(' '.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


@pytest.mark.parametrize("package", ["ibtui.domain.language", "ibtui.store"])
def test_domain_and_store_load_nothing_but_what_their_values_are_made_of(package: str) -> None:
    found = loaded_by(f"import {package}").intersection(packages_distributions()) - {"ibtui"}
    assert found
    assert found <= loaded_by("import msgspec")


def test_the_protocol_loads_neither_screen_nor_socket() -> None:
    assert not loaded_by("import ibtui.protocol.frames").intersection(HEAVY)


UNTIL_THE_FIRST_FRAME = """
import asyncio, sys, tempfile
from pathlib import Path
from ibtui import config, paths
from ibtui.commands import dashboard
from ibtui.ui.app import DashboardApp

async def begun(self):
    with open({told!r}, "w") as file:
        file.write(" ".join(sorted(sys.modules)))
    self.exit()

async def headless(app):
    await app.run_async(headless=True, size=(120, 40))

DashboardApp._begin = lambda self: self.call_next(begun, self)
DashboardApp.run = lambda self: asyncio.run(headless(self))
dashboard.run(config.Config(), "https://127.0.0.1:1/v1/api", Path({state!r}))
"""
"""The whole program up to its first frame: `_begin` is what is called once that stands."""


def test_nothing_of_the_session_is_loaded_before_the_first_frame(tmp_path: Path) -> None:
    told = tmp_path / "modules"
    loaded_by(UNTIL_THE_FIRST_FRAME.format(told=str(told), state=str(tmp_path)))
    loaded = set(told.read_text().split())
    assert "ibtui.ui.screens.watch" in loaded
    late = (
        *("click", "tomllib", "zoneinfo", "httpx", "websockets", "cryptography", "sqlite3", "yaml", "tomlkit"),
        *("pandas", "plotext", "starlette"),
    )
    ours = (
        *("ibtui.transport", "ibtui.protocol", "ibtui.session.orders", "ibtui.session.connection"),
        *("ibtui.domain.language", "ibtui.ui.help", "ibtui.ui.dialogs", "ibtui.ui.ticket_fields"),
        *("ibtui.session.intents", "ibtui.ui.ladder.window", "ibtui.ui.ladder.source"),
    )
    assert not {name for name in loaded if name.split(".")[0] in late or name.startswith(ours)}


def test_the_program_loads_no_history_library_and_no_simulator_before_its_first_frame() -> None:
    loaded = loaded_by("import ibtui.cli, ibtui.ui.app, ibtui.session.trading")
    assert not loaded.intersection({"pandas", "plotext", "starlette", "uvicorn"})
