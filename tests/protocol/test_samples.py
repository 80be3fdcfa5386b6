"""Bodies of a paper account's session, read where they lie beside the repository, become what they say.

Where the reference material is absent (`IBTUI_SHARED` or `../shared`), these tests are skipped: it is no part of the
project.
"""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Account, LedgerLine, Position, SummaryLine
from ibtui.domain.contracts import Contract, PriceStep
from ibtui.domain.events import AccountsReceived, UnreadCounted
from ibtui.domain.market import Availability, Bar
from ibtui.domain.orders import OrderStatus
from ibtui.domain.tickets import Side
from ibtui.domain.watchlists import Watchlist, WatchlistName
from ibtui.protocol import (
    allocation,
    contracts,
    fyi,
    history,
    market,
    notices,
    portfolio,
    rules,
    schedule,
    session,
    watchlists,
)
from ibtui.protocol.fyi import DeliveryOptions, Device, FyiSetting
from ibtui.protocol.orders import answers, rows
from ibtui.protocol.session import AuthStatus

SHARED = Path(os.environ.get("IBTUI_SHARED", Path(__file__).parents[3] / "shared"))
SAMPLES = SHARED / "reference" / "samples" / "rest"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no reference samples in {SAMPLES}")

D = Decimal
SERVER = "TestServer01 Build 10.44.1d, Mar 3, 2026 1:55:32 PM"
SPY = Contract(756733, "SPY", "SPDR S&P 500 ETF TRUST", "STK", "ARCA", "USD")
STATUS = AuthStatus(True, True, False, True, message="", server=SERVER)


def body(name: str) -> bytes:
    """The recorded response body of `samples/rest/<name>.json`."""
    recorded = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))["Response"]["Body"]
    return json.dumps(recorded).encode()


def test_the_status_of_the_session() -> None:
    told = AuthStatus(True, True, False, True, message="", fail="", server=SERVER)
    assert session.decode_status(body("Session/GET-auth-status")) == told
    assert session.decode_status(body("Session/POST-ssodh-init")) == STATUS


def test_the_tickle() -> None:
    told = session.decode_tickle(body("Session/POST-tickle"))
    assert (told.session, told.status, told.sso_expires_ms, told.user_id) == ("abc123def456", STATUS, None, "")


def test_the_accounts() -> None:
    told = session.decode_accounts(body("Accounts/GET-iserver-accounts"))
    assert told == AccountsReceived((Account("U1234567", is_paper=True, is_advisor=False),), "U1234567")
    assert session.decode_switch(body("Accounts/POST-switch-account")) == ""


@pytest.mark.parametrize(
    "name", ["Portfolio/GET-portfolio-accounts", "Portfolio/GET-portfolio-subaccounts", "Portfolio/GET-subaccounts2"]
)
def test_the_accounts_of_the_portfolio(name: str) -> None:
    assert portfolio.decode_accounts(body(name)) == (Account("U1234567", "", "USD"),)


def test_how_the_account_is_spread() -> None:
    told = allocation.decode_allocation(body("Portfolio/GET-portfolio-allocation"))
    assert told.asset_class == (("STK", D("30613.4")), ("CASH", D("971869.6")))
    assert told.sector == (("Others", D("30613.4")),)
    together = allocation.decode_allocation(body("Portfolio/POST-portfolio-consolidated-allocation"))
    assert [name for name, _ in together.asset_class] == ["STK", "CASH"]


def test_what_the_account_is_and_that_it_holds_no_combination() -> None:
    assert allocation.decode_meta(body("Portfolio/GET-portfolio-meta")) == Account("U1234567", "", "USD")
    assert allocation.decode_combo_positions(body("Portfolio/GET-portfolio-combo-positions-empty"), "U1234567") == ()


def test_the_stocks_of_an_exchange() -> None:
    first, *_ = schedule.decode_all_conids(body("Contracts/GET-trsrv-all-conids"))
    assert first == Contract(4157, "ADI", sec_type="STK", exchange="NMS")


