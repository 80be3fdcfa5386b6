"""Snapshots and history ("Market Data")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.gateway import history
from ibtui.sim.gateway.answers import Answer, Refused, bad_request
from ibtui.sim.gateway.call import Call, Route
from ibtui.sim.gateway.lines import SETTLE_MS
from ibtui.sim.gateway.marketfields import values
from ibtui.sim.gateway.sights import sight_of
from ibtui.sim.gateway.wire import Fields, Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway


def snapshot(gateway: Gateway, call: Call) -> Json:
    """Fields of several contracts; the first request for a contract only opens its stream (pre-flight)."""
    fields = [name for name in call.text("fields").split(",") if name]
    return [_row(gateway, conidex, fields) for conidex in call.required("conids").split(",") if conidex]


def _row(gateway: Gateway, conidex: str, fields: list[str]) -> Fields:
    number = conidex.partition("@")[0]
    if not number.isdigit():
        raise bad_request(f"conids is not valid: {conidex}")
    conid, wall = int(number), gateway.clock.ms()
    row: Fields = {"conidEx": conidex, "conid": conid}
    if gateway.exchange.instrument(conid) is None:
        return row
    cold = gateway.lines.get(conid) is None
    line = gateway.lines.open(conid, wall)
    if line is None:
        return row
    asked = set(line.fields)
    line.fields.update(fields)
    sight = sight_of(gateway, conid, asked)
    row |= {"server_id": line.server_id, "6119": line.server_id, "_updated": gateway.now_ms}
    row |= values(sight, ["6509"])
    if cold or wall - line.opened_ms < SETTLE_MS:
        return row
    return row | values(sight, sorted(asked))


def bars(gateway: Gateway, call: Call) -> Json:
    """Historical bars, at most a thousand."""
    instrument = gateway.instrument(call.conids("conid")[0])
    start = call.text("startTime")
    request = history.history_request(
        call.text("period", "1w"),
        call.text("bar"),
        outside_rth=call.flag("outsideRth"),
        end_ms=history.parsed_start(start) if start else 0,
    )
    found = history.bars_of(gateway.exchange, instrument, request)
    return history.answer(instrument, request, found, gateway.lines.next_server_id(), gateway.now_ms)


def unsubscribe(gateway: Gateway, call: Call) -> Json:
    """Close one contract's stream; 500 if there is none."""
    conid = str(call.object().get("conid", ""))
    if not conid.isdigit() or not gateway.lines.close(int(conid)):
        raise Refused(Answer({"error": "unknown"}, 500))
    return {"success": True}


def unsubscribe_all(gateway: Gateway, call: Call) -> Json:
    """Close every stream."""
    gateway.lines.close_all()
    return {"unsubscribed": True}


ROUTES = (
    Route("GET", "/iserver/marketdata/snapshot", snapshot),
    Route("GET", "/iserver/marketdata/history", bars),
    Route("POST", "/iserver/marketdata/unsubscribe", unsubscribe),
    Route("GET", "/iserver/marketdata/unsubscribeall", unsubscribe_all),
)
