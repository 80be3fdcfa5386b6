"""The watchlist with rich.Live: a renderable whose changed rows are assembled anew, the whole drawn for each frame."""

from __future__ import annotations

import asyncio
import os
import sys
import tty
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from tests.benchmarks.peers.feed import Pacer, arguments, read, rows_moved, table_of
from tests.benchmarks.peers.table import HEADING, Table

INKS: Final = ("", "bold", "", "green", "red", "cyan", "yellow")


class Sheet:
    """The table as rich sees it; rows that did not change keep their Text."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._rows = [Text() for _ in table.texts]

    def take(self) -> None:
        """Assemble the rows that changed."""
        table = self._table
        for row in {row for row, _ in table.changed}:
            line = Text(no_wrap=True, end="", style="reverse" if row == table.cursor else "")
            for text, style in zip(table.texts[row], table.styles[row], strict=True):
                line.append(text, INKS[style])
                line.append(" ")
            self._rows[row] = line
        table.changed.clear()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(HEADING)
        yield Text("\n").join(self._rows)


async def main() -> None:
    """Run until killed."""
    options = arguments()
    table = table_of(options)
    sheet = Sheet(table)
    tty.setcbreak(sys.stdin)
    with Live(sheet, screen=True, auto_refresh=False, console=Console(color_system="standard")) as live:

        def paint() -> None:
            sheet.take()
            live.refresh()

        pacer = Pacer(paint)

        def pressed() -> None:
            by = rows_moved(os.read(0, 64))
            if by:
                table.move(by)
                pacer.now()

        asyncio.get_running_loop().add_reader(0, pressed)
        pacer.now()
        await read(options.url, options.session, table, pacer.dirty)


if __name__ == "__main__":
    asyncio.run(main())
