"""Instruments and the rules a price or size of theirs must keep."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from msgspec import Struct


class ComboLeg(Struct, frozen=True):
    """One contract of a combination."""

    conid: int
    ratio: int
    """Units of it in one combination; negative ones are sold when the combination is bought."""
    label: str = ""
    """Its short name."""
    sec_type: str = ""
    """STK, FUT …; blank when unknown."""


class Contract(Struct, frozen=True):
    """One instrument as `trsrv/secdef`, `contract/{conid}/info` and `secdef/search` describe it."""

    conid: int
    symbol: str
    name: str = ""
    """Company or product name."""
    sec_type: str = ""
    """STK, OPT, FUT, FOP, CASH, IND, BOND, WAR, CFD, FUND, CRYPTO, BAG; blank when unknown."""
    exchange: str = ""
    """Listing exchange."""
    currency: str = ""
    multiplier: Decimal = Decimal(1)
    local_symbol: str = ""
    """What a trader calls it: `ES DEC26`, `EUR.USD`; blank where the symbol says it all."""
    expiry: str = ""
    """YYYYMMDD or blank."""
    exchanges: tuple[str, ...] = ()
    """Where orders for it can be routed (`valid_exchanges`); empty when unknown."""
    legs: tuple[ComboLeg, ...] = ()
    """Of a combination (BAG), whose conid is the spread conid of its currency (see `ibtui.domain.combos`)."""

    @property
    def label(self) -> str:
        """The short name shown in tables."""
        return self.local_symbol or self.symbol or str(self.conid)


class PriceStep(Struct, frozen=True):
    """From `lower_edge` upwards prices move by `increment` (`incrementRules` of `contract/rules`)."""

    lower_edge: Decimal
    increment: Decimal


class ContractRules(Struct, frozen=True):
    """What may be ordered (`POST /iserver/contract/rules`), for one side of one contract.

    An empty tuple means the gateway did not say, not "nothing is allowed".
    """

    conid: int
    is_buy: bool
    steps: tuple[PriceStep, ...] = ()
    """Ascending by `lower_edge`."""
    size_increment: Decimal | None = None
    default_size: Decimal | None = None
    order_types: tuple[str, ...] = ()
    """In the rules' own spelling: limit, market, stop, stop_limit, midprice, trailing_stop, …"""
    order_types_outside: tuple[str, ...] = ()
    tifs: tuple[str, ...] = ()
    """Such as `DAY/o,a`: the tif, then what it combines with."""
    fractional_types: tuple[str, ...] = ()
    cash_quantity_types: tuple[str, ...] = ()
    algo_types: tuple[str, ...] = ()
    modify_types: tuple[str, ...] = ()
    """Order types a working order may be changed to (`modTypes`)."""
    cash_currency: str = ""
    cash_increment: Decimal | None = None
    negative_capable: bool = False
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    accounts: tuple[str, ...] = ()
    error: str = ""

    def increment_at(self, price: Decimal) -> Decimal | None:
        """Smallest step at `price`, or None while the rules are unknown."""
        found: Decimal | None = None
        for step in self.steps:
            if found is None or abs(price) >= step.lower_edge:
                found = step.increment
        return found

    def conforms(self, price: Decimal) -> bool:
        """Whether `price` lies on the grid; True while the rules are unknown."""
        step = self.increment_at(price)
        return not step or price % step == 0

    def nearest(self, price: Decimal, *, up: bool | None = None) -> Decimal:
        """The grid price nearest to `price`; `up` forces the direction."""
        step = self.increment_at(price)
        if not step:
            return price
        rounding = ROUND_HALF_EVEN if up is None else ROUND_CEILING if up else ROUND_FLOOR
        return (price / step).to_integral_value(rounding=rounding) * step

    def moved(self, price: Decimal, ticks: int) -> Decimal:
        """`price` moved by whole ticks along the grid, each tick at the step that holds there."""
        current = self.nearest(price)
        for _ in range(abs(ticks)):
            probe = current if ticks > 0 else current - Decimal("1e-9")
            step = self.increment_at(probe)
            if not step:
                return current
            current += step if ticks > 0 else -step
        return current


class SearchHit(Struct, frozen=True):
    """One line of `secdef/search`."""

    contract: Contract
    description: str = ""
    """Usually the listing exchange."""
    sections: tuple[str, ...] = ()
    """Security types to be had under this symbol: STK, OPT, FUT …"""


class Search(Struct, frozen=True):
    """A search of the user and what it found."""

    text: str
    hits: tuple[SearchHit, ...] = ()
    done: bool = False
    error: str = ""
