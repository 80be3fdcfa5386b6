from __future__ import annotations

import asyncio

import pytest

from ibtui.errors import GatewayDown, LinkError, Refused
from ibtui.protocol.requests import Request, get, post
from ibtui.session.connection.questions import Questioner
from tests.fakes.clock import ManualClock

REQUEST = get("/iserver/accounts")


class Peer:
    """Answers each question when and as the test says."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.asked: list[Request] = []
        self.answers: list[asyncio.Future[bytes]] = []
        self.late: list[float] = []
        self.questions = Questioner(self, self.clock, self.late.append)

    async def call(self, request: Request) -> bytes:
        self.asked.append(request)
        self.answers.append(asyncio.get_running_loop().create_future())
        return await self.answers[-1]

    async def ask(self) -> asyncio.Task[bytes]:
        task = asyncio.create_task(self.questions.ask(REQUEST))
        await self.clock.advance(0.0)
        return task


async def test_an_answer_that_comes_soon_is_asked_for_once() -> None:
    peer = Peer()
    task = await peer.ask()
    peer.answers[0].set_result(b"yes")
    assert await task == b"yes"
    assert (len(peer.asked), peer.late) == (1, [])


async def test_a_dead_connection_is_passed_by_on_a_new_one() -> None:
    peer = Peer()
    task = await peer.ask()
    await peer.clock.advance(11.0)
    assert len(peer.asked) == 2
    peer.answers[1].set_result(b"second")
    assert await task == b"second"
    assert peer.answers[0].cancelled()


async def test_a_slow_gateway_answers_the_first() -> None:
    peer = Peer()
    task = await peer.ask()
    await peer.clock.advance(30.0)
    peer.answers[0].set_result(b"first")
    assert await task == b"first"


async def test_an_answer_that_is_late_is_told_while_it_is() -> None:
    peer = Peer()
    task = await peer.ask()
    await peer.clock.advance(25.0)
    assert peer.late == [4.0, 10.0, 20.0]
    task.cancel()


async def test_more_are_put_ever_more_rarely_and_each_is_a_request_of_its_own() -> None:
    peer = Peer()
    task = await peer.ask()
    await peer.clock.advance(130.0)
    assert len(peer.asked) == 6
    assert len(set(peer.asked)) == 6
    task.cancel()


async def test_an_attempt_that_broke_is_no_answer_while_another_is_under_way() -> None:
    peer = Peer()
    task = await peer.ask()
    await peer.clock.advance(10.0)
    peer.answers[0].set_exception(LinkError("broke"))
    await peer.clock.advance(1.0)
    assert not task.done()
    peer.answers[1].set_result(b"yes")
    assert await task == b"yes"


@pytest.mark.parametrize("error", [GatewayDown("nothing listens"), Refused("no", status=500)])
async def test_a_no_is_an_answer(error: Exception) -> None:
    peer = Peer()
    task = await peer.ask()
    await peer.clock.advance(10.0)
    peer.answers[1].set_exception(error)
    with pytest.raises(type(error)):
        await task


async def test_the_last_that_broke_ends_it() -> None:
    peer = Peer()
    task = await peer.ask()
    peer.answers[0].set_exception(LinkError("broke"))
    with pytest.raises(LinkError):
        await task


COUNTED = post("/tickle")


async def counted(peer: Peer) -> asyncio.Task[bytes]:
    task = asyncio.create_task(peer.questions.ask_once(COUNTED, REQUEST))
    await peer.clock.advance(0.0)
    return task


async def test_a_counted_question_is_never_put_twice_while_it_may_still_arrive() -> None:
    peer = Peer()
    task = await counted(peer)
    await peer.clock.advance(35.0)
    assert [request.path for request in peer.asked].count("/tickle") == 1
    assert len(peer.asked) > 1
    peer.answers[0].set_result(b"first")
    assert await task == b"first"
    assert peer.late == [4.0, 10.0, 14.0, 20.0, 30.0]


async def test_a_counted_question_on_a_dead_connection_is_put_again_once_its_companion_was_answered() -> None:
    peer = Peer()
    task = await counted(peer)
    await peer.clock.advance(11.0)
    peer.answers[1].set_result(b"companion")
    await peer.clock.advance(2.0)
    assert peer.asked[-1].path == COUNTED.path
    peer.answers[-1].set_result(b"yes")
    assert await task == b"yes"


async def test_one_that_was_never_answered_waits_until_the_gateway_answers_anything() -> None:
    peer = Peer()
    task = await counted(peer)
    peer.answers[0].set_exception(LinkError("broke"))
    with pytest.raises(LinkError):
        await task
    again = await counted(peer)
    await peer.clock.advance(1.0)
    assert peer.asked[-1].path == REQUEST.path
    peer.answers[-1].set_exception(Refused("no"))
    await peer.clock.advance(2.0)
    assert peer.asked[-1].path == COUNTED.path
    peer.answers[-1].set_result(b"yes")
    assert await again == b"yes"


async def test_a_refused_counted_question_may_be_put_again_at_once() -> None:
    peer = Peer()
    for _ in range(2):
        task = await counted(peer)
        peer.answers[-1].set_exception(Refused("no", status=503))
        with pytest.raises(Refused):
            await task
    assert [request.path for request in peer.asked] == ["/tickle", "/tickle"]
