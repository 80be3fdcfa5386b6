"""The axis of prices as numbered rows: a row is a band of ticks, whichever step holds at its price."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.market import Quote, Rung
from ibtui.ui.formatting import digits_of, increment_digits

FALLBACK_INCREMENT: Final = Decimal("0.01")
GROUPINGS: Final = (1, 2, 5, 10)
"""Ticks per row to choose from."""
REMEMBERED: Final = 10_000
"""Prices whose rows are remembered; more than a day's flow and book have."""


def grid_rules(conid: int, rules: ContractRules | None, rungs: Sequence[Rung], quote: Quote | None) -> ContractRules:
    """The contract's own rules, or before they come a guess from the finest step seen."""
    if rules is not None and rules.steps and all(step.increment > 0 for step in rules.steps):
        return rules
    prices = sorted({rung.price for rung in rungs})
    steps = [upper - lower for lower, upper in pairwise(prices)]
    told = [value for value in (quote.last, quote.bid, quote.ask) if value is not None] if quote is not None else []
    finest = Decimal(1).scaleb(-max((digits_of(value) for value in told), default=2))
    increment = min([*steps, finest] if len(prices) < 3 else steps, default=FALLBACK_INCREMENT)
    return ContractRules(conid, True, (PriceStep(Decimal(0), increment),))


class _Reach(NamedTuple):
    """A stretch of the axis with one step, upwards from `low`."""

    low: Decimal | None
    """Its lowest price on the grid; None where it has no lower end."""
    step: Decimal
    ticks: int
    """Number of the tick at `low`, or of the price 0 where there is no lower end."""
    rows: int
    """Number of the row that holds `low`, likewise."""


class Axis:
    """Rows of `grouping` ticks each, numbered upwards; the lowest tick of a row is a multiple of so many ticks.

    Where the step changes with the price a row ends at the change. Below zero the steps are those of the same
    distance above it, as `ContractRules.increment_at` has it.
    """

    def __init__(self, rules: ContractRules, grouping: int = 1) -> None:
        self.rules = rules
        self.grouping = grouping
        self._reaches = _reaches(rules, grouping)
        self._rows: dict[Decimal, int] = {}
        self._prices: dict[int, Decimal] = {}

    def row_of(self, price: Decimal) -> int:
        """Number of the row that holds `price`; one off the grid belongs to the nearest tick."""
        row = self._rows.get(price)
        if row is None:
            if len(self._rows) >= REMEMBERED:
                self._rows.clear()
            tick = self.rules.nearest(price)
            low, step, _, start = self._reach_of(tick)
            row = self._rows[price] = start + _floor(tick, step * self.grouping) - _first(low, step * self.grouping)
        return row

    def price_of(self, row: int) -> Decimal:
        """The price of a row: its lowest tick."""
        price = self._prices.get(row)
        if price is None:
            if len(self._prices) >= REMEMBERED:
                self._prices.clear()
            reach = next((reach for reach in reversed(self._reaches) if row >= reach.rows), self._reaches[0])
            width = reach.step * self.grouping
            price = (row - reach.rows + _first(reach.low, width)) * width
            price = self._prices[row] = price if reach.low is None else max(price, reach.low)
        return price

    def floor(self, price: Decimal) -> Decimal:
        """The price of the row that holds `price`."""
        return self.price_of(self.row_of(price))

    def moved(self, price: Decimal, rows: int) -> Decimal:
        """The price of the row so many rows above that of `price`."""
        return self.price_of(self.row_of(price) + rows)

    def ticks_between(self, lower: Decimal, upper: Decimal) -> int:
        """Whole ticks from `lower` up to `upper`, each at the step that holds there."""
        return self._tick_of(upper) - self._tick_of(lower)

    def prices(self, top: int, height: int) -> tuple[Decimal, ...]:
        """The prices of `height` rows from row `top` downwards."""
        # a list, see `direct.paint`
        return tuple([self.price_of(row) for row in range(top, top - height, -1)])

    def digits(self, *prices: Decimal) -> int:
        """Digits after the point that the grid needs at these prices."""
        steps = [self.rules.increment_at(price) or FALLBACK_INCREMENT for price in prices]
        return max((increment_digits(step) for step in steps), default=increment_digits(self._reaches[-1].step))

    def _tick_of(self, price: Decimal) -> int:
        tick = self.rules.nearest(price)
        low, step, start, _ = self._reach_of(tick)
        return start + _floor(tick, step) - _first(low, step)

    def _reach_of(self, price: Decimal) -> _Reach:
        return next((r for r in reversed(self._reaches) if r.low is None or price >= r.low), self._reaches[0])


def _reaches(rules: ContractRules, grouping: int) -> tuple[_Reach, ...]:
    """The stretches from the lowest price to the highest; neighbours of one step are one."""
    found: list[_Reach] = []
    for low, step in _bounds(rules):
        if low is None:
            found.append(_Reach(None, step, 0, 0))
            continue
        before = found[-1]
        last = _last_below(low, before.step)
        ticks = before.ticks + _floor(last, before.step) - _first(before.low, before.step) + 1
        width = before.step * grouping
        rows = before.rows + _floor(last, width) - _first(before.low, width) + 1
        found.append(_Reach(low, step, ticks, rows))
    return tuple(found)


def _bounds(rules: ContractRules) -> list[tuple[Decimal | None, Decimal]]:
    """(lowest price on the grid, step) of each stretch, found; the first has no lowest price."""
    steps = rules.steps or (PriceStep(Decimal(0), FALLBACK_INCREMENT),)
    found: list[tuple[Decimal | None, Decimal]] = [(None, steps[-1].increment)]
    for place in range(len(steps) - 1, 0, -1):
        edge, step = -steps[place].lower_edge, steps[place - 1].increment
        found.append((_first_above(edge, step), step))
    found += [(_ceiling(step.lower_edge, step.increment), step.increment) for step in steps[1:]]
    return found


def _first_above(edge: Decimal, step: Decimal) -> Decimal:
    """The lowest multiple of `step` above `edge`: at the edge itself the step below it still holds."""
    price = _ceiling(edge, step)
    return price + step if price == edge else price


def _ceiling(price: Decimal, step: Decimal) -> Decimal:
    return (price / step).to_integral_value(rounding=ROUND_CEILING) * step


def _last_below(price: Decimal, step: Decimal) -> Decimal:
    """The highest multiple of `step` below `price`."""
    return _ceiling(price, step) - step


def _floor(price: Decimal, width: Decimal) -> int:
    """How many whole widths lie below `price`, from 0."""
    return int((price / width).to_integral_value(rounding=ROUND_FLOOR))


def _first(low: Decimal | None, width: Decimal) -> int:
    return 0 if low is None else _floor(low, width)
