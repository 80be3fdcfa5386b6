"""Order flow: what was traded at each price, and by whom, as far as top-of-book frames tell it.

The Web API has no time and sales. A frame of `smd`, at most two in a second, tells the last price, the size of the
last trade and the volume of the day (fields 31, 7059, 7762), and a quote each side. So what is known of one frame is
one trade for sure, its price and its size; its side is inferred; what the day's volume grew by beyond it was traded
since the frame before, of which neither the price of each trade nor its side can be known: it is counted at the last
price, without a side. What was traded unseen (before the ladder was shown, while the stream was away or silent) is
counted at no price.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct, field

NOTHING = Decimal(0)
PRINTS_KEPT = 200
"""Newest prints of one instrument that are remembered."""
PRICES_KEPT = 2_000
"""Prices of one instrument that are remembered, those traded at most recently."""


class Aggressor(StrEnum):
    """Whose order took the other's: inferred, the gateway does not tell it."""

    BUY = "buy"
    SELL = "sell"
    UNKNOWN = "unknown"


class Print(Struct, frozen=True):
    """A trade, or several of one moment, at one price."""

    price: Decimal
    size: Decimal
    aggressor: Aggressor
    received: float
    """Monotonic seconds of the frame that told of it."""


class Traded(Struct, frozen=True):
    """What was traded at a price, by the side that took."""

    bought: Decimal = NOTHING
    sold: Decimal = NOTHING
    unsided: Decimal = NOTHING

    @property
    def total(self) -> Decimal:
        """All of it."""
        return self.bought + self.sold + self.unsided

    def plus(self, size: Decimal, aggressor: Aggressor) -> Traded:
        """With a print more."""
        if aggressor is Aggressor.BUY:
            return Traded(self.bought + size, self.sold, self.unsided)
        if aggressor is Aggressor.SELL:
            return Traded(self.bought, self.sold + size, self.unsided)
        return Traded(self.bought, self.sold, self.unsided + size)


class Flow(Struct, frozen=True):
    """What was seen to trade in one instrument since it was first on a ladder (or since its day began)."""

    conid: int
    since: float
    """Monotonic seconds from when on trades are counted."""
    at: Mapping[Decimal, Traded] = field(default_factory=dict)
    """By price; at most `PRICES_KEPT`."""
    prints: tuple[Print, ...] = ()
    """Newest last, at most `PRINTS_KEPT`."""
    unplaced: Decimal = NOTHING
    """What the day's volume grew by unseen since then, so that its price is not known."""


class Top(Struct, frozen=True):
    """What one moment of an instrument tells about trades; None is "not told"."""

    last: Decimal | None = None
    last_size: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None


def traded_since(flow: Flow, now: float, seconds: float) -> Mapping[Decimal, Traded]:
    """What was traded in the last `seconds`, by price; of the prints remembered, so it may be less than all."""
    found: dict[Decimal, Traded] = {}
    for told in reversed(flow.prints):
        if told.received < now - seconds:
            break
        found[told.price] = found.get(told.price, Traded()).plus(told.size, told.aggressor)
    return found


def aggressor_of(price: Decimal, before: Top, direction: int) -> Aggressor:
    """Who took, of a trade at `price`.

    By the quote that stood before it: at or above the ask a buyer, at or below the bid a seller. Between them, or
    with no quote, by the tick rule: `direction` is the sign of the newest change of the price, this trade's included.
    """
    lifts = before.ask is not None and price >= before.ask
    hits = before.bid is not None and price <= before.bid
    if lifts != hits:
        return Aggressor.BUY if lifts else Aggressor.SELL
    if direction:
        return Aggressor.BUY if direction > 0 else Aggressor.SELL
    return Aggressor.UNKNOWN


def prints_of(
    before: Top, after: Top, direction: int, growth: Decimal | None, received: float
) -> tuple[tuple[Print, ...], Decimal]:
    """What one frame tells to have traded: the trade that is sure, then what went with it.

    `growth` is what the day's volume grew by since the frame before, None where it is not told: then a trade is seen
    only by another last price or size. Gives the prints and what they leave of the growth, which has no price.
    """
    if after.last is None:
        return (), growth or NOTHING
    sure = after.last_size if after.last_size is not None and after.last_size > 0 else None
    side = aggressor_of(after.last, before, direction)
    if not growth:
        is_new = before.last is not None and (after.last, after.last_size) != (before.last, before.last_size)
        return ((Print(after.last, sure, side, received),) if is_new and sure is not None else ()), NOTHING
    size = growth if sure is None else min(sure, growth)
    first = Print(after.last, size, side, received)
    rest = growth - size
    return ((first, Print(after.last, rest, Aggressor.UNKNOWN, received)) if rest else (first,)), NOTHING
