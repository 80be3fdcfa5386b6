"""Whatever is done, the books of the accounts add up to the last digit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ibtui.sim.exchange import (
    WORKING,
    AccountSpec,
    Exchange,
    Execution,
    LedgerView,
    Leg,
    OrderRefused,
    OrderRequest,
    OrderType,
    OrderView,
    Side,
    SummaryView,
    Tif,
    default_accounts,
)
from tests.sim.exchange.stage import AAPL, ES, EUR, JPY, KO, MORNING, TICK, order

BTC = 479624278
TRADED = (AAPL, KO, ES, EUR, JPY, BTC)
LEGS = (Leg(AAPL, 1), Leg(KO, -2))
"""Of the one combination that is traded."""
TYPES = [kind for kind in OrderType if kind is not OrderType.TRAILLMT]
ZERO = Decimal(0)
RICH = AccountSpec("DU1000002", "rich", "USD", {"USD": Decimal(1_000_000_000)}, {})
ADDED = (
    "net_liquidation",
    "total_cash",
    "settled_cash",
    "gross_position_value",
    "initial_margin",
    "maintenance_margin",
    "available_funds",
    "excess_liquidity",
    "daily_pnl",
    "unrealized_pnl",
    "realized_pnl",
)
"""Figures of a summary that are the sum of its segments'."""

placing = st.tuples(
    st.just("place"),
    st.sampled_from(TRADED),
    st.sampled_from([Side.BUY, Side.SELL]),
    st.sampled_from(TYPES),
    st.integers(1, 60),
    st.integers(-6, 6),
    st.sampled_from([Tif.DAY, Tif.GTC, Tif.IOC]),
    st.sampled_from([0, 10, 100, 100]),
)
actions = st.one_of(
    placing,
    placing,
    placing,
    st.tuples(st.just("combine"), st.sampled_from([Side.BUY, Side.SELL]), st.integers(1, 60), st.integers(-6, 6)),
    st.tuples(st.just("advance"), st.integers(1, 4000)),
    st.tuples(st.just("jump"), st.sampled_from([3_600_000, 7 * 3_600_000])),
    st.tuples(st.just("cancel"), st.integers(0, 30)),
    st.tuples(st.just("push"), st.sampled_from(TRADED), st.sampled_from([Side.BUY, Side.SELL]), st.integers(1, 40)),
)


class Books:
    """An independent account of what the executions should have done."""

    def __init__(self, exchange: Exchange, spec: AccountSpec) -> None:
        self._exchange = exchange
        self._spec = spec

    def check(self) -> None:
        """Compare everything the exchange says of the account with its executions and with itself."""
        account = self._spec.account
        executions = self._exchange.executions(account, days=1000)[::-1]
        base, *lines = self._exchange.ledger(account)
        self._check_positions(executions)
        self._check_cash(executions, lines)
        self._check_totals(base, lines)
        self._check_orders(executions)

    def _check_positions(self, executions: list[Execution]) -> None:
        expected = {conid: quantity for conid, (quantity, _) in self._spec.positions.items()}
        for fill in executions:
            if fill.conid not in (EUR, JPY):
                expected[fill.conid] = expected.get(fill.conid, ZERO) + signed(fill)
        held = {view.conid: view.quantity for view in self._exchange.positions(self._spec.account)}
        assert {conid: q for conid, q in held.items() if q} == {conid: q for conid, q in expected.items() if q}

    def _check_cash(self, executions: list[Execution], lines: list[LedgerView]) -> None:
        expected = dict(self._spec.cash)
        futures = ZERO
        for fill in executions:
            effects = {"USD": -fill.commission}
            if fill.conid in (EUR, JPY):
                base, quoted = ("EUR", "USD") if fill.conid == EUR else ("USD", "JPY")
                effects[base] = effects.get(base, ZERO) + signed(fill)
                effects[quoted] = effects.get(quoted, ZERO) - signed(fill) * fill.price
            elif fill.conid == ES:
                futures += signed(fill) * fill.price * 50
            else:
                effects["USD"] -= signed(fill) * fill.price
            for currency, amount in effects.items():
                expected[currency] = expected.get(currency, ZERO) + amount
        paid = {line.currency: line.cash for line in lines}
        start, price = self._spec.positions.get(ES, (ZERO, ZERO))
        quantity = start + sum(signed(fill) for fill in executions if fill.conid == ES)
        mark = self._exchange.quote(ES).mark
        [dollars] = [line for line in lines if line.currency == "USD"]
        assert dollars.cash + dollars.future_value == expected["USD"] - futures - (start * price - quantity * mark) * 50
        assert {c: cash for c, cash in paid.items() if c != "USD"} == {c: m for c, m in expected.items() if c != "USD"}

    def _check_totals(self, base: LedgerView, lines: list[LedgerView]) -> None:
        summary = self._exchange.summary(self._spec.account)
        worth = ZERO
        for line in lines:
            assert line.net_liquidation == line.cash + line.stock_value + line.future_value + line.crypto_value
            worth += line.net_liquidation * line.exchange_rate
        assert base.net_liquidation == worth == summary.net_liquidation == summary.equity_with_loan
        assert base.cash == summary.total_cash
        assert base.unrealized_pnl == summary.unrealized_pnl
        assert base.realized_pnl == summary.realized_pnl
        for figure in ADDED:
            parts = [figure_of(part, figure) for part in summary.segments.values()]
            assert figure_of(summary, figure) == sum(parts, ZERO), figure
        views = self._exchange.positions(self._spec.account)
        assert summary.unrealized_pnl == sum((view.unrealized_pnl for view in views), ZERO)
        assert summary.daily_pnl == sum((view.daily_pnl for view in views), ZERO)
        stocks = sum((view.market_value for view in views if view.conid not in (ES, BTC)), ZERO)
        coins = sum((view.market_value for view in views if view.conid == BTC), ZERO)
        assert sum((line.crypto_value for line in lines), ZERO) == coins
        assert sum((line.stock_value for line in lines), ZERO) == stocks

    def _check_orders(self, executions: list[Execution]) -> None:
        for view in self._exchange.orders(self._spec.account):
            fills = [fill for fill in executions if fill.order_id == view.order_id]
            for conid, ratio in sizes(view):
                assert view.filled * ratio == sum((fill.size for fill in fills if fill.conid == conid), ZERO)
            assert view.commission == sum((fill.commission for fill in fills), ZERO)
            assert view.remaining >= 0
            assert (view.remaining == 0) == (view.status == "Filled")


