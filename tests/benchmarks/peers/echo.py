"""The machine's own floor for a key: a program that does nothing but move a cursor, its stream taken in elsewhere.

Prices stand still. A second process takes the stream in and throws it away, so that no key ever waits for a message in
the program: what a key takes here is what the scheduler of the machine takes.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tty

from tests.benchmarks.peers.feed import arguments, read, rows_moved, table_of
from tests.benchmarks.peers.raw import Writer, write
from tests.benchmarks.peers.table import HEADING, Table

PRICE = "100.00"


def main() -> None:
    """Run until killed."""
    options = arguments()
    table = table_of(options)
    if os.fork() == 0:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        asyncio.run(read(options.url, options.session, table, lambda: None))
        return
    _echo(table, Writer(table, truecolor=options.truecolor))


def _echo(table: Table, writer: Writer) -> None:
    tty.setraw(sys.stdin)
    for conid in table.symbols:
        table.told(conid, [("31", PRICE)])
    write(f"\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H{HEADING}".encode() + writer.frame())
    while pressed := os.read(0, 64):
        by = rows_moved(pressed)
        if by:
            table.move(by)
            write(writer.frame())


if __name__ == "__main__":
    main()
