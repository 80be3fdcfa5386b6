from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Account
from ibtui.domain.events import AccountsReceived, HealthChanged, QuoteReceived
from ibtui.domain.limits import Limits
from ibtui.domain.orders import Stage
from ibtui.domain.session import Health
from ibtui.errors import GatewayDown, OutcomeUnknown
from tests.fakes.clock import settle
from tests.session.orders.bench import AAPL, ACCOUNT, Bench, Script, accepted, bench, question, row, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
CHANGE = f"POST /iserver/account/{ACCOUNT}/order/77"
WORDS = {
    Stage.ASKING: "nothing was sent: another order is waiting for its answer",
    Stage.UNKNOWN: "nothing was sent: another order of this account has an unknown outcome",
}


async def open_question(b: Bench) -> str:
    b.wire.always(PLACE, question())
    return await b.submit()


def held_back(b: Bench) -> asyncio.Future[object]:
    """The answer to the first order; those after it are accepted."""
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    b.wire.always(PLACE, answer, accepted(2), accepted(3), accepted(4))
    return answer


async def behind_one_another(b: Bench, *prices: str) -> list[str]:
    keys = [b.desk.submit((ticket(price),)) for price in prices]
    await settle()
    return keys


def prices_sent(b: Bench) -> list[str]:
    return [str(request.body).partition('"price":')[2].partition(",")[0] for request in b.wire.changing()]


def stages(b: Bench, *keys: str) -> list[Stage]:
    return [b.stage(key) for key in keys]


async def test_while_a_question_is_open_no_other_order_of_the_account_is_sent() -> None:
    b = bench()
    b.frame(row(5))
    first = await open_question(b)
    second = await b.submit()
    third = b.desk.modify(5, ticket("165.40"))
    await settle()
    assert stages(b, first, second, third) == [Stage.ASKING, Stage.REJECTED, Stage.REJECTED]
    assert b.submission(second).message == f"{WORDS[Stage.ASKING]} ({first})"
    assert b.submission(third).message == f"{WORDS[Stage.ASKING]} ({first})"
    assert len(b.wire.changing()) == 1


async def test_an_open_chain_of_one_account_keeps_orders_of_another_back() -> None:
    b = bench()
    b.store.apply(AccountsReceived((Account(ACCOUNT), Account("U2")), ACCOUNT))
    await open_question(b)
    key = await b.submit(replace(ticket(), account="U2"))
    assert b.stage(key) is Stage.REJECTED
    assert len(b.wire.changing()) == 1


async def test_an_unknown_outcome_of_one_account_leaves_another_free() -> None:
    b = bench()
    b.store.apply(AccountsReceived((Account(ACCOUNT), Account("U2")), ACCOUNT))
    b.wire.always(PLACE, OutcomeUnknown("timed out"))
    b.wire.always("POST /iserver/account/U2/orders", accepted())
    await b.submit()
    assert b.stage(await b.submit(replace(ticket(), account="U2"))) is Stage.ACKNOWLEDGED


async def test_two_orders_in_one_breath_are_sent_one_after_the_other() -> None:
    b = bench()
    answer = held_back(b)
    first, second = await behind_one_another(b, "165.10", "165.20")
    assert stages(b, first, second) == [Stage.SENT, Stage.QUEUED]
    assert len(b.wire.changing()) == 1
    answer.set_result(accepted(1))
    await settle()
    assert stages(b, first, second) == [Stage.ACKNOWLEDGED, Stage.ACKNOWLEDGED]
    assert len(b.wire.changing()) == 2


async def test_ten_keys_in_a_second_leave_in_the_order_they_were_pressed_and_one_at_a_time() -> None:
    b = bench()
    open_now = 0

    async def slow(_request: object) -> None:
        await b.clock.sleep(0.15)

    def leaves(_request: object) -> None:
        nonlocal open_now
        holders = [s for s in b.store.orders.submissions.values() if s.stage is Stage.SENT]
        open_now = max(open_now, len(holders))

    b.wire.turn, b.wire.before = slow, leaves
    b.wire.always(PLACE, *(accepted(number) for number in range(1, 11)))
    wanted = [f"165.{number:02}" for number in range(10, 20)]
    keys = []
    for price in wanted:
        keys += await behind_one_another(b, price)
        await b.clock.advance(0.1)
    await b.clock.advance(2.0)
    assert stages(b, *keys) == [Stage.ACKNOWLEDGED] * 10
    assert [b.submission(key).order_id for key in keys] == list(range(1, 11))
    assert [str(Decimal(price)) for price in prices_sent(b)] == wanted
    assert open_now == 1


