"""Values of the market data fields ("Market Data Fields"), as text for the snapshot and the `smd` topic alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from ibtui.sim.exchange import Instrument, PositionView, Quote
from ibtui.sim.gateway.contracts.venues import display_symbol, is_us_stock
from ibtui.sim.gateway.statistics import Statistics
from ibtui.sim.gateway.wire import Fields, money, plain, price_text, size_text, volume_text

SERVICE_PARAMS = "&serviceID1=122&serviceID2=123&serviceID3=203&serviceID4=775&serviceID5=204&serviceID6=206"
_POSITION_FIELDS = frozenset({"73", "74", "75", "76", "77", "78", "79", "80", "7292", "7639", "7920", "7921"})
_STATISTIC_FIELDS = frozenset(
    {"7087", "7088", "7284", "7293", "7294", "7674", "7675", "7676", "7677", "7678", "7679", "7681", "7724"}
)


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a field's value may depend on."""

    instrument: Instrument
    quote: Quote
    is_open: bool
    position: PositionView | None
    net_liquidation: Decimal
    statistics: Statistics | None
    availability: str = ""
    """Field 6509 in place of the usual one, or blank."""

    def price(self, value: Decimal | None) -> str:
        """Text of a price on this instrument's grid."""
        return price_text(value, self.instrument.increment)

    @property
    def last(self) -> Decimal:
        """Last trade, else the previous close."""
        return self.quote.last if self.quote.last is not None else self.quote.prior_close

    @property
    def change(self) -> Decimal:
        """Last trade against the previous close."""
        return self.last - self.quote.prior_close


def needs_position(fields: Iterable[str]) -> bool:
    """Whether any of the fields is about the user's own position."""
    return not _POSITION_FIELDS.isdisjoint(fields)


def needs_statistics(fields: Iterable[str]) -> bool:
    """Whether any of the fields is computed from daily bars."""
    return not _STATISTIC_FIELDS.isdisjoint(fields)


def availability(sight: Sight) -> str:
    """6509: real time while open, frozen when closed; indexes are delayed ("Market Data Availability")."""
    if sight.availability:
        return sight.availability
    if sight.instrument.sec_type == "IND":
        return "DPB" if sight.is_open else "YPB"
    return "RpB" if sight.is_open else "ZB"


def values(sight: Sight, fields: Iterable[str]) -> Fields:
    """The fields that have a value; a field that is unknown, or has none, is missing, never zero."""
    found: Fields = {}
    for name in fields:
        compute = _FIELDS.get(name)
        value = compute(sight) if compute is not None else None
        if value is not None:
            found[name] = value
    return found


def change_percent(sight: Sight) -> Decimal:
    """83 as a number; REST writes it as text, the socket as a float (wire-facts §3)."""
    close = sight.quote.prior_close
    return (sight.change / close * 100).quantize(Decimal("0.01")) if close else Decimal(0)


def _last(sight: Sight) -> str:
    if sight.quote.halted:
        return f"H{sight.price(sight.last)}"
    return sight.price(sight.quote.last) if sight.quote.last is not None else f"C{sight.price(sight.quote.prior_close)}"


def _signed(sight: Sight, value: Decimal) -> str:
    return f"{'+' if value > 0 else ''}{sight.price(value)}"


def _size(value: Decimal, side: Decimal | None) -> str:
    return size_text(value) if side is not None else ""


def _position(get: Callable[[PositionView, Sight], str | float]) -> Callable[[Sight], str | float | None]:
    def compute(sight: Sight) -> str | float | None:
        return get(sight.position, sight) if sight.position is not None else None

    return compute


def _statistic(get: Callable[[Statistics, Sight], str]) -> Callable[[Sight], str | None]:
    def compute(sight: Sight) -> str | None:
        return get(sight.statistics, sight) if sight.statistics is not None else None

    return compute


def _share(position: PositionView, sight: Sight) -> str:
    return f"{position.market_value / sight.net_liquidation * 100:.2f}%" if sight.net_liquidation else ""


def _cost(position: PositionView) -> Decimal:
    return position.quantity * position.average_cost


def _profit_percent(position: PositionView) -> str:
    cost = abs(_cost(position))
    return f"{position.unrealized_pnl / cost * 100:.2f}%" if cost else ""


def _average(count: int) -> Callable[[Sight], str | None]:
    return _statistic(lambda statistics, sight: sight.price(statistics.averages[count]))


def _ratio(count: int) -> Callable[[Sight], str | None]:
    return _statistic(lambda statistics, sight: f"{(sight.last / statistics.averages[count] - 1) * 100:.2f}%")


def _if_stock(text: str) -> Callable[[Sight], str | None]:
    return lambda sight: text if sight.instrument.sec_type == "STK" else None


def _if_future(get: Callable[[Instrument], str]) -> Callable[[Sight], str | None]:
    return lambda sight: get(sight.instrument) if sight.instrument.sec_type == "FUT" else None


