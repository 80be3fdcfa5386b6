"""A small simulated exchange for tests: two rich accounts and, if wanted, no order flow but theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from ibtui.sim.exchange import (
    AccountSpec,
    Event,
    Exchange,
    Executed,
    Execution,
    OrderChanged,
    OrderRequest,
    OrderType,
    OrderView,
    Side,
    Status,
    Tif,
)

ME, OTHER = "DU1000001", "DU1000002"
AAPL, KO, ES, EUR, JPY, SPX, SPY = 265598, 8894, 515416632, 12087792, 15016059, 416904, 756733
TICK = Decimal("0.01")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
STILL = 1e-12
"""A tick rate at which no background order ever comes."""


def moment(day: int, hour: int, minute: int = 0, second: int = 0) -> int:
    """Give Unix ms of a time in UTC in November 2026; New York is five hours behind, the 17th is a Tuesday."""
    return int(datetime(2026, 11, day, hour, minute, second, tzinfo=UTC).timestamp() * 1000)


MORNING = moment(17, 15, 30)
"""Tuesday 10:30 in New York."""


class Terms(TypedDict, total=False):
    """What an order may say beside account, contract, side, type and quantity."""

    tif: Tif
    price: Decimal | None
    aux_price: Decimal | None
    trailing_type: str
    trailing_amount: Decimal | None
    outside_rth: bool
    coid: str
    parent_coid: str
    oca_group: str


class Stage:
    """An exchange with everything it ever reported."""

    def __init__(
        self,
        *,
        start_ms: int = MORNING,
        tick_rate: float = STILL,
        seed: int = 7,
        always_open: bool = False,
        cash: str = "10000000",
        positions: Mapping[int, tuple[Decimal, Decimal]] | None = None,
    ) -> None:
        money = {"USD": Decimal(cash)}
        specs = [
            AccountSpec(ME, "me", "USD", money, positions or {}),
            AccountSpec(OTHER, "other", "USD", {"USD": Decimal("1000000000")}, {}),
        ]
        self.exchange = Exchange(
            seed=seed, start_ms=start_ms, accounts=specs, tick_rate=tick_rate, always_open=always_open
        )
        self.events: list[Event] = []

    def run(self, ms: int = 200) -> None:
        """Let time pass and keep what happened."""
        self.exchange.advance(self.exchange.now_ms + ms)
        self.events += self.exchange.drain()

    def until(self, when_ms: int) -> None:
        """Let time pass up to a moment."""
        self.run(when_ms - self.exchange.now_ms)

    def place(self, *requests: OrderRequest) -> list[int]:
        """Place orders together and let them go to work; give their ids."""
        ids = [view.order_id for view in self.exchange.place(requests)]
        self.run()
        return ids

    def order(self, order_id: int) -> OrderView:
        """Give an order that is known to be there."""
        view = self.exchange.order(order_id)
        assert view is not None
        return view

    def status(self, order_id: int) -> Status:
        """Give the state of an order."""
        return self.order(order_id).status

    def story(self, order_id: int) -> list[Status]:
        """Give the states an order went through, as reported, without repetition."""
        states = [e.order.status for e in self.events if isinstance(e, OrderChanged) and e.order.order_id == order_id]
        return [state for index, state in enumerate(states) if index == 0 or states[index - 1] is not state]

    def fills(self, order_id: int) -> list[Execution]:
        """Give the fills of an order, oldest first."""
        executed = [e.execution for e in self.events if isinstance(e, Executed)]
        return [execution for execution in executed if execution.order_id == order_id]

    def bid(self, conid: int = AAPL) -> Decimal:
        """Give the best bid."""
        bid = self.exchange.quote(conid).bid
        assert bid is not None
        return bid

    def ask(self, conid: int = AAPL) -> Decimal:
        """Give the best ask."""
        ask = self.exchange.quote(conid).ask
        assert ask is not None
        return ask

    def push(self, price: Decimal, conid: int = AAPL) -> None:
        """Move the last price: the other account sweeps the book up to `price`, or down to it."""
        bids, asks = self.exchange.depth(conid, 1000)
        if price >= asks[0].price:
            size = sum(level.size for level in asks if level.price <= price)
            self.place(order("BUY", size, price=price, account=OTHER, conid=conid, tif=Tif.IOC))
        else:
            size = sum(level.size for level in bids if level.price >= price)
            self.place(order("SELL", size, price=price, account=OTHER, conid=conid, tif=Tif.IOC))


def order(
    side: str,
    quantity: Decimal | int,
    kind: OrderType | None = None,
    *,
    account: str = ME,
    conid: int = AAPL,
    **terms: Unpack[Terms],
) -> OrderRequest:
    """Write an order: a limit order where a price is given and no type, else a market order."""
    if kind is None:
        kind = OrderType.MKT if terms.get("price") is None else OrderType.LMT
    return OrderRequest(account, conid, Side(side), kind, Decimal(quantity), **terms)
