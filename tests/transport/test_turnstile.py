from __future__ import annotations

import asyncio

import pytest

from ibtui.errors import Refused
from ibtui.protocol.pacing import LONGEST_PENALTY_SECONDS, PENALTY_SECONDS, Pacer
from ibtui.protocol.requests import Priority, Request
from ibtui.transport.turnstile import PROBE_SECONDS, TOO_MANY, Turnstile
from tests.fakes.clock import settle
from tests.transport.crowd import ORDER, Crowd, cancel, names


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
        task = crowd.send("mixed", ORDER if index % 3 == 0 else None)
        task.add_done_callback(lambda _task: moments.append(crowd.clock.monotonic()))
    for _ in range(60):
        await crowd.clock.advance(0.1)
    assert len(moments) == 26
    assert all(sum(1 for other in moments if start <= other < start + 1.0) <= 10 for start in moments)


async def test_a_cancel_goes_before_everything_that_waits(crowd: Crowd) -> None:
    for name in names(12):
        crowd.send(name)
    crowd.send("cancel", cancel())
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


async def test_two_places_are_kept_for_cancels_replies_and_orders_and_for_nothing_else(crowd: Crowd) -> None:
    for name in names(8):
        crowd.send(name)
    crowd.send("status", Request("GET", "/status", priority=Priority.STATUS))
    crowd.send("order", ORDER)
    crowd.send("reply", Request("POST", "/reply", changes_state=True, priority=Priority.REPLY))
    await settle()
    assert crowd.left == [*names(8), "order", "reply"]


async def test_the_most_urgent_of_those_who_wait_goes_first_whoever_came_first(crowd: Crowd) -> None:
    for name in names(10):
        crowd.send(name, ORDER)
    await settle()
    for priority in reversed(Priority):
        crowd.send(priority.name, Request("GET", f"/{priority.name.lower()}", priority=priority))
    await crowd.clock.advance(3.0)
    assert crowd.left[10:] == [priority.name for priority in Priority]


async def test_a_429_turns_away_whoever_waits_and_whoever_comes_but_cancels(crowd: Crowd) -> None:
    for name in names(9):
        crowd.send(name)
    await settle()
    crowd.turnstile.left(Request("GET", "/ra"), TOO_MANY)
    crowd.send("later", ORDER)
    crowd.send("cancel", cancel())
    await crowd.clock.advance(PENALTY_SECONDS - 1.0)
    assert len(crowd.errors) == 2
    assert crowd.left == names(8)
    assert crowd.turnstile.waiting == 1
    assert "nothing was sent" in str(crowd.errors[0])
    assert crowd.errors[0].status == 0, "the gateway said nothing to this one"


async def test_a_cancel_that_waited_when_the_429_came_stays(crowd: Crowd) -> None:
    for name in names(10):
        crowd.send(name, ORDER)
    crowd.send("cancel", cancel())
    await settle()
    crowd.turnstile.left(ORDER, TOO_MANY)
    await crowd.clock.advance(PENALTY_SECONDS + 0.1)
    assert crowd.left == [*names(10), "cancel"]


async def test_cancels_leave_first_when_the_penalty_ends_one_of_them_alone(crowd: Crowd) -> None:
    crowd.turnstile.left(Request("GET", "/x"), TOO_MANY)
    first = cancel()
    crowd.send("first", first)
    crowd.send("second", cancel())
    await crowd.clock.advance(PENALTY_SECONDS)
    crowd.send("reading")
    await crowd.clock.advance(0.1)
    assert crowd.left == ["first"]
    crowd.turnstile.left(first, 200)
    await settle()
    assert crowd.left == ["first", "second", "reading"]


async def test_a_probe_answered_429_makes_the_penalty_longer_and_the_other_cancels_stay(crowd: Crowd) -> None:
    crowd.turnstile.left(Request("GET", "/x"), TOO_MANY)
    first = cancel()
    crowd.send("first", first)
    crowd.send("second", cancel())
    await crowd.clock.advance(PENALTY_SECONDS + 0.1)
    crowd.turnstile.left(first, TOO_MANY)
    assert crowd.turnstile.penalty_until - crowd.clock.monotonic() > PENALTY_SECONDS
    await crowd.clock.advance(PENALTY_SECONDS + 1.0)
    assert crowd.left == ["first"]
    await crowd.clock.advance(PENALTY_SECONDS)
    assert crowd.left == ["first", "second"]


async def test_after_the_penalty_one_request_probes_alone(crowd: Crowd) -> None:
    crowd.turnstile.left(Request("GET", "/x"), TOO_MANY)
    await crowd.clock.advance(PENALTY_SECONDS + 0.1)
    probe = Request("GET", "/ra")
    crowd.send("probe", probe)
    for name in names(3):
        crowd.send(name)
    await crowd.clock.advance(2.0)
    assert crowd.left == ["probe"]
    crowd.turnstile.left(probe, 503)
    await settle()
    assert crowd.left == ["probe", *names(3)]


