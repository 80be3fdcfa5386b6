"""Settings of the whole suite."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.compiled import compile_everything

settings.register_profile(
    "suite",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
"""The same examples on every run and no judgement of their speed: the suite must not depend on how busy the machine is.

Look further with `pytest --hypothesis-profile=default`.
"""
settings.load_profile("suite")

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Without compiled files every worker rewrites the asserts of all modules, eight seconds each, and every program that a
# test starts compiles ibtui anew. Workers and programs inherit the environment.

TERMINALS = Path(__file__).parent / "e2e"
SECOND_HALF = "test_hostile.py"
"""From this file on the tests in terminals run on a second worker: each half takes about as long."""


def pytest_xdist_auto_num_workers() -> int:
    """Give two workers more than there are processors: the tests in terminals wait for most of their time."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile once, where several workers are about to be started."""
    if session.config.getoption("numprocesses", None):
        compile_everything(session.config)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let two workers run the programs in terminals one after the other while the others compute.

    They wait for more than half of their time; more of them at a time, each with its gateway and its emulator, would
    take the processors from each other.
    """
    for item in items:
        if TERMINALS in item.path.parents:
            half = "second" if item.path.name >= SECOND_HALF else "first"
            item.add_marker(pytest.mark.xdist_group(f"terminals, {half} half"))


def pytest_configure() -> None:
    """Look seldom for cycles: an app or a market is many small objects, and going through them takes long."""
    gc.set_threshold(100_000, 50, 1000)


def pytest_collection_finish() -> None:
    """Leave modules and tests out of every later search for cycles: they stay until the end."""
    gc.freeze()