def test_positions_of_the_newer_endpoint() -> None:
    qqq, spy = portfolio.decode_positions(body("Portfolio/GET-portfolio2-positions"), "U1234567")
    assert (qqq.conid, qqq.symbol, qqq.quantity, qqq.sec_type) == (320227571, "QQQ", D(3), "STK")
    assert spy == Position(
        "U1234567",
        756733,
        "SPY",
        "SPY",
        "STK",
        "USD",
        D(44),
        D("655.8945922851562"),
        D("28859.362060546875"),
        D("652.4747727272727"),
        D("652.4747727272727"),
        D("150.47206054687558"),
        D(0),
    )


def test_positions_of_the_older_endpoint() -> None:
    (qqq,) = portfolio.decode_positions(body("Portfolio/GET-portfolio-positions-page0"), "U1234567")
    assert (qqq.account, qqq.market_price, qqq.unrealized_pnl) == ("U1234567", D("584.6799927"), D("1.1"))
    assert portfolio.decode_positions(body("Portfolio/GET-portfolio-positions-empty"), "U1234567") == ()
    (spy,) = portfolio.decode_positions(body("Portfolio/GET-portfolio-position-by-conid"), "U1234567")
    assert (spy.conid, spy.quantity, spy.average_cost) == (756733, D(44), D("652.47477275"))


def test_the_ledger() -> None:
    lines = portfolio.decode_ledger(body("Portfolio/GET-portfolio-ledger"), "U1234567").lines
    usd = LedgerLine(
        "U1234567",
        "USD",
        cash=D("971869.6"),
        settled_cash=D("971869.6"),
        stock_value=D("30613.4"),
        future_value=D(0),
        net_liquidation=D("1005165.5"),
        unrealized_pnl=D("151.57"),
        realized_pnl=D(0),
        interest=D("2682.45"),
        dividends=D(0),
        exchange_rate=D(1),
        timestamp=1775169606,
    )
    assert lines == (usd, replace(usd, currency="BASE"))


def test_the_summary() -> None:
    lines = portfolio.decode_summary(body("Portfolio/GET-portfolio-summary"), "U1234567").lines
    assert lines[0] == SummaryLine("accountcode", None, "", "U1234567", 1775169606)
    amounts = {line.key: line.amount for line in lines[1:]}
    assert amounts == {
        "netliquidation": D("1005165.5"),
        "buyingpower": D("3984328.97"),
        "totalcashvalue": D("971869.6"),
        "initmarginreq": D("15276.38"),
    }


def test_profit_is_empty_at_first() -> None:
    assert portfolio.decode_pnl(body("Portfolio/GET-iserver-account-pnl-partitioned"), received=1.0) == ()


def test_the_snapshot_of_unknown_availability() -> None:
    (spy,) = market.decode_snapshot(body("MarketData/GET-snapshot"), received=1.0)
    assert spy.conid == 756733
    assert spy.changes == {
        "last": D("655.89"),
        "last_is_close": False,
        "halted": False,
        "bid": D("655.88"),
        "bid_size": D(200),
        "ask": D("655.90"),
        "ask_size": D(100),
        "high": D("658.20"),
        "low": D("645.11"),
        "change": D("3.50"),
        "change_percent": D("0.54"),
        "volume": D(50_000_000),
        "availability": Availability.UNKNOWN,
        "availability_code": "S",
        "server_time_ms": 1775169600000,
    }


def test_unsubscribing() -> None:
    assert market.decode_unsubscribed(body("MarketData/GET-unsubscribeall"))
    assert market.decode_unsubscribed(body("MarketData/POST-unsubscribe"))


def test_the_history_with_volume_in_lots() -> None:
    found = history.decode_history(body("MarketData/GET-history"), 756733, period="1d", bar="1min", received=1.0)
    assert found.bars[0] == Bar(1775136600000, 646.42, 647.47, 646.38, 646.86, 688765.0)
    assert [len(found.bars), found.highest, found.lowest] == [3, 658.2, 645.11]


