from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import islice

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosedError, InvalidUpgrade
from websockets.frames import Close

from ibtui.transport.endpoint import Endpoint, socket_url
from ibtui.transport.socket import (
    DEAD_AFTER_SECONDS,
    LONGEST_RETRY_SECONDS,
    StreamSocket,
    open_websocket,
    retry_delays,
)
from tests.fakes.clock import ManualClock, settle
from tests.transport.sockets import FakeNetwork

ENDPOINT = Endpoint("wss://localhost:5000/v1/api/ws", "abc", None)


class Ear:
    """Notes everything the socket tells."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.retries: list[float] = []

    def socket_opened(self) -> None:
        self.told.append("opened")

    def socket_frame(self, raw: bytes | str, received: float) -> None:
        self.told.append(raw)

    def socket_lost(self, reason: str, next_attempt: float) -> None:
        self.told.append(f"lost: {reason}")
        self.retries.append(next_attempt)


class Line:
    """A running StreamSocket with everything round it."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.ear = Ear()
        self.network = FakeNetwork()
        self.silent_until = 0.0
        self.socket = StreamSocket(self.clock, self.ear, self.network, silent_until=lambda: self.silent_until)
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.task = asyncio.create_task(self.socket.run(ENDPOINT))
        await settle()


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    line = Line()
    await line.start()
    yield line
    assert line.task is not None
    line.task.cancel()
    await asyncio.gather(line.task, return_exceptions=True)


async def test_every_frame_is_handed_on_binary_or_text(line: Line) -> None:
    line.network.last.feed(b"one", "two")
    await settle()
    assert line.ear.told == ["opened", b"one", "two"]
    assert line.socket.bytes_received == 6


async def test_nothing_is_written_before_the_gateway_listens(line: Line) -> None:
    assert not line.socket.send("smd+1+{}")
    line.socket.ready()
    assert line.socket.send("smd+2+{}")
    await settle()
    assert line.network.last.sent == ["smd+2+{}"]


async def test_the_session_may_be_written_early(line: Line) -> None:
    assert line.socket.send('{"session":"abc"}', early=True)
    await settle()
    assert line.network.last.sent == ['{"session":"abc"}']


async def test_a_connection_that_breaks_is_made_again_after_a_pause(line: Line) -> None:
    line.network.last.drop(ConnectionClosedError(None, None))
    await settle()
    assert len(line.network.connections) == 1
    assert line.ear.retries[0] > line.clock.monotonic()
    await line.clock.advance(1.0)
    assert len(line.network.connections) == 2
    assert line.ear.told[-1] == "opened"


async def test_no_connection_is_tried_in_the_penalty_box(line: Line) -> None:
    line.silent_until = line.clock.monotonic() + 600.0
    line.network.last.drop(ConnectionClosedError(None, None))
    await settle()
    assert line.ear.retries == [line.silent_until]
    await line.clock.advance(599.0)
    assert len(line.network.connections) == 1
    await line.clock.advance(1.5)
    assert len(line.network.connections) == 2


async def test_a_penalty_that_begins_while_it_waits_is_waited_out_too(line: Line) -> None:
    line.network.last.drop(ConnectionClosedError(None, None))
    await settle()
    line.silent_until = line.clock.monotonic() + 600.0
    await line.clock.advance(599.0)
    assert len(line.network.connections) == 1
    await line.clock.advance(1.5)
    assert len(line.network.connections) == 2


async def test_a_first_connection_waits_for_the_end_of_the_penalty_box() -> None:
    line = Line()
    line.silent_until = line.clock.monotonic() + 600.0
    await line.start()
    assert not line.network.connections
    await line.clock.advance(600.5)
    assert len(line.network.connections) == 1
    assert line.task is not None
    line.task.cancel()
    await asyncio.gather(line.task, return_exceptions=True)


HOSTILE = "bye \x1b]0;owned\x07\x1b[2J\x9b31m\u202e\u200b"


async def test_the_gateways_reason_for_closing_is_quoted_without_its_control_characters(line: Line) -> None:
    line.network.last.drop(ConnectionClosedError(Close(1011, HOSTILE), None))
    await settle()
    told = str(line.ear.told[-1])
    assert "bye" in told
    assert told.isprintable()


async def test_a_refused_handshake_is_quoted_without_its_control_characters(line: Line) -> None:
    line.network.failure = InvalidUpgrade("Upgrade", HOSTILE)
    line.network.last.drop()
    await line.clock.advance(1.0)
    told = str(line.ear.told[-1])
    assert "the gateway refused the stream" in told
    assert told.isprintable()


async def test_a_new_connection_must_be_ready_again_and_forgets_what_was_queued(line: Line) -> None:
    line.socket.ready()
    line.network.last.drop()
    await line.clock.advance(1.0)
    assert not line.socket.is_ready
    assert not line.socket.send("smd+1+{}")
    await settle()
    assert line.network.last.sent == []