def figure_of(summary: SummaryView, name: str) -> Decimal:
    """Give a summary's figure by name."""
    value = getattr(summary, name)
    assert isinstance(value, Decimal)
    return value


def sizes(view: OrderView) -> list[tuple[int, int]]:
    """Give how many units of which contracts one unit of an order trades."""
    return [(leg.conid, abs(leg.ratio)) for leg in view.request.legs] or [(view.request.conid, 1)]


def signed(fill: Execution) -> Decimal:
    """Give the size of a fill, negative for a sale."""
    return fill.size if fill.side is Side.BUY else -fill.size


def act(exchange: Exchange, action: tuple[object, ...]) -> None:
    """Do one of the drawn things; what is refused must change nothing and is fine."""
    match action:
        case ("advance" | "jump", int(ms)):
            exchange.advance(exchange.now_ms + ms)
        case ("cancel", int(index)):
            working = [view.order_id for view in exchange.orders("DU1234567") if view.status in WORKING]
            if working:
                exchange.cancel(working[index % len(working)])
        case ("place", int(conid), Side() as side, OrderType() as kind, int(lots), int(ticks), Tif() as tif, int(ms)):
            place(exchange, "DU1234567", conid, side, kind, lots, ticks, tif)
            exchange.advance(exchange.now_ms + ms)
        case ("combine", Side() as side, int(lots), int(ticks)):
            combine(exchange, side, lots, ticks)
            exchange.advance(exchange.now_ms + 100)
        case ("push", int(conid), Side() as side, int(lots)):
            place(exchange, RICH.account, conid, side, OrderType.MKT, lots, 0, Tif.IOC)
            exchange.advance(exchange.now_ms + 100)


def place(
    exchange: Exchange, account: str, conid: int, side: Side, kind: OrderType, lots: int, ticks: int, tif: Tif
) -> None:
    """Place an order some ticks from the last price."""
    listing = exchange.instrument(conid)
    assert listing is not None
    last = exchange.quote(conid).last
    price = None if last is None or kind is OrderType.MKT else last + ticks * listing.increment
    size = {"FUT": Decimal(1), "CASH": Decimal(10_000), "CRYPTO": Decimal("0.01")}.get(
        listing.sec_type, Decimal(37)
    ) * lots
    aux = {OrderType.STOP_LIMIT: price, OrderType.LIT: price, OrderType.REL: listing.increment}.get(kind)
    trail = 4 * listing.increment if kind is OrderType.TRAIL else None
    request = order(
        side,
        size,
        kind,
        account=account,
        conid=conid,
        price=price,
        aux_price=aux,
        tif=tif,
        trailing_type="amt" if trail else "",
        trailing_amount=trail,
    )
    try:
        exchange.place([request])
    except OrderRefused:
        return


def combine(exchange: Exchange, side: Side, lots: int, ticks: int) -> None:
    """Place a combination some ticks from the sum of its legs' marks."""
    price = sum((exchange.quote(leg.conid).mark * leg.ratio for leg in LEGS), ZERO) // TICK * TICK + ticks * TICK
    quantity = Decimal(lots)
    try:
        exchange.place([OrderRequest("DU1234567", 28812380, side, OrderType.LMT, quantity, price=price, legs=LEGS)])
    except OrderRefused:
        return


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 1000), st.lists(actions, min_size=8, max_size=30))
def test_the_books_add_up_after_every_step(seed: int, steps: list[tuple[object, ...]]) -> None:
    specs = [default_accounts()[0], RICH]
    exchange = Exchange(seed=seed, start_ms=MORNING, accounts=specs, tick_rate=0.0002)
    books = [Books(exchange, spec) for spec in specs]
    for step in steps:
        act(exchange, step)
        for book in books:
            book.check()


@pytest.mark.parametrize("seed", range(3))
def test_the_books_add_up_in_a_busy_market(seed: int) -> None:
    specs = default_accounts()
    exchange = Exchange(seed=seed, start_ms=MORNING, accounts=specs)
    books = [Books(exchange, spec) for spec in specs]
    for step in range(40):
        side = Side.BUY if (step + seed) % 3 else Side.SELL
        kind = (OrderType.LMT, OrderType.MKT, OrderType.TRAIL)[step % 3]
        place(exchange, "DU1234567", TRADED[step % 6], side, kind, 5, step % 5 - 2, Tif.DAY)
        exchange.advance(exchange.now_ms + 700)
        for book in books:
            book.check()
    assert len(exchange.executions("DU1234567")) > 20