def test_the_definitions() -> None:
    assert contracts.decode_definitions(body("Contracts/GET-trsrv-secdef")) == (SPY,)
    described = contracts.decode_contract(body("Contracts/GET-contract-info"))
    assert described is not None
    assert "ARCA" in described.exchanges
    assert replace(described, exchanges=()) == Contract(756733, "SPY", "SPDR S&P 500 ETF TRUST", "STK", "", "USD")


@pytest.mark.parametrize(
    ("name", "conid", "symbol", "exchange"),
    [
        ("Contracts/GET-secdef-search", 756733, "SPY", "ARCA"),
        ("Contracts/POST-secdef-search", 265598, "AAPL", "NASDAQ"),
    ],
)
def test_the_search(name: str, conid: int, symbol: str, exchange: str) -> None:
    hit = contracts.decode_search(body(name), symbol).hits[0]
    assert (hit.contract.conid, hit.contract.symbol, hit.contract.sec_type) == (conid, symbol, "STK")
    assert hit.description == exchange
    assert hit.sections[:2] == ("STK", "OPT")


def test_the_strikes() -> None:
    found = contracts.decode_strikes(body("Contracts/GET-secdef-strikes"))
    assert (found.calls[0], found.puts[-1], len(found.calls)) == (D(50), D(1000), 12)


def test_the_futures_are_sorted_by_expiry() -> None:
    found = contracts.decode_futures(body("Contracts/GET-trsrv-futures"))
    labels = {one.conid: one.local_symbol for one in found}
    assert labels[515416632] == "ES DEC26"
    assert labels[649180678] == "ES JUN26"
    assert [one.expiry for one in found] == sorted(one.expiry for one in found)


def test_the_stocks_and_pairs() -> None:
    assert contracts.decode_stocks(body("Contracts/GET-trsrv-stocks"))[0] == Contract(
        265598, "AAPL", "APPLE INC", "STK", "NASDAQ"
    )
    pairs = {pair.conid: pair.label for pair in contracts.decode_currency_pairs(body("Contracts/GET-currency-pairs"))}
    assert pairs[12087792] == "EUR.USD"
    assert pairs[15016059] == "USD.JPY"


def test_rules_without_increment_rules() -> None:
    found = rules.decode_rules(body("Contracts/POST-contract-rules"), 756733, is_buy=True)
    assert found.steps == (PriceStep(D(0), D("0.01")),)
    assert found.order_types == ("limit", "midprice", "market", "stop", "stop_limit")
    assert (found.size_increment, found.limit_price, found.error) == (D(40), D("655.94"), "")
    contract, more = rules.decode_info_and_rules(body("Contracts/GET-contract-info-and-rules"), 265598, is_buy=True)
    assert contract is not None
    assert (contract.symbol, more.tifs, more.stop_price) == ("AAPL", ("DAY/o,a", "GTC/o,a"), D("255.63"))


def test_the_fyis() -> None:
    (advice,) = fyi.decode_notifications(body("Fyi/GET-notifications")).fyis
    assert (advice.fyi_id, advice.code, advice.time_s, advice.is_read) == ("2026040190532092", "MF", 1775041875.0, True)
    assert advice.body.startswith("There may be ETFs available")
    (expiring,) = fyi.decode_notifications(body("Fyi/GET-more-notifications")).fyis
    assert (expiring.body, expiring.is_read) == ("Your option position is expiring in 3 days.", False)
    assert fyi.decode_unread(body("Fyi/GET-unread-count")) == UnreadCounted(0)


def test_the_settings_of_fyis() -> None:
    kinds = fyi.decode_settings(body("Fyi/GET-settings"))
    assert kinds[0] == FyiSetting(
        "BA",
        "Borrow Availability",
        "Notify me when shares have been located on stocks that had previously been rejected for short sale orders.",
        is_accepted=True,
        can_change=True,
    )
    assert fyi.unaccepted(kinds) == {"OE", "EA"}
    disclaimer = fyi.decode_disclaimer(body("Fyi/GET-disclaimer")).disclaimer
    assert disclaimer.code == "BA"
    assert disclaimer.text.endswith("you may lose more than you invest.")


