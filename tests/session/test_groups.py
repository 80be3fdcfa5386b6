from __future__ import annotations

import httpx

from tests.session.scripted import ACCOUNT, Bench

GROUPS = "GET /iserver/account/allocation/group"
ACCOUNTS = "GET /iserver/accounts"


def accounts(*, advisor: bool) -> httpx.Response:
    answer = {"accounts": [ACCOUNT], "selectedAccount": ACCOUNT, "acctProps": {ACCOUNT: {"hasChildAccounts": advisor}}}
    return httpx.Response(200, json=answer)


async def test_an_advisors_groups_are_known_once_the_brokerage_session_is_up(bench: Bench) -> None:
    bench.gateway.answers[ACCOUNTS] = accounts(advisor=True)
    bench.gateway.answers[GROUPS] = httpx.Response(200, json={"data": [{"name": "Growth"}, {"name": "Income"}]})
    await bench.connect()
    await bench.clock.advance(2.0)
    assert bench.store.money.groups == ("Growth", "Income")


async def test_others_are_not_asked_for_groups(bench: Bench) -> None:
    bench.gateway.answers[ACCOUNTS] = accounts(advisor=False)
    await bench.connect()
    await bench.clock.advance(5.0)
    assert bench.gateway.count(GROUPS) == 0
    assert bench.store.money.groups == ()


async def test_an_advisor_hears_why_there_are_no_groups(bench: Bench) -> None:
    bench.gateway.answers[ACCOUNTS] = accounts(advisor=True)
    bench.gateway.answers[GROUPS] = httpx.Response(500, json={"error": "not permitted"})
    await bench.connect()
    await bench.clock.advance(5.0)
    assert bench.store.money.groups == ()
    assert any("allocation groups" in message.title for message in bench.store.messages)
