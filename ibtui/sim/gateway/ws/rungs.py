"""The rows of the price ladder: which prices have one, and what it says ("Price Ladder Response")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ibtui.sim.gateway.deepbook import DeepBook
from ibtui.sim.gateway.ladderforms import LadderForm
from ibtui.sim.gateway.wire import Fields

MARGIN = 10
"""Empty ticks above and below the book."""
MOST_ROWS = 81


@dataclass(slots=True)
class Window:
    """The prices of a ladder, highest first; it is placed anew only when the market has left its middle."""

    step: Decimal
    top: Decimal = Decimal(0)
    count: int = 0

    def follow(self, book: DeepBook) -> None:
        """Keep the market inside."""
        step = self.step
        middle = (book.quote.mark / step).to_integral_value() * step
        if self.count and abs(self.top - step * (self.count // 2) - middle) < step * MARGIN:
            return
        prices = [level.price for side in (book.bids, book.asks) for level in side]
        reach = max((int(abs(price - middle) / step) for price in prices), default=0) + MARGIN
        half = min(MOST_ROWS // 2, max(reach, MARGIN))
        self.top, self.count = middle + step * half, 2 * half + 1

    def prices(self, *, ascending: bool) -> list[Decimal]:
        """In the order of the rows."""
        found = [self.top - self.step * number for number in range(self.count)]
        return found[::-1] if ascending else found


def rungs(book: DeepBook, window: Window, form: LadderForm, traded: Mapping[Decimal, Decimal]) -> list[Fields]:
    """One row for each price of the window, numbered from 0; `traded` is the size of the last trade at a price."""
    bids = {level.price: level.size for level in book.bids}
    asks = {level.price: level.size for level in book.asks}
    last, rows = book.quote.last, list[Fields]()
    for price in window.prices(ascending=form.ascending):
        bid, ask = bids.get(price), asks.get(price)
        if not form.every_tick and bid is None and ask is None and price != last:
            continue
        row: Fields = {"row": len(rows), "focus": int(price == last), "price": form.price(price, window.step)}
        if price == last:
            row["price"] = form.trade(book.quote.last_size, price, window.step)
        elif form.traded and price in traded:
            row["price"] = form.trade(traded[price], price, window.step)
        rows.append(row | _sides(bid, ask, form))
    return rows


def _sides(bid: Decimal | None, ask: Decimal | None, form: LadderForm) -> Fields:
    sides: Fields = {name: form.size(size) for name, size in (("bid", bid), ("ask", ask)) if size is not None}
    return {"bid": "", "ask": ""} | sides | {"mm": ""} if form.blank else sides
