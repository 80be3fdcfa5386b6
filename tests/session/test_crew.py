from __future__ import annotations

import asyncio

import pytest

from ibtui.domain.session import Message
from ibtui.errors import GatewayDown, ReadOnly, Refused
from ibtui.session import crew
from ibtui.session.crew import RESTART_SECONDS, Crew
from tests.fakes.clock import ManualClock, settle


class Ship:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.told: list[Message] = []
        self.crew = Crew(self.clock, self.told.append)
        self.runs = 0

    async def fail(self) -> None:
        self.runs += 1
        raise ZeroDivisionError


async def test_a_refusal_is_told_with_what_was_being_done() -> None:
    async def refuse() -> None:
        raise Refused("unknown list")

    ship = Ship()
    ship.crew.spawn(refuse(), "deleting the watchlist")
    await settle()
    assert ship.told == [Message("unknown list", "error", "Deleting the watchlist failed")]


async def test_a_failure_says_what_to_do() -> None:
    async def fail() -> None:
        raise GatewayDown("nothing was sent")

    ship = Ship()
    ship.crew.spawn(fail(), "search")
    await settle()
    assert ship.told[0].text == "nothing was sent; start the gateway; ibtui reconnects by itself"


async def test_read_only_is_a_warning_not_an_error() -> None:
    async def refuse() -> None:
        raise ReadOnly("nothing was sent")

    ship = Ship()
    ship.crew.spawn(refuse(), "search")
    await settle()
    assert ship.told == [Message("nothing was sent", "warning", "Read-only")]


async def test_a_worker_that_fails_is_started_again_and_told_once() -> None:
    ship = Ship()
    ship.crew.keep(ship.fail, "portfolio")
    await ship.clock.advance(RESTART_SECONDS * 3.5)
    assert ship.runs == 4
    assert len(ship.told) == 1
    assert "portfolio" in ship.told[0].text
    assert "Traceback" not in ship.told[0].text
    await ship.crew.close()


async def test_a_worker_can_be_ended() -> None:
    ship = Ship()
    end = ship.crew.keep(ship.fail, "portfolio")
    await settle()
    end()
    await ship.clock.advance(RESTART_SECONDS * 3)
    assert ship.runs == 1


async def test_closing_ends_everything_and_starts_nothing_more() -> None:
    ship = Ship()
    ended: list[str] = []

    async def last(name: str) -> None:
        try:
            await ship.clock.sleep(1000.0)
        finally:
            ended.append(name)

    ship.crew.spawn(last("one"))
    ship.crew.spawn(last("two"))
    await settle()
    await ship.crew.close()
    ship.crew.spawn(last("three"))
    await settle()
    assert sorted(ended) == ["one", "two"]


async def test_closing_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "CLOSE_SECONDS", 0.02)
    ship = Ship()
    stubborn = asyncio.Event()

    async def stay() -> None:
        while not stubborn.is_set():
            try:
                await stubborn.wait()
            except asyncio.CancelledError:
                continue

    ship.crew.spawn(stay())
    await settle()
    await asyncio.wait_for(ship.crew.close(), 1.0)
    stubborn.set()
    await settle()
