"""Connections that neither answer nor close, in process."""

from __future__ import annotations

import asyncio

from tests.sim.gateway.rig import Rig


async def test_a_frozen_websocket_says_and_hears_nothing_and_is_closed_at_the_end(rig: Rig) -> None:
    socket = rig.socket()
    rig.gateway.day.begin("half-open", seconds=12)
    socket.say("spl+{}")
    rig.advance(11_000)
    assert socket.frames() == []
    assert socket.connection.subscriptions == {}
    assert not socket.connection.outbox.closed
    other = rig.socket()
    other.say("tic")
    assert len(other.frames("tic")) == 4
    rig.advance(1_000)
    assert (socket.connection.outbox.closed, other.connection.outbox.closed) == (True, False)


async def test_requests_work_or_hang_as_wanted(rig: Rig) -> None:
    rig.gateway.day.begin("half-open", new="work")
    assert (await rig.send("POST", "/tickle")).status_code == 200
    rig.gateway.day.begin("half-open", new="hang", seconds=1)
    assert not rig.gateway.day.connects
    waiting = asyncio.create_task(rig.send("POST", "/tickle"))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not waiting.done()
    rig.advance(1_000)
    assert (await waiting).status_code == 200
    assert rig.gateway.day.connects
