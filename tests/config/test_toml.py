"""What is plain TOML is read as Python's own parser reads it, and everything else by that parser."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui import paths, toml

SCRAPS = (
    *("a", "b-c", "d_1", " = ", "=", '"', "'", '"text"', '"tëxt = #"', "[", "]", "[t]", "[[t]]", "[t.u]", "#"),
    *("true", "false", "1", "2.5", ".", ",", "\\", '"""', "{", "}", " ", "\t", "\n", "\n", "\r\n", "\x0b", "é"),
    *('a = "1"\n', "b = true\n", "[u]\n", "# word", "\x85", "\u2028", "\x00", "\x7f"),
)


def said(read: Callable[[str], dict[str, Any]], text: str) -> dict[str, Any] | str:
    """What the document says, or what is wrong with it."""
    try:
        return read(text)
    except ValueError as error:
        return str(error)


@given(st.lists(st.sampled_from(SCRAPS), max_size=16).map("".join))
def test_a_document_says_what_the_parser_says_or_is_no_toml_for_both(text: str) -> None:
    assert said(toml.loads, text) == said(tomllib.loads, text)


@pytest.mark.parametrize("path", sorted(paths.theme_dirs()[-1].glob("*.toml")), ids=lambda path: path.stem)
def test_a_theme_that_comes_with_ibtui_is_read_without_the_parser(path: Path) -> None:
    code = (
        "import pathlib, sys; from ibtui import toml; text = pathlib.Path(sys.argv[1]).read_text('utf-8')\n"
        "table = toml.loads(text); assert table['variables'] and 'tomllib' not in sys.modules\n"
        "import tomllib; assert table == tomllib.loads(text)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=60)
