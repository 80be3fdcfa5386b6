"""Contract details, rules, algos, currencies and schedules ("Contract")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ibtui.sim.exchange import Instrument, OrderView
from ibtui.sim.gateway.answers import bad_request
from ibtui.sim.gateway.call import Call, Route
from ibtui.sim.gateway.contracts.algos import ALGOS, MOST_NAMED, algo_row
from ibtui.sim.gateway.contracts.hours import schedules_by_date, spoken_zone, weekly_schedule
from ibtui.sim.gateway.contracts.rows import info_row, secdef_row
from ibtui.sim.gateway.contracts.rules import permitted, rules_row
from ibtui.sim.gateway.contracts.venues import valid_exchanges
from ibtui.sim.gateway.orders.routing import conid_of
from ibtui.sim.gateway.wire import Fields, Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway


def info(gateway: Gateway, call: Call) -> Json:
    """Details of one contract."""
    return info_row(gateway.instrument(call.conid()))


def info_and_rules(gateway: Gateway, call: Call) -> Json:
    """Details and trading rules in one."""
    instrument = gateway.instrument(call.conid())
    return {
        **info_row(instrument),
        "rules": _rules(gateway, instrument, buy=call.text("isBuy", "true").lower() not in ("false", "0")),
    }


def rules(gateway: Gateway, call: Call) -> Json:
    """Trading rules of the contract in the body."""
    body = call.object()
    instrument = gateway.instrument(conid_of(body))
    exchange = str(body.get("exchange") or "SMART").upper()
    if exchange != "SMART" and exchange not in valid_exchanges(instrument).split(","):
        raise bad_request(f"exchange is not valid: {exchange}")
    return _rules(gateway, instrument, buy=body.get("isBuy") is not False, changed=_changed(gateway, body))


def _changed(gateway: Gateway, body: Mapping[str, object]) -> OrderView | None:
    """The order that `modifyOrder` is about."""
    if body.get("modifyOrder") is not True:
        return None
    order_id = str(body.get("orderId") or "")
    order = gateway.exchange.order(int(order_id)) if order_id.isdigit() else None
    if order is None:
        raise bad_request(f"orderId is not valid: {order_id}")
    return order


def _rules(gateway: Gateway, instrument: Instrument, *, buy: bool, changed: OrderView | None = None) -> Fields:
    mark = gateway.exchange.quote(instrument.conid).mark
    return rules_row(instrument, mark, list(gateway.accounts), buy=buy, changed=changed)


def algos(gateway: Gateway, call: Call) -> Json:
    """IB algos of a contract; nothing at the first request for it."""
    instrument = gateway.instrument(call.conid())
    if gateway.login.brokerage.first_read(f"/iserver/contract/{instrument.conid}/algos"):
        return {"algos": []}
    wanted = [name for name in call.text("algos").split(";") if name]
    if len(wanted) > MOST_NAMED:
        raise bad_request(f"at most {MOST_NAMED} algos can be named")
    eligible = permitted(instrument, buy=True).algos
    described, with_parameters = call.flag("addDescription"), call.flag("addParams")
    return {
        "algos": [
            algo_row(identifier, described=described, with_parameters=with_parameters)
            for identifier in ALGOS
            if eligible and (not wanted or identifier in wanted)
        ],
    }


def currency_pairs(gateway: Gateway, call: Call) -> Json:
    """Pairs with the given currency."""
    currency = call.required("currency").upper()
    pairs: list[Json] = []
    for instrument in gateway.exchange.instruments():
        if instrument.sec_type != "CASH" or currency not in (instrument.base_currency, instrument.currency):
            continue
        other = instrument.currency if instrument.base_currency == currency else instrument.base_currency
        pairs.append({"symbol": instrument.local_symbol, "conid": instrument.conid, "ccyPair": other})
    return {currency: pairs}


def exchange_rate(gateway: Gateway, call: Call) -> Json:
    """Units of `target` for one of `source`."""
    source, target = call.required("source", "Source").upper(), call.required("target", "Target").upper()
    try:
        return {"rate": float(gateway.exchange.fx_rate(source, target))}
    except (KeyError, ValueError):
        raise bad_request(f"no exchange rate from {source} to {target}") from None


def trading_schedule(gateway: Gateway, call: Call) -> Json:
    """Hours of the next days by date."""
    instrument = gateway.instrument(call.conids("conid")[0])
    zone = spoken_zone(instrument.hours.zone)
    return {"exchange_time_zone": zone, "schedules": schedules_by_date(instrument, gateway.now_ms)}


def schedule(gateway: Gateway, call: Call) -> Json:
    """Hours of a week by symbol."""
    kind, symbol = call.required("assetClass"), call.required("symbol")
    found = [each for each in _listed(gateway, [symbol], kind) if call.text("exchange", each.exchange) == each.exchange]
    return [weekly_schedule(found[0])] if found else []


def secdef(gateway: Gateway, call: Call) -> Json:
    """Definitions of the given conids; unknown ones are left out."""
    found = (gateway.exchange.instrument(conid) for conid in call.conids("conids"))
    return {"secdef": [secdef_row(instrument) for instrument in found if instrument is not None]}


def stocks(gateway: Gateway, call: Call) -> Json:
    """Stocks by symbol."""
    symbols = call.required("symbols").split(",")
    return {symbol: [_stock(each) for each in _listed(gateway, [symbol], "STK")] for symbol in symbols}


def _stock(instrument: Instrument) -> Fields:
    contract: Json = {"conid": instrument.conid, "exchange": instrument.exchange, "isUS": instrument.currency == "USD"}
    return {"name": instrument.name, "chineseName": None, "assetClass": "STK", "contracts": [contract]}


def futures(gateway: Gateway, call: Call) -> Json:
    """Unexpired futures by symbol."""
    symbols = call.required("symbols").split(",")
    return {symbol: [_future(each) for each in _listed(gateway, [symbol], "FUT")] for symbol in symbols}


def _future(instrument: Instrument) -> Fields:
    expiry = int(instrument.expiry)
    return {
        "symbol": instrument.symbol,
        "conid": instrument.conid,
        "underlyingConid": instrument.underlying_conid,
        "expirationDate": expiry,
        "ltd": expiry,
        "shortFuturesCutOff": expiry,
        "longFuturesCutOff": expiry,
    }


def all_conids(gateway: Gateway, call: Call) -> Json:
    """Stocks that trade on an exchange."""
    exchange = call.required("exchange")
    return [
        {"ticker": each.symbol, "conid": each.conid, "exchange": exchange}
        for each in gateway.exchange.instruments()
        if each.sec_type == "STK" and exchange in ("SMART", each.exchange, "NMS" if each.exchange == "NASDAQ" else "")
    ]


def _listed(gateway: Gateway, symbols: Sequence[str], kind: str) -> list[Instrument]:
    return [each for each in gateway.exchange.instruments() if each.symbol in symbols and each.sec_type == kind]


ROUTES = (
    Route("GET", "/iserver/contract/{conid}/info", info),
    Route("GET", "/iserver/contract/{conid}/info-and-rules", info_and_rules),
    Route("POST", "/iserver/contract/rules", rules),
    Route("GET", "/iserver/contract/{conid}/algos", algos),
    Route("GET", "/iserver/currency/pairs", currency_pairs),
    Route("GET", "/iserver/exchangerate", exchange_rate),
    Route("GET", "/contract/trading-schedule", trading_schedule),
    Route("GET", "/trsrv/secdef/schedule", schedule),
    Route("GET", "/trsrv/secdef", secdef),
    Route("GET", "/trsrv/stocks", stocks),
    Route("GET", "/trsrv/futures", futures),
    Route("GET", "/trsrv/all-conids", all_conids),
)
