"""Watchlists ("Watchlists")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.gateway.answers import bad_request, unavailable
from ibtui.sim.gateway.call import Call, Route, as_objects
from ibtui.sim.gateway.contracts.venues import display_symbol
from ibtui.sim.gateway.watchlists import Watchlist
from ibtui.sim.gateway.wire import Fields, Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway


def everything(gateway: Gateway, call: Call) -> Json:
    """All lists by name."""
    data: Fields = {
        "scanners_only": False,
        "show_scanners": False,
        "bulk_delete": False,
        "user_lists": [each.row() for each in gateway.watchlists.lists.values()],
    }
    return {"data": data, "action": "content", "MID": gateway.watchlists.message_id()}


def one(gateway: Gateway, call: Call) -> Json:
    """One list with its instruments; the first read has little more than their conids."""
    found = _found(gateway, call)
    detailed, found.warmed = found.warmed, True
    rows = [_row(gateway, conid, detailed=detailed) for conid in found.rows]
    return {**_head(found), "instruments": rows}


def create(gateway: Gateway, call: Call) -> Json:
    """Create a list, or overwrite the one with the same id; `instruments` of the answer is always empty."""
    body = call.object()
    identifier, name = str(body.get("id") or ""), str(body.get("name") or "")
    if not identifier.removeprefix("-").isdigit():
        raise bad_request("id must be a number")
    if not name:
        raise bad_request("missing required parameter name")
    rows = [_conid(row.get("C")) for row in as_objects(body.get("rows", []))]
    return {**_head(gateway.watchlists.save(identifier, name, rows, gateway.now_ms)), "instruments": []}


def delete(gateway: Gateway, call: Call) -> Json:
    """Delete a list."""
    found = _found(gateway, call)
    del gateway.watchlists.lists[found.identifier]
    return {"data": {"deleted": found.identifier}, "action": "context", "MID": gateway.watchlists.message_id()}


def _conid(value: object) -> int | None:
    if value is None or value == "":
        return None
    if not str(value).isdigit():
        raise bad_request(f"conid is not valid: {value}")
    return int(str(value))


def _found(gateway: Gateway, call: Call) -> Watchlist:
    found = gateway.watchlists.lists.get(call.required("id"))
    if found is None:
        raise unavailable(f"Unable to find watchlist: {call.text('id')}")
    return found


def _head(found: Watchlist) -> Fields:
    return {"id": found.identifier, "hash": str(found.modified_ms), "name": found.name, "readOnly": False}


def _row(gateway: Gateway, conid: int | None, *, detailed: bool) -> Fields:
    if conid is None:
        return {"H": ""}
    instrument = gateway.exchange.instrument(conid)
    row: Fields = {"C": str(conid), "conid": conid, "name": instrument.name if instrument else ""}
    if instrument is None or not detailed:
        return row
    return row | {
        "ST": instrument.sec_type,
        "fullName": display_symbol(instrument),
        "assetClass": instrument.sec_type,
        "ticker": instrument.symbol,
        "chineseName": None,
    }


ROUTES = (
    Route("GET", "/iserver/watchlists", everything),
    Route("GET", "/iserver/watchlist", one),
    Route("POST", "/iserver/watchlist", create),
    Route("DELETE", "/iserver/watchlist", delete),
)
