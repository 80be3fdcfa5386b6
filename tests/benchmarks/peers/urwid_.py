"""The watchlist with urwid: one text widget a row, changed where its cells did, drawn by its own difference."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Any, Final

import urwid

from tests.benchmarks.peers.feed import Pacer, arguments, read, table_of
from tests.benchmarks.peers.table import HEADING, Table

INKS: Final = ("default", "default,bold", "default", "dark green", "dark red", "dark cyan", "brown")
PALETTE: Final = [
    *((f"s{number}", ink, "default") for number, ink in enumerate(INKS)),
    *((f"c{number}", f"{ink},standout", "default") for number, ink in enumerate(INKS)),
]


class Row(urwid.Text):
    """One row, which does nothing with keys."""

    _selectable = True

    def keypress(self, size: tuple[()] | tuple[int] | tuple[int, int], key: str) -> str:
        return key


def markup(table: Table, row: int) -> list[tuple[str, str]]:
    """A row's texts with the names of their styles."""
    return [(f"s{style}", text + " ") for text, style in zip(table.texts[row], table.styles[row], strict=True)]


async def run(loop: asyncio.AbstractEventLoop, table: Table, url: str, session: str) -> None:
    """Start the screen and feed it."""
    rows = [Row(list(markup(table, row)), wrap="clip") for row in range(len(table.texts))]
    focus: dict[Hashable, Hashable] = {f"s{number}": f"c{number}" for number in range(len(INKS))}
    listing = urwid.ListBox(urwid.SimpleFocusListWalker([urwid.AttrMap(row, None, focus) for row in rows]))
    frame: urwid.Frame[Any, Any, Any] = urwid.Frame(listing, header=urwid.Text(HEADING))
    main = urwid.MainLoop(frame, PALETTE, event_loop=urwid.AsyncioEventLoop(loop=loop), handle_mouse=False)

    def paint() -> None:
        for row in {row for row, _ in table.changed}:
            rows[row].set_text(list(markup(table, row)))
        table.changed.clear()
        main.draw_screen()

    with main.start():
        pacer = Pacer(paint)
        pacer.now()
        await read(url, session, table, pacer.dirty)


def start() -> None:
    """Run until killed."""
    options = arguments()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(run(loop, table_of(options), options.url, options.session))


if __name__ == "__main__":
    start()
