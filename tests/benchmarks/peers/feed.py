"""What all peers share: the gateway's websocket over TLS, typed decoding, and frames capped at twenty a second."""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from tests.benchmarks.peers.table import COLUMNS, Table

FRAMES_PER_SECOND: Final = 20
FIELDS: Final = tuple(column.field for column in COLUMNS if column.field)
UP, DOWN = (b"\x1b[A", b"\x1bOA"), (b"\x1b[B", b"\x1bOB")
"""What a terminal sends for a cursor key."""


class Quote(msgspec.Struct):
    """A frame of `smd`, and of everything else its topic."""

    topic: str = ""
    conid: int = 0
    success: str = ""
    last: str | None = msgspec.field(default=None, name="31")
    change: str | float | None = msgspec.field(default=None, name="82")
    percent: str | float | None = msgspec.field(default=None, name="83")
    bid: str | None = msgspec.field(default=None, name="84")
    bid_size: str | None = msgspec.field(default=None, name="88")
    ask: str | None = msgspec.field(default=None, name="86")
    ask_size: str | None = msgspec.field(default=None, name="85")
    volume: str | None = msgspec.field(default=None, name="87")
    high: str | None = msgspec.field(default=None, name="70")
    low: str | None = msgspec.field(default=None, name="71")


_NAMES: Final = tuple(
    (each.encode_name, each.name) for each in msgspec.structs.fields(Quote) if each.encode_name.isdigit()
)
_DECODER: Final = msgspec.json.Decoder(Quote)
_LOOSE: Final = msgspec.json.Decoder()


class Pacer:
    """Paints the first change at once and the following ones at most so many times a second."""

    def __init__(self, paint: Callable[[], None]) -> None:
        self._paint = paint
        self._loop = asyncio.get_running_loop()
        self._last = 0.0
        self._handle: asyncio.TimerHandle | None = None

    def dirty(self) -> None:
        """Something is to be painted."""
        if self._handle is None:
            at = max(self._loop.time(), self._last + 1 / FRAMES_PER_SECOND)
            self._handle = self._loop.call_at(at, self.now)

    def now(self) -> None:
        """Paint what changed at once: a key was pressed."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        self._last = self._loop.time()
        self._paint()


async def read(url: str, session: str, table: Table, dirty: Callable[[], None]) -> None:
    """Subscribe to every row's quotes and take them in until the gateway leaves."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # loopback, a certificate made for this run
    cookie = {"Cookie": "api=" + json.dumps({"session": session}, separators=(",", ":"))}
    async with connect(
        url, ssl=context, additional_headers=cookie, compression=None, ping_interval=None, max_size=None
    ) as socket:
        async for raw in socket:
            quote = _decoded(raw)
            if quote.topic.startswith("smd"):
                if table.told(quote.conid, _told(quote)):
                    dirty()
            elif quote.success:
                await _subscribe(socket, table)


def rows_moved(typed: bytes) -> int:
    """Rows the cursor moves by what was typed: several keys may come at once."""
    return sum(map(typed.count, DOWN)) - sum(map(typed.count, UP))


def arguments() -> argparse.Namespace:
    """Address, session and instruments, as the benchmark gives them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--session", required=True)
    parser.add_argument("--instruments", type=Path, required=True, help="JSON: symbols by conid")
    parser.add_argument("--truecolor", action="store_true")
    return parser.parse_args()


def table_of(options: argparse.Namespace) -> Table:
    """The table of the instruments given."""
    return Table({int(conid): symbol for conid, symbol in json.loads(options.instruments.read_text()).items()})


async def _subscribe(socket: ClientConnection, table: Table) -> None:
    for conid in table.symbols:
        await socket.send(f"smd+{conid}+{json.dumps({'fields': FIELDS}, separators=(',', ':'))}")


def _decoded(raw: bytes | str) -> Quote:
    try:
        return _DECODER.decode(raw)
    except msgspec.ValidationError:
        loose = _LOOSE.decode(raw)
        return Quote(topic=str(loose.get("topic", "")) if isinstance(loose, dict) else "")


def _told(quote: Quote) -> list[tuple[str, str]]:
    found = []
    for name, attribute in _NAMES:
        value = getattr(quote, attribute)
        if value is not None:
            found.append((name, value if isinstance(value, str) else f"{value:+.2f}%"))
    return found