async def test_a_connection_refused_is_tried_again_and_again(line: Line) -> None:
    line.network.failure = ConnectionRefusedError()
    line.network.last.drop()
    await line.clock.advance(60.0)
    assert 4 <= len(line.network.endpoints) <= 12
    line.network.failure = None
    await line.clock.advance(LONGEST_RETRY_SECONDS * 1.5)
    assert line.ear.told.count("opened") >= 2


async def test_a_silent_socket_is_dead(line: Line) -> None:
    line.socket.ready()
    line.network.last.feed(b"hb")
    await settle()
    await line.clock.advance(DEAD_AFTER_SECONDS + 2.0)
    assert "lost: the stream fell silent for 25 s" in line.ear.told
    assert line.network.connections[0].closed


async def test_a_beating_socket_lives(line: Line) -> None:
    line.socket.ready()
    for _ in range(20):
        line.network.last.feed(b"hb")
        await line.clock.advance(10.0)
    assert len(line.network.connections) == 1


async def test_tic_is_written_each_minute(line: Line) -> None:
    line.socket.ready()
    for _ in range(13):
        line.network.last.feed(b"hb")
        await line.clock.advance(10.0)
    assert line.network.last.sent == ["tic", "tic"]


async def test_a_socket_that_is_never_made_ready_is_given_up(line: Line) -> None:
    for _ in range(4):
        line.network.last.feed(b"hb")
        await line.clock.advance(5.0)
    assert "lost: the gateway took no subscriptions" in line.ear.told


async def test_a_stopped_socket_hands_nothing_on(line: Line) -> None:
    line.socket.stop()
    line.network.last.feed(b"late")
    await settle()
    assert b"late" not in line.ear.told


async def test_frames_taken_in_already_wait_for_who_goes_first(line: Line) -> None:
    line.network.last.feed(b"one", b"two", b"three")
    line.socket.give_way(3600.0)
    await settle()
    assert line.ear.told == ["opened"]
    line.socket.give_way(0)
    await settle()
    assert line.ear.told == ["opened", b"one", b"two", b"three"]


async def test_nobody_goes_first_for_longer_than_was_asked(line: Line) -> None:
    line.socket.give_way(3600.0)
    line.socket.give_way(0.0001)
    line.network.last.feed(b"one")
    async with asyncio.timeout(5.0):
        while b"one" not in line.ear.told:
            await settle()


async def test_a_burst_leaves_room_for_others() -> None:
    class Slow(Ear):
        def socket_frame(self, raw: bytes | str, received: float) -> None:
            super().socket_frame(raw, received)
            clock.skip(0.001)

    class Skipping(ManualClock):
        def skip(self, seconds: float) -> None:
            self._now += seconds

    clock = Skipping()
    ear, network = Slow(), FakeNetwork()
    task = asyncio.create_task(StreamSocket(clock, ear, network).run(ENDPOINT))
    await settle()
    network.last.feed(*[b"x"] * 1000)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert 0 < len(ear.told) < 30
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_pauses_double_with_jitter_and_stay_bounded() -> None:
    assert list(islice(retry_delays(lambda: 0.5), 8)) == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert all(0.25 <= next(retry_delays()) <= 0.75 for _ in range(20))


def test_the_address_and_the_cookie_are_as_the_gateway_wants_them() -> None:
    assert socket_url("https://localhost:5000/v1/api/") == "wss://localhost:5000/v1/api/ws"
    assert socket_url("http://127.0.0.1:5000/v1/api") == "ws://127.0.0.1:5000/v1/api/ws"
    assert ENDPOINT.cookie == 'api={"session":"abc"}'
    assert ENDPOINT.origin == "https://localhost:5000"


async def test_the_real_client_sends_cookie_and_origin_and_reads_large_frames() -> None:
    seen: dict[str, str | None] = {}

    async def greet(connection: ServerConnection) -> None:
        assert connection.request is not None
        for name in ("Cookie", "Origin", "Sec-WebSocket-Extensions"):
            seen[name] = connection.request.headers.get(name)
        await connection.send(b"x" * 2_000_000)
        await connection.wait_closed()

    async with serve(greet, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        endpoint = Endpoint(f"ws://127.0.0.1:{port}/v1/api/ws", "abc", None)
        connection = await open_websocket(endpoint)
        frame = await anext(aiter(connection))
        await connection.close()
    assert len(frame) == 2_000_000
    assert seen == {
        "Cookie": 'api={"session":"abc"}',
        "Origin": f"http://127.0.0.1:{port}",
        "Sec-WebSocket-Extensions": None,
    }
