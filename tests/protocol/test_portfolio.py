"""Accounts, positions, ledger, summary and profit of IBKR's documents become what they say."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from ibtui.domain.account import Account, LedgerLine, Pnl, Position, SummaryLine
from ibtui.domain.events import LedgerReceived, PnlReceived, SummaryReceived
from ibtui.errors import Garbled, Refused
from ibtui.protocol import portfolio
from tests.protocol.payloads import payload

D = Decimal
OPTION = "META JUN2024 330 P [META 240621P00330000 100]"


def stock(
    account: str, conid: int, symbol: str, size: str, price: str, value: str, average: str, unrealized: str
) -> Position:
    return Position(
        account,
        conid,
        symbol,
        symbol,
        "STK",
        "USD",
        D(size),
        D(price),
        D(value),
        D(average),
        D(average),
        D(unrealized),
        D(0),
    )


AAPL = stock("U1234567", 265598, "AAPL", "614.2639", "197.3840027", "121245.87", "192.7477563", "2847.88")
IBM = stock("DU123456", 8314, "IBM", "1412", "185.17599485", "261468.5", "144.46141", "57488.99")


def option(price: str, value: str, unrealized: str, multiplier: int) -> Position:
    return Position(
        "DU123456",
        580947749,
        "META",
        OPTION,
        "OPT",
        "USD",
        D(-1),
        D(price),
        D(value),
        D("42.291637"),
        D("4229.1637"),
        D(unrealized),
        D(0),
        D(multiplier),
    )


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("GET-portfolio-accounts", "U1234567"),
        ("GET-portfolio-accounts.web-api", "U1234567"),
        ("GET-portfolio-accounts.openapi", "DU123456"),
        ("GET-portfolio-subaccounts", "U1234567"),
        ("GET-portfolio-subaccounts.web-api", "U1234567"),
        ("GET-portfolio-subaccounts.openapi", "DU123456"),
        ("GET-portfolio-subaccounts2", "U1234567"),
    ],
)
def test_an_account_has_its_currency_and_is_not_taken_for_paper(name: str, account: str) -> None:
    assert portfolio.decode_accounts(payload(f"portfolio/{name}")) == (Account(account, "", "USD", is_paper=None),)


def test_an_alias_of_an_account_is_kept() -> None:
    body = b'[{"accountId":"U1","accountAlias":"Retirement","currency":"EUR"},{"currency":"USD"}]'
    assert portfolio.decode_accounts(body) == (Account("U1", "Retirement", "EUR"),)


@pytest.mark.parametrize(
    ("name", "positions"),
    [
        (
            "GET-portfolio-positions",
            (
                stock("U1234567", 756733, "SPY", "5", "471.16000365", "2355.8", "434.93", "181.15"),
                stock("U1234567", 76792991, "TSLA", "7", "250.73399355", "1755.14", "221.67142855", "203.44"),
                stock("U1234567", 107113386, "META", "11", "333.1199951", "3664.32", "306.6909091", "290.72"),
            ),
        ),
        (
            "GET-portfolio-positions.openapi",
            (
                Position(
                    "DU123456",
                    479624278,
                    "BTC",
                    "BTC CRYPTO",
                    "CRYPTO",
                    "USD",
                    D("0.00365831"),
                    D("69814.3984375"),
                    D("255.4"),
                    D("27608.34921045"),
                    D("27608.34921045"),
                    D("154.4"),
                    D(0),
                ),
                Position(
                    "DU123456",
                    584891614,
                    "SPY",
                    "SPY JAN2025 440 C [SPY 250117C00440000 100]",
                    "OPT",
                    "USD",
                    D(1),
                    D("95.70706175"),
                    D("9570.71"),
                    D("58.010401"),
                    D("5801.0401"),
                    D("3769.67"),
                    D(0),
                    D(100),
                ),
                IBM,
            ),
        ),
        (
            "GET-portfolio2-positions",
            (
                Position(
                    "U9",
                    9408,
                    "MCD",
                    "MCD",
                    "STK",
                    "USD",
                    D(12),
                    D("258.8299865722656"),
                    D("3105.9598388671875"),
                    D("266.20888333333335"),
                    D("266.20888333333335"),
                    D("88.54676113281266"),
                    D(0),
                ),
            ),
        ),
        ("GET-portfolio-position", (AAPL,)),
        (
            "GET-portfolio-positions-conid",
            (stock("U1234567", 265598, "AAPL", "614.2639", "197.7639923", "121479.28", "192.7477563", "3081.29"),),
        ),
        ("GET-portfolio-position.option", (option("0.77968365", "-77.97", "4151.2", 100),)),
        ("GET-portfolio-position.no-definition", (option("0.7800926", "-78.01", "4151.15", 1),)),
        ("GET-portfolio-position.stock", (IBM,)),
        (
            "POST-portfolio-positions-invalidate",
            (AAPL, stock("U1234567", 8894, "KO", "11", "59.2400017", "651.64", "61.9409091", "-29.71")),
        ),
    ],
)
def test_positions_of_every_endpoint_are_read(name: str, positions: tuple[Position, ...]) -> None:
    assert portfolio.decode_positions(payload(f"portfolio/{name}"), "U9") == positions


def test_a_position_without_conid_or_size_is_left_out_and_missing_figures_are_none() -> None:
    body = b'[{"conid":1,"position":5},{"conid":2},{"position":5},{"conid":"x","position":5},null]'
    assert portfolio.decode_positions(body, "U1") == (Position("U1", 1, quantity=D(5)),)


def test_positions_that_are_no_list_are_garbled() -> None:
    with pytest.raises(Garbled):
        portfolio.decode_positions(b"{}", "U1")


def ledger(account: str, currency: str, figures: str, *, timestamp: int) -> LedgerLine:
    cash, settled, stocks, futures, liquidation, open_, real, interest, dividends, rate = map(D, figures.split())
    return LedgerLine(
        account,
        currency,
        cash,
        settled,
        stocks,
        futures,
        liquidation,
        open_,
        real,
        interest,
        dividends,
        rate,
        timestamp,
    )


@pytest.mark.parametrize("name", ["GET-portfolio-ledger", "GET-portfolio-ledger.web-api"])
def test_the_ledger_of_the_documents_is_read_by_currency(name: str) -> None:
    usd = "214716688 214716688 314123.88 -1051 215335840 39695.82 0 305569.94 0 1"
    base = "215100080 215100080 316365.38 -1051 215721776 39907.37 0 305866.88 0 1"
    assert portfolio.decode_ledger(payload(f"portfolio/{name}"), "U9") == LedgerReceived(
        (
            ledger("U1234567", "USD", usd, timestamp=1702582321),
            ledger("U1234567", "BASE", base, timestamp=1702582321),
        )
    )


def test_a_ledger_of_several_currencies_has_their_rates() -> None:
    found = portfolio.decode_ledger(payload("portfolio/GET-portfolio-ledger.openapi"), "U9")
    aud = "223911.11 223911.11 0 0 223994.16 0 0 83.04 0 0.650378"
    base = "218093824 218093824 1202347.1 2750.1 219449280 154673.2 0 150856.48 0 1"
    usd = "213375440 213375440 1202347.1 2750.1 214730048 154673.2 0 150009.97 0 1"
    assert found.lines == (
        ledger("DU5240685", "AUD", aud, timestamp=1754948718),
        ledger("DU5240685", "BASE", base, timestamp=1754948718),
        ledger("DU5240685", "USD", usd, timestamp=1754948718),
    )


def test_a_blank_ledger_row_is_left_out() -> None:
    body = b'{"USD":{"key":"LedgerList","timestamp":1},"EUR":{"cashbalance":5},"x":7}'
    assert portfolio.decode_ledger(body, "U9") == LedgerReceived((LedgerLine("U9", "EUR", cash=D(5)),))


@pytest.mark.parametrize("name", ["GET-portfolio-summary", "GET-portfolio-summary.web-api"])
def test_a_text_of_the_summary_is_no_amount(name: str) -> None:
    assert portfolio.decode_summary(payload(f"portfolio/{name}"), "U1") == SummaryReceived(
        "U1",
        (
            SummaryLine("accountcode", None, "", "U1234567", 1702582422),
            SummaryLine("indianstockhaircut", D(0), "USD", "", 1702582422),
        ),
    )


def test_the_whole_summary_is_read() -> None:
    found = portfolio.decode_summary(payload("portfolio/GET-portfolio-summary.openapi"), "U1")
    lines = {line.key: line for line in found.lines}
    stamp = 1712156105
    assert len(lines) == len(json.loads(payload("portfolio/GET-portfolio-summary.openapi")))
    assert lines["accruedcash"] == SummaryLine("accruedcash", D("880036.375"), "USD", "", stamp)
    assert lines["availablefunds-s"] == SummaryLine("availablefunds-s", D(204798112), "USD", "", stamp)
    assert lines["cushion"] == SummaryLine("cushion", None, "", "0.994598", stamp)
    assert lines["daytradesremaining"] == SummaryLine("daytradesremaining", None, "", "-1", stamp)
    assert lines["segmenttitle-c"] == SummaryLine("segmenttitle-c", None, "", "US Commodities", stamp)


def test_a_summary_line_that_is_null_has_no_amount() -> None:
    body = b'{"buyingpower":{"amount":0.0,"currency":"USD","isNull":true,"value":null}}'
    assert portfolio.decode_summary(body, "U1").lines == (SummaryLine("buyingpower", None, "USD"),)


def profit(account: str, *figures: str) -> PnlReceived:
    daily, unrealized, liquidation, excess, value = (D(figure) for figure in figures)
    return PnlReceived(Pnl(account, daily, unrealized, liquidation, excess, value, received=2.0))


@pytest.mark.parametrize(
    ("name", "events"),
    [
        (
            "GET-iserver-account-pnl-partitioned",
            (profit("U1234567", "15.7", "607", "10000", "10000", "0"),),
        ),
        (
            "GET-iserver-account-pnl-partitioned.openapi",
            (profit("U1234567", "-12510", "256000", "1290000", "824600", "1700000"),),
        ),
        ("GET-iserver-account-pnl-partitioned.empty", ()),
    ],
)
def test_profit_is_read_by_account(name: str, events: tuple[PnlReceived, ...]) -> None:
    assert portfolio.decode_pnl(payload(f"portfolio/{name}"), received=2.0) == events


def test_profit_of_a_model_is_not_taken_for_that_of_the_account() -> None:
    body = b'{"upnl":{"U1.Tech":{"dpl":5},"U1.Core":{"dpl":7}}}'
    (event,) = portfolio.decode_pnl(body, received=2.0)
    assert (event.pnl.account, event.pnl.daily) == ("U1", D(7))


def test_an_error_in_words_is_refused() -> None:
    with pytest.raises(Refused, match="unavailable"):
        portfolio.decode_ledger(b'{"error":"Details currently unavailable"}', "U1")


def test_requests_are_as_documented() -> None:
    assert portfolio.accounts().path == "/portfolio/accounts"
    assert portfolio.positions("DU1").path == "/portfolio2/DU1/positions"
    page = portfolio.positions_page("DU1", 2)
    assert page.path == "/portfolio/DU1/positions/2"
    assert dict(page.query) == {"sort": "position", "direction": "a"}
    forget = portfolio.forget_positions("DU1")
    assert (forget.method, forget.path) == ("POST", "/portfolio/DU1/positions/invalidate")
    assert portfolio.ledger("DU1").path == "/portfolio/DU1/ledger"
    assert portfolio.summary("DU1").path == "/portfolio/DU1/summary"
    assert portfolio.pnl().path == "/iserver/account/pnl/partitioned"


def test_an_account_cannot_leave_its_place_in_the_path() -> None:
    assert portfolio.ledger("../U1?x").path == "/portfolio/..%2FU1%3Fx/ledger"