def _since_open(sight: Sight) -> str | None:
    return _signed(sight, sight.last - sight.quote.open) if sight.quote.open is not None else None


_FIELDS: dict[str, Callable[[Sight], str | float | None]] = {
    "31": _last,
    "55": lambda sight: sight.instrument.symbol,
    "58": lambda sight: display_symbol(sight.instrument),
    "70": lambda sight: sight.price(sight.quote.high),
    "71": lambda sight: sight.price(sight.quote.low),
    "73": _position(lambda position, _: f"{money(position.market_value):,.2f}"),
    "74": _position(lambda position, sight: sight.price(position.average_price)),
    "75": _position(lambda position, _: f"{money(position.unrealized_pnl):.2f}"),
    "76": _position(lambda position, _: size_text(position.quantity)),
    "77": _position(lambda position, _: f"{money(position.unrealized_pnl):,.0f}"),
    "78": _position(lambda position, _: f"{money(position.daily_pnl):.2f}"),
    "79": _position(lambda position, _: f"{money(position.realized_pnl):.2f}"),
    "80": _position(lambda position, _: _profit_percent(position)),
    "82": lambda sight: _signed(sight, sight.change),
    "83": lambda sight: f"{change_percent(sight):+}%",
    "84": lambda sight: sight.price(sight.quote.bid),
    "85": lambda sight: _size(sight.quote.ask_size, sight.quote.ask),
    "86": lambda sight: sight.price(sight.quote.ask),
    "87": lambda sight: volume_text(sight.quote.volume),
    "88": lambda sight: _size(sight.quote.bid_size, sight.quote.bid),
    "6004": lambda sight: "SMART" if is_us_stock(sight.instrument) else sight.instrument.exchange,
    "6008": lambda sight: sight.instrument.conid,
    "6070": lambda sight: sight.instrument.sec_type,
    "6073": _if_future(lambda instrument: instrument.expiry),
    "6457": lambda sight: sight.instrument.underlying_conid or None,
    "6508": lambda sight: SERVICE_PARAMS,
    "6509": availability,
    "7051": lambda sight: sight.instrument.name,
    "7057": lambda sight: "QZ" if sight.quote.ask is not None else "",
    "7058": lambda sight: "Q",
    "7059": lambda sight: _size(sight.quote.last_size, sight.quote.last),
    "7068": lambda sight: "QN" if sight.quote.bid is not None else "",
    "7087": _statistic(lambda statistics, _: f"{statistics.volatility:.2f}%"),
    "7088": _statistic(lambda statistics, _: f"{statistics.volatility:.2f}%"),
    "7094": lambda sight: f"{sight.instrument.conid}@{sight.instrument.exchange}",
    "7184": lambda sight: "1" if sight.instrument.tradable else "0",
    "7219": lambda sight: display_symbol(sight.instrument),
    "7220": lambda sight: display_symbol(sight.instrument),
    "7221": lambda sight: sight.instrument.exchange,
    "7280": lambda sight: sight.instrument.industry or None,
    "7281": lambda sight: sight.instrument.category or None,
    "7282": lambda sight: volume_text(Decimal(sight.instrument.average_volume)),
    "7284": _statistic(lambda statistics, _: f"{statistics.volatility:.2f}%"),
    "7292": _position(lambda position, _: f"{money(_cost(position)):,.2f}"),
    "7293": _statistic(lambda statistics, sight: sight.price(statistics.high)),
    "7294": _statistic(lambda statistics, sight: sight.price(statistics.low)),
    "7295": lambda sight: sight.price(sight.quote.open),
    "7296": lambda sight: sight.price(sight.quote.prior_close),
    "7635": lambda sight: sight.price(sight.quote.mark),
    "7636": _if_stock("10,000,000"),
    "7637": _if_stock("0.2500%"),
    "7639": _position(_share),
    "7644": _if_stock("3.0"),
    "7674": _average(200),
    "7675": _average(100),
    "7676": _average(50),
    "7677": _average(20),
    "7678": _ratio(200),
    "7679": _ratio(100),
    "7681": _ratio(20),
    "7682": _since_open,
    "7697": _if_future(lambda instrument: size_text(Decimal(instrument.average_volume * 2))),
    "7714": _if_future(lambda instrument: instrument.expiry),
    "7718": lambda sight: f"{sight.instrument.market_beta:.2f}" if sight.instrument.market_beta else None,
    "7724": _ratio(50),
    "7741": lambda sight: sight.price(sight.quote.prior_close),
    "7762": lambda sight: plain(sight.quote.volume),
    "7768": lambda sight: "1" if sight.instrument.tradable else "0",
    "7920": _position(lambda position, _: f"{position.daily_pnl}"),
    "7921": _position(lambda position, _: f"{_cost(position)}"),
}
