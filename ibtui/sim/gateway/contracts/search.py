"""Finding contracts: /iserver/secdef/search, strikes and info ("Search Contract by Symbol")."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ibtui.sim.exchange import Instrument
from ibtui.sim.gateway.contracts.venues import display_symbol, is_us_stock, valid_exchanges
from ibtui.sim.gateway.wire import Fields, Json, plain

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def month_of(expiry: str) -> str:
    """`20261218` is `DEC26`."""
    return f"{MONTHS[int(expiry[4:6]) - 1]}{expiry[2:4]}"


def found_rows(found: Sequence[Instrument], option_months: list[str]) -> list[Json]:
    """The array of /iserver/secdef/search: a future is found under its underlying, with its months as a section."""
    rows: list[Json] = []
    futures: dict[int, list[Instrument]] = {}
    for instrument in found:
        if instrument.sec_type == "FUT":
            futures.setdefault(instrument.underlying_conid, []).append(instrument)
    for instrument in found:
        if instrument.sec_type != "FUT":
            rows.append(_row(instrument, futures.pop(instrument.conid, []), option_months))
    rows.extend(_underlying_row(conid, months) for conid, months in futures.items())
    return rows


def _row(instrument: Instrument, futures: list[Instrument], option_months: list[str]) -> Fields:
    sections: list[Json] = [{"secType": instrument.sec_type}]
    if is_us_stock(instrument):
        sections.append({"secType": "OPT", "months": ";".join(option_months), "exchange": "SMART;AMEX;CBOE"})
    if futures:
        sections.append(_future_section(futures))
    return {
        "conid": str(instrument.conid),
        "companyHeader": f"{instrument.name} - {instrument.exchange}",
        "companyName": instrument.name,
        "symbol": display_symbol(instrument) if instrument.sec_type in ("CASH", "CRYPTO") else instrument.symbol,
        "description": instrument.exchange,
        "restricted": None,
        "sections": sections,
    }


def _underlying_row(conid: int, futures: list[Instrument]) -> Fields:
    first = futures[0]
    return {
        "conid": str(conid),
        "companyHeader": f"{first.name} - {first.exchange}",
        "companyName": first.name,
        "symbol": first.symbol,
        "description": first.exchange,
        "restricted": "IND",
        "sections": [{"secType": "IND", "exchange": f"{first.exchange};"}, _future_section(futures)],
    }


def _future_section(futures: list[Instrument]) -> Fields:
    months = ";".join(month_of(future.expiry) for future in sorted(futures, key=lambda future: future.expiry))
    return {"secType": "FUT", "months": months, "exchange": futures[0].exchange}


def info_detail(instrument: Instrument) -> Fields:
    """/iserver/secdef/info of a contract that exists on the exchange."""
    return {
        "conid": instrument.conid,
        "ticker": instrument.symbol,
        "symbol": instrument.symbol,
        "secType": instrument.sec_type,
        "listingExchange": instrument.exchange,
        "exchange": "SMART" if is_us_stock(instrument) else instrument.exchange,
        "companyName": instrument.name,
        "currency": instrument.currency,
        "validExchanges": valid_exchanges(instrument),
        "priceRendering": None,
        "maturityDate": instrument.expiry or None,
        "right": "?",
        "strike": 0.0,
        "desc1": display_symbol(instrument),
        "desc2": f"{month_of(instrument.expiry)}" if instrument.expiry else None,
        "multiplier": plain(instrument.multiplier) if instrument.expiry else None,
        "tradingClass": instrument.trading_class or instrument.symbol,
    }


def strikes(mark: Decimal) -> list[float]:
    """Strikes of options on a stock: a grid of about 2 % round the price."""
    step = next((Decimal(each) for each in ("1", "2.5", "5", "10", "25") if Decimal(each) >= mark / 80), Decimal(50))
    middle = (mark / step).to_integral_value() * step
    return [float(middle + step * index) for index in range(-15, 16) if middle + step * index > 0]
