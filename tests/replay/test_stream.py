"""The websocket of a tape: frames, ends and refusals come when they came then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from ibtui.transport.endpoint import Endpoint
from ibtui.transport.replay_stream import ReplayStream
from ibtui.transport.socket import Connection
from ibtui.transport.tape_format import Entry
from tests.fakes.clock import ManualClock

ENDPOINT = Endpoint("ws://127.0.0.1/v1/api/ws", "s", None)


def ladder(at: float, row: int) -> Entry:
    return Entry("frame", at, text=f'{{"topic":"sbd+DU1+1","data":[{{"row":{row}}}]}}')


class Listener:
    """Hears a connection to its end."""

    def __init__(self, connection: Connection, clock: ManualClock) -> None:
        self.heard: list[tuple[float, str]] = []
        self.end = ""
        self._clock = clock
        self._task = asyncio.ensure_future(self._hear(connection))

    async def _hear(self, connection: Connection) -> None:
        try:
            async for raw in connection:
                self.heard.append((self._clock.monotonic(), str(raw)))
            self.end = "closed"
        except OSError as error:
            self.end = str(error)

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.heard]

    def leave(self) -> None:
        self._task.cancel()


async def connected(entries: Sequence[Entry], clock: ManualClock) -> tuple[Connection, Listener]:
    connection = await ReplayStream(iter(entries), clock).connect(ENDPOINT)
    return connection, Listener(connection, clock)


async def test_frames_come_when_they_came_then() -> None:
    clock = ManualClock(0.0)
    entries = [Entry("opened", 0.0), Entry("frame", 1.0, text="a"), Entry("frame", 2.5, text="b")]
    _, listener = await connected(entries, clock)
    await clock.advance(5.0)
    assert listener.heard == [(1.0, "a"), (2.5, "b")]
    listener.leave()


async def test_who_connects_later_than_then_hears_what_was_missed() -> None:
    clock = ManualClock(4.0)
    entries = [Entry("opened", 0.0), Entry("frame", 1.0, text="a"), Entry("frame", 9.0, text="b")]
    _, listener = await connected(entries, clock)
    await clock.advance(1.0)
    assert listener.texts == ["a"]
    listener.leave()


@pytest.mark.parametrize(
    ("reason", "end"),
    [("the stream broke (reset by peer)", "reset by peer"), ("the gateway closed the stream", "closed")],
)
async def test_a_connection_ends_as_it_ended_then(reason: str, end: str) -> None:
    clock = ManualClock(0.0)
    _, listener = await connected([Entry("opened", 0.0), Entry("lost", 3.0, text=reason)], clock)
    await clock.advance(4.0)
    assert listener.end == end


async def test_an_attempt_that_was_refused_is_refused_and_the_next_succeeds() -> None:
    clock = ManualClock(0.0)
    refused = Entry("lost", 1.0, text="no connection for the stream (ConnectionRefusedError)")
    stream = ReplayStream(iter([refused, Entry("opened", 5.0)]), clock)
    attempt = asyncio.ensure_future(stream.connect(ENDPOINT))
    await clock.advance(1.5)
    with pytest.raises(OSError, match="as recorded"):
        await attempt
    again = asyncio.ensure_future(stream.connect(ENDPOINT))
    await clock.advance(3.0)
    assert not again.done()
    await clock.advance(1.0)
    assert (await again) is not None


async def test_a_ladder_is_kept_for_who_looks_at_it_later_from_its_last_whole_frame_on() -> None:
    clock = ManualClock(0.0)
    opened, asked = Entry("opened", 0.0), Entry("sent", 1.0, text="sbd+DU1+1")
    connection, listener = await connected([opened, asked, ladder(2.0, 0), ladder(3.0, 0), ladder(4.0, 7)], clock)
    await clock.advance(6.0)
    assert listener.texts == []
    await connection.send("sbd+DU1+2")
    await clock.advance(1.0)
    assert listener.texts == []
    await connection.send("sbd+DU1+1")
    await clock.advance(1.0)
    assert listener.texts == [ladder(3.0, 0).text, ladder(4.0, 7).text]
    listener.leave()
