"""The price ladder as a value: a fixed axis of prices, and on it depth, last trade, own orders and position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Final

from ibtui.domain.account import Position
from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.market import Ladder, Quote, Rung
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import Side
from ibtui.ui.formatting import digits_of, increment_digits, price, quantity
from ibtui.ui.order_words import type_word
from ibtui.ui.watch_view import order_price

FALLBACK_INCREMENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class OwnOrders:
    """Own working orders of one side at one price."""

    quantity: Decimal
    """Remaining, of all of them."""
    count: int
    word: str
    """Order type."""
    status: str
    """The status of the newest."""
    is_sure: bool = True
    """Whether the exchange has it, as far as is known."""


@dataclass(frozen=True, slots=True)
class LadderRow:
    """One tick of the axis; rows are compared to find the lines to repaint."""

    price: Decimal
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


@dataclass(frozen=True, slots=True)
class LadderView:
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


@dataclass(frozen=True, slots=True)
class LadderInput:
    """What a ladder is made of; the pieces are the store's own values."""

    conid: int
    quote: Quote | None = None
    ladder: Ladder | None = None
    rules: ContractRules | None = None
    orders: tuple[LiveOrder, ...] = ()
    position: Position | None = None
    rungs: tuple[Rung, ...] = field(init=False, default=())
    from_quote: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        own = self.ladder if self.ladder is not None and self.ladder.conid == self.conid else None
        deep = own is not None and bool(own.rungs) and not own.error
        object.__setattr__(self, "from_quote", not deep)
        object.__setattr__(self, "rungs", own.rungs if own is not None and deep else top_of_book(self.quote))


def top_of_book(quote: Quote | None) -> tuple[Rung, ...]:
    """The two or three rungs a quote knows."""
    if quote is None:
        return ()
    rungs = []
    if quote.ask is not None:
        rungs.append(Rung(quote.ask, ask_size=quote.ask_size))
    if quote.last is not None:
        rungs.append(Rung(quote.last, is_last=True, last_size=quote.last_size))
    if quote.bid is not None:
        rungs.append(Rung(quote.bid, bid_size=quote.bid_size))
    return tuple(rungs)


def grid_rules(conid: int, rules: ContractRules | None, rungs: Sequence[Rung], quote: Quote | None) -> ContractRules:
    """The contract's own rules, or before they come a guess from the finest step seen."""
    if rules is not None and rules.steps:
        return rules
    prices = sorted({rung.price for rung in rungs})
    steps = [upper - lower for lower, upper in pairwise(prices)]
    told = [value for value in (quote.last, quote.bid, quote.ask) if value is not None] if quote is not None else []
    finest = Decimal(1).scaleb(-max((digits_of(value) for value in told), default=2))
    increment = min([*steps, finest] if len(prices) < 3 else steps, default=FALLBACK_INCREMENT)
    return ContractRules(conid, True, (PriceStep(Decimal(0), increment),))


def market_price(source: LadderInput) -> Decimal | None:
    """The price to centre on: middle of the book, else last trade, else close, else the average price held."""
    bids = [rung.price for rung in source.rungs if rung.bid_size is not None]
    asks = [rung.price for rung in source.rungs if rung.ask_size is not None]
    if bids and asks:
        return (max(bids) + min(asks)) / 2
    if source.quote is not None and source.quote.reference is not None:
        return source.quote.reference
    last = next((rung.price for rung in source.rungs if rung.is_last), None)
    if last is None and source.position is not None:
        return source.position.average_price
    return last


def best_prices(rungs: Iterable[Rung]) -> tuple[Decimal | None, Decimal | None]:
    """(best bid, best ask) of the rungs."""
    bids = [rung.price for rung in rungs if rung.bid_size]
    asks = [rung.price for rung in rungs if rung.ask_size]
    return (max(bids) if bids else None), (min(asks) if asks else None)