async def test_an_order_that_waits_is_not_on_disk(tmp_path: Path) -> None:
    b = bench(tmp_path)
    answer = held_back(b)
    _, second = await behind_one_another(b, "165.10", "165.20")
    assert b.journal.story(second) == ()
    answer.set_result(accepted(1))
    await settle()
    assert [step.stage for step in b.journal.story(second)] == [Stage.SENT, Stage.ACKNOWLEDGED]


@pytest.mark.parametrize(
    ("end", "stage"),
    [(question(), Stage.ASKING), (OutcomeUnknown("timed out"), Stage.UNKNOWN)],
    ids=["asks", "unknown"],
)
async def test_what_waits_is_refused_when_the_one_before_it_asks_or_is_unknown(
    end: Script, stage: Stage, tmp_path: Path
) -> None:
    b = bench(tmp_path)
    b.frame(row(77))
    answer = held_back(b)
    first, second, third = await behind_one_another(b, "165.10", "165.20", "165.30")
    change = b.desk.modify(77, ticket("165.40"))
    answer.set_result(end)
    await settle()
    assert stages(b, first, second, third, change) == [stage, Stage.REJECTED, Stage.REJECTED, Stage.REJECTED]
    assert b.submission(second).message == f"{WORDS[stage]} ({first})"
    assert b.submission(change).message == f"{WORDS[stage]} ({first})"
    assert [step.stage for step in b.journal.story(second)] == [Stage.REJECTED], "on record, and never as sent"
    assert len(b.wire.changing()) == 1


async def test_an_order_of_another_account_that_waits_goes_when_the_first_has_an_unknown_outcome() -> None:
    b = bench()
    b.store.apply(AccountsReceived((Account(ACCOUNT), Account("U2")), ACCOUNT))
    b.wire.always("POST /iserver/account/U2/orders", accepted())
    answer = held_back(b)
    own, other = b.desk.submit((ticket(),)), b.desk.submit((replace(ticket(), account="U2"),))
    await settle()
    assert stages(b, own, other) == [Stage.SENT, Stage.QUEUED]
    answer.set_result(OutcomeUnknown("timed out"))
    await settle()
    assert stages(b, own, other) == [Stage.UNKNOWN, Stage.ACKNOWLEDGED]


async def test_a_cancel_of_unknown_outcome_refuses_what_waits_for_an_order_on_its_way() -> None:
    b = bench()
    b.frame(row(77))
    b.wire.always("DELETE .*", OutcomeUnknown("timed out"))
    held_back(b)
    first, second = await behind_one_another(b, "165.10", "165.20")
    b.desk.cancel(77)
    await settle()
    assert stages(b, first, second) == [Stage.SENT, Stage.REJECTED]


async def test_after_five_seconds_all_that_waits_is_refused_also_what_came_later() -> None:
    b = bench()
    answer = held_back(b)
    first, second = await behind_one_another(b, "165.10", "165.20")
    await b.clock.advance(4.9)
    (third,) = await behind_one_another(b, "165.30")
    assert stages(b, first, second, third) == [Stage.SENT, Stage.QUEUED, Stage.QUEUED]
    await b.clock.advance(0.1)
    assert stages(b, first, second, third) == [Stage.SENT, Stage.REJECTED, Stage.REJECTED]
    assert b.submission(third).message == "nothing was sent: the orders before it were not through within 5 s"
    answer.set_result(accepted(1))
    await settle()
    assert len(b.wire.changing()) == 1
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED


async def test_when_the_session_is_lost_all_that_waits_is_refused() -> None:
    b = bench()
    held_back(b)
    first, second = await behind_one_another(b, "165.10", "165.20")
    b.desk.session_lost()
    assert stages(b, first, second) == [Stage.SENT, Stage.REJECTED]
    assert b.submission(second).message == "nothing was sent: the brokerage session was lost while it waited"


async def test_limits_and_rules_are_checked_again_when_its_turn_comes() -> None:
    b = bench(limits=Limits(collar_percent=Decimal(5)))
    b.store.apply(QuoteReceived(AAPL.conid, {"last": Decimal("165")}, 1.0))
    answer = held_back(b)
    first, second = await behind_one_another(b, "165.10", "165.20")
    b.store.apply(QuoteReceived(AAPL.conid, {"last": Decimal("200")}, 2.0))
    answer.set_result(accepted(1))
    await settle()
    assert stages(b, first, second) == [Stage.ACKNOWLEDGED, Stage.REJECTED]
    assert b.submission(second).message.startswith("nothing was sent: limit 165.20 is 17.4 % from the market")
    assert len(b.wire.changing()) == 1


async def test_a_session_that_is_no_longer_up_keeps_it_back_when_its_turn_comes() -> None:
    b = bench()
    answer = held_back(b)
    _, second = await behind_one_another(b, "165.10", "165.20")
    b.store.apply(HealthChanged(Health()))
    answer.set_result(accepted(1))
    await settle()
    assert b.submission(second).message == "nothing was sent: there is no brokerage session"


