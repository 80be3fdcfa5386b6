"""What a line of the order language means."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ibtui.domain.tickets import OrderType, Side, Tif


@dataclass(frozen=True, slots=True)
class OrderCommand:
    """A new order; `symbol` is still a word of the user's, to be resolved to a contract."""

    side: Side
    quantity: Decimal
    symbol: str
    order_type: OrderType
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trailing_type: str = ""
    """"amt" or "%"."""
    trailing_amount: Decimal | None = None
    tif: Tif = Tif.DAY
    outside_rth: bool = False

    def __str__(self) -> str:
        words = [self.side.value.lower(), f"{self.quantity:f}", _quoted(self.symbol), *self._price_words()]
        if self.tif is not Tif.DAY:
            words.append(self.tif.value.lower())
        if self.outside_rth:
            words += ["rth", "off"]
        return " ".join(words)

    def _price_words(self) -> list[str]:
        limit = ["@", f"{self.limit_price:f}"] if self.limit_price is not None else []
        stop = ["stop", f"{self.stop_price:f}"] if self.stop_price is not None else []
        if self.order_type is OrderType.TRAIL and self.trailing_amount is not None:
            return ["trail", f"{self.trailing_amount:f}{'%' if self.trailing_type == '%' else ''}", *stop]
        return limit + stop + TYPE_WORDS[self.order_type].split()


TYPE_WORDS = {
    OrderType.LMT: "lmt",
    OrderType.MKT: "mkt",
    OrderType.STP: "stp",
    OrderType.STOP_LIMIT: "stp lmt",
    OrderType.MIDPRICE: "mid",
    OrderType.TRAIL: "trail",
    OrderType.TRAILLMT: "trail lmt",
}
"""The words of each order type in the order language."""


@dataclass(frozen=True, slots=True)
class CancelCommand:
    """Cancel one order, those of a symbol, or (neither given) all of the account."""

    order_id: int | None = None
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class ModifyCommand:
    """Change what is given of a working order."""

    order_id: int
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CloseCommand:
    """Close the position in a symbol by a market order, or turn it round when `reverse`."""

    symbol: str
    reverse: bool = False


Command = OrderCommand | CancelCommand | ModifyCommand | CloseCommand


@dataclass(frozen=True, slots=True)
class Parsed:
    """A line as far as it could be read."""

    command: Command | None = None
    """The meaning, once the line is whole and right."""
    error: str = ""
    """What is wrong, for a person; blank while the line is right or merely unfinished."""
    position: int = 0
    """Character where the error is, or where the next word would stand."""
    expected: tuple[str, ...] = ()
    """Words (or `<kinds of word>`) that would fit at `position`."""


def _quoted(symbol: str) -> str:
    return f"'{symbol}'" if " " in symbol else symbol
