from __future__ import annotations

import httpx
import pytest

from ibtui.domain.session import Light, Trouble
from tests.session.scripted import ACCOUNT, Bench

INIT = "POST /iserver/auth/ssodh/init"


def lights(bench: Bench) -> tuple[Light, Light, Light, Light]:
    health = bench.health
    return health.gateway, health.login, health.brokerage, health.stream


async def test_a_gateway_with_everything_up_turns_all_lights_on(bench: Bench) -> None:
    await bench.connect()
    assert lights(bench) == (Light.ON, Light.ON, Light.ON, Light.ON)
    assert bench.trouble() is Trouble.NONE
    assert bench.can_trade()
    assert (bench.health.user, bench.health.server) == ("trader", "JifN1 Build 1")


async def test_an_established_session_is_not_started_again(bench: Bench) -> None:
    await bench.connect()
    assert bench.gateway.count(INIT) == 0


async def test_the_accounts_are_read_before_the_stream_is_opened(bench: Bench) -> None:
    bench.gateway.answers["GET /iserver/accounts"] = httpx.ReadTimeout("late")
    await bench.start()
    assert bench.network.connections == []
    assert not bench.can_trade()


async def test_the_account_is_paper_once_the_stream_says_so(bench: Bench) -> None:
    await bench.start()
    assert [account.is_paper for account in bench.store.money.accounts] == [None, None]
    await bench.ready()
    assert [account.is_paper for account in bench.store.money.accounts] == [True, True]
    assert bench.store.money.account == ACCOUNT


async def test_a_gateway_that_is_down_is_sought_until_it_is_there(bench: Bench) -> None:
    bench.gateway.is_up = False
    await bench.start()
    assert bench.trouble() is Trouble.GATEWAY_DOWN
    assert lights(bench) == (Light.BAD, Light.OFF, Light.OFF, Light.OFF)
    assert bench.health.next_attempt > bench.clock.monotonic()
    bench.gateway.is_up = True
    await bench.clock.advance(3.0)
    assert bench.can_trade()


async def test_nobody_logged_in_is_told_with_the_address_to_log_in_at(bench: Bench) -> None:
    bench.gateway.logged_in = False
    await bench.start()
    assert bench.trouble() is Trouble.LOGGED_OUT
    assert "http://127.0.0.1:5000" in bench.health.detail
    bench.gateway.logged_in = True
    await bench.clock.advance(4.0)
    assert bench.can_trade()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, content=b"nothing"),
        httpx.Response(403, headers={"server": "AirTunes"}),
        httpx.Response(200, content=b"hello"),
        httpx.Response(200, content=b"[]"),
    ],
)
async def test_something_else_on_the_port_is_called_so(bench: Bench, answer: httpx.Response) -> None:
    bench.gateway.answers["POST /tickle"] = answer
    await bench.start()
    assert bench.trouble() is Trouble.WRONG_PORT
    assert "127.0.0.1:5000" in bench.health.detail


async def test_a_missing_brokerage_session_is_started_without_ending_another(bench: Bench) -> None:
    bench.gateway.established = False
    await bench.start()
    assert bench.gateway.bodies(INIT) == [{"publish": True, "compete": False}]
    assert bench.can_trade()


async def test_a_brokerage_session_that_is_long_in_coming_is_named_while_it_is_waited_for(bench: Bench) -> None:
    bench.gateway.established = False
    bench.gateway.answers[INIT] = httpx.Response(200, json=bench.gateway.status)
    await bench.start()
    assert bench.trouble() is Trouble.NONE, "it usually comes at once"
    await bench.clock.advance(3.5)
    assert bench.gateway.count(INIT) == 1
    assert bench.trouble() is Trouble.NO_BROKERAGE
    bench.gateway.established = True
    await bench.clock.advance(2.0)
    assert bench.can_trade()


async def test_a_competing_session_is_left_alone_until_the_user_decides(bench: Bench) -> None:
    bench.gateway.established, bench.gateway.competing = False, True
    await bench.start()
    await bench.clock.advance(60.0)
    assert bench.trouble() is Trouble.COMPETING
    assert bench.gateway.count(INIT) == 0
    bench.session.link.take_over()
    await bench.clock.advance(3.0)
    assert bench.gateway.bodies(INIT) == [{"publish": True, "compete": True}]
    assert bench.can_trade()


