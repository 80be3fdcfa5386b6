"""Orders the exchange does not take, and what it says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.sim.exchange import OrderRefused, OrderRequest, OrderType, Tif
from tests.sim.exchange.stage import AAPL, ES, EUR, ME, SPX, TICK, Stage, moment, order

D = Decimal


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (order("BUY", 1, price=D("270.005")), "The price does not conform to the minimum price variation"),
        (order("BUY", 1, price=D("6800.10"), conid=ES), "The price does not conform to the minimum price variation"),
        (order("BUY", 25_000, price=D("1.15001"), conid=EUR), "The price does not conform to the minimum price"),
        (order("BUY", D("1.5")), "minimum size increment of 1"),
        (order("BUY", 0), "greater than zero"),
        (order("BUY", D("NaN")), "greater than zero"),
        (order("BUY", 1, price=D("-1")), "greater than zero"),
        (order("BUY", 1, price=D("Infinity")), "greater than zero"),
        (order("BUY", 1, conid=1), "No security definition has been found"),
        (order("BUY", 1, conid=SPX), "not available for trading"),
        (order("BUY", 1, OrderType.LMT), "Limit price is required"),
        (order("BUY", 1, OrderType.STP), "Stop price is required"),
        (order("BUY", 1, OrderType.STOP_LIMIT, price=D(270)), "Stop price is required"),
        (order("BUY", 1, OrderType.TRAIL, trailing_amount=D(1)), "Trailing type"),
        (order("BUY", 1, OrderType.TRAIL, trailing_type="amt"), "Trailing amount"),
        (order("BUY", 1, OrderType.TRAIL, trailing_type="%", trailing_amount=D(100)), "less than 100"),
        (order("BUY", 1, OrderType.TRAILLMT, trailing_type="amt", trailing_amount=D(1)), "Limit price is"),
        (
            order("BUY", 1, OrderType.TRAILLMT, price=D(270), trailing_type="amt", trailing_amount=D(1)),
            "Stop price is required",
        ),
        (order("BUY", 1, OrderType.LIT, price=D(270)), "Trigger price is required"),
        (order("BUY", 1, OrderType.MIT), "Trigger price is required"),
        (order("BUY", 1, OrderType.LOC), "Limit price is required"),
        (order("BUY", 1, price=D(270), tif=Tif.GTD), "A good-till date is required"),
        (order("BUY", 1, price=D(270), tif=Tif.PAX), "PAX is only valid for cryptocurrencies"),
        (order("BUY", 1, OrderType.STP, price=D(270), tif=Tif.OPG), "OPG is not valid"),
        (order("BUY", 1, OrderType.STP, price=D(270), tif=Tif.IOC), "IOC is not valid"),
        (order("BUY", 1, account="DU9"), "Account DU9 is not available"),
    ],
)
def test_terms_that_can_not_be_taken_are_refused(request_: OrderRequest, reason: str) -> None:
    stage = Stage()
    assert reason in stage.exchange.check(request_)
    with pytest.raises(OrderRefused) as refused:
        stage.exchange.place([request_])
    assert reason in refused.value.reason
    assert stage.exchange.orders(ME) == []


def test_an_order_without_fault_passes_the_check() -> None:
    stage = Stage()
    assert stage.exchange.check(order("BUY", 100, price=stage.bid())) == ""


def test_an_immediate_order_is_refused_while_the_market_is_closed() -> None:
    stage = Stage(start_ms=moment(18, 3))
    assert "exchange is closed" in stage.exchange.check(order("BUY", 1, price=stage.ask(), tif=Tif.IOC))


def test_a_customer_order_id_can_be_used_once() -> None:
    stage = Stage()
    stage.place(order("BUY", 1, coid="once"))
    with pytest.raises(OrderRefused) as refused:
        stage.exchange.place([order("BUY", 1, coid="once")])
    assert refused.value.reason == "Order couldn't be submitted: Local order ID=once is already registered."


def test_a_customer_order_id_can_not_come_twice_in_one_request() -> None:
    stage = Stage()
    with pytest.raises(OrderRefused, match="already registered"):
        stage.exchange.place([order("BUY", 1, coid="x"), order("BUY", 1, coid="x")])
    assert stage.exchange.orders(ME) == []


def test_an_order_beyond_the_buying_power_is_refused_with_the_figures() -> None:
    stage = Stage(cash="10000")
    price = D("200.00")
    assert stage.exchange.check(order("BUY", 99, price=price)) == ""
    assert stage.exchange.check(order("BUY", 100, price=price)) == (
        "YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH LOAN VALUE "
        "[9999.00 USD] MUST EXCEED THE INITIAL MARGIN [10000.00 USD]"
    )


def test_an_order_that_reduces_a_position_needs_no_funds() -> None:
    stage = Stage(cash="-20000", positions={AAPL: (D(100), D(250))})
    assert stage.exchange.check(order("SELL", 10)) == ""
    assert "NOT ACCEPTED" in stage.exchange.check(order("BUY", 100))
    assert "NOT ACCEPTED" in stage.exchange.check(order("SELL", 300))


def test_what_if_tells_the_effect_of_an_order_without_placing_it() -> None:
    stage = Stage(positions={AAPL: (D(100), D(250))})
    impact = stage.exchange.what_if([order("BUY", 200, price=D("270.00"))])
    assert impact.amount == D(54000)
    assert impact.commission == D("1.00")
    assert impact.equity_change == D("-1.00")
    assert impact.initial_change == D(27000)
    assert impact.maintenance_change == D(13500)
    assert (impact.position_before, impact.position_change) == (D(100), D(200))
    assert impact.error == ""
    assert stage.exchange.orders(ME) == []


def test_what_if_of_an_order_too_large_names_the_reason() -> None:
    stage = Stage()
    assert "NOT ACCEPTED" in stage.exchange.what_if([order("BUY", 1_000_000)]).error


def test_what_if_of_an_unknown_contract_is_refused() -> None:
    stage = Stage()
    with pytest.raises(OrderRefused, match="No security definition"):
        stage.exchange.what_if([order("BUY", 1, conid=3)])


def test_a_larger_size_beyond_the_buying_power_is_refused_when_modifying() -> None:
    stage = Stage(cash="10000")
    price = stage.bid() - TICK
    [order_id] = stage.place(order("BUY", 10, price=price))
    with pytest.raises(OrderRefused, match="NOT ACCEPTED"):
        stage.exchange.modify(order_id, order("BUY", 1000, price=price))
