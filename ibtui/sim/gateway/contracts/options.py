"""Options of the listed stocks: they can be found, but the simulated exchange does not trade them."""

from __future__ import annotations

from datetime import date, timedelta

from ibtui.sim.exchange import Instrument
from ibtui.sim.gateway.answers import bad_request
from ibtui.sim.gateway.call import Call
from ibtui.sim.gateway.contracts.search import MONTHS, month_of
from ibtui.sim.gateway.wire import Fields, Json, utc

_MONTHS_AHEAD = 6
_FIRST_CONID = 2_000_000_000
_FRIDAY = 4


def months(now_ms: int) -> list[str]:
    """`DEC26`, `JAN27`…: the months options are listed for."""
    return [month_of(expiry) for expiry in _expiries(now_ms)]


def rows(instrument: Instrument, call: Call) -> Json:
    """/iserver/secdef/info for `sectype=OPT`: call and put of a month and strike, or the one that is asked for."""
    month, strike = call.required("month"), call.required("strike")
    if month[:3] not in MONTHS or not month[3:].isdigit():
        raise bad_request(f"month is not valid: {month}")
    if not strike.replace(".", "", 1).isdigit():
        raise bad_request(f"strike is not valid: {strike}")
    rights = [right for right in ("C", "P") if call.text("right", right) == right]
    return [_row(instrument, month, float(strike), right) for right in rights]


def _row(instrument: Instrument, month: str, strike: float, right: str) -> Fields:
    name = "Call" if right == "C" else "Put"
    number = MONTHS.index(month[:3]) + 1
    expiry = _third_friday(2000 + int(month[3:]), number)
    offset = instrument.conid * 31 + int(strike * 2) * 7 + number * 2 + (right == "P")
    return {
        "conid": _FIRST_CONID + offset % 100_000_000,
        "symbol": instrument.symbol,
        "secType": "OPT",
        "exchange": "SMART",
        "listingExchange": None,
        "right": right,
        "strike": strike,
        "currency": instrument.currency,
        "cusip": None,
        "coupon": "No Coupon",
        "desc1": instrument.symbol,
        "desc2": f"{month[:3]} {expiry.day:02d} '{month[3:]} {strike:g} {name}",
        "maturityDate": expiry.strftime("%Y%m%d"),
        "multiplier": "100",
        "tradingClass": instrument.symbol,
        "validExchanges": "SMART,AMEX,CBOE,PHLX,ISE,BOX,BATS",
    }


def _expiries(now_ms: int) -> list[str]:
    today = utc(now_ms).date()
    found: list[str] = []
    year, month = today.year, today.month
    while len(found) < _MONTHS_AHEAD:
        expiry = _third_friday(year, month)
        if expiry >= today:
            found.append(expiry.strftime("%Y%m%d"))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _third_friday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_FRIDAY - first.weekday()) % 7 + 14)