async def test_a_competing_session_that_ends_by_itself_is_followed_by_ours(bench: Bench) -> None:
    bench.gateway.established, bench.gateway.competing = False, True
    await bench.start()
    bench.gateway.competing = False
    await bench.clock.advance(8.0)
    assert bench.can_trade()
    assert bench.gateway.bodies(INIT) == [{"publish": True, "compete": False}]


async def test_a_decision_to_take_over_counts_once(bench: Bench) -> None:
    bench.gateway.established, bench.gateway.competing = False, True
    await bench.start()
    bench.session.link.take_over()
    await bench.clock.advance(3.0)
    bench.gateway.established, bench.gateway.competing = False, True
    await bench.clock.advance(120.0)
    assert bench.trouble() is Trouble.COMPETING
    assert bench.gateway.count(INIT) == 1


async def test_a_brokerage_session_that_will_not_start_is_asked_for_gently(bench: Bench) -> None:
    bench.gateway.established = False
    bench.gateway.answers[INIT] = httpx.Response(200, json={"authenticated": False, "established": False})
    await bench.start()
    await bench.clock.advance(180.0)
    assert 3 <= bench.gateway.count(INIT) <= 7
    assert bench.trouble() is Trouble.NO_BROKERAGE
    del bench.gateway.answers[INIT]
    await bench.clock.advance(65.0)
    assert bench.can_trade()


async def test_the_user_need_not_wait(bench: Bench) -> None:
    bench.gateway.is_up = False
    await bench.start()
    bench.gateway.is_up = True
    bench.session.link.retry()
    await bench.clock.advance(1.6)
    assert bench.can_trade()


async def test_the_session_is_kept_alive_each_minute(bench: Bench) -> None:
    await bench.connect()
    before = bench.gateway.count("POST /tickle")
    await bench.beat(300.0)
    assert bench.gateway.count("POST /tickle") - before in (4, 5)


async def test_a_lost_login_is_seen_by_whoever_meets_it_first(bench: Bench) -> None:
    await bench.connect()
    bench.gateway.logged_in = False
    bench.session.market.search("AAPL")
    await bench.clock.advance(3.0)
    assert bench.trouble() is Trouble.LOGGED_OUT
    assert lights(bench) == (Light.ON, Light.BAD, Light.OFF, Light.OFF)


async def test_the_gateways_word_of_trouble_is_checked_at_once(bench: Bench) -> None:
    await bench.connect()
    bench.gateway.established, bench.gateway.competing = False, True
    bench.wire.feed('{"topic":"sts","args":{"competing":true}}')
    await bench.clock.advance(3.0)
    assert bench.trouble() is Trouble.COMPETING
    assert not bench.can_trade()


async def test_a_word_that_tells_nothing_of_trouble_changes_nothing(bench: Bench) -> None:
    await bench.connect()
    looked = bench.gateway.count("POST /tickle")
    bench.wire.feed('{"topic":"sts","args":{"message":""}}')
    await bench.clock.advance(3.0)
    assert bench.gateway.count("POST /tickle") == looked


async def test_authentication_that_comes_back_without_a_word_is_found(bench: Bench) -> None:
    await bench.connect()
    bench.gateway.established = False
    bench.gateway.answers[INIT] = httpx.Response(200, json={"authenticated": False})
    bench.wire.feed('{"topic":"sts","args":{"authenticated":false}}')
    await bench.clock.advance(20.0)
    assert not bench.can_trade()
    bench.gateway.established = True
    await bench.clock.advance(5.0)
    assert bench.can_trade()
    await bench.ready()
    assert lights(bench) == (Light.ON, Light.ON, Light.ON, Light.ON)


async def test_one_slow_tickle_does_not_end_the_session(bench: Bench) -> None:
    await bench.connect()
    bench.gateway.answers["POST /tickle"] = httpx.ReadTimeout("late")
    await bench.beat(65.0)
    assert lights(bench)[2:] == (Light.ON, Light.ON)
    assert not bench.can_trade(), "no new order leaves while the gateway does not answer"
    del bench.gateway.answers["POST /tickle"]
    await bench.beat(60.0)
    assert bench.can_trade()
    assert len(bench.network.connections) == 1


async def test_tickles_that_stay_unanswered_do(bench: Bench) -> None:
    await bench.connect()
    bench.gateway.answers["POST /tickle"] = httpx.ReadTimeout("late")
    await bench.beat(75.0)
    assert bench.trouble() is Trouble.GATEWAY_DOWN
    assert not bench.can_trade()


