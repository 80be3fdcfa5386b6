"""What happens to a session in a day, told by the gateway or only by its silence."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx
import pytest

from ibtui.domain.session import Light, Trouble
from ibtui.errors import CertificateChanged, HostUnknown
from ibtui.session.connection.standing import Standing
from ibtui.transport.pins import Pins
from ibtui.transport.trust import Trust
from tests.session.scripted import URL, Bench

QUOTE = '{"topic":"smd+1","conid":1,"conidEx":"1","_updated":1,"31":"10.5","84":"10.4","86":"10.6","6509":"RpB"}'
BEAT = '{"topic":"system","hb":1}'
SNAPSHOT = "GET /iserver/marketdata/snapshot"


def row(last: str) -> httpx.Response:
    return httpx.Response(200, json=[{"conid": 1, "31": last, "84": "10.4", "86": "10.6", "6509": "RpB"}])


def listing(order: Mapping[str, object]) -> httpx.Response:
    return httpx.Response(200, json={"orders": [order], "snapshot": True})


async def beats(bench: Bench, seconds: int, *more: str) -> None:
    """Time passes on a socket that beats and says `more`, but nothing else."""
    for _ in range(seconds):
        bench.wire.feed(BEAT, *more)
        await bench.clock.advance(1.0)


# answers that do not come


async def test_an_answer_that_is_late_is_said_within_five_seconds_and_no_order_leaves(bench: Bench) -> None:
    await bench.connect()
    release = asyncio.Event()

    async def hang(request: httpx.Request) -> httpx.Response:
        await release.wait()
        return bench.gateway(request)

    bench.session._engine._http._client._transport = httpx.MockTransport(hang)  # type: ignore[union-attr]  # the one place where a test can hold an answer back
    bench.session.link.retry()
    await beats(bench, 6)
    assert bench.trouble() is Trouble.AILING
    assert bench.health.gateway is Light.WAIT
    assert "has not answered for 4 s" in bench.health.detail
    assert not bench.can_trade()
    assert bench.health.stream is Light.ON
    release.set()
    await beats(bench, 3)
    assert bench.trouble() is Trouble.NONE
    assert len(bench.network.connections) == 1


async def test_errors_of_a_gateway_that_stands_are_said_and_borne_for_ten_seconds(bench: Bench) -> None:
    await bench.connect()
    bench.gateway.answers["POST /tickle"] = httpx.Response(503, json={"error": "Service Unavailable"})
    bench.session.link.retry()
    await beats(bench, 2)
    assert bench.trouble() is Trouble.AILING
    assert "Service Unavailable" in bench.health.detail
    del bench.gateway.answers["POST /tickle"]
    await beats(bench, 6)
    assert bench.trouble() is Trouble.NONE
    assert len(bench.network.connections) == 1


@pytest.mark.parametrize("status", [503, 410])
async def test_server_errors_in_a_row_make_the_link_look(bench: Bench, status: int) -> None:
    await bench.connect()
    await beats(bench, 20)
    for key in ("GET /iserver/secdef/search", "GET /iserver/account/orders", "GET /iserver/account/trades"):
        bench.gateway.answers[key] = httpx.Response(status)
    looked = bench.gateway.count("POST /tickle")
    for text in ("A", "B", "C"):
        bench.session.market.search(text)
        await beats(bench, 2)
    assert bench.gateway.count("POST /tickle") == looked + 1


@pytest.mark.parametrize("status", [401, 410])
async def test_one_denial_alone_does_not_end_the_session(bench: Bench, status: int) -> None:
    await bench.connect()
    left = [1]

    def once(request: httpx.Request) -> httpx.Response:
        del bench.gateway.answers["POST /tickle"]
        left.pop()
        return httpx.Response(status)

    bench.gateway.answers["POST /tickle"] = once
    bench.session.link.retry()
    await beats(bench, 4)
    assert left == []
    assert bench.trouble() is Trouble.NONE
    assert len(bench.network.connections) == 1


async def test_a_host_whose_name_is_unknown_is_called_so() -> None:
    bench = Bench(trust=FakeTrust(HostUnknown("the name gw is not known")))
    await bench.start()
    assert bench.trouble() is Trouble.HOST_UNKNOWN
    assert bench.health.gateway is Light.BAD
    await bench.session.close()


async def test_a_certificate_changed_in_between_is_found_by_the_next_request() -> None:
    trust = FakeTrust()
    bench = Bench(trust=trust)
    await bench.connect()
    trust.error = CertificateChanged("it shows sha256:cd, trusted was sha256:ab", fingerprint="sha256:cd")
    broken = httpx.ConnectError("TLS")
    broken.__cause__ = ssl.SSLCertVerificationError("another certificate")
    bench.gateway.answers["POST /tickle"] = broken
    bench.session.market.search("AAPL")
    bench.session.link.retry()
    await bench.clock.advance(3.0)
    assert bench.trouble() is Trouble.CERTIFICATE_CHANGED
    assert bench.health.fingerprint == "sha256:cd"
    await bench.session.close()


class FakeTrust(Trust):
    """Decides as it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__(URL, Pins(None))
        self.error = error

    async def decide(self) -> ssl.SSLContext | None:
        if self.error is not None:
            raise self.error
        return None


