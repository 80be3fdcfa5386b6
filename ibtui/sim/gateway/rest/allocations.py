"""Allocation groups and presets of an advisor ("FA Allocation Management")."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from ibtui.sim.gateway.allocations import METHODS, Group
from ibtui.sim.gateway.answers import bad_request, unavailable
from ibtui.sim.gateway.call import Call, Route, as_objects
from ibtui.sim.gateway.wire import Json, money

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

_DEFAULT = "default_method_for_all"
_PRESETS = (
    _DEFAULT,
    "group_auto_close_positions",
    "profiles_auto_close_positions",
    "strict_credit_check",
    "group_proportional_allocation",
)
_DONE: Json = {"success": True}


def accounts(gateway: Gateway, call: Call) -> Json:
    """Net liquidation and available equity of each subaccount, as text."""
    _advisor(gateway)
    rows: list[Json] = []
    for account in gateway.accounts:
        summary = gateway.exchange.summary(account)
        equity: Json = {"value": f"{money(summary.available_funds):.2f}", "key": "AvailableEquity"}
        worth: Json = {"value": f"{money(summary.net_liquidation):.2f}", "key": "NetLiquidation"}
        rows.append({"data": [worth, equity], "name": account})
    return {"accounts": rows}


def listed(gateway: Gateway, call: Call) -> Json:
    """All groups with their method and size."""
    _advisor(gateway)
    groups = gateway.allocations.groups(gateway).values()
    return {"data": [{"allocation_method": g.method, "size": len(g.amounts), "name": g.name} for g in groups]}


def single(gateway: Gateway, call: Call) -> Json:
    """One group's accounts and amounts."""
    group = _known(gateway, call.object(), "name")
    rows: list[Json] = [{"amount": float(amount), "name": account} for account, amount in group.amounts.items()]
    return {"name": group.name, "accounts": rows, "default_method": group.method}


def add(gateway: Gateway, call: Call) -> Json:
    """Make a group."""
    _advisor(gateway)
    group = _group(gateway, call.object())
    gateway.allocations.groups(gateway)[group.name] = group
    return _DONE


def change(gateway: Gateway, call: Call) -> Json:
    """Replace a group; `prev_name` is its name where that changes."""
    body = call.object()
    old = _known(gateway, body, "prev_name" if body.get("prev_name") else "name")
    group = _group(gateway, body)
    groups = gateway.allocations.groups(gateway)
    del groups[old.name]
    groups[group.name] = group
    return _DONE


def delete(gateway: Gateway, call: Call) -> Json:
    """Remove a group."""
    group = _known(gateway, call.object(), "name")
    del gateway.allocations.groups(gateway)[group.name]
    return _DONE


def presets(gateway: Gateway, call: Call) -> Json:
    """How groups behave."""
    _advisor(gateway)
    return gateway.allocations.presets


def set_presets(gateway: Gateway, call: Call) -> Json:
    """Change how groups behave; every key is required."""
    _advisor(gateway)
    body = call.object()
    for name in _PRESETS:
        if not isinstance(body.get(name), str if name == _DEFAULT else bool):
            raise bad_request(f"{name} is not valid: {body.get(name)}")
    if body[_DEFAULT] not in METHODS:
        raise bad_request(f"{_DEFAULT} is not valid: {body[_DEFAULT]}")
    gateway.allocations.presets.update(
        {name: value for name, value in body.items() if name in _PRESETS and isinstance(value, bool | str)}
    )
    return _DONE


def _advisor(gateway: Gateway) -> None:
    if not gateway.scenario.advisor:
        raise unavailable("Allocation groups are only available to advisors")


def _known(gateway: Gateway, body: Mapping[str, object], key: str) -> Group:
    _advisor(gateway)
    group = gateway.allocations.find(gateway, str(body.get(key) or ""))
    if group is None:
        raise bad_request(f"group is not valid: {body.get(key)}")
    return group


def _group(gateway: Gateway, body: Mapping[str, object]) -> Group:
    name, method = str(body.get("name") or ""), str(body.get("default_method") or "")
    if not name or method not in METHODS:
        raise bad_request("name and default_method are required")
    amounts: dict[str, Decimal] = {}
    for row in as_objects(body.get("accounts")):
        account = gateway.account(str(row.get("name") or ""))
        try:
            amounts[account] = Decimal(str(row.get("amount", 1)))
        except InvalidOperation:
            raise bad_request(f"amount is not valid: {row.get('amount')}") from None
    if not amounts or not all(amount.is_finite() and amount >= 0 for amount in amounts.values()):
        raise bad_request("accounts is not valid")
    return Group(name, amounts, method)


ROUTES = (
    Route("GET", "/iserver/account/allocation/accounts", accounts),
    Route("GET", "/iserver/account/allocation/group", listed),
    Route("POST", "/iserver/account/allocation/group", add),
    Route("PUT", "/iserver/account/allocation/group", change),
    Route("POST", "/iserver/account/allocation/group/single", single),
    Route("POST", "/iserver/account/allocation/group/delete", delete),
    Route("GET", "/iserver/account/allocation/presets", presets),
    Route("POST", "/iserver/account/allocation/presets", set_presets),
)