@pytest.mark.parametrize(
    "name", ["POST-register-device", "POST-update-setting", "PUT-mark-disclaimer-read", "PUT-set-email-delivery"]
)
def test_changes_of_fyis_are_acknowledged(name: str) -> None:
    assert fyi.decode_acknowledged(body(f"Fyi/{name}"))


def test_the_delivery_of_fyis() -> None:
    device = Device("test-device-id-001", "Test-Device", "Test Device UI", enabled=True)
    assert fyi.decode_delivery_options(body("Fyi/GET-delivery-options")) == DeliveryOptions(True, (device,))
    assert fyi.decode_marked(body("Fyi/PUT-mark-notification-read")) == "2026040190532092"


def test_the_watchlists() -> None:
    assert watchlists.decode_names(body("Watchlists/GET-watchlists")) == (WatchlistName("99999", "Capture Test"),)
    shown, learned = watchlists.decode_watchlist(body("Watchlists/GET-watchlist-by-id"))
    assert shown == Watchlist("99999", "Capture Test", (756733,), rows=(756733,))
    assert learned == (Contract(756733, "SPY", "SS SPDR S&P 500 ETF TRUST-US", "STK"),)
    assert watchlists.decode_created(body("Watchlists/POST-create-watchlist")).list_id == "99999"
    assert watchlists.decode_removed(body("Watchlists/DELETE-watchlist")) == "99999"


def test_the_answer_to_a_prompt() -> None:
    assert notices.decode_prompt_answer(body("Orders/POST-dismiss-notification")) == "Request was submitted"


def test_the_orders_and_trades() -> None:
    (event,), snapshot = rows.decode_live_orders(body("Orders/GET-live-orders"), received=5.0, requested=4.0)
    assert not snapshot
    assert event.order_id == 473740665
    told = {name: event.changes.get(name) for name in ("tif", "average_price", "quantity", "filled", "limit_price")}
    assert told == {"tif": "DAY", "average_price": D("647.09"), "quantity": D(1), "filled": D(1), "limit_price": None}
    assert rows.decode_live_orders(body("Orders/GET-live-orders-empty"), received=5.0, requested=4.0) == ((), False)
    status = rows.decode_order_status(body("Orders/GET-order-status"), received=5.0, requested=4.0)
    assert (status.order_id, status.changes["status"], status.changes["filled"]) == (
        473740665,
        OrderStatus.FILLED,
        D(1),
    )
    (trade,) = rows.decode_trades(body("Orders/GET-trades"))
    assert (trade.execution.side, trade.execution.price, trade.execution.order_ref) == (
        Side.BUY,
        D("647.09"),
        "Order123",
    )
    assert rows.decode_trades(body("Orders/GET-trades-empty")) == ()


@pytest.mark.parametrize(
    ("name", "order_id"),
    [
        ("POST-place-order-submitted", 123456789),
        ("POST-reply-submitted", 987654321),
        ("POST-modify-order-submitted", 555666777),
    ],
)
def test_the_orders_taken(name: str, order_id: int) -> None:
    expected = answers.Accepted((answers.Leg(order_id, "PreSubmitted"),))
    assert answers.decode_answer(body(f"Orders/{name}")) == expected


def test_the_question_cancel_and_what_if() -> None:
    question = answers.decode_answer(body("Orders/POST-place-order-confirmation"))
    assert isinstance(question, answers.Asked)
    assert (question.question.reply_id, question.question.options) == ("test-reply-id-001", ("Yes", "No"))
    taken = answers.decode_cancel(body("Orders/DELETE-cancel-order"))
    assert taken == answers.CancelTaken("Request was submitted")
    preview = answers.decode_preview(body("Orders/POST-whatif-order"))
    assert (preview.commission, preview.equity.after, preview.error) == ("0.01 USD", "1,006,576", "")
