"""Cells of texts are those the terminal gives them, and prices leave no table of widths behind."""

from __future__ import annotations

import pytest
from rich.cells import cached_cell_len, cell_len
from rich.segment import Segment
from rich.style import Style

from ibtui.ui.widgets.columns import Align, lay
from ibtui.ui.widths import cells_of, line_of


@pytest.mark.parametrize(
    "text",
    [
        "",
        "182.34",
        "−0.15",
        "▲ 1,005,254.10",
        "Ｔ",
        "株式会社",
        "e\u0301te",
        "\u2764\ufe0f",
        "\U0001f468\u200d\U0001f469",
        "a\tb",
        "\x1b",
    ],
)
def test_a_text_takes_the_cells_rich_gives_it(text: str) -> None:
    assert cells_of(text) == cell_len(text)


def test_another_price_is_not_remembered() -> None:
    lay("100.00", 12, Align.RIGHT)
    before = cached_cell_len.cache_info().misses
    for cents in range(200_00, 202_00):
        lay(f"−{cents / 100:.2f}", 12, Align.RIGHT)
        lay(f"{cents / 100:.2f}", 12, Align.POINT, 3)
    assert cached_cell_len.cache_info().misses <= before + len("−.0123456789")


@pytest.mark.parametrize(("width", "said"), [(2, "19"), (6, "190.25"), (9, "190.25   "), (1, "1")])
def test_a_line_is_cut_or_filled(width: int, said: str) -> None:
    line = line_of([Segment("190", Style()), Segment(".25", Style(bold=True))], width, Style())
    assert (line.text, line.cell_length) == (said, width)


def test_a_wide_character_is_not_cut_in_two() -> None:
    assert line_of([Segment("日本", Style())], 3, Style()).text == "日 "
