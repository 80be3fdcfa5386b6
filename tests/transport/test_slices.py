"""Much that comes at once is taken in slice by slice, in its order, and before the end of the stream."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.client import ClientProtocol
from websockets.uri import parse_uri

from ibtui.transport.slices import READ_BYTES, SLICE_BYTES, SLICES_WAITING, SlicedConnection
from tests.transport.certificates import make_certificate

LONG = 3600.0
"""Seconds that never pass in a test."""


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the library was given, piece by piece; a blank piece is the end."""
    pieces: list[bytes] = []
    monkeypatch.setattr(ClientConnection, "data_received", lambda _, data: pieces.append(data))
    monkeypatch.setattr(ClientConnection, "eof_received", lambda _: pieces.append(b""))
    monkeypatch.setattr(ClientConnection, "connection_lost", lambda _, error: pieces.append(b"lost"))
    return pieces


class Pausing(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def pause_reading(self) -> None:
        self.calls.append("pause")

    def resume_reading(self) -> None:
        self.calls.append("resume")

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass


def connection(line: Pausing | None = None) -> SlicedConnection:
    one = SlicedConnection(ClientProtocol(parse_uri("ws://127.0.0.1/")))
    line = line or Pausing()
    one.connection_made(line)
    line.calls.clear()
    return one


def much(slices: int) -> bytes:
    return bytes(number % 251 for number in range(slices * SLICE_BYTES - 5))


async def turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_what_fits_into_a_slice_is_handed_on_at_once(taken: list[bytes]) -> None:
    connection().data_received(b"few")
    assert taken == [b"few"]


async def test_much_is_handed_on_a_slice_in_each_turn_of_the_loop(taken: list[bytes]) -> None:
    connection().data_received(much(3))
    assert taken == []
    await turns(1)
    assert len(taken) == 1
    await turns(4)
    assert [len(piece) for piece in taken] == [SLICE_BYTES, SLICE_BYTES, SLICE_BYTES - 5]
    assert b"".join(taken) == much(3)


async def test_what_comes_meanwhile_waits_for_its_turn(taken: list[bytes]) -> None:
    one = connection()
    one.data_received(much(2))
    one.data_received(b"later")
    await turns(5)
    assert b"".join(taken) == much(2) + b"later"


@pytest.mark.parametrize(("ends", "as_told"), [("eof", b""), ("lost", b"lost")])
async def test_an_end_comes_after_everything_before_it(taken: list[bytes], ends: str, as_told: bytes) -> None:
    one = connection()
    one.data_received(much(2))
    if ends == "eof":
        one.eof_received()
    else:
        one.connection_lost(None)
    assert b"".join(taken[:-1]) == much(2)
    assert taken[-1] == as_told
    await turns(3)
    assert len(taken) == 3


async def test_while_it_gives_way_nothing_is_taken_in(taken: list[bytes]) -> None:
    one = connection()
    one.give_way(LONG)
    one.data_received(b"few")
    one.data_received(much(2))
    await turns(5)
    assert taken == []
    one.give_way(0)
    await turns(5)
    assert b"".join(taken) == b"few" + much(2)


async def test_what_is_under_way_stops_between_two_slices(taken: list[bytes]) -> None:
    one = connection()
    one.data_received(much(4))
    await turns(1)
    one.give_way(LONG)
    await turns(5)
    assert len(taken) == 1
    one.give_way(0)
    await turns(5)
    assert b"".join(taken) == much(4)


async def test_an_end_that_comes_while_it_gives_way_loses_nothing(taken: list[bytes]) -> None:
    one = connection()
    one.give_way(LONG)
    one.data_received(b"few")
    one.eof_received()
    assert taken == [b"few", b""]


async def test_no_more_is_read_than_can_be_taken_in_soon(taken: list[bytes]) -> None:
    line = Pausing()
    one = connection(line)
    one.data_received(much(SLICES_WAITING))
    assert line.calls == []
    one.data_received(much(3))
    assert line.calls == ["pause"]
    await turns(SLICES_WAITING + 2)
    assert line.calls == ["pause"]
    await turns(3)
    assert line.calls == ["pause", "resume"]
    assert b"".join(taken) == much(SLICES_WAITING) + much(3)


async def test_while_it_gives_way_nothing_is_read_and_so_nothing_decrypted(taken: list[bytes]) -> None:
    line = Pausing()
    one = connection(line)
    one.give_way(LONG)
    one.give_way(LONG)
    assert line.calls == ["pause"]
    one.give_way(0)
    assert line.calls == ["pause", "resume"]


async def test_what_it_gave_way_to_may_be_forgotten(taken: list[bytes]) -> None:
    line = Pausing()
    one = connection(line)
    one.give_way(0.0001)
    async with asyncio.timeout(5.0):
        while line.calls != ["pause", "resume"]:  # noqa: ASYNC110 - the loop's own timer is waited for
            await asyncio.sleep(0)


async def test_one_that_took_in_too_much_reads_on_when_all_of_it_is_through(taken: list[bytes]) -> None:
    line = Pausing()
    one = connection(line)
    one.data_received(much(SLICES_WAITING + 3))
    one.give_way(LONG)
    one.give_way(0)
    assert line.calls == ["pause"]
    await turns(SLICES_WAITING + 5)
    assert line.calls == ["pause", "resume"]


async def test_what_was_read_stays_when_the_room_for_it_is_used_again(taken: list[bytes]) -> None:
    one = connection()
    one.give_way(LONG)
    for words in (b"first", b"2nd"):
        one.get_buffer(-1)[: len(words)] = words
        one.buffer_updated(len(words))
    one.give_way(0)
    await turns(3)
    assert taken == [b"first", b"2nd"]


@pytest.mark.parametrize("is_encrypted", [False, True])
async def test_a_long_message_is_read_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_encrypted: bool
) -> None:
    context = None
    if is_encrypted:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(make_certificate(tmp_path).file)
    read: list[int] = []
    original = SlicedConnection.buffer_updated

    def spy(connection: SlicedConnection, nbytes: int) -> None:
        read.append(nbytes)
        original(connection, nbytes)

    monkeypatch.setattr(SlicedConnection, "buffer_updated", spy)
    message = "0123456789" * 50_000

    async def tell(peer: ServerConnection) -> None:
        await peer.send(message)
        await peer.send("last")

    async with serve(tell, "127.0.0.1", 0, ssl=context, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        trusting = ssl._create_unverified_context() if is_encrypted else None
        url = f"{'wss' if is_encrypted else 'ws'}://127.0.0.1:{port}/"
        async with connect(url, ssl=trusting, compression=None, proxy=None, create_connection=SlicedConnection) as one:
            assert [frame async for frame in one] == [message, "last"]
    assert sum(read) > len(message)
    assert max(read) <= READ_BYTES
