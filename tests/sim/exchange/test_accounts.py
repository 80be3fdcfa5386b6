"""Cash, positions, profit and margin."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.sim.exchange import Exchange, LedgerView, PositionView, default_accounts
from tests.sim.exchange.stage import AAPL, ES, EUR, HOUR, JPY, KO, ME, TICK, Stage, moment, order

D = Decimal
CASH = D(10_000_000)


def position(stage: Stage, conid: int = AAPL) -> PositionView:
    """Give the only position in a contract."""
    [found] = [view for view in stage.exchange.positions(ME) if view.conid == conid]
    return found


def money(stage: Stage, currency: str = "USD") -> LedgerView:
    """Give the ledger line of a currency."""
    [found] = [view for view in stage.exchange.ledger(ME) if view.currency == currency]
    return found


def test_a_purchase_takes_its_value_and_commission_from_cash() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 100))
    paid = sum((fill.net_amount + fill.commission for fill in stage.fills(order_id)), D(0))
    assert money(stage).cash == CASH - paid


def test_the_average_price_includes_the_commission() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 100, price=stage.ask()))
    [fill] = stage.fills(order_id)
    assert position(stage).average_price == fill.price + D("0.01")


def test_closing_realises_the_profit_after_both_commissions() -> None:
    stage = Stage(positions={AAPL: (D(100), D("250.00"))})
    bid = stage.bid()
    [order_id] = stage.place(order("SELL", 40, price=bid))
    [fill] = stage.fills(order_id)
    assert fill.realized_pnl == 40 * (bid - 250) - 1
    assert position(stage).realized_pnl == money(stage).realized_pnl == fill.realized_pnl
    assert (position(stage).quantity, position(stage).average_price) == (D(60), D(250))


@pytest.mark.parametrize("conid", [AAPL, ES])
def test_realised_and_open_profit_are_all_that_changes_the_net_liquidation_value(conid: int) -> None:
    stage = Stage()
    for side, quantity in (("BUY", 7), ("BUY", 4), ("SELL", 5), ("SELL", 13), ("BUY", 7)):
        stage.place(order(side, quantity, conid=conid))
        line = money(stage)
        assert line.net_liquidation - CASH == line.realized_pnl + line.unrealized_pnl
    assert position(stage, conid).unrealized_pnl == 0


def test_going_through_zero_closes_one_position_and_opens_the_other() -> None:
    stage = Stage(positions={AAPL: (D(100), D("250.00"))})
    price = stage.bid()
    stage.place(order("SELL", 150, price=price))
    view = position(stage)
    assert view.quantity == -50
    assert view.average_price == (price - D("1.00") / 150).quantize(D("1.00000000"))
    assert view.realized_pnl == 100 * (price - 250) - D("0.66666667")


def test_shares_can_be_sold_short_and_gain_when_they_fall() -> None:
    stage = Stage()
    stage.place(order("SELL", 100, price=stage.bid()))
    before = position(stage).unrealized_pnl
    stage.push(stage.bid() - 10 * TICK)
    assert position(stage).market_value < 0
    assert position(stage).unrealized_pnl > before


@pytest.mark.parametrize(
    ("conid", "side", "quantity", "expected"),
    [
        (AAPL, "BUY", 100, D("1.0000")),
        (AAPL, "BUY", 400, D("2.0000")),
        (ES, "SELL", 3, D("6.75")),
        (JPY, "BUY", 20_000, D("2.0000")),
    ],
)
def test_commissions_follow_the_fixed_schedule(conid: int, side: str, quantity: int, expected: Decimal) -> None:
    stage = Stage()
    [order_id] = stage.place(order(side, quantity, conid=conid))
    assert stage.order(order_id).commission == expected
    assert sum((fill.commission for fill in stage.fills(order_id)), D(0)) == expected


def test_a_small_order_pays_at_most_one_percent() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 1, conid=KO))
    [fill] = stage.fills(order_id)
    assert fill.commission == (fill.price / 100).quantize(D("0.0001"))


def test_a_large_currency_trade_pays_by_its_value() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 1_000_000, price=stage.ask(EUR) + D("0.002"), conid=EUR))
    value = sum((fill.net_amount for fill in stage.fills(order_id)), D(0))
    assert stage.order(order_id).commission == (value * D("0.00002")).quantize(D("0.0001"))


def test_the_minimum_commission_is_paid_once_for_an_order_filled_in_parts() -> None:
    stage = Stage()
    _, asks = stage.exchange.depth(KO, 2)
    [order_id] = stage.place(order("BUY", asks[0].size + 1, conid=KO))
    assert len(stage.fills(order_id)) == 2
    assert stage.order(order_id).commission == max(D("1.0000"), (asks[0].size + 1) * D("0.005"))


def test_a_future_moves_cash_only_by_its_commission_until_it_is_closed() -> None:
    stage = Stage()
    [opening] = stage.place(order("BUY", 2, price=stage.ask(ES), conid=ES))
    assert money(stage).cash == CASH - D("4.50")
    assert money(stage).stock_value == 0
    [closing] = stage.place(order("SELL", 2, price=stage.bid(ES), conid=ES))
    spent = stage.fills(opening)[0].net_amount - stage.fills(closing)[0].net_amount
    assert money(stage).cash == CASH - D("9.00") - spent
    assert money(stage).realized_pnl == -spent - D("9.00")


def test_an_open_future_is_worth_its_open_profit() -> None:
    stage = Stage(positions={ES: (D(-2), D("6900.00"))})
    mark = stage.exchange.quote(ES).mark
    assert money(stage).future_value == (6900 - mark) * 100
    assert stage.exchange.summary(ME).segments["commodities"].net_liquidation > 0


def test_a_currency_trade_exchanges_cash_and_makes_no_position() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 20_000, price=stage.ask(EUR), conid=EUR))
    [fill] = stage.fills(order_id)
    assert money(stage, "EUR").cash == 20_000
    assert money(stage).cash == CASH - 20_000 * fill.price - D("2.0000")
    assert stage.exchange.positions(ME) == []


def test_a_currency_quoted_against_the_dollar_can_be_borrowed() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 20_000, price=stage.ask(JPY), conid=JPY))
    [fill] = stage.fills(order_id)
    assert money(stage, "JPY").cash == -20_000 * fill.price
    assert money(stage).cash == CASH + 20_000 - D("2.0000")
    assert money(stage, "JPY").exchange_rate == (1 / stage.exchange.quote(JPY).mark).quantize(D("1E-10"))


def test_rates_between_two_foreign_currencies_go_by_way_of_the_dollar() -> None:
    exchange = Stage().exchange
    expected = exchange.fx_rate("EUR", "USD") * exchange.fx_rate("USD", "JPY")
    assert exchange.fx_rate("EUR", "JPY") == expected.quantize(D("1E-10"))
    assert exchange.fx_rate("EUR", "EUR") == 1
    with pytest.raises(ValueError, match="no exchange rate"):
        exchange.fx_rate("XYZ", "USD")


def test_shares_need_half_of_their_value_at_first_and_a_quarter_later() -> None:
    stage = Stage(positions={AAPL: (D(100), D(250))})
    summary = stage.exchange.summary(ME)
    value = 100 * stage.exchange.quote(AAPL).mark
    assert (summary.initial_margin, summary.maintenance_margin) == (value / 2, value / 4)
    assert summary.available_funds == summary.equity_with_loan - value / 2
    assert summary.excess_liquidity == summary.equity_with_loan - value / 4
    assert summary.buying_power == 4 * summary.available_funds
    assert summary.gross_position_value == value


def test_bought_shares_settle_the_next_day() -> None:
    stage = Stage()
    stage.place(order("BUY", 100))
    assert money(stage).settled_cash > money(stage).cash
    stage.until(moment(18, 5, 1))
    assert money(stage).settled_cash == money(stage).cash


def test_the_days_profit_counts_from_the_prior_close() -> None:
    stage = Stage(positions={AAPL: (D(100), D(250))})
    quote = stage.exchange.quote(AAPL)
    assert position(stage).daily_pnl == 100 * (quote.mark - quote.prior_close)
    assert stage.exchange.summary(ME).daily_pnl == position(stage).daily_pnl


def test_a_trade_enters_the_days_profit_at_its_price() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 100, price=stage.ask()))
    [fill] = stage.fills(order_id)
    mark = stage.exchange.quote(AAPL).mark
    assert position(stage).daily_pnl == 100 * (mark - fill.price) - fill.commission


def test_a_position_closed_today_stays_in_sight_until_the_day_ends() -> None:
    stage = Stage(positions={AAPL: (D(100), D("250.00"))})
    stage.place(order("SELL", 100))
    assert position(stage).quantity == 0
    assert position(stage).realized_pnl == position(stage).daily_pnl + 100 * (
        stage.exchange.quote(AAPL).prior_close - 250
    )
    stage.until(moment(18, 9) + HOUR)
    assert stage.exchange.positions(ME) == []
    assert money(stage).realized_pnl == 0


def test_the_default_account_holds_about_a_million_dollars() -> None:
    exchange = Exchange(seed=1, start_ms=moment(17, 16), accounts=default_accounts())
    summary = exchange.summary("DU1234567")
    assert 1_000_000 < summary.net_liquidation < 1_400_000
    assert {view.conid for view in exchange.positions("DU1234567")} >= {AAPL, ES}
    assert D(260) < exchange.quote(AAPL).mark < D(282)
