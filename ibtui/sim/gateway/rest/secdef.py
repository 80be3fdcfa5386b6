"""Finding contracts in the brokerage session: search, strikes, info ("Contract")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.exchange import Instrument
from ibtui.sim.gateway.answers import Answer, Refused, bad_request, server_error
from ibtui.sim.gateway.call import Call, Route
from ibtui.sim.gateway.contracts import options
from ibtui.sim.gateway.contracts.search import found_rows, info_detail, month_of, strikes
from ibtui.sim.gateway.wire import Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway


def search(gateway: Gateway, call: Call) -> Json:
    """Contracts by symbol, or by company name; opens strikes and info for what it finds."""
    return _search(gateway, call.required("symbol"), call.flag("name"), call.text("secType"))


def search_by_body(gateway: Gateway, call: Call) -> Json:
    """The same with the parameters in the body."""
    body = call.object()
    if not (symbol := str(body.get("symbol") or "")):
        raise bad_request("missing required parameter symbol")
    return _search(gateway, symbol, body.get("name") is True, str(body.get("secType") or ""))


def _search(gateway: Gateway, text: str, by_name: bool, kind: str) -> Json:
    found = gateway.exchange.search(text, by_name=by_name)
    if kind:
        found = [each for each in found if each.sec_type == kind or (kind == "IND" and each.sec_type == "FUT")]
    if not found:
        raise Refused(Answer({"error": "No symbol found"}))
    searched = gateway.login.brokerage.searched
    for each in found:
        searched.update({each.conid, each.underlying_conid})
    return found_rows(found, options.months(gateway.now_ms))


def option_strikes(gateway: Gateway, call: Call) -> Json:
    """Strikes of a month; empty arrays unless the underlying was searched for before."""
    conid = _number(call)
    call.required("sectype", "secType")
    month = call.required("month")
    instrument = gateway.exchange.instrument(conid)
    known = conid in gateway.login.brokerage.searched and month in options.months(gateway.now_ms)
    if instrument is None or instrument.sec_type != "STK" or not known:
        return {"call": [], "put": []}
    prices = strikes(gateway.exchange.quote(conid).prior_close)
    return {"call": prices, "put": prices}


def info(gateway: Gateway, call: Call) -> Json:
    """Contracts of an underlying; one bare object for a stock (wire-facts §8), an array for derivatives."""
    conid, kind = _number(call), call.text("sectype") or call.text("secType")
    if conid not in gateway.login.brokerage.searched and gateway.exchange.instrument(conid) is None:
        raise server_error("Please query /iserver/secdef/search first")
    if kind == "OPT":
        return options.rows(gateway.instrument(conid), call)
    if kind == "FUT":
        month = call.text("month")
        futures = [each for each in _futures(gateway, conid) if month in ("", month_of(each.expiry))]
        if not futures:
            raise server_error("no contracts retrieved")
        return [info_detail(each) for each in futures]
    return info_detail(gateway.instrument(conid))


def _futures(gateway: Gateway, conid: int) -> list[Instrument]:
    listed = gateway.exchange.instruments()
    return [each for each in listed if each.sec_type == "FUT" and conid in (each.underlying_conid, each.conid)]


def bond_filters(gateway: Gateway, call: Call) -> Json:
    """Filters of a bond issuer: the exchange lists no bonds."""
    call.required("issuerId")
    return {"bondFilters": []}


def _number(call: Call) -> int:
    return call.conids("conid")[0]


ROUTES = (
    Route("GET", "/iserver/secdef/search", search),
    Route("POST", "/iserver/secdef/search", search_by_body),
    Route("GET", "/iserver/secdef/strikes", option_strikes),
    Route("GET", "/iserver/secdef/info", info),
    Route("GET", "/iserver/secdef/bond-filters", bond_filters),
)
