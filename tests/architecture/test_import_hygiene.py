"""Imports proven in a clean interpreter: what is light stays light."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("textual", "rich", "httpx", "websockets", "pandas", "plotext", "starlette", "uvicorn", "cryptography")


def loaded_by(statement: str) -> set[str]:
    """Top-level modules in a new interpreter after `statement`."""
    code = f"{statement}\nimport sys\nprint(' '.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


@pytest.mark.parametrize("package", ["ibtui.domain.language", "ibtui.store"])
def test_domain_and_store_load_no_third_party(package: str) -> None:
    assert not loaded_by(f"import {package}").intersection({*HEAVY, "msgspec"})


def test_the_protocol_loads_neither_screen_nor_socket() -> None:
    assert not loaded_by("import ibtui.protocol.frames").intersection(HEAVY)


def test_the_program_loads_no_history_library_and_no_simulator_before_its_first_frame() -> None:
    loaded = loaded_by("import ibtui.cli, ibtui.ui.app, ibtui.session.trading")
    assert not loaded.intersection({"pandas", "plotext", "starlette", "uvicorn"})
