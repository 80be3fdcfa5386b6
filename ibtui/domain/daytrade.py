"""What the user traded today in one instrument: how much, how much of it closed something, and what that made.

A day is one of New York, from midnight to midnight: the gateway tells of no other. There the accounts' day ends, in
which "realizedPnl" is "the total profit made today through trades" ("Positions"). For a future whose session begins in
the evening that is not the trading date of its exchange.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from msgspec import Struct

from ibtui.domain.contracts import ContractRules
from ibtui.domain.orders import Execution
from ibtui.domain.tickets import Side

NEW_YORK = ZoneInfo("America/New_York")


class DayTrade(Struct, frozen=True):
    """The day's fills of one instrument taken together."""

    bought: Decimal = Decimal(0)
    sold: Decimal = Decimal(0)
    closed: Decimal | None = Decimal(0)
    """Units that lessened a holding; None where a fill does not tell its size, side or price."""
    points: Decimal | None = Decimal(0)
    """Price gained × units by what was opened and closed today, at average cost; None where something older went."""
    money: Decimal | None = Decimal(0)
    """The same in money before commissions; None also where a fill does not tell its amount."""

    def ticks(self, step: Decimal | None) -> Decimal | None:
        """Gained by each unit closed; None where that cannot be told."""
        if not self.closed or self.points is None or not step:
            return None
        return self.points / step / self.closed


class _Lot(Struct):
    """What is held at one point of the day, at its average cost; None is not known."""

    units: Decimal
    average: Decimal | None
    gained: Decimal | None = Decimal(0)
    closed: Decimal = Decimal(0)

    def trade(self, units: Decimal, price: Decimal | None) -> None:
        """Take in a fill, negative when sold; `price` of one unit, in points or in money."""
        is_closing = units * self.units < 0
        closing = min(abs(units), abs(self.units)).copy_sign(self.units) if is_closing else Decimal(0)
        if closing:
            self._close(closing, price)
        self._open(units + closing, price)

    def _close(self, units: Decimal, price: Decimal | None) -> None:
        """Give up a part of what is held, of its sign."""
        self.closed += abs(units)
        self.units -= units
        if self.gained is None or self.average is None or price is None:
            self.gained = None
        else:
            self.gained += (price - self.average) * units

    def _open(self, units: Decimal, price: Decimal | None) -> None:
        if not units:
            return
        if not self.units:
            self.average = price
        elif self.average is None or price is None:
            self.average = None
        else:
            self.average = (self.average * self.units + price * units) / (self.units + units)
        self.units += units


def day_began(now_ms: int) -> int:
    """The last midnight in New York, Unix milliseconds."""
    here = datetime.fromtimestamp(now_ms / 1000, NEW_YORK)
    return round(here.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


def of_today(executions: Iterable[Execution], now_ms: int | None) -> tuple[Execution, ...]:
    """Those made since the last midnight in New York: the list of trades goes back up to seven days.

    One that does not tell its time has just come by the stream. Without a time of day none of the others is counted.
    """
    began = day_began(now_ms) if now_ms is not None else None
    return tuple(fill for fill in executions if not fill.time_ms or (began is not None and fill.time_ms >= began))


def day_trade(executions: Iterable[Execution], held: Decimal) -> DayTrade:
    """The fills of today taken together; `held` is what they led to.

    A position that is read later than its fills makes what was held before them wrong for as long.
    """
    fills = sorted(executions, key=lambda fill: (fill.time_ms, fill.execution_id))
    sizes = {side: Decimal(0) for side in Side}
    for fill in fills:
        if fill.side is not None and fill.size is not None:
            sizes[fill.side] += fill.size
    bought, sold = sizes[Side.BUY], sizes[Side.SELL]
    if any(None in (fill.side, fill.size, fill.price) for fill in fills):
        return DayTrade(bought, sold, None, None, None)
    start = held - bought + sold
    points, money = _Lot(start, None), _Lot(start, None)
    for fill in fills:
        size = fill.size or Decimal(0)
        units = size if fill.side is Side.BUY else -size
        points.trade(units, fill.price)
        money.trade(units, abs(fill.net_amount) / size if fill.net_amount is not None and size else None)
    return DayTrade(bought, sold, points.closed, points.gained, money.gained)


def ticks_of(
    profit: Decimal | None, step: Decimal | None, multiplier: Decimal, closed: Decimal | None
) -> Decimal | None:
    """Ticks that `profit` is for each unit closed; None where that cannot be told."""
    if profit is None or not step or not multiplier or not closed:
        return None
    return profit / (step * multiplier * closed)


def step_at(rules: ContractRules, price: Decimal | None) -> Decimal | None:
    """One tick where the price is."""
    return rules.increment_at(price) if price is not None else None