async def test_the_daily_reset_is_no_reason_to_look_for_another_port(bench: Bench) -> None:
    bench.gateway.answers["POST /tickle"] = httpx.Response(503, content=b"down")
    await bench.start()
    assert bench.trouble() is Trouble.NO_BROKERAGE
    assert bench.health.gateway is Light.ON


async def test_another_session_id_opens_the_stream_anew(bench: Bench) -> None:
    await bench.connect()
    bench.gateway.session = "def"
    await bench.beat(65.0)
    assert [endpoint.session for endpoint in bench.network.endpoints] == ["abc", "def"]
    assert bench.network.connections[0].closed
    assert bench.can_trade()


async def test_tic_betrays_another_session_sooner(bench: Bench) -> None:
    await bench.connect()
    bench.gateway.session = "def"
    bench.wire.feed(*['{"topic":"tic","alive":true,"id":"def"}'] * 4)
    await bench.clock.advance(3.0)
    assert [endpoint.session for endpoint in bench.network.endpoints] == ["abc", "def"]


async def test_the_penalty_box_is_shown_with_its_end_and_left_by_itself(bench: Bench) -> None:
    await bench.connect()
    bench.gateway.answers["GET /iserver/secdef/search"] = httpx.Response(429)
    bench.session.market.search("AAPL")
    await bench.clock.advance(2.0)
    assert bench.trouble() is Trouble.PENALTY
    assert bench.health.penalty_until > bench.clock.monotonic()
    asked = len(bench.gateway.requests)
    left = bench.health.penalty_until - bench.clock.monotonic()
    await bench.beat(left - 5.0)
    assert len(bench.gateway.requests) == asked
    await bench.beat(15.0)
    assert bench.trouble() is Trouble.NONE
    assert bench.health.penalty_until == 0.0


async def test_a_stream_that_breaks_is_told_and_mended_while_orders_still_work(bench: Bench) -> None:
    await bench.connect()
    bench.network.failure = ConnectionRefusedError()
    bench.wire.drop()
    await bench.clock.advance(2.0)
    assert bench.trouble() is Trouble.STREAM_DOWN
    assert bench.health.stream is Light.BAD
    assert bench.can_trade()
    bench.network.failure = None
    await bench.clock.advance(5.0)
    await bench.ready()
    assert bench.trouble() is Trouble.NONE


async def test_the_account_of_the_settings_is_chosen() -> None:
    bench = Bench(account="DU7654321")
    await bench.start()
    assert bench.store.money.account == "DU7654321"
    assert bench.gateway.bodies("POST /iserver/account") == [{"acctId": "DU7654321"}]
    await bench.session.close()


async def test_an_account_that_is_none_of_the_logins_is_told_and_not_used() -> None:
    bench = Bench(account="U1")
    await bench.start()
    assert bench.store.money.account == ACCOUNT
    assert any("U1" in text for text in bench.texts())
    await bench.session.close()


async def test_choosing_an_account_is_told_to_the_gateway_first(bench: Bench) -> None:
    await bench.connect()
    bench.session.link.select_account("DU7654321")
    await bench.clock.advance(1.0)
    assert bench.store.money.account == "DU7654321"
    assert bench.gateway.bodies("POST /iserver/account") == [{"acctId": "DU7654321"}]
    assert "ssd+DU7654321+{}" in bench.wire.sent
    assert f"usd+{ACCOUNT}+{{}}" in bench.wire.sent


async def test_a_refused_choice_keeps_the_account(bench: Bench) -> None:
    await bench.connect()
    bench.gateway.answers["POST /iserver/account"] = httpx.Response(400, json={"error": "not yours"})
    bench.session.link.select_account("DU7654321")
    await bench.clock.advance(1.0)
    assert bench.store.money.account == ACCOUNT
    assert bench.texts() == ["not yours"]


async def test_the_user_need_not_wait_for_the_stream_either(bench: Bench) -> None:
    await bench.connect()
    bench.network.failure = ConnectionRefusedError()
    bench.wire.drop()
    await bench.clock.advance(60.0)
    bench.network.failure = None
    tried = len(bench.network.endpoints)
    bench.session.link.retry()
    await bench.clock.advance(0.1)
    assert len(bench.network.endpoints) == tried + 1
    assert bench.health.stream is Light.WAIT