# planned outages


def at_night(bench: Bench) -> None:
    """IBKR's clock says two minutes past one in New York, whatever this machine's says."""
    night = datetime(2026, 11, 18, 1, 2, tzinfo=ZoneInfo("America/New_York")).timestamp()
    bench.wire.feed(json.dumps({"topic": "system", "hb": int(night * 1000)}))


async def test_the_nightly_reset_is_named_counted_down_and_over_by_itself_with_everything_read_again(
    bench: Bench,
) -> None:
    bench.session._engine.link.standing = Standing(region="NJ")
    await bench.connect()
    at_night(bench)
    await bench.clock.advance(0.1)
    bench.gateway.established = False
    bench.gateway.answers["POST /iserver/auth/ssodh/init"] = httpx.Response(503, json={"error": "Service Unavailable"})
    bench.wire.feed('{"topic":"sts","args":{"authenticated":false}}')
    await bench.clock.advance(3.0)
    assert bench.trouble() is Trouble.NIGHTLY_RESET
    assert "01:00 US/Eastern" in bench.health.detail
    assert bench.health.next_attempt > bench.clock.monotonic()
    await bench.clock.advance(120.0)
    assert bench.trouble() is Trouble.NIGHTLY_RESET
    orders, positions = bench.gateway.count("GET /iserver/account/orders"), len(bench.gateway.requests)
    del bench.gateway.answers["POST /iserver/auth/ssodh/init"]
    bench.gateway.session = "new"
    await bench.clock.advance(32.0)
    await bench.ready()
    assert bench.trouble() is Trouble.NONE
    assert bench.network.endpoints[-1].session == "new"
    assert "sor+{}" in bench.wire.sent
    await beats(bench, 10)
    asked = bench.gateway.asked()
    assert bench.gateway.count("GET /iserver/account/orders") > orders
    assert "GET /portfolio/DU1234567/positions/0" in asked[positions:]
    assert "GET /portfolio/DU1234567/ledger" in asked[positions:]
    assert "GET /iserver/account/trades" in asked[positions:]


async def test_the_session_is_validated_every_few_minutes_and_its_no_is_checked(bench: Bench) -> None:
    await bench.connect()
    await bench.beat(60.0)
    assert bench.gateway.count("GET /sso/validate") == 0
    await bench.beat(360.0)
    assert bench.gateway.count("GET /sso/validate") == 2
    bench.gateway.answers["GET /sso/validate"] = httpx.Response(200, json={"RESULT": False})
    await bench.beat(310.0)
    assert bench.can_trade(), "tickle and status say that it stands"


# deaf topics


async def test_a_quiet_market_is_no_dead_stream(bench: Bench) -> None:
    bench.gateway.answers[SNAPSHOT] = row("10.5")
    bench.session.market.show_quotes("watchlist", [1])
    await bench.connect()
    bench.wire.feed(QUOTE)
    await beats(bench, 50)
    assert bench.gateway.count(SNAPSHOT) >= 3
    assert bench.trouble() is Trouble.NONE
    assert bench.store.market.quotes[1].subscribed


