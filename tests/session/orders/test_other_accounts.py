"""Orders of an account of the login that is not the one on screen."""

from __future__ import annotations

from msgspec.structs import replace

from ibtui.domain.account import Account
from ibtui.domain.events import AccountsReceived
from ibtui.domain.orders import Stage
from ibtui.errors import OutcomeUnknown
from ibtui.protocol.requests import Request
from tests.session.orders.bench import ACCOUNT, Bench, bench, question, row, ticket

OTHER = "DU7654321"
PLACE = "POST /iserver/account/[^/]+/orders"
TRADES = "GET /iserver/account/trades.*"


def two_accounts() -> Bench:
    b = bench()
    accounts = (Account(ACCOUNT, is_paper=True), Account(OTHER, is_paper=True))
    b.store.apply(AccountsReceived(accounts, ACCOUNT))
    b.wire.always(TRADES, [])
    return b


async def test_a_lost_order_of_another_account_is_found_in_that_accounts_list() -> None:
    b = two_accounts()
    b.wire.always(PLACE, OutcomeUnknown("timed out"))
    sent: list[str] = []

    def listed(request: Request) -> object:
        mine = dict(request.query).get("accountId") == OTHER
        return {"orders": [row(7, acct=OTHER, order_ref=sent[0])] if mine else [], "snapshot": True}

    b.wire.always("GET /iserver/account/orders.*", listed)
    sent.append(b.desk.submit((replace(ticket(), account=OTHER),)))
    await b.clock.advance(1)
    assert b.stage(sent[0]) is Stage.UNKNOWN
    await b.clock.advance(30)
    assert b.stage(sent[0]) is Stage.ACKNOWLEDGED


async def test_lists_of_the_selected_account_do_not_prove_that_another_accounts_question_was_never_confirmed() -> None:
    b = two_accounts()
    b.wire.always(PLACE, question())
    b.wire.always("POST /iserver/reply/.*", {"error": "reply id not found: 'q1'"})

    def listed(request: Request) -> object:
        return {"orders": [], "snapshot": not request.query}

    b.wire.always("GET /iserver/account/orders.*", listed)
    key = await b.submit(replace(ticket(), account=OTHER))
    await b.answer(key)
    await b.clock.advance(11)
    assert b.stage(key) is Stage.UNKNOWN


async def test_nothing_is_sent_again_while_a_question_is_open_elsewhere() -> None:
    b = two_accounts()
    b.wire.always(PLACE, OutcomeUnknown("timed out"))
    b.wire.always("GET /iserver/account/orders.*", {"orders": [], "snapshot": True})
    lost = await b.submit()
    b.wire.always(PLACE, question())
    asked = await b.submit(replace(ticket(), account=OTHER))
    assert b.stage(asked) is Stage.ASKING
    b.desk.send_again(lost)
    await b.clock.advance(1)
    assert len(b.wire.changing()) == 2
    assert "another order is waiting" in b.messages()
    assert b.stage(asked) is Stage.ASKING