async def test_orders_that_wait_count_in_the_limit_of_a_minute_and_no_more_when_they_are_dropped() -> None:
    b = bench(limits=Limits(orders_per_minute=3))
    held_back(b)
    keys = await behind_one_another(b, "165.10", "165.20", "165.30", "165.40")
    assert stages(b, *keys) == [Stage.SENT, Stage.QUEUED, Stage.QUEUED, Stage.REJECTED]
    assert "limit is 3" in b.submission(keys[3]).message
    b.desk.session_lost()
    await settle()
    (later,) = await behind_one_another(b, "165.50")
    assert b.stage(later) is Stage.QUEUED, "one was sent and none waits"


async def test_changes_wait_in_the_same_lane() -> None:
    b = bench()
    b.frame(row(77))
    b.wire.always(CHANGE, accepted(77))
    answer = held_back(b)
    first = b.desk.submit((ticket(),))
    change = b.desk.modify(77, ticket("165.40"))
    last = b.desk.submit((ticket(),))
    await settle()
    assert stages(b, first, change, last) == [Stage.SENT, Stage.QUEUED, Stage.QUEUED]
    answer.set_result(accepted(1))
    await settle()
    assert [line.rpartition("/")[2] for line in b.wire.lines()] == ["orders", "77", "orders"]
    assert stages(b, first, change, last) == [Stage.ACKNOWLEDGED] * 3


async def test_a_change_of_an_order_that_ended_while_it_waited_is_not_sent() -> None:
    b = bench()
    b.frame(row(77))
    answer = held_back(b)
    b.desk.submit((ticket(),))
    change = b.desk.modify(77, ticket("165.40"))
    await settle()
    b.frame({"orderId": 77, "status": "Filled"})
    answer.set_result(accepted(1))
    await settle()
    assert b.submission(change).message == "nothing was sent: order 77 is Filled: it cannot be changed any more"
    assert len(b.wire.changing()) == 1


async def test_a_cancel_never_waits_for_the_lane() -> None:
    b = bench()
    b.frame(row(77))
    b.wire.always("DELETE .*", {"msg": "Request was submitted"})
    held_back(b)
    await behind_one_another(b, "165.10", "165.20")
    key = b.desk.cancel(77)
    await settle()
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_the_next_goes_when_the_first_was_refused() -> None:
    b = bench()
    b.wire.always(PLACE, GatewayDown("refused"), {"error": "no"}, accepted(3))
    keys = await behind_one_another(b, "165.10", "165.20", "165.30")
    assert stages(b, *keys) == [Stage.REJECTED, Stage.REJECTED, Stage.ACKNOWLEDGED]


async def test_an_outcome_that_became_unknown_in_the_pacing_queue_keeps_the_order_back() -> None:
    b = bench()
    b.frame(row(77))
    gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def turn(request: object) -> None:
        if getattr(request, "method", "") == "POST":
            await asyncio.shield(gate)

    b.wire.turn = turn
    b.wire.always("DELETE .*", OutcomeUnknown("timed out"))
    b.wire.always(PLACE, accepted(1))
    key = await b.submit()
    b.desk.cancel(77)
    await settle()
    gate.set_result(None)
    await settle()
    assert b.stage(key) is Stage.REJECTED
    assert b.submission(key).message.startswith(WORDS[Stage.UNKNOWN])
    assert [request.method for request in b.wire.changing()] == ["DELETE"]


async def test_while_an_outcome_is_unknown_no_other_order_is_sent_until_the_user_closes_it() -> None:
    b = bench()
    b.wire.always(PLACE, OutcomeUnknown("timed out"), accepted())
    first = await b.submit()
    assert b.stage(await b.submit()) is Stage.REJECTED
    b.desk.close_unknown(first)
    assert b.stage(first) is Stage.CLOSED
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED
    await b.clock.advance(60)
    assert not b.tasks


async def test_a_program_that_ends_notes_what_waited_as_never_sent(tmp_path: Path) -> None:
    b = bench(tmp_path)
    held_back(b)
    first, second, third = await behind_one_another(b, "165.10", "165.20", "165.30")
    await b.kill()
    after = bench(tmp_path)
    assert [step.stage for step in after.journal.story(first)] == [Stage.SENT, Stage.UNKNOWN]
    for key in (second, third):
        (step,) = after.journal.story(key)
        assert step.stage is Stage.REJECTED
        assert "sent" in step.what
    await after.desk.started()
    assert list(after.store.orders.submissions) == [first], "nothing else is unknown: nothing else left"
    assert len(b.wire.changing()) == 1


async def test_only_what_is_unknown_can_be_closed() -> None:
    b = bench()
    key = await open_question(b)
    b.desk.close_unknown(key)
    assert b.stage(key) is Stage.ASKING