async def test_a_probe_that_found_no_connection_proves_nothing_and_the_next_is_alone_too(crowd: Crowd) -> None:
    crowd.turnstile.left(Request("GET", "/x"), TOO_MANY)
    await crowd.clock.advance(PENALTY_SECONDS + 0.1)
    probe = Request("GET", "/ra")
    crowd.send("probe", probe)
    for name in names(2):
        crowd.send(name)
    await settle()
    crowd.turnstile.left(probe)
    await settle()
    assert crowd.left == ["probe", "ra"]


async def test_a_probe_without_an_answer_does_not_hold_up_a_cancel_for_long(crowd: Crowd) -> None:
    crowd.turnstile.left(Request("GET", "/x"), TOO_MANY)
    crowd.send("probe", cancel())
    crowd.send("next", cancel())
    await crowd.clock.advance(PENALTY_SECONDS + PROBE_SECONDS - 0.1)
    assert crowd.left == ["probe"]
    await crowd.clock.advance(0.2)
    assert crowd.left == ["probe", "next"]


async def test_an_answer_to_what_left_before_the_penalty_does_not_prove_it_over(crowd: Crowd) -> None:
    early = Request("GET", "/early")
    crowd.send("early", early)
    await settle()
    crowd.turnstile.left(Request("GET", "/x"), TOO_MANY)
    crowd.turnstile.left(early, 200)
    await crowd.clock.advance(PENALTY_SECONDS + 0.1)
    for name in names(2):
        crowd.send(name)
    await settle()
    assert crowd.left == ["early", "ra"]


async def test_each_further_429_makes_the_silence_longer_up_to_an_hour(crowd: Crowd) -> None:
    silences = []
    for _ in range(9):
        silences.append(crowd.turnstile.left(Request("GET", "/x"), TOO_MANY))
        await crowd.clock.advance(silences[-1] + 0.1)
    assert silences[:3] == pytest.approx([600.0, 900.0, 1350.0])
    assert silences[-1] == pytest.approx(LONGEST_PENALTY_SECONDS)


async def test_the_gateways_own_figure_is_believed(crowd: Crowd) -> None:
    crowd.turnstile.left(Request("GET", "/x"), TOO_MANY, silence=30.0)
    assert crowd.turnstile.penalty_until == crowd.clock.monotonic() + 30.0


async def test_several_429_of_one_burst_are_one_penalty(crowd: Crowd) -> None:
    for _ in range(3):
        crowd.turnstile.left(Request("GET", "/x"), TOO_MANY)
    assert crowd.turnstile.penalty_until == crowd.clock.monotonic() + PENALTY_SECONDS


async def test_slow_answers_keep_no_connection_from_an_order_and_screens_none_from_its_status(crowd: Crowd) -> None:
    crowd.turnstile = Turnstile(crowd.clock, Pacer(), lambda: None)
    slow = [Request("GET", f"/{name}") for name in names(12)]
    for name, request in zip(names(12), slow, strict=True):
        crowd.send(name, request)
    await crowd.clock.advance(1.5)
    assert crowd.left == names(8)
    for name in ("one", "two", "three"):
        crowd.send(name, Request("GET", f"/{name}", priority=Priority.STATUS))
    crowd.send("order", ORDER)
    await crowd.clock.advance(1.0)
    assert crowd.left == [*names(8), "one", "two", "order"]
    crowd.turnstile.left(slow[0], 200)
    await settle()
    assert crowd.left[-1] == "three"


async def test_what_leaves_late_is_counted_from_then_on(crowd: Crowd) -> None:
    for name in names(8):
        crowd.send(name)
    await crowd.clock.advance(1.2)
    crowd.turnstile.held_up(Request("GET", "/ra"))
    assert crowd.turnstile.free == 1
    await crowd.clock.advance(0.2)
    assert crowd.turnstile.free == 9


async def test_an_endpoint_used_up_for_minutes_says_so_instead_of_waiting(crowd: Crowd) -> None:
    slow = Request("POST", "/pa/performance")
    await crowd.turnstile.enter(slow)
    await crowd.clock.advance(300.0)
    with pytest.raises(Refused, match="again in 10 min"):
        await crowd.turnstile.enter(slow)


async def test_a_probe_given_up_as_it_is_let_out_makes_room_for_the_next(crowd: Crowd) -> None:
    slow = Request("GET", "/sso/validate")
    await crowd.turnstile.enter(slow)
    crowd.turnstile.left(slow, TOO_MANY, silence=10.0)
    await crowd.clock.advance(10.1)
    probe = crowd.send("probe", slow)
    await settle()
    crowd.clock.jump(60.0)
    crowd.send("next")
    await asyncio.sleep(0)
    probe.cancel()
    await settle()
    assert crowd.left == ["next"]


async def test_what_was_never_answered_is_counted_again_when_the_gateway_wakes_up(crowd: Crowd) -> None:
    trades = Request("GET", "/iserver/account/trades")
    await crowd.turnstile.enter(trades)
    await crowd.clock.advance(20.0)
    crowd.turnstile.unanswered(trades)
    crowd.turnstile.left(trades)
    crowd.turnstile.left(Request("GET", "/x"), 200)
    crowd.send("trades", trades)
    await crowd.clock.advance(4.0)
    assert crowd.left == []
    await crowd.clock.advance(1.2)
    assert crowd.left == ["trades"]
