"""What a line of the order language means, and how it is written: `str(command)` parses to the same command."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from ibtui.domain.language.moments import from_ms
from ibtui.domain.language.words import quoted
from ibtui.domain.tickets import OrderType, Side, SizedIn, Tif


class StopLoss(Struct, frozen=True):
    """The order attached to limit a loss: a stop, a stop-limit, a trailing stop or a trailing stop with a limit."""

    stop_price: Decimal | None = None
    """The stop; the first stop of a trailing one, which may be left out while it has no limit."""
    limit_price: Decimal | None = None
    trailing_type: str = ""
    """"amt" or "%"; blank for one that does not trail."""
    trailing_amount: Decimal | None = None

    @property
    def order_type(self) -> OrderType:
        """Type of the order it becomes."""
        if self.trailing_amount is not None:
            return OrderType.TRAIL if self.limit_price is None else OrderType.TRAILLMT
        return OrderType.STP if self.limit_price is None else OrderType.STOP_LIMIT

    def __str__(self) -> str:
        trail = ["trail", _trail(self.trailing_type, self.trailing_amount)] if self.trailing_amount is not None else []
        stop = [f"{self.stop_price:f}"] if self.stop_price is not None else []
        return " ".join(["sl", *trail, *stop, *_price("lmt", self.limit_price)])


class OrderCommand(Struct, frozen=True):
    """A new order; symbols are still words of the user's, to be resolved to contracts."""

    side: Side
    quantity: Decimal
    """Counted as `sized_in` says."""
    symbol: str
    """Blank for a combination."""
    order_type: OrderType
    limit_price: Decimal | None = None
    """Limit; the cap of MIDPRICE and REL."""
    stop_price: Decimal | None = None
    """Stop; the trigger of MIT and LIT, the first stop of TRAIL and TRAILLMT."""
    trailing_type: str = ""
    """"amt" or "%"."""
    trailing_amount: Decimal | None = None
    tif: Tif = Tif.DAY
    outside_rth: bool = False
    sized_in: SizedIn = SizedIn.UNITS
    legs: tuple[tuple[int, str], ...] = ()
    """Of a combination: ratio (negative ones are sold when the combination is bought) and symbol."""
    limit_offset: Decimal | None = None
    """Of TRAILLMT: how far beyond the stop the limit lies, where no limit is given."""
    offset: Decimal | None = None
    """Of REL."""
    good_till: str = ""
    """Of GTD: `YYYYMMDD-HH:MM:SS` in UTC."""
    tp: Decimal | None = None
    """Limit of the take-profit order to attach."""
    sl: StopLoss | None = None
    """The stop-loss order to attach."""
    oca: bool = False
    """A fill of one order of the bracket cancels the others (OCA)."""
    strategy: str = ""
    strategy_parameters: tuple[tuple[str, str | bool], ...] = ()
    route: str = ""
    destination: str = ""
    all_or_none: bool = False
    price_management: bool | None = None
    deactivated: bool = False
    allocation_method: str = ""
    account: str = ""
    """Account or allocation group; blank is the one on screen."""
    referrer: str = ""
    operator: str = ""
    manual_time_ms: int | None = None

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbol, or those of the legs."""
        return tuple(symbol for _, symbol in self.legs) or (self.symbol,)

    @property
    def has_children(self) -> bool:
        """Whether orders are attached."""
        return self.tp is not None or self.sl is not None

    def __str__(self) -> str:
        words = [self.side.value.lower(), self._size(), *self._instrument(), *self._prices(), *self._time()]
        words += _price("tp", self.tp)
        words += [str(self.sl)] if self.sl is not None else []
        words += ["oca"] if self.oca else []
        return " ".join([*words, *self._strategy(), *self._extras()])

    def _size(self) -> str:
        return f"{self.quantity:f}" if self.sized_in is SizedIn.UNITS else f"${self.quantity:f}"

    def _instrument(self) -> list[str]:
        if not self.legs:
            return [written_symbol(self.symbol)]
        return ["combo", *(word for ratio, leg in self.legs for word in (f"{ratio:+d}", written_symbol(leg)))]

    def _prices(self) -> list[str]:
        limit, stop = _price("@", self.limit_price), _price("stop", self.stop_price)
        if self.trailing_amount is not None:
            words = ["trail", _trail(self.trailing_type, self.trailing_amount)]
            if self.order_type is not OrderType.TRAIL:
                words += ["lmt", *([f"{self.limit_offset:f}"] if self.limit_offset is not None else [])]
            return [*words, *limit, *stop]
        return [*limit, *stop, *TYPE_WORDS[self.order_type].split(), *_price("offset", self.offset)]

    def _time(self) -> list[str]:
        words = []
        if self.tif is Tif.GTD:
            words = ["gtd", self.good_till]
        elif self.tif is not Tif.DAY:
            words = [self.tif.value.lower()]
        return [*words, *(["rth", "off"] if self.outside_rth else [])]

    def _strategy(self) -> list[str]:
        if not self.strategy:
            return []
        return ["algo", quoted(self.strategy), *(f"{name}={_value(value)}" for name, value in self.strategy_parameters)]

    def _extras(self) -> list[str]:
        words = []
        for name, exchange in (("route", self.route), ("dest", self.destination)):
            words += [name, quoted(exchange, upper=True)] if exchange else []
        words += ["conv"] if self.sized_in is SizedIn.CONVERSION else []
        words += ["aon"] if self.all_or_none else []
        if self.price_management is not None:
            words += ["pma", "on" if self.price_management else "off"]
        words += ["saved"] if self.deactivated else []
        texts = (self.allocation_method, self.account, self.referrer, self.operator)
        for name, text in zip(("alloc", "acct", "ref", "oper"), texts, strict=True):
            words += [name, quoted(text)] if text else []
        return words + (["manual", from_ms(self.manual_time_ms)] if self.manual_time_ms is not None else [])


TYPE_WORDS = {
    OrderType.LMT: "lmt",
    OrderType.MKT: "mkt",
    OrderType.STP: "stp",
    OrderType.STOP_LIMIT: "stp lmt",
    OrderType.MIDPRICE: "mid",
    OrderType.TRAIL: "trail",
    OrderType.TRAILLMT: "trail lmt",
    OrderType.MIT: "mit",
    OrderType.LIT: "lit",
    OrderType.MOC: "moc",
    OrderType.LOC: "loc",
    OrderType.REL: "rel",
}
"""The words of each order type in the order language."""


class GroupCommand(Struct, frozen=True):
    """Two or more new orders of which the fill of one cancels the rest (OCA)."""

    orders: tuple[OrderCommand, ...]

    def __str__(self) -> str:
        return " or ".join(str(order) for order in self.orders)


class CancelCommand(Struct, frozen=True):
    """Cancel one order, those of a symbol, or (neither given) all of the account; `side` narrows the latter two."""

    order_id: int | None = None
    symbol: str = ""
    side: Side | None = None

    def __str__(self) -> str:
        what = str(self.order_id) if self.order_id is not None else "all"
        if self.symbol:
            taken = {"all", *([self.symbol] if is_order_id(self.symbol) else [])}
            what = quoted(self.symbol, upper=True, keywords=frozenset(taken))
        return " ".join(["cancel", what, *([self.side.value.lower()] if self.side is not None else [])])


class ModifyCommand(Struct, frozen=True):
    """Change what is given (not None, not blank) of a working order."""

    order_id: int
    limit_price: Decimal | None = None
    """What stands after "@": for STP and MIT it is their stop."""
    stop_price: Decimal | None = None
    quantity: Decimal | None = None
    tif: Tif | None = None
    good_till: str = ""
    """Of GTD: `YYYYMMDD-HH:MM:SS` in UTC."""
    trailing_type: str = ""
    trailing_amount: Decimal | None = None
    offset: Decimal | None = None
    outside_rth: bool | None = None

    def __str__(self) -> str:
        words = ["modify", str(self.order_id), *_price("@", self.limit_price), *_price("stop", self.stop_price)]
        words += [*_price("qty", self.quantity), *_price("offset", self.offset)]
        if self.trailing_amount is not None:
            words += ["trail", _trail(self.trailing_type, self.trailing_amount)]
        if self.tif is not None:
            words += ["gtd", self.good_till] if self.tif is Tif.GTD else [self.tif.value.lower()]
        if self.outside_rth is not None:
            words += ["rth", "off" if self.outside_rth else "on"]
        return " ".join(words)


class CloseCommand(Struct, frozen=True):
    """Close the position in a symbol by a market order, or turn it round when `reverse`."""

    symbol: str
    reverse: bool = False

    def __str__(self) -> str:
        return f"{'reverse' if self.reverse else 'flatten'} {written_symbol(self.symbol)}"


Command = OrderCommand | GroupCommand | CancelCommand | ModifyCommand | CloseCommand


class Parsed(Struct, frozen=True):
    """A line as far as it could be read."""

    command: Command | None = None
    """The meaning, once the line is whole and right."""
    error: str = ""
    """What is wrong, for a person; blank while the line is right or merely unfinished."""
    position: int = 0
    """Character where the error is, or where the next word would stand."""
    expected: tuple[str, ...] = ()
    """Words (or `<kinds of word>`) that would fit at `position`."""


def written_symbol(symbol: str) -> str:
    """A symbol as one word of a line."""
    return quoted(symbol, upper=True, keywords=frozenset({"combo"}))


def is_order_id(text: str) -> bool:
    """Whether a bare word is an order id where a symbol might stand too."""
    return text.isascii() and text.isdigit()


def _price(name: str, price: Decimal | None) -> list[str]:
    return [] if price is None else [name, f"{price:f}"]


def _trail(kind: str, amount: Decimal) -> str:
    return f"{amount:f}{'%' if kind == '%' else ''}"


def _value(value: str | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value, keywords=frozenset({"true", "false"}))
