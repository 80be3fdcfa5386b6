"""Positions: cached pages, the uncached list, one contract and combinations ("Positions")."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ibtui.sim.exchange import PositionView
from ibtui.sim.gateway.call import Call, Route
from ibtui.sim.gateway.contracts.rows import secdef_row
from ibtui.sim.gateway.contracts.venues import display_symbol
from ibtui.sim.gateway.wire import Fields, Json, money

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

PAGE = 100
_SORTS: dict[str, Callable[[PositionView], float]] = {
    "position": lambda view: float(view.quantity),
    "mktValue": lambda view: float(view.market_value),
    "marketValue": lambda view: float(view.market_value),
    "unrealizedPnl": lambda view: float(view.unrealized_pnl),
    "conid": lambda view: float(view.conid),
}


def page(gateway: Gateway, call: Call) -> Json:
    """A hundred positions; the first read of all has no contract details yet."""
    account = gateway.account(call.path["accountId"])
    start = call.path_number("pageId") * PAGE
    cold = gateway.login.brokerage.first_read(f"/portfolio/{account}/positions")
    return [_row(gateway, view, detailed=not cold) for view in _sorted(gateway, call, account)[start : start + PAGE]]


def uncached(gateway: Gateway, call: Call) -> Json:
    """All positions, fresh, with conids as text and names of their own."""
    account = gateway.account(call.path["accountId"])
    return [_fresh_row(gateway, view) for view in _sorted(gateway, call, account)]


def of_contract(gateway: Gateway, call: Call) -> Json:
    """The account's position in one contract, as an array."""
    return _in_contract(gateway, gateway.account(call.path["accountid"]), call.conid())


def of_all_accounts(gateway: Gateway, call: Call) -> Json:
    """Every account's position in one contract, by account."""
    return {account: _in_contract(gateway, account, call.conid()) for account in gateway.accounts}


def _in_contract(gateway: Gateway, account: str, conid: int) -> list[Fields]:
    views = gateway.exchange.positions(account)
    return [_row(gateway, view, detailed=True) for view in views if view.conid == conid]


def invalidate(gateway: Gateway, call: Call) -> Json:
    """Drop the cache."""
    gateway.account(call.path["accountId"])
    return {"message": "success"}


def combinations(gateway: Gateway, call: Call) -> Json:
    """Positions acquired as a combination: none, the legs of one are kept as positions of their own."""
    gateway.account(call.path["accountId"])
    return []


def _sorted(gateway: Gateway, call: Call, account: str) -> list[PositionView]:
    views = gateway.exchange.positions(account)
    key = _SORTS.get(call.text("sort"))
    return sorted(views, key=key, reverse=call.text("direction") == "d") if key else views


def _row(gateway: Gateway, view: PositionView, *, detailed: bool) -> Fields:
    instrument = gateway.instrument(view.conid)
    row: Fields = {
        "acctId": view.account,
        "conid": view.conid,
        "contractDesc": display_symbol(instrument),
        "position": float(view.quantity),
        "mktPrice": float(view.market_price),
        "mktValue": money(view.market_value),
        "currency": instrument.currency,
        "avgCost": float(round(view.average_cost, 8)),
        "avgPrice": float(round(view.average_price, 8)),
        "realizedPnl": money(view.realized_pnl),
        "unrealizedPnl": money(view.unrealized_pnl),
        "exchs": None,
        "expiry": instrument.expiry or None,
        "putOrCall": None,
        "multiplier": float(instrument.multiplier) if instrument.expiry else None,
        "strike": 0.0,
        "exerciseStyle": None,
        "conExchMap": [],
        "assetClass": instrument.sec_type,
        "undConid": instrument.underlying_conid,
        "model": "",
    }
    return row | secdef_row(instrument) if detailed else row


def _fresh_row(gateway: Gateway, view: PositionView) -> Fields:
    instrument = gateway.instrument(view.conid)
    return {
        "position": float(view.quantity),
        "conid": str(view.conid),
        "avgCost": float(view.average_cost),
        "avgPrice": float(view.average_price),
        "currency": instrument.currency,
        "description": display_symbol(instrument),
        "isLastToLoq": False,
        "marketPrice": float(view.market_price),
        "marketValue": float(view.market_value),
        "realizedPnl": float(view.realized_pnl),
        "secType": instrument.sec_type,
        "timestamp": gateway.now_ms // 1000,
        "unrealizedPnl": float(view.unrealized_pnl),
        "assetClass": instrument.sec_type,
        "sector": instrument.industry or None,
        "group": instrument.group or None,
        "model": "",
    }


ROUTES = (
    Route("GET", "/portfolio/{accountId}/positions/{pageId}", page),
    Route("GET", "/portfolio2/{accountId}/positions", uncached),
    Route("GET", "/portfolio/{accountid}/position/{conid}", of_contract),
    Route("GET", "/portfolio/positions/{conid}", of_all_accounts),
    Route("POST", "/portfolio/{accountId}/positions/invalidate", invalidate),
    Route("GET", "/portfolio/{accountId}/combo/positions", combinations),
)
