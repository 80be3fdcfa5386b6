"""How much room is taken for what comes from the gateway."""

from __future__ import annotations

import asyncio
from asyncio import selector_events

import pytest

from ibtui.commands.dashboard import READ_BYTES, read_by_little

USUAL = 256 * 1024
MUCH = 1024 * 1024


class Counting(asyncio.Protocol):
    """What came at once."""

    def __init__(self) -> None:
        self.pieces: list[int] = []
        self.ended = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.pieces.append(len(data))

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended.set_result(None)


async def test_an_answer_is_read_by_little_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selector_events._SelectorTransport, "max_size", USUAL)  # type: ignore[attr-defined]

    async def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes(MUCH))
        await writer.drain()
        writer.close()

    read_by_little()
    async with await asyncio.start_server(tell, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        _, client = await asyncio.get_running_loop().create_connection(Counting, "127.0.0.1", port)
        await client.ended
    assert sum(client.pieces) == MUCH
    assert max(client.pieces) <= READ_BYTES


def test_another_asyncio_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(selector_events, "_SelectorTransport")
    read_by_little()
    assert not hasattr(selector_events, "_SelectorTransport")
