from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from ibtui.errors import PenaltyBox, Refused
from ibtui.protocol.pacing import Pacer
from ibtui.protocol.requests import FIRST, Request
from ibtui.transport.turnstile import FIRST_PENALTY_SECONDS, LONGEST_PENALTY_SECONDS, Turnstile
from tests.fakes.clock import ManualClock, settle


class JumpingClock(ManualClock):
    """Time can pass without anybody being woken, as on a busy machine."""

    def jump(self, seconds: float) -> None:
        self._now += seconds


class Crowd:
    """Sends requests through a turnstile and notes the order in which they left."""

    def __init__(self, clock: JumpingClock) -> None:
        self.clock = clock
        self.turnstile = Turnstile(clock, Pacer(), lambda: None)
        self.left: list[str] = []
        self.errors: list[PenaltyBox] = []
        self._tasks: list[asyncio.Task[None]] = []

    def send(self, name: str, request: Request | None = None) -> asyncio.Task[None]:
        task = asyncio.create_task(self._send(name, request or Request("GET", f"/{name}")))
        self._tasks.append(task)
        return task

    async def _send(self, name: str, request: Request) -> None:
        try:
            await self.turnstile.enter(request)
        except PenaltyBox as error:
            self.errors.append(error)
        else:
            self.left.append(name)

    def close(self) -> None:
        self.turnstile.close()
        for task in self._tasks:
            task.cancel()


@pytest.fixture
async def crowd() -> AsyncIterator[Crowd]:
    crowd = Crowd(JumpingClock())
    yield crowd
    crowd.close()
    await settle()


def names(count: int) -> list[str]:
    return [f"r{'abcdefghijklmnopqrstuvwxyz'[index]}" for index in range(count)]


async def test_reading_leaves_two_places_of_the_second_to_orders(crowd: Crowd) -> None:
    for name in names(12):
        crowd.send(name)
    await settle()
    assert crowd.left == names(8)


async def test_what_waited_leaves_in_the_order_it_came(crowd: Crowd) -> None:
    for name in names(20):
        crowd.send(name)
    await crowd.clock.advance(4.0)
    assert crowd.left == names(20)


async def test_at_no_time_more_than_ten_leave_within_one_second(crowd: Crowd) -> None:
    moments: list[float] = []
    for index in range(26):
        changes = index % 3 == 0
        task = crowd.send("order", Request("POST", "/order", changes_state=changes))
        task.add_done_callback(lambda _task: moments.append(crowd.clock.monotonic()))
    for _ in range(60):
        await crowd.clock.advance(0.1)
    assert len(moments) == 26
    assert all(sum(1 for other in moments if start <= other < start + 1.0) <= 10 for start in moments)


async def test_a_cancel_goes_before_everything_that_waits(crowd: Crowd) -> None:
    for name in names(12):
        crowd.send(name)
    crowd.send("cancel", Request("DELETE", "/order", changes_state=True, priority=FIRST))
    await settle()
    assert crowd.left[-1] == "cancel"
    assert len(crowd.left) == 9


async def test_a_slow_endpoint_does_not_hold_up_the_others(crowd: Crowd) -> None:
    for name in ("first", "second"):
        crowd.send(name, Request("GET", "/iserver/account/orders"))
    crowd.send("other")
    await settle()
    assert crowd.left == ["first", "other"]
    await crowd.clock.advance(5.5)
    assert crowd.left == ["first", "other", "second"]


async def test_a_request_given_up_while_waiting_never_leaves(crowd: Crowd) -> None:
    for name in names(8):
        crowd.send(name)
    impatient = crowd.send("impatient")
    await settle()
    impatient.cancel()
    await crowd.clock.advance(3.0)
    assert "impatient" not in crowd.left
    assert crowd.turnstile.waiting == 0


async def test_a_429_turns_away_whoever_waits_and_whoever_comes(crowd: Crowd) -> None:
    for name in names(9):
        crowd.send(name)
    await settle()
    crowd.turnstile.left(Request("GET", "/ra"), penalised=True)
    crowd.send("later", Request("POST", "/order", changes_state=True))
    await settle()
    assert len(crowd.errors) == 2
    assert "later" not in crowd.left
    assert "nothing was sent" in str(crowd.errors[0])


async def test_after_the_penalty_one_request_probes_alone(crowd: Crowd) -> None:
    crowd.turnstile.left(Request("GET", "/x"), penalised=True)
    await crowd.clock.advance(FIRST_PENALTY_SECONDS + 0.1)
    for name in names(3):
        crowd.send(name)
    await crowd.clock.advance(2.0)
    assert crowd.left == names(1)
    crowd.turnstile.left(Request("GET", "/ra"), penalised=False)
    await settle()
    assert crowd.left == names(3)


async def test_each_further_429_doubles_the_silence_up_to_ten_minutes(crowd: Crowd) -> None:
    silences = []
    for _ in range(9):
        before = crowd.clock.monotonic()
        crowd.turnstile.left(Request("GET", "/x"), penalised=True)
        silences.append(crowd.turnstile.penalty_until - before)
        await crowd.clock.advance(silences[-1] + 0.1)
    assert silences[:3] == pytest.approx([FIRST_PENALTY_SECONDS * factor for factor in (1, 2, 4)])
    assert silences[-1] == pytest.approx(LONGEST_PENALTY_SECONDS)


async def test_several_429_of_one_burst_are_one_penalty(crowd: Crowd) -> None:
    for _ in range(3):
        crowd.turnstile.left(Request("GET", "/x"), penalised=True)
    assert crowd.turnstile.penalty_until == crowd.clock.monotonic() + FIRST_PENALTY_SECONDS


async def test_an_endpoint_used_up_for_minutes_says_so_instead_of_waiting(crowd: Crowd) -> None:
    slow = Request("POST", "/pa/performance")
    await crowd.turnstile.enter(slow)
    await crowd.clock.advance(300.0)
    with pytest.raises(Refused, match="again in 10 min"):
        await crowd.turnstile.enter(slow)


async def test_a_probe_given_up_as_it_is_let_out_makes_room_for_the_next(crowd: Crowd) -> None:
    slow = Request("GET", "/sso/validate")
    await crowd.turnstile.enter(slow)
    crowd.turnstile.left(slow, penalised=True)
    await crowd.clock.advance(FIRST_PENALTY_SECONDS + 0.1)
    probe = crowd.send("probe", slow)
    await settle()
    crowd.clock.jump(60.0)
    crowd.send("next")
    await asyncio.sleep(0)
    probe.cancel()
    await settle()
    assert crowd.left == ["next"]