def axis(rules: ContractRules, centre: Decimal, height: int) -> tuple[Decimal, ...]:
    """`height` prices around `centre`, highest first, each one tick from the next."""
    if height <= 0:
        return ()
    start = rules.nearest(centre)
    above = [start]
    for _ in range(height // 2):
        above.append(rules.moved(above[-1], 1))
    below: list[Decimal] = []
    for _ in range(height - len(above)):
        below.append(rules.moved(below[-1] if below else start, -1))
    return (*reversed(above), *below)[:height]


def ticks_between(rules: ContractRules, lower: Decimal, upper: Decimal) -> int:
    """Whole ticks from `lower` up to `upper` at the step that holds at `lower`, about right across steps."""
    step = rules.increment_at(lower)
    return int((upper - lower) / step) if step else 0


def own_orders(orders: Iterable[LiveOrder], side: Side) -> dict[Decimal, OwnOrders]:
    """Own working orders of one side by price; those without a price have no place on a ladder."""
    found: dict[Decimal, OwnOrders] = {}
    for order in orders:
        at = order_price(order)
        if order.side is not side or at is None or not order.is_working:
            continue
        left = order.remaining if order.remaining is not None else order.quantity or Decimal(0)
        sure = order.status.value in ("Submitted", "PreSubmitted")
        before = found.get(at)
        if before is None:
            found[at] = OwnOrders(left, 1, type_word(order.order_type), order.status.value, sure)
        else:
            total, count = before.quantity + left, before.count + 1
            found[at] = OwnOrders(total, count, before.word, before.status, before.is_sure and sure)
    return found


@dataclass(frozen=True, slots=True)
class _Marks:
    """What lies on the axis, by price on the grid."""

    book: Mapping[Decimal, Rung]
    buys: Mapping[Decimal, OwnOrders]
    sells: Mapping[Decimal, OwnOrders]
    bid: Decimal | None
    ask: Decimal | None
    average: Decimal | None
    direction: int
    position: Position | None

    def zone(self, at: Decimal) -> int:
        """−1 at or below the best bid, 1 at or above the best ask."""
        if self.bid is not None and at <= self.bid:
            return -1
        return 1 if self.ask is not None and at >= self.ask else 0

    def row(self, at: Decimal, largest: Decimal, cursor: Decimal | None) -> LadderRow:
        """The row of one price."""
        rung = self.book.get(at, Rung(at))
        return LadderRow(
            price=at,
            bid_size=rung.bid_size,
            ask_size=rung.ask_size,
            bid_bar=_share(rung.bid_size, largest),
            ask_bar=_share(rung.ask_size, largest),
            zone=self.zone(at),
            is_best=at in (self.bid, self.ask),
            is_last=rung.is_last,
            last_size=rung.last_size if rung.is_last else None,
            direction=self.direction if rung.is_last else 0,
            buys=self.buys.get(at),
            sells=self.sells.get(at),
            is_average=at == self.average,
            pnl=_pnl(self.position, at),
            is_cursor=at == cursor,
        )


def ladder_view(
    source: LadderInput, rules: ContractRules, prices: Sequence[Decimal], cursor: Decimal | None
) -> LadderView:
    """The view of `source` on the axis `prices` (highest first)."""
    digits = _digits(rules, prices)
    if not prices:
        return LadderView(digits=digits, from_quote=source.from_quote)
    buys, sells = own_orders(source.orders, Side.BUY), own_orders(source.orders, Side.SELL)
    bid, ask = best_prices(source.rungs)
    average = _held_average(source.position)
    marks = _Marks(
        book=_snapped(source.rungs, rules),
        buys={rules.nearest(at): own for at, own in buys.items()},
        sells={rules.nearest(at): own for at, own in sells.items()},
        bid=bid,
        ask=ask,
        average=rules.nearest(average) if average is not None else None,
        direction=source.quote.direction if source.quote is not None else 0,
        position=source.position,
    )
    seen = [marks.book[at] for at in prices if at in marks.book]
    largest = max([rung.bid_size or rung.ask_size or Decimal(0) for rung in seen], default=Decimal(0)) or Decimal(1)
    own = [*buys.items(), *sells.items()]
    return LadderView(
        rows=tuple(marks.row(at, largest, cursor) for at in prices),
        above=_edge(source, rules, own, prices[0], up=True, digits=digits),
        below=_edge(source, rules, own, prices[-1], up=False, digits=digits),
        digits=digits,
        from_quote=source.from_quote,
        bid_total=sum((rung.bid_size or Decimal(0) for rung in source.rungs), Decimal(0)),
        ask_total=sum((rung.ask_size or Decimal(0) for rung in source.rungs), Decimal(0)),
    )


def _digits(rules: ContractRules, prices: Sequence[Decimal]) -> int:
    step = rules.increment_at(prices[0] if prices else Decimal(0)) or FALLBACK_INCREMENT
    return increment_digits(step)


def _snapped(rungs: Iterable[Rung], rules: ContractRules) -> Mapping[Decimal, Rung]:
    """Rungs by their price on the grid; two that meet there are added up."""
    found: dict[Decimal, Rung] = {}
    for rung in rungs:
        at = rules.nearest(rung.price)
        before = found.get(at)
        if before is None:
            found[at] = rung
            continue
        found[at] = Rung(
            at,
            _added(before.bid_size, rung.bid_size),
            _added(before.ask_size, rung.ask_size),
            before.is_last or rung.is_last,
            rung.last_size if rung.is_last else before.last_size,
        )
    return found


def _added(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return one if other is None else other if one is None else one + other


def _share(size: Decimal | None, largest: Decimal) -> float:
    return round(float(size / largest), 2) if size else 0.0


def _held_average(position: Position | None) -> Decimal | None:
    return position.average_price if position is not None and position.quantity else None


def _pnl(position: Position | None, at: Decimal) -> Decimal | None:
    average = _held_average(position)
    if position is None or average is None:
        return None
    return (at - average) * position.quantity * position.multiplier


def _edge(
    source: LadderInput,
    rules: ContractRules,
    own: Sequence[tuple[Decimal, OwnOrders]],
    edge: Decimal,
    *,
    up: bool,
    digits: int,
) -> str:
    """What lies beyond the edge row: own orders nearest first, the market, the average price."""

    def beyond(at: Decimal | None) -> bool:
        return at is not None and (at > edge if up else at < edge)

    word = "above" if up else "below"
    parts = []
    away = sorted(((at, orders) for at, orders in own if beyond(at)), key=lambda pair: pair[0], reverse=not up)
    for at, orders in away[:2]:
        ticks = ticks_between(rules, min(at, edge), max(at, edge))
        parts.append(f"{orders.word} {quantity(orders.quantity)} @ {price(at, digits)} ({ticks} {word})")
    if len(away) > 2:
        parts.append(f"{len(away) - 2} more")
    market = market_price(source)
    if market is not None and beyond(market):
        parts.append(f"market {price(rules.nearest(market), digits)}")
    average = _held_average(source.position)
    if average is not None and beyond(average):
        parts.append(f"avg {price(average, digits)}")
    return f"{'↑' if up else '↓'} {' · '.join(parts)}" if parts else ""
