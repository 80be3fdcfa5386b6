"""A gateway that hangs must not find a burst when it wakes up."""

from __future__ import annotations

import asyncio

import pytest

from ibtui.errors import PenaltyBox
from ibtui.protocol.requests import Request
from ibtui.transport.turnstile import ARRIVAL_SECONDS, TOO_MANY
from tests.transport.crowd import ORDER, Crowd, cancel, names


async def test_a_gateway_that_answers_nothing_is_asked_ever_more_seldom(crowd: Crowd) -> None:
    for index in range(20):
        crowd.send(f"early {index}" if index < 4 else f"late {index}")
        await crowd.clock.advance(0.8)
    sent = {name: crowd.left.index(name) for name in crowd.left}
    assert list(sent) == ["early 0", "early 1", "early 2", "early 3", "late 4"]
    await crowd.clock.advance(60.0)
    assert crowd.left[5:] == ["late 5", "late 6"]


async def test_an_answer_lets_everybody_go_on(crowd: Crowd) -> None:
    first = Request("GET", "/first")
    await crowd.turnstile.enter(first)
    await crowd.clock.advance(4.0)
    for name in names(4):
        crowd.send(name)
    await crowd.clock.advance(1.0)
    assert crowd.left == names(1)
    crowd.turnstile.left(first, 200)
    await crowd.clock.advance(0.1)
    assert crowd.left == names(4)


async def test_a_gateway_that_may_hang_keeps_no_order_back(crowd: Crowd) -> None:
    for name in names(2):
        crowd.send(name)
    await crowd.clock.advance(4.0)
    crowd.send("knock")
    crowd.send("held back")
    crowd.send("order", ORDER)
    crowd.send("cancel", cancel())
    await crowd.clock.advance(0.1)
    assert sorted(crowd.left[2:]) == ["cancel", "knock", "order"]


async def test_requests_whose_connections_open_together_pass_the_gate_once_more(crowd: Crowd) -> None:
    requests = [Request("GET", f"/{name}") for name in names(24)]
    counted = []
    for request in requests:
        await crowd.turnstile.enter(request)
        counted.append(crowd.clock.monotonic() + ARRIVAL_SECONDS)
        crowd.turnstile.not_sent()
        await crowd.clock.advance(0.2)
    await crowd.clock.advance(1.5)
    arrived: list[float] = []

    async def arrive(request: Request, when: float) -> None:
        await crowd.turnstile.enter_late(request, when)
        arrived.append(crowd.clock.monotonic())

    tasks = [asyncio.create_task(arrive(*pair)) for pair in zip(requests, counted, strict=True)]
    await crowd.clock.advance(6.0)
    await asyncio.gather(*tasks)
    assert max(sum(start <= moment <= start + 1.0 for moment in arrived) for start in arrived) <= 8


async def test_a_request_that_has_its_connection_at_once_is_not_asked_again(crowd: Crowd) -> None:
    request = Request("GET", "/quick")
    counted = await crowd.turnstile.enter(request)
    await crowd.turnstile.enter_late(request, counted)
    assert crowd.turnstile.free == 9


async def test_a_window_is_counted_from_when_the_request_left_at_last(crowd: Crowd) -> None:
    trades = Request("GET", "/iserver/account/trades")
    counted = await crowd.turnstile.enter(trades)
    await crowd.clock.advance(4.0)
    await crowd.turnstile.enter_late(trades, counted)
    crowd.turnstile.left(trades, 200)
    crowd.send("again", trades)
    await crowd.clock.advance(5.0)
    assert crowd.left == []
    await crowd.clock.advance(0.5)
    assert crowd.left == ["again"]


async def test_a_penalty_that_began_meanwhile_keeps_back_what_has_its_connection_now(crowd: Crowd) -> None:
    late, refused = Request("GET", "/late"), Request("GET", "/refused")
    counted = await crowd.turnstile.enter(late)
    await crowd.turnstile.enter(refused)
    await crowd.clock.advance(2.0)
    crowd.turnstile.left(refused, TOO_MANY)
    with pytest.raises(PenaltyBox, match="nothing was sent"):
        await crowd.turnstile.enter_late(late, counted)
