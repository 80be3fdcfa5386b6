"""The watchlist with the standard library's curses, which keeps a copy of the screen and writes the difference."""

from __future__ import annotations

import asyncio
import curses
from typing import Final

from tests.benchmarks.peers.feed import Pacer, arguments, read, table_of
from tests.benchmarks.peers.table import HEADER, HEADING, STARTS

INKS: Final = (-1, -1, -1, curses.COLOR_GREEN, curses.COLOR_RED, curses.COLOR_CYAN, curses.COLOR_YELLOW)


async def main(screen: curses.window) -> None:
    """Run until killed."""
    options = arguments()
    table = table_of(options)
    curses.curs_set(0)
    curses.use_default_colors()
    for number, ink in enumerate(INKS, 1):
        curses.init_pair(number, ink, -1)
    looks = [curses.color_pair(number) | (curses.A_BOLD if number == 2 else 0) for number in range(1, len(INKS) + 1)]
    screen.nodelay(True)
    screen.keypad(True)
    screen.addstr(0, 0, HEADING)

    def paint() -> None:
        for row, place in table.changed:
            marked = curses.A_REVERSE if row == table.cursor else 0
            look = looks[table.styles[row][place]] | marked
            screen.addstr(row + HEADER, STARTS[place], table.texts[row][place], look)
        table.changed.clear()
        screen.refresh()

    pacer = Pacer(paint)

    def pressed() -> None:
        while (key := screen.getch()) != -1:
            if key in (curses.KEY_UP, curses.KEY_DOWN):
                table.move(1 if key == curses.KEY_DOWN else -1)
                pacer.now()

    asyncio.get_running_loop().add_reader(0, pressed)
    pacer.now()
    await read(options.url, options.session, table, pacer.dirty)


if __name__ == "__main__":
    curses.wrapper(lambda screen: asyncio.run(main(screen)))
