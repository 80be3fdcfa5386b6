"""Combinations: several contracts bought and sold together at one net price ("Combo / Spread Orders")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ibtui.sim.exchange.book import Book
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.sessions import Phase
from ibtui.sim.exchange.terms import Leg

_QUIETEST = (Phase.CLOSED, Phase.EXTENDED, Phase.REGULAR)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the legs' best prices offer together."""

    ticks: int
    """Net price of one combination."""
    units: int
    """Combinations to be had at it."""


class ComboMarket(Market):
    """The legs' markets seen as one; it has no book of its own, prices are sums of leg price × ratio."""

    def __init__(self, conid: int, legs: Sequence[tuple[Market, int]]) -> None:
        first = legs[0][0].instrument
        markets = [market for market, _ in legs]
        self.legs = legs
        self.instrument = replace(
            first,
            conid=conid,
            symbol=first.symbol,
            name="/".join(market.instrument.symbol for market in markets),
            sec_type="BAG",
            exchange="SMART" if first.sec_type == "STK" else first.exchange,
            increment=min(market.instrument.increment for market in markets),
            size_increment=Decimal(1),
            local_symbol="/".join(_named(market, ratio) for market, ratio in legs),
            expiry="",
            stock_type="",
        )
        self.book: Book[Order] = Book()
        self.stops: list[Order] = []
        self.pegs: list[Order] = []
        self.waiting: list[Order] = []
        self.combos: list[ComboMarket] = []
        self.phase = self.quietest()
        self.follow_legs()
        for market in markets:
            market.combos.append(self)

    def follow_legs(self) -> None:
        """Be halted while a leg is."""
        self.halted = any(market.halted for market, _ in self.legs)

    def quietest(self) -> Phase:
        """Give the phase of the leg that trades least."""
        return next(phase for phase in _QUIETEST if any(market.phase is phase for market, _ in self.legs))

    def offer(self, buy: bool) -> Offer | None:
        """Give the net price at which the next combinations can be had, None while a leg has no price or is halted."""
        if self.halted:
            return None
        total, units = Decimal(0), []
        for market, ratio in self.legs:
            side = market.book.side(not self.bought(buy, ratio))
            if side.best is None:
                return None
            total += market.price(side.best) * ratio
            units.append(side.levels[side.best].size // abs(ratio))
        return Offer(int(total / self.instrument.increment), min(units))

    def bought(self, buy: bool, ratio: int) -> bool:
        """Tell whether a leg is bought by an order of that direction."""
        return buy == (ratio > 0)

    def net_ticks(self, market: Market, ticks: int) -> int:
        """Turn a leg's ticks into the combination's."""
        return int(market.price(ticks) / self.instrument.increment)

    def mark(self) -> Decimal:
        """Give the sum of the legs' marks; it may be negative."""
        return sum((market.mark() * ratio for market, ratio in self.legs), Decimal(0))

    def last(self) -> int:
        """Give the sum of the legs' last prices."""
        total = sum((market.price(market.last()) * ratio for market, ratio in self.legs), Decimal(0))
        return int(total / self.instrument.increment)

    def moved(self) -> bool:
        """Tell that nothing moved: the legs' own markets tell it."""
        return False


def market_of_legs(markets: dict[int, Market], conid: int, legs: tuple[Leg, ...]) -> ComboMarket | None:
    """Give the market of a combination, None where a leg is not listed."""
    found = [(markets[leg.conid], leg.ratio) for leg in legs if leg.conid in markets]
    return ComboMarket(conid, found) if len(found) == len(legs) else None


def _named(market: Market, ratio: int) -> str:
    symbol = market.instrument.local_symbol or market.instrument.symbol
    return f"{ratio:+d} {symbol}"
