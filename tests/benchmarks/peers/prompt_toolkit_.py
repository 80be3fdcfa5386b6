"""The watchlist with prompt_toolkit: one window of formatted text, drawn by its own difference of two screens."""

from __future__ import annotations

import asyncio
from typing import Final

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output.color_depth import ColorDepth

from tests.benchmarks.peers.feed import Pacer, arguments, read, table_of
from tests.benchmarks.peers.table import HEADING, Table

INKS: Final = ("", "bold", "", "ansigreen", "ansired", "ansicyan", "ansiyellow")


class Lines:
    """Fragments of each row, made again where a cell changed."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._rows: list[StyleAndTextTuples] = [[] for _ in table.texts]

    def __call__(self) -> StyleAndTextTuples:
        table = self._table
        for row in {row for row, _ in table.changed}:
            mark = " reverse" if row == table.cursor else ""
            cells = zip(table.texts[row], table.styles[row], strict=True)
            self._rows[row] = [*((INKS[style] + mark, text + " ") for text, style in cells), ("", "\n")]
        table.changed.clear()
        return [("", HEADING + "\n"), *(fragment for row in self._rows for fragment in row)]


async def main() -> None:
    """Run until killed."""
    options = arguments()
    table = table_of(options)
    bindings = KeyBindings()
    application: Application[None] = Application(
        Layout(Window(FormattedTextControl(Lines(table)), always_hide_cursor=True)),
        key_bindings=bindings,
        full_screen=True,
        color_depth=ColorDepth.DEPTH_4_BIT,
    )

    @bindings.add("up")
    @bindings.add("down")
    def _pressed(event: KeyPressEvent) -> None:
        table.move(1 if event.key_sequence[0].key == "down" else -1)

    pacer = Pacer(application.invalidate)
    reading = asyncio.create_task(read(options.url, options.session, table, pacer.dirty))
    await application.run_async()
    reading.cancel()


if __name__ == "__main__":
    asyncio.run(main())
