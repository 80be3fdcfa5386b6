"""Where instruments trade, and on which price grid, in the gateway's words."""

from __future__ import annotations

from ibtui.sim.exchange import Instrument
from ibtui.sim.gateway.wire import Json, digits

_US_STOCK = "SMART,AMEX,NYSE,CBOE,PHLX,ISE,CHX,ARCA,ISLAND,NASDAQ,BEX,BATS,BYX,IEX,EDGX,PEARL,MEMX,IBEOS,OVERNIGHT,PSX"


def valid_exchanges(instrument: Instrument) -> str:
    """Comma-separated venues, SMART first where the instrument can be routed smartly."""
    return _US_STOCK if is_us_stock(instrument) else instrument.exchange


def is_us_stock(instrument: Instrument) -> bool:
    """Whether this is a stock or fund traded in dollars."""
    return instrument.sec_type == "STK" and instrument.currency == "USD"


def display_symbol(instrument: Instrument) -> str:
    """`AAPL`, `ESZ6`, `EUR.USD`."""
    return instrument.local_symbol or instrument.symbol


def increment_rules(instrument: Instrument) -> Json:
    """One price grid from zero up."""
    return [{"lowerEdge": 0.0, "increment": float(instrument.increment)}]


def display_rule(instrument: Instrument) -> Json:
    """`displayRule` of secdef and position answers."""
    step: Json = {"decimalDigits": digits(instrument.increment), "lowerEdge": 0.0, "wholeDigits": 4}
    return {"magnification": 0, "displayRuleStep": [step]}


def price_factor(instrument: Instrument) -> int:
    """`priceFactor` of history: 10 to the number of decimals."""
    return int(10 ** digits(instrument.increment))


def volume_factor(instrument: Instrument) -> int:
    """`volumeFactor` of history: volumes of US stocks are given in hundreds."""
    return 100 if is_us_stock(instrument) else 1
