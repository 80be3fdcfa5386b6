"""What the command line says when something cannot be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def ibtui(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "ibtui", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("demo", "--scenario", "nonsense"), "unknown scenario 'nonsense'"),
        (("--config", "/nowhere/config.toml"), "/nowhere/config.toml does not exist"),
        (("demo", "--speed", "0"), "must be above zero"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = ibtui(*arguments, home=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
