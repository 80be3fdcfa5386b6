"""All modules compiled before the workers start: in a fresh clone each of them would compile every one for itself."""

from __future__ import annotations

import compileall
import os
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import cache_from_source
from multiprocessing import get_context
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

ROOT = Path(__file__).parents[1]
FOLDERS = ("ibtui", "tests")
WORTH_PROCESSES = 16
"""Fewer modules than this are compiled by the workers that import them."""


def compile_everything(config: pytest.Config) -> None:
    """Write the compiled files that are missing or old, on all processors.

    Workers look at the files again as they always do, so that a mistake here costs time only.
    """
    modules = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    old = [path for path in modules if _is_old(path)]
    if len(old) < WORTH_PROCESSES:
        return
    shares = os.cpu_count() or 1
    forked = get_context("fork")
    processes = [forked.Process(target=_compile, args=(old[share::shares], config)) for share in range(shares)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def _is_rewritten(path: Path) -> bool:
    """Whether pytest rewrites the asserts of a file and keeps the outcome under a name of its own."""
    return path.name == "conftest.py" or path.match("test_*.py")


def _compiled(path: Path) -> Path:
    if _is_rewritten(path):
        return rewrite.get_cache_dir(path) / f"{path.stem}{rewrite.PYC_TAIL}"
    return Path(cache_from_source(str(path)))


def _is_old(path: Path) -> bool:
    compiled = _compiled(path)
    return not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime


def _compile(paths: Sequence[Path], config: pytest.Config) -> None:
    for path in paths:
        if _is_rewritten(path):
            with suppress(SyntaxError, UnicodeDecodeError):
                _rewrite(path, config)
        else:
            compileall.compile_file(path, quiet=2)


def _rewrite(path: Path, config: pytest.Config) -> None:
    """Do what pytest's import hook does with a module of tests; it has no door to it but the import."""
    stat, code = rewrite._rewrite_test(path, config)
    compiled = _compiled(path)
    rewrite.try_makedirs(compiled.parent)
    rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, stat, compiled)
