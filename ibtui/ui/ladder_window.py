"""Which part of the price axis is in sight, and the cursor that stays on its price."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.contracts import ContractRules
from ibtui.domain.session import Light
from ibtui.store import Store
from ibtui.ui.belief import belief
from ibtui.ui.ladder_view import (
    LadderInput,
    LadderView,
    axis,
    best_prices,
    grid_rules,
    ladder_view,
    market_price,
)
from ibtui.ui.watch_view import working


def ladder_input(store: Store, conid: int) -> LadderInput:
    """Everything the store knows that belongs on the ladder of this instrument."""
    market, account = store.market, store.money.account
    return LadderInput(
        conid,
        quote=market.quotes.get(conid),
        ladder=market.ladder,
        rules=market.rules.get((conid, True)) or market.rules.get((conid, False)),
        orders=tuple(working(store, conid)),
        position=store.money.positions.get((account, conid)),
    )


def ladder_is_stale(store: Store, source: LadderInput, now: float) -> bool:
    """Whether the ladder must not be believed: its stream, or the quote it is made from, is silent."""
    if store.health.stream is not Light.ON:
        return True
    if source.from_quote:
        return belief(source.quote, store.health, now).is_stale
    return source.ladder is None or not source.ladder.received


class LadderWindow:
    """A fixed window on the axis: it moves when the cursor leaves it, on request, or (`follows`) with the market."""

    def __init__(self, *, follows: bool = False) -> None:
        self.conid = 0
        self.cursor: Decimal | None = None
        self._follows = follows
        self._anchor: Decimal | None = None
        """The price in the middle row."""
        self._rules = ContractRules(0, True)
        self._height = 0
        self._source = LadderInput(0)
        self._prices: tuple[Decimal, ...] = ()

    @property
    def rules(self) -> ContractRules:
        """The grid of the axis."""
        return self._rules

    @property
    def prices(self) -> tuple[Decimal, ...]:
        """The prices in sight, highest first."""
        return self._prices

    def point(self, conid: int) -> None:
        """Look at another instrument; cursor and window start anew."""
        if conid != self.conid:
            self.conid, self.cursor, self._anchor, self._prices = conid, None, None, ()

    def view(self, source: LadderInput, height: int) -> LadderView:
        """The view of the newest state; the window stays where it is unless something made it move."""
        self._source = source
        rules = grid_rules(source.conid, source.rules, source.rungs, source.quote)
        middle = market_price(source)
        if self._anchor is None and middle is not None:
            self._anchor = rules.nearest(middle)
            self.cursor = None if self._follows else self._anchor
        if self._anchor is None:
            return LadderView(from_quote=source.from_quote)
        if rules != self._rules or height != self._height or not self._prices:
            self._rules, self._height = rules, height
            self.cursor = rules.nearest(self.cursor) if self.cursor is not None else None
            self._lay(self._anchor)
        if self._follows and middle is not None and not self._is_central(middle):
            self._lay(rules.nearest(middle))
        return ladder_view(source, rules, self._prices, self.cursor)

    def centre(self) -> None:
        """Bring the market to the middle, and the cursor with it."""
        middle = market_price(self._source)
        if middle is not None and self._anchor is not None:
            self.cursor = self._rules.nearest(middle)
            self._lay(self.cursor)

    def move(self, ticks: int) -> None:
        """Move the cursor by ticks, up is positive."""
        if self.cursor is not None:
            self.place(self._rules.moved(self.cursor, ticks))

    def page(self, pages: int) -> None:
        """Move cursor and window by nearly a window."""
        if self.cursor is not None and self._anchor is not None:
            ticks = pages * max(1, self._height - 2)
            self.cursor = self._rules.moved(self.cursor, ticks)
            self._lay(self._rules.moved(self._anchor, ticks))

    def place(self, price: Decimal) -> None:
        """Put the cursor on a price, moving the window just far enough to see it."""
        self.cursor = self._rules.nearest(price)
        if self._anchor is None or not self._prices:
            return
        guard = 0
        while self.cursor > self._prices[0] and guard < self._height:
            self._lay(self._rules.moved(self._anchor, 1))
            guard += 1
        while self.cursor < self._prices[-1] and guard < self._height:
            self._lay(self._rules.moved(self._anchor, -1))
            guard += 1
        if not self._prices[-1] <= self.cursor <= self._prices[0]:
            self._lay(self.cursor)

    def best(self, side: str) -> Decimal | None:
        """Best bid or ask in the newest state."""
        bid, ask = best_prices(self._source.rungs)
        return bid if side == "bid" else ask

    def _is_central(self, price: Decimal) -> bool:
        margin = len(self._prices) // 4
        return self._prices[-1 - margin] <= price <= self._prices[margin]

    def _lay(self, anchor: Decimal) -> None:
        self._anchor = anchor
        self._prices = axis(self._rules, anchor, self._height)
