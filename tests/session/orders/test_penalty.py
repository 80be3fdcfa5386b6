"""In the penalty box orders and replies are refused at once; a cancel waits, and is on disk only when it leaves."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from ibtui.domain.events import HealthChanged
from ibtui.domain.orders import Stage
from ibtui.errors import PenaltyBox
from ibtui.protocol.requests import Priority, Request
from tests.fakes.clock import settle
from tests.session.orders.bench import ACCOUNT, ON, Bench, accepted, bench, question, row, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
MODIFY = f"POST /iserver/account/{ACCOUNT}/order/77"
CANCEL = f"DELETE /iserver/account/{ACCOUNT}/order/.*"
REPLY = "POST /iserver/reply/.*"
TAKEN = {"msg": "Request was submitted", "order_id": 77}
BOXED = "nothing was sent; the gateway asked for silence, 252 s to go"


class Box:
    """The gate of a boxed address: it opens when it is told to."""

    def __init__(self, b: Bench) -> None:
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.probe_is_refused = False
        b.wire.turn = self.turn
        b.store.apply(HealthChanged(replace(ON, penalty_until=b.clock.monotonic() + 252.0)))

    async def turn(self, request: Request) -> None:
        if self.over.done():
            return
        if request.priority is not Priority.CANCEL:
            raise PenaltyBox(BOXED)
        await asyncio.shield(self.over)


def boxed(folder: Path | None = None, *orders: int) -> tuple[Bench, Box]:
    b = bench(folder)
    for order_id in orders or (77,):
        b.frame(row(order_id))
    b.wire.always(CANCEL, TAKEN)
    b.wire.always(PLACE, accepted())
    return b, Box(b)


def stages(b: Bench, key: str) -> list[Stage]:
    return [step.stage for step in b.journal.story(key)]


async def test_a_cancel_waits_and_nothing_of_it_is_on_disk(tmp_path: Path) -> None:
    b, _ = boxed(tmp_path)
    key = b.desk.cancel(77)
    await b.clock.advance(120.0)
    assert b.stage(key) is Stage.QUEUED
    assert (b.wire.changing(), stages(b, key)) == ([], [])


async def test_it_is_written_exactly_once_and_before_it_leaves_when_the_box_opens(tmp_path: Path) -> None:
    b, box = boxed(tmp_path)
    key = b.desk.cancel(77)
    await b.clock.advance(252.0)
    seen: list[Stage] = []
    b.wire.before = lambda request: seen.extend(stages(b, key))
    box.over.set_result(None)
    await settle()
    assert seen == [Stage.SENT]
    assert stages(b, key) == [Stage.SENT, Stage.ACKNOWLEDGED]
    assert len(b.wire.changing()) == 1


async def test_a_second_key_press_while_it_waits_is_the_first() -> None:
    b, box = boxed()
    assert b.desk.cancel(77) == b.desk.cancel(77)
    box.over.set_result(None)
    await settle()
    assert len(b.wire.changing()) == 1


async def test_a_program_that_ends_while_it_waits_leaves_an_honest_journal(tmp_path: Path) -> None:
    b, _ = boxed(tmp_path)
    key = b.desk.cancel(77)
    await settle()
    await b.kill()
    after = bench(tmp_path)
    (step,) = after.journal.story(key)
    assert (step.stage, step.what) == (
        Stage.REJECTED,
        "rejected never sent: ibtui was closed while it waited for its turn",
    )
    await after.desk.started()
    assert after.store.orders.submissions == {}, "nothing is unknown: nothing left"
    assert b.wire.changing() == []


async def test_cancelling_many_says_that_they_wait() -> None:
    b, box = boxed(None, 1, 2)
    b.desk.cancel_all(ACCOUNT)
    await settle()
    assert b.messages() == f"2 cancels of {ACCOUNT} wait for the end of the penalty box; nothing is sent yet"
    box.over.set_result(None)
    await settle()
    assert len(b.wire.changing()) == 2


async def test_the_cancel_that_tried_whether_the_box_is_open_is_not_sent_again(tmp_path: Path) -> None:
    b, box = boxed(tmp_path)
    b.wire.always(CANCEL, PenaltyBox("the gateway refused this request and boxes the address", status=429))
    key = b.desk.cancel(77)
    await settle()
    box.over.set_result(None)
    await b.clock.advance(2_000.0)
    assert (b.stage(key), len(b.wire.changing())) == (Stage.REJECTED, 1)
    assert "nothing was cancelled" in b.submission(key).message
    assert stages(b, key) == [Stage.SENT, Stage.REJECTED]


async def test_the_cancel_of_an_order_that_ended_meanwhile_is_not_sent() -> None:
    b, box = boxed()
    key = b.desk.cancel(77)
    await settle()
    b.frame({"orderId": 77, "status": "Filled"})
    box.over.set_result(None)
    await settle()
    assert (b.stage(key), b.submission(key).message) == (
        Stage.REJECTED,
        "order 77 is Filled already, nothing was sent",
    )
    assert b.wire.changing() == []


async def test_a_lost_answer_is_judged_by_what_came_after_it_left_not_after_the_key_press() -> None:
    b, box = boxed()
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    b.wire.always(CANCEL, answer)
    key = b.desk.cancel(77)
    await b.clock.advance(252.0)
    entry = b.desk._book.entries[key]
    box.over.set_result(None)
    await settle()
    assert entry.since == b.clock.monotonic()


@pytest.mark.parametrize("change", ["place", "modify"])
async def test_an_order_is_refused_at_once_in_true_words_and_holds_no_lane(tmp_path: Path, change: str) -> None:
    b, box = boxed(tmp_path)
    b.wire.always(MODIFY, accepted(77))
    key = b.desk.submit((ticket(),)) if change == "place" else b.desk.modify(77, ticket("165.40"))
    await settle()
    assert b.stage(key) is Stage.REJECTED
    assert b.submission(key).message == f"nothing was sent. Too many requests: {BOXED}"
    assert (b.wire.changing(), stages(b, key)) == ([], [])
    box.over.set_result(None)
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED


async def test_a_reply_is_refused_at_once_and_was_not_sent() -> None:
    b = bench()
    b.wire.always(PLACE, question())
    key = await b.submit()
    Box(b)
    await b.answer(key)
    assert b.stage(key) is Stage.REJECTED
    assert b.submission(key).message.startswith("the answer was not sent, so nothing was confirmed")
    assert len(b.wire.changing()) == 1


async def test_an_order_that_waits_for_its_turn_is_written_when_it_leaves_and_never_sent_if_it_does_not(
    tmp_path: Path,
) -> None:
    b = bench(tmp_path)
    gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def turn(_request: Request) -> None:
        await asyncio.shield(gate)

    b.wire.turn = turn
    key = await b.submit()
    assert (b.stage(key), stages(b, key)) == (Stage.QUEUED, [])
    second = await b.submit()
    await b.clock.advance(5.0)
    assert "nothing was sent: the orders before it" in b.submission(second).message, "it holds the lane all the same"
    await b.kill()
    after = bench(tmp_path)
    assert [(step.stage, step.what) for step in after.journal.story(key)] == [
        (Stage.REJECTED, "rejected never sent: ibtui was closed while it waited for its turn")
    ]
