"""The simulated exchange as its gateway sees it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ibtui.sim.exchange import charts, valuation
from ibtui.sim.exchange.bell import Bell
from ibtui.sim.exchange.board import Board
from ibtui.sim.exchange.checks import may_trade
from ibtui.sim.exchange.clearing import Clearing
from ibtui.sim.exchange.desk import Desk
from ibtui.sim.exchange.forces import Forces
from ibtui.sim.exchange.intake import Intake
from ibtui.sim.exchange.listings import default_instruments, found, synthetic_instruments
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.sessions import last_midnight
from ibtui.sim.exchange.terms import OrderRequest
from ibtui.sim.exchange.tickets import Tickets
from ibtui.sim.exchange.types import (
    AccountSpec,
    Bar,
    Event,
    Execution,
    Instrument,
    LedgerView,
    Level,
    MarginImpact,
    OrderView,
    PositionView,
    Quote,
    SummaryView,
    Trade,
)
from ibtui.sim.exchange.venue import Venue

_DAY_MS = 86_400_000


class Exchange:
    """One simulated venue with its accounts; nothing happens but in `advance` and the calls themselves.

    `start_ms` is the simulated start in Unix milliseconds. `symbols` adds invented stocks until there are so many
    instruments, `tick_rate` multiplies the order flow, `always_open` keeps every market in its regular session round
    the clock. A conid or account that is not there is a KeyError unless a method says otherwise. The same seed and
    calls give the same results, however time is cut into steps.
    """

    def __init__(
        self,
        *,
        seed: int,
        start_ms: int,
        accounts: Sequence[AccountSpec],
        symbols: int | None = None,
        tick_rate: float = 1.0,
        always_open: bool = False,
    ) -> None:
        listed = default_instruments(start_ms)
        if symbols is not None and symbols > len(listed):
            listed += synthetic_instruments(symbols - len(listed))
        self._listed = listed
        self.now_ms = start_ms
        """Simulated time in Unix milliseconds."""
        self._venue = Venue(
            listed,
            seed=seed,
            start_ms=start_ms,
            tick_rate=tick_rate,
            always_open=always_open,
        )
        self._clearing = Clearing(self._venue, accounts, seed)
        self._board = Board(self._venue, seed)
        self._desk = Desk(self._board, self._clearing)
        self._intake = Intake(self._board, self._desk, self._clearing)
        self.tickets = Tickets(self._venue, self._intake)
        """Reads requests before they are placed."""
        self.forces = Forces(self._board, self._desk)
        """Moves and halts markets, for tests."""
        self._venue.react = self._desk.react
        self._venue.session = Bell(self._board, self._desk, self._clearing).ring

    def advance(self, to_ms: int) -> None:
        """Let everything happen that is due up to `to_ms`; an earlier moment than now does nothing."""
        self._venue.advance(to_ms)
        self.now_ms = self._venue.now_ms

    def drain(self) -> list[Event]:
        """Give what happened since the last drain, in order; of many moves of a quote only the first stays."""
        return self._venue.drain()

    def instruments(self) -> Sequence[Instrument]:
        """List every contract."""
        return tuple(self._listed)

    def instrument(self, conid: int) -> Instrument | None:
        """Give a contract, None if it is not listed."""
        market = self._venue.markets.get(conid)
        return None if market is None else market.instrument

    def search(self, text: str, *, by_name: bool = False) -> list[Instrument]:
        """Find contracts by the beginning of their symbol, or by a part of their name; the exact symbol comes first."""
        return found(self._listed, text, by_name)

    def is_open(self, conid: int, *, outside_rth: bool) -> bool:
        """Tell whether the contract trades now, in regular or, if asked so, in extended hours."""
        return may_trade(self._venue.markets[conid], outside_rth)

    def quote(self, conid: int) -> Quote:
        """Give the quote as of now."""
        return self._venue.markets[conid].quote()

    def depth(self, conid: int, levels: int) -> tuple[list[Level], list[Level]]:
        """Give the best bids and asks, best first, users' orders among them."""
        return self._venue.markets[conid].depth(levels)

    def trades(self, conid: int, limit: int) -> list[Trade]:
        """Give the last trades since the simulation began, newest last."""
        return self._venue.markets[conid].trades(limit)

    def bars(self, conid: int, *, start_ms: int, end_ms: int, seconds: int, outside_rth: bool) -> list[Bar]:
        """Give the bars of `seconds` that begin in [start_ms, end_ms), oldest first."""
        market: Market = self._venue.markets[conid]
        return charts.bars(market, start_ms=start_ms, end_ms=end_ms, seconds=seconds, outside_rth=outside_rth)

    def fx_rate(self, from_currency: str, to_currency: str) -> Decimal:
        """Give units of the second currency for one of the first; ValueError where no pair leads there."""
        return self._venue.fx_rate(from_currency, to_currency)

    def check(self, request: OrderRequest) -> str:
        """Give why an order would be refused now, or blank."""
        return self._intake.refusal(request)

    def place(self, requests: Sequence[OrderRequest]) -> list[OrderView]:
        """Place an order, or several that belong together, all or none; OrderRefused says why not."""
        return [order.view() for order in self._intake.place(requests)]

    def modify(self, order_id: int, request: OrderRequest) -> OrderView:
        """Change a working order's terms, done some milliseconds later; OrderRefused if it can not be."""
        return self._intake.modify(order_id, request).view()

    def cancel(self, order_id: int) -> OrderView:
        """Ask for a cancel; the order is PendingCancel and Cancelled some milliseconds later if not filled before."""
        return self._intake.cancel(order_id).view()

    def cancel_all(self, account: str) -> list[OrderView]:
        """Ask for a cancel of every working order of an account."""
        return [order.view() for order in self._intake.cancel_all(account)]

    def order(self, order_id: int) -> OrderView | None:
        """Give an order, None if there is none of that id."""
        order: Order | None = self._board.orders.get(order_id)
        return None if order is None else order.view()

    def orders(self, account: str) -> list[OrderView]:
        """Give the orders working or changed since midnight in New York, newest first.

        An order for an allocation group is listed under the group's first account.
        """
        since = last_midnight(self.now_ms)
        mine = [order for order in reversed(self._board.orders.values()) if _listed_under(order) == account]
        return [order.view() for order in mine if order.working or order.updated_ms >= since]

    def executions(self, account: str, days: int = 7) -> list[Execution]:
        """Give the fills of the last days, newest first."""
        since = self.now_ms - days * _DAY_MS
        return [execution for execution in reversed(self._clearing.executions[account]) if execution.time_ms >= since]

    def what_if(self, requests: Sequence[OrderRequest]) -> MarginImpact:
        """Estimate what the first of the orders (of a bracket, its parent) would do to its account.

        OrderRefused where there is no such contract or account.
        """
        return self._intake.what_if(requests)

    def accounts(self) -> Sequence[AccountSpec]:
        """Give the accounts as they stood at the start."""
        return [holdings.spec for holdings in self._clearing.holdings.values()]

    def positions(self, account: str) -> list[PositionView]:
        """Give the positions, those closed today with quantity 0; currencies held are in the ledger instead."""
        held = self._clearing.holdings[account].positions
        return [position.view(account, self._venue.mark(conid)) for conid, position in held.items()]

    def ledger(self, account: str) -> list[LedgerView]:
        """Give BASE first, then one line per currency."""
        return valuation.ledger(self._clearing.holdings[account], self._venue)

    def summary(self, account: str) -> SummaryView:
        """Give equity and margin."""
        return valuation.summary(self._clearing.holdings[account], self._venue)


def _listed_under(order: Order) -> str:
    return order.request.accounts[0]
