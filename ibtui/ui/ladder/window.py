"""Which part of the price axis is in sight, and the cursor that stays on its price."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.contracts import ContractRules
from ibtui.ui.ladder.axis import GROUPINGS, Axis, grid_rules
from ibtui.ui.ladder.marks import looked_at
from ibtui.ui.ladder.rows import Sheet
from ibtui.ui.ladder.source import ladder_input, ladder_is_stale
from ibtui.ui.ladder.view import MID, LadderInput, LadderView, Looked, best_prices, market_price

__all__ = ["LadderWindow", "ladder_input", "ladder_is_stale"]


class LadderWindow:
    """A window on the axis: it moves when the cursor leaves it, on request, or (`follows`) with the market.

    The cursor is a price. It moves by rows on request only, and may be out of sight: a window that goes with the
    market leaves it where it is.
    """

    def __init__(
        self, *, follows: bool = False, has_cursor: bool = True, grouping: int = 1, recentre: str = MID
    ) -> None:
        self.conid = 0
        self.cursor: Decimal | None = None
        self.follows = follows
        """Whether the window goes with the market when that nears its edge."""
        self.recentre = recentre
        """What it is centred on, `MID` or `LAST`."""
        self.is_held = False
        """Whether it must not be centred; so it is too while the source has orders grabbed."""
        self._has_cursor = has_cursor
        self._grouping = grouping
        self._anchor: Decimal | None = None
        """A price in the middle row."""
        self._axis = Axis(ContractRules(0, True))
        self._height = 0
        self._source = LadderInput(0)
        self._sheet = Sheet()
        self._looked: Looked = {}
        self._looked_of: tuple[str, bool] | None = None
        """Exchange, and whether it was a mere top of book, of the sizes looked at."""

    @property
    def rules(self) -> ContractRules:
        """The grid of the axis."""
        return self._axis.rules

    @property
    def axis(self) -> Axis:
        """The rows of the grid."""
        return self._axis

    @property
    def source(self) -> LadderInput:
        """What the newest view was made of: what is on screen."""
        return self._source

    @property
    def grouping(self) -> int:
        """Ticks per row."""
        return self._grouping

    @property
    def prices(self) -> tuple[Decimal, ...]:
        """The prices of the rows in sight, highest first."""
        return () if self._anchor is None else self._axis.prices(self._top, self._height)

    @property
    def looked(self) -> Looked:
        """The sizes that changes are counted from."""
        return self._looked

    def point(self, conid: int) -> None:
        """Look at another instrument; cursor, window and grid start anew."""
        if conid != self.conid:
            self.conid, self.cursor, self._anchor, self.is_held = conid, None, None, False
            self._source, self._looked, self._looked_of = LadderInput(conid), {}, None
            self._axis = Axis(ContractRules(conid, True), self._grouping)

    def view(self, source: LadderInput, height: int) -> LadderView:
        """The view of the newest state; the window stays where it is unless something made it move."""
        self._take_looks(source)
        self._source = source if source.looked else replace(source, looked=self._looked)
        self._height = height
        self._lay_axis(source)
        middle = market_price(source, self.recentre)
        if self._anchor is None:
            if middle is None:
                return LadderView(from_quote=source.from_quote, grouping=self._grouping)
            self._anchor = self._axis.floor(middle)
            self.cursor = self._anchor if self._has_cursor else None
        elif self.follows and middle is not None and not self._holds and not self._is_central(middle):
            self._anchor = middle
        return self._sheet.view(self._source, self._axis, self._top, height, self.cursor)

    def centre(self, on: str | None = None) -> bool:
        """Bring the market to the middle, and the cursor with it; False while that must not be."""
        middle = market_price(self._source, on or self.recentre)
        if middle is None or self._anchor is None or self._holds:
            return False
        self._anchor = self._axis.floor(middle)
        self.cursor = self._anchor if self._has_cursor else None
        return True

    def look(self) -> None:
        """Count the changes of sizes from now on."""
        self._looked = looked_at(self._source.rungs)
        self._looked_of = _book_of(self._source)

    def group(self, grouping: int) -> None:
        """Show so many ticks in a row; the cursor goes to the price of the row it is in."""
        self._grouping = grouping
        self._lay_axis(self._source)

    def next_grouping(self) -> int:
        """Show the next number of ticks in a row; gives it."""
        place = GROUPINGS.index(self._grouping) + 1 if self._grouping in GROUPINGS else 0
        self.group(GROUPINGS[place % len(GROUPINGS)])
        return self._grouping

    def move(self, rows: int) -> None:
        """Move the cursor by rows, up is positive."""
        if self.cursor is not None:
            self.place(self._axis.moved(self.cursor, rows))

    def page(self, pages: int) -> None:
        """Move cursor and window by nearly a window; a window that goes with the market stays with it."""
        if self.cursor is not None and self._anchor is not None:
            rows = pages * max(1, self._height - 2)
            self.cursor = self._axis.moved(self.cursor, rows)
            self._shift(self._axis.moved(self._anchor, rows))

    def place(self, price: Decimal) -> None:
        """Put the cursor on the row of a price, and bring it in sight."""
        self.cursor = self._axis.floor(price)
        self.reveal(self.cursor)

    def reveal(self, price: Decimal) -> None:
        """Move the window just far enough to see a price, not the cursor; not away from a market it goes with."""
        if self._anchor is None or not self._height:
            return
        row, top, bottom = self._axis.row_of(price), self._top, self._top - self._height + 1
        rows = row - top if row > top else min(0, row - bottom)
        anchor = self._axis.moved(self._anchor, rows) if abs(rows) <= self._height else self._axis.floor(price)
        self._shift(anchor)

    def best(self, side: str) -> Decimal | None:
        """Best bid or ask of what is on screen."""
        bid, ask = best_prices(self._source.rungs)
        return bid if side == "bid" else ask

    @property
    def _holds(self) -> bool:
        return self.is_held or self._source.grab is not None

    @property
    def _top(self) -> int:
        """Number of the top row."""
        return (self._axis.row_of(self._anchor) if self._anchor is not None else 0) + self._height // 2

    def _shift(self, anchor: Decimal) -> None:
        """Put another price in the middle, unless that leaves a market the window would go back to at once."""
        before, self._anchor = self._anchor, anchor
        middle = market_price(self._source, self.recentre)
        if self.follows and not self._holds and middle is not None and not self._is_central(middle):
            self._anchor = before

    def _is_central(self, price: Decimal) -> bool:
        row, margin = self._axis.row_of(price), self._height // 4
        return self._top - self._height + 1 + margin <= row <= self._top - margin

    def _lay_axis(self, source: LadderInput) -> None:
        """Take another grid when its rules or its rows have changed; a guessed grid becomes finer only."""
        if source.rules is self._axis.rules and self._axis.grouping == self._grouping:
            return
        rules, known = grid_rules(source.conid, source.rules, source.rungs, source.quote), self._axis.rules
        if rules is not source.rules and known.steps:
            rules = min(known, rules, key=lambda one: one.steps[0].increment)
        if rules == known and self._axis.grouping == self._grouping:
            return
        self._axis = Axis(rules, self._grouping)
        self.cursor = self._axis.floor(self.cursor) if self.cursor is not None else None

    def _take_looks(self, source: LadderInput) -> None:
        """The first sizes seen of a book are looked at by themselves."""
        if source.rungs and self._looked_of != _book_of(source):
            self._looked, self._looked_of = looked_at(source.rungs), _book_of(source)


def _book_of(source: LadderInput) -> tuple[str, bool]:
    return (source.ladder.exchange if source.ladder is not None else "", source.from_quote)
