"""Contract details: /trsrv/secdef, /iserver/contract/{conid}/info ("Contract")."""

from __future__ import annotations

from ibtui.sim.exchange import Instrument
from ibtui.sim.gateway.contracts.venues import (
    display_rule,
    display_symbol,
    increment_rules,
    is_us_stock,
    valid_exchanges,
)
from ibtui.sim.gateway.wire import Fields, plain


def secdef_row(instrument: Instrument) -> Fields:
    """One element of `secdef` of /trsrv/secdef."""
    return {
        "conid": instrument.conid,
        "currency": instrument.currency,
        "time": 43,
        "allExchanges": valid_exchanges(instrument).removeprefix("SMART,"),
        "listingExchange": instrument.exchange,
        "countryCode": "US",
        "name": instrument.name,
        "assetClass": instrument.sec_type,
        "expiry": instrument.expiry or None,
        "lastTradingDay": instrument.expiry or None,
        "group": instrument.group or None,
        "putOrCall": None,
        "sector": instrument.industry or None,
        "sectorGroup": instrument.category or None,
        "strike": "0",
        "ticker": instrument.symbol,
        "undConid": instrument.underlying_conid,
        "multiplier": _multiplier(instrument),
        "type": instrument.stock_type or None,
        "hasOptions": is_us_stock(instrument),
        "fullName": display_symbol(instrument),
        "isUS": instrument.currency == "USD",
        "incrementRules": increment_rules(instrument),
        "displayRule": display_rule(instrument),
        "isEventContract": False,
        "pageSize": 100,
    }


def info_row(instrument: Instrument) -> Fields:
    """The answer of /iserver/contract/{conid}/info."""
    future = instrument.sec_type == "FUT"
    return {
        "cfi_code": "",
        "symbol": instrument.symbol,
        "cusip": None,
        "expiry_full": instrument.expiry[:6] if future else None,
        "con_id": instrument.conid,
        "maturity_date": instrument.expiry or None,
        "industry": instrument.industry or None,
        "instrument_type": instrument.sec_type,
        "has_related_contracts": True,
        "trading_class": instrument.trading_class or display_symbol(instrument),
        "valid_exchanges": valid_exchanges(instrument),
        "allow_sell_long": False,
        "is_zero_commission_security": False,
        "local_symbol": display_symbol(instrument),
        "contract_clarification_type": None,
        "classifier": None,
        "currency": instrument.currency,
        "text": None,
        "underlying_con_id": instrument.underlying_conid,
        "r_t_h": True,
        "multiplier": plain(instrument.multiplier) if future else None,
        "underlying_issuer": None,
        "contract_month": instrument.expiry[:6] if future else None,
        "company_name": instrument.name,
        "smart_available": is_us_stock(instrument),
        "exchange": "SMART" if is_us_stock(instrument) else instrument.exchange,
        "category": instrument.category or None,
    }


def _multiplier(instrument: Instrument) -> float:
    return float(instrument.multiplier) if instrument.sec_type == "FUT" else 0.0
