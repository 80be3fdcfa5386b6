"""The price ladder as values: what it is made of, its rows, and everything it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct, field
from msgspec.structs import force_setattr, replace

from ibtui.domain.account import Position
from ibtui.domain.contracts import ContractRules
from ibtui.domain.flow import Flow, Traded
from ibtui.domain.market import Ladder, Quote, Rung
from ibtui.domain.orders import Execution, LiveOrder, Submission
from ibtui.domain.queueing import QueueEstimate
from ibtui.ui.ladder.own import GrabMark, OwnOrders

RECENT_SECONDS: Final = 30.0
"""How far back the trades at a price are told by side."""

MID: Final = "mid"
LAST: Final = "last"
"""What a ladder is centred on."""

Looked = Mapping[Decimal, tuple[Decimal | None, Decimal | None]]
"""Bid and ask sizes by price, as they stood when the user last looked."""


class LadderRow(Struct, frozen=True):
    """One row of the axis; rows are compared to find the lines to repaint."""

    price: Decimal
    """Of a band of several ticks the lowest."""
    bid_size: Decimal | None = None
    ask_size: Decimal | None = None
    bid_bar: float = 0.0
    """Share of the largest size in sight, 0 to 1."""
    ask_bar: float = 0.0
    zone: int = 0
    """−1 at or below the best bid, 1 at or above the best ask, 0 between or unknown."""
    is_best: bool = False
    is_last: bool = False
    last_size: Decimal | None = None
    direction: int = 0
    buys: OwnOrders | None = None
    sells: OwnOrders | None = None
    is_average: bool = False
    pnl: Decimal | None = None
    """What the position would have made at this price, in its currency."""
    is_cursor: bool = False
    bid_total: Decimal | None = None
    """Bid sizes from the best price down to this row."""
    ask_total: Decimal | None = None
    traded: Traded | None = None
    """Seen to trade here today."""
    volume_bar: float = 0.0
    """Share of the most that traded at a row in sight, 0 to 1."""
    recent: Traded | None = None
    """Seen to trade here in the last `RECENT_SECONDS`."""
    bid_change: Decimal | None = None
    """Of the bid size since the user last looked; None is none, or not known."""
    ask_change: Decimal | None = None
    queue: Decimal | None = None
    """Estimated size ahead of the own order here that comes first."""
    is_queue_most: bool = False
    """It is the most that can be ahead: the order rested before its place was watched."""
    mark: str = ""
    """Of the day's prices those that lie here: high, low, open, close, parted by blanks."""


class LadderView(Struct, frozen=True):
    """Everything the ladder shows."""

    rows: tuple[LadderRow, ...] = ()
    above: str = ""
    """What lies beyond the top row, in words."""
    below: str = ""
    digits: int = 2
    from_quote: bool = False
    """The sizes are the quote's top of book: depth is not to be had."""
    bid_total: Decimal = Decimal(0)
    ask_total: Decimal = Decimal(0)
    price_cells: int = 0
    """Cells of the longest price."""
    grouping: int = 1
    """Ticks per row."""


class LadderInput(Struct, frozen=True):
    """What a ladder is made of; the pieces are the store's own values."""

    conid: int
    quote: Quote | None = None
    ladder: Ladder | None = None
    rules: ContractRules | None = None
    orders: tuple[LiveOrder, ...] = ()
    """Working ones of this instrument."""
    position: Position | None = None
    submissions: tuple[Submission, ...] = ()
    """Of this account, those that live orders may not answer for yet; oldest first."""
    executions: tuple[Execution, ...] = ()
    """Of this instrument and account, today."""
    flow: Flow | None = None
    queue: Mapping[int, QueueEstimate] = field(default_factory=dict)
    """By order id."""
    looked: Looked = field(default_factory=dict)
    grab: GrabMark | None = None
    ended: tuple[LiveOrder, ...] = ()
    """Orders of this instrument that ended, as far as `submissions` may be about them."""
    now: float = 0.0
    """Monotonic seconds of the session clock."""
    rungs: tuple[Rung, ...] = ()
    """The depth, or the top of book where there is none; worked out from the others."""
    from_quote: bool = False

    def __post_init__(self) -> None:
        own = self.ladder if self.ladder is not None and self.ladder.conid == self.conid else None
        deep = own is not None and bool(own.rungs) and not own.error
        force_setattr(self, "from_quote", not deep)
        force_setattr(self, "rungs", own.rungs if own is not None and deep else top_of_book(self.quote))


def top_of_book(quote: Quote | None) -> tuple[Rung, ...]:
    """What a quote knows, one rung for each of its two or three prices."""
    if quote is None:
        return ()
    found: dict[Decimal, Rung] = {}
    if quote.ask is not None:
        found[quote.ask] = Rung(quote.ask, ask_size=quote.ask_size)
    if quote.last is not None:
        found[quote.last] = replace(found.get(quote.last, Rung(quote.last)), is_last=True, last_size=quote.last_size)
    if quote.bid is not None:
        found[quote.bid] = replace(found.get(quote.bid, Rung(quote.bid)), bid_size=quote.bid_size)
    return tuple(found.values())


def best_prices(rungs: Iterable[Rung]) -> tuple[Decimal | None, Decimal | None]:
    """(best bid, best ask) of the rungs."""
    bids = [rung.price for rung in rungs if rung.bid_size]
    asks = [rung.price for rung in rungs if rung.ask_size]
    return (max(bids) if bids else None), (min(asks) if asks else None)


def market_price(source: LadderInput, on: str = MID) -> Decimal | None:
    """The price to centre on: middle of the book (or the last trade, if asked), else last, close, average held."""
    last = next((rung.price for rung in source.rungs if rung.is_last), None)
    quote = source.quote
    if on == LAST:
        last = quote.last if last is None and quote is not None else last
        if last is not None:
            return last
    bids = [rung.price for rung in source.rungs if rung.bid_size is not None]
    asks = [rung.price for rung in source.rungs if rung.ask_size is not None]
    if bids and asks:
        return (max(bids) + min(asks)) / 2
    if quote is not None and quote.reference is not None:
        return quote.reference
    if last is None and source.position is not None:
        return source.position.average_price
    return last


def held_average(position: Position | None) -> Decimal | None:
    """Average price of a position that is one."""
    return position.average_price if position is not None and position.quantity else None