async def test_a_price_that_moved_unheard_is_old_at_once_and_the_stream_is_opened_anew(bench: Bench) -> None:
    bench.gateway.answers[SNAPSHOT] = row("10.5")
    bench.session.market.show_quotes("watchlist", [1])
    await bench.connect()
    bench.wire.feed(QUOTE)
    await beats(bench, 2)
    bench.gateway.answers[SNAPSHOT] = row("11.5")
    await beats(bench, 19)
    assert not bench.store.market.quotes[1].subscribed
    assert bench.trouble() is Trouble.STREAM_SILENT
    assert "quotes. Subscribed again" in bench.health.detail
    assert bench.health.stream is Light.WAIT
    asked = sum(command.startswith("smd+1+") for command in bench.wire.sent)
    assert asked == 2
    await beats(bench, 8)
    assert len(bench.network.connections) == 2
    await bench.ready()
    assert "opened anew" in bench.health.detail
    bench.wire.feed(QUOTE)
    await bench.clock.advance(0.5)
    assert bench.trouble() is Trouble.NONE
    assert bench.store.market.quotes[1].last == Decimal("10.5")


async def test_a_line_that_answers_when_asked_again_ends_it(bench: Bench) -> None:
    bench.gateway.answers[SNAPSHOT] = row("10.5")
    bench.session.market.show_quotes("watchlist", [1])
    await bench.connect()
    bench.wire.feed(QUOTE)
    await beats(bench, 2)
    bench.gateway.answers[SNAPSHOT] = row("11.5")
    await beats(bench, 19)
    bench.wire.feed(QUOTE)
    await bench.clock.advance(0.5)
    assert bench.trouble() is Trouble.NONE
    await beats(bench, 60)
    assert len(bench.network.connections) == 1, "the same difference once more proves nothing"


async def test_a_ledger_that_falls_silent_is_asked_for_again_and_then_the_stream(bench: Bench) -> None:
    await bench.connect()
    ledger = '{"topic":"sld+DU1234567","result":[{"key":"LedgerListBASE","cashBalance":1.0,"secondKey":"BASE"}]}'
    await beats(bench, 3, ledger)
    await beats(bench, 26)
    assert bench.trouble() is Trouble.STREAM_SILENT
    assert "ledger" in bench.health.detail
    assert bench.wire.sent.count("sld+DU1234567+{}") == 2
    await beats(bench, 7)
    assert len(bench.network.connections) == 2


async def test_orders_the_stream_never_told_of_are_found_by_the_lists(bench: Bench) -> None:
    await bench.connect()
    order = {"acct": "DU1234567", "orderId": 5, "status": "Submitted", "conid": 1, "sizeAndFills": "0/10"}
    bench.gateway.answers["GET /iserver/account/orders"] = httpx.Response(
        200, json={"orders": [order], "snapshot": True}
    )
    await beats(bench, 12)
    done = {**order, "status": "Filled", "sizeAndFills": "10"}
    bench.gateway.answers["GET /iserver/account/orders"] = httpx.Response(
        200, json={"orders": [done], "snapshot": True}
    )
    await beats(bench, 25)
    assert bench.trouble() is Trouble.STREAM_SILENT
    assert "orders" in bench.health.detail
    assert bench.wire.sent.count("sor+{}") >= 2


async def test_a_missed_heartbeat_makes_the_link_look(bench: Bench) -> None:
    await bench.connect()
    bench.wire.feed(BEAT)
    await bench.clock.advance(1.0)
    looked = bench.gateway.count("POST /tickle")
    await bench.clock.advance(13.0)
    assert bench.gateway.count("POST /tickle") == looked + 1


async def test_after_a_gap_of_the_stream_orders_and_positions_are_read_again(bench: Bench) -> None:
    await bench.connect()
    await beats(bench, 20)
    asked = len(bench.gateway.requests)
    bench.wire.drop()
    await bench.clock.advance(2.0)
    await bench.ready()
    await beats(bench, 7)
    after = bench.gateway.asked()[asked:]
    assert "GET /iserver/account/orders" in after
    assert "GET /iserver/account/trades" in after
    assert "GET /portfolio/DU1234567/positions/0" in after


# the end


async def test_the_login_outlives_the_program_unless_asked_otherwise(bench: Bench) -> None:
    await bench.connect()
    await bench.session.close()
    assert bench.gateway.count("POST /logout") == 0


async def test_quitting_logs_out_when_asked() -> None:
    bench = Bench(logout=True)
    await bench.connect()
    await bench.clock.advance(2.0)
    await bench.session.close()
    assert bench.gateway.count("POST /logout") == 1


async def test_nobody_is_logged_out_who_was_not_logged_in() -> None:
    bench = Bench(logout=True)
    bench.gateway.logged_in = False
    await bench.start()
    await bench.session.close()
    assert bench.gateway.count("POST /logout") == 0
