"""The lines the README shows are lines of the order language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ibtui.domain.language import parse

README = Path(__file__).parents[3] / "README.md"
PARTING = re.compile(r" {3,}|·")


def shown() -> list[str]:
    found = re.search(r"## The order language.*?```text\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    parts = (part.strip() for line in found[1].splitlines() for part in PARTING.split(line))
    return [part for part in parts if part and not part.startswith("(")]


@pytest.mark.parametrize("line", shown())
def test_a_line_of_the_readme_is_understood(line: str) -> None:
    parsed = parse(line)
    assert parsed.command is not None, parsed.error
