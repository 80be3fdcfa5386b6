"""The queue before a slow client."""

from __future__ import annotations

from ibtui.sim.gateway.ws.outbox import MOST_BYTES, MOST_FRAMES, Outbox


class Counter:
    """A source that says how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def frame(self) -> bytes | None:
        self.asked += 1
        return b"%d" % self.asked


def test_a_source_waits_in_the_queue_once() -> None:
    outbox, source = Outbox(), Counter()
    for _ in range(1_000):
        outbox.mark(source)
    assert len(outbox) == 1
    assert outbox.take() == b"1"
    assert outbox.take() is None
    outbox.mark(source)
    assert outbox.take() == b"2"


def test_frames_keep_their_order() -> None:
    outbox = Outbox()
    outbox.push(b"a")
    outbox.push(b"b")
    assert [outbox.take(), outbox.take(), outbox.take()] == [b"a", b"b", None]


def test_a_client_that_reads_nothing_is_cut_off_by_number() -> None:
    outbox = Outbox()
    for _ in range(MOST_FRAMES + 1):
        outbox.push(b"x")
    assert outbox.closed
    assert len(outbox) == 0


def test_a_client_that_reads_nothing_is_cut_off_by_size() -> None:
    outbox = Outbox()
    for _ in range(17):
        outbox.push(b"x" * (MOST_BYTES // 16))
    assert outbox.closed


async def test_waiting_ends_when_the_outbox_is_closed() -> None:
    outbox = Outbox()
    outbox.close()
    assert await outbox.next() is None
