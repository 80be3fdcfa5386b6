"""What may be ordered of an instrument: the answer of /iserver/contract/rules ("Search Contract Rules")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ibtui.sim.exchange import Instrument, OrderType, OrderView, Tif
from ibtui.sim.gateway.contracts.venues import increment_rules, is_us_stock
from ibtui.sim.gateway.wire import Fields, Json, digits

RULE_WORDS = {
    OrderType.LMT: "limit",
    OrderType.MIDPRICE: "midprice",
    OrderType.MKT: "market",
    OrderType.STP: "stop",
    OrderType.STOP_LIMIT: "stop_limit",
    OrderType.MIT: "mit",
    OrderType.LIT: "lit",
    OrderType.TRAIL: "trailing_stop",
    OrderType.TRAILLMT: "trailing_stop_limit",
    OrderType.REL: "relative",
    OrderType.MOC: "marketonclose",
    OrderType.LOC: "limitonclose",
}
_ALL = tuple(RULE_WORDS)
_CASH_INCREMENT = 1
_PLAIN = (
    OrderType.LMT,
    OrderType.MKT,
    OrderType.STP,
    OrderType.STOP_LIMIT,
    OrderType.MIT,
    OrderType.LIT,
    OrderType.TRAIL,
    OrderType.TRAILLMT,
)
_OUTSIDE = (OrderType.LMT, OrderType.STOP_LIMIT, OrderType.LIT, OrderType.TRAILLMT, OrderType.REL)
_ALGO = (OrderType.LMT, OrderType.MKT, OrderType.STOP_LIMIT, OrderType.LIT, OrderType.TRAILLMT)
_PAIR = (OrderType.LMT, OrderType.MKT)
_TIFS = {
    Tif.IOC: "IOC/MARKET,LIMIT,a",
    Tif.GTC: "GTC/o,a",
    Tif.OPG: "OPG/LIMIT,MARKET,a",
    Tif.GTD: "GTD/o,a",
    Tif.DAY: "DAY/o,a",
    Tif.PAX: "PAX/o,a",
}
_STOCK_IOC = "IOC/MARKET,LIMIT,RELATIVE,MARKETONCLOSE,MIDPRICE,LIMITONCLOSE,a"
_USUAL_TIFS = (Tif.IOC, Tif.GTC, Tif.OPG, Tif.GTD, Tif.DAY)


@dataclass(frozen=True, slots=True)
class Permitted:
    """Order types and times in force of one instrument and side."""

    types: tuple[OrderType, ...] = ()
    """With a quantity."""
    outside: tuple[OrderType, ...] = ()
    algos: tuple[OrderType, ...] = ()
    fractions: tuple[OrderType, ...] = ()
    cash: tuple[OrderType, ...] = ()
    """With an amount of money."""
    tifs: tuple[Tif, ...] = ()


_STOCK = Permitted(_ALL, _OUTSIDE, _ALGO, tifs=_USUAL_TIFS)
_FUTURE_TYPES = (*_PLAIN, OrderType.REL, OrderType.MOC, OrderType.LOC)
_FUTURE = Permitted(_FUTURE_TYPES, (*_PLAIN, OrderType.REL), tifs=_USUAL_TIFS)
_FOREX = Permitted(_PLAIN, cash=_PAIR, tifs=(Tif.IOC, Tif.GTC, Tif.GTD, Tif.DAY))
_COIN_TIFS = (Tif.IOC, Tif.GTC, Tif.DAY, Tif.PAX)
_COIN_BOUGHT = Permitted(_PAIR[:1], fractions=_PAIR[:1], cash=_PAIR, tifs=_COIN_TIFS)
"""Coins are bought at the market for an amount of money only."""
_COIN_SOLD = Permitted(_PAIR, fractions=_PAIR, tifs=_COIN_TIFS)
_COMBO = Permitted(_PAIR, _PAIR[:1], tifs=(Tif.IOC, Tif.GTC, Tif.GTD, Tif.DAY))


def permitted(instrument: Instrument, *, buy: bool) -> Permitted:
    """What may be ordered; nothing of an index."""
    if not instrument.tradable:
        return Permitted()
    coin = _COIN_BOUGHT if buy else _COIN_SOLD
    return {"STK": _STOCK, "FUT": _FUTURE, "CASH": _FOREX, "CRYPTO": coin, "BAG": _COMBO}[instrument.sec_type]


def mod_types(order: OrderView, instrument: Instrument) -> tuple[OrderType, ...]:
    """Types an order may be changed into; one that follows the book or waits for the close only becomes a plain one."""
    kind, buy = order.request.order_type, order.request.side.value == "BUY"
    allowed = permitted(instrument, buy=buy)
    types = allowed.types if order.request.cash is None else allowed.cash
    if order.request.plan is not None:
        return tuple(each for each in types if each in allowed.algos)
    return tuple(each for each in types if each in _PLAIN or each is kind)


def rules_row(
    instrument: Instrument, mark: Decimal, accounts: list[str], *, buy: bool = True, changed: OrderView | None = None
) -> Fields:
    """The answer for one side; `changed` is the order that is to be modified."""
    allowed = permitted(instrument, buy=buy)
    price = f"{mark:.{digits(instrument.increment)}f}"
    size = 100 if is_us_stock(instrument) else 1
    row: Fields = {
        "algoEligible": bool(allowed.algos),
        "overnightEligible": is_us_stock(instrument),
        "allOrNoneEligible": True,
        "costReport": False,
        "canTradeAcctIds": list(accounts) if instrument.tradable else [],
        "error": None,
        "orderTypes": _words(allowed.types),
        "ibAlgoTypes": _words(allowed.algos),
        "fraqTypes": _words(allowed.fractions),
        "forceOrderPreview": False,
        "cqtTypes": _words(allowed.cash),
        "orderDefaults": {"LMT": {"LP": price}},
        "orderTypesOutside": _words(allowed.outside),
        "defaultSize": size,
        "cashSize": 0.0,
        "sizeIncrement": float(instrument.size_increment),
        "tifTypes": _tif_words(instrument, allowed),
        "tifDefaults": {"TIF": "DAY", "SIZE": f"{size}.00", "DEFAULT_ACCT": accounts[0], "PMALGO": True},
    }
    return row | _price_rules(instrument, price) | _modification(instrument, allowed, changed)


def _price_rules(instrument: Instrument, price: str) -> Fields:
    fraction = instrument.size_increment.normalize().as_tuple().exponent
    return {
        "limitPrice": float(price),
        "stopprice": float(price),
        "orderOrigination": None,
        "preview": True,
        "displaySize": None,
        "fraqInt": max(-fraction, 0) if isinstance(fraction, int) else 0,
        "cashCcy": instrument.currency,
        "cashQtyIncr": _CASH_INCREMENT if instrument.sec_type in ("CASH", "CRYPTO") else 500,
        "priceMagnifier": None,
        "negativeCapable": instrument.sec_type == "BAG",
        "incrementType": 1,
        "incrementRules": increment_rules(instrument),
        "hasSecondary": True,
        "increment": float(instrument.increment),
        "incrementDigits": digits(instrument.increment),
    }


def _modification(instrument: Instrument, allowed: Permitted, changed: OrderView | None) -> Fields:
    if changed is None:
        return {"modTypes": _words(each for each in allowed.types if each in _PLAIN)}
    return {"modTypes": _words(mod_types(changed, instrument))}


def _words(types: Iterable[OrderType]) -> Json:
    return [RULE_WORDS[each] for each in types]


def _tif_words(instrument: Instrument, allowed: Permitted) -> Json:
    stock = instrument.sec_type == "STK"
    return [_STOCK_IOC if stock and tif is Tif.IOC else _TIFS[tif] for tif in allowed.tifs]
