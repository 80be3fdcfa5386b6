from __future__ import annotations

from dataclasses import replace

from ibtui.domain.account import Account
from ibtui.domain.events import AccountsReceived
from ibtui.domain.orders import Stage
from ibtui.errors import OutcomeUnknown
from tests.fakes.clock import settle
from tests.session.orders.bench import ACCOUNT, Bench, accepted, bench, question, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"


async def open_question(b: Bench) -> str:
    b.wire.always(PLACE, question())
    return await b.submit()


async def test_while_a_question_is_open_no_other_order_of_the_account_is_sent() -> None:
    b = bench()
    first = await open_question(b)
    second = await b.submit()
    third = b.desk.modify(5, ticket())
    await settle()
    assert [b.stage(key) for key in (first, second, third)] == [Stage.ASKING, Stage.REJECTED, Stage.REJECTED]
    assert "waiting for its answer" in b.submission(second).message
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


async def test_two_orders_in_one_breath_are_not_both_sent() -> None:
    b = bench()
    b.wire.always(PLACE, accepted())
    keys = [b.desk.submit((ticket(),)), b.desk.submit((ticket(),))]
    await settle()
    assert [b.stage(key) for key in keys] == [Stage.ACKNOWLEDGED, Stage.REJECTED]
    assert len(b.wire.changing()) == 1


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


async def test_only_what_is_unknown_can_be_closed() -> None:
    b = bench()
    key = await open_question(b)
    b.desk.close_unknown(key)
    assert b.stage(key) is Stage.ASKING
