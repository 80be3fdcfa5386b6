"""The bodies of placing, previewing and changing turned into requests the exchange can take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ibtui.sim.exchange import OrderRequest, OrderView, Share, Side
from ibtui.sim.gateway.answers import bad_request, refused_order
from ibtui.sim.gateway.contracts.rules import mod_types
from ibtui.sim.gateway.orders.fit import misfit
from ibtui.sim.gateway.orders.parse import Belonging, order_request
from ibtui.sim.gateway.orders.routing import route_of
from ibtui.sim.gateway.orders.strategies import plan_of

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

_UNRELATED = (
    "Only one order may be submitted per request, unless the orders are a bracket (cOID and parentId) or an OCA group "
    "(isSingleGroup in each of them)."
)


def owner(gateway: Gateway, name: str) -> str:
    """An account of the user's or the name of an allocation group, or 400."""
    return name if gateway.allocations.find(gateway, name) is not None else gateway.account(name)


def new_orders(gateway: Gateway, account: str, raws: Sequence[Mapping[str, object]]) -> list[OrderRequest]:
    """Requests for one order, a bracket or an OCA group.

    With `isSingleGroup` the children of a bracket cancel each other, or, without any parent, all of the orders.
    """
    if not raws:
        raise bad_request("orders is empty")
    if len(raws) > 1 and not _related(raws):
        raise refused_order(_UNRELATED)
    group = f"oca-{gateway.random.getrandbits(32):08x}"
    bracket = any(raw.get("parentId") for raw in raws)
    return [
        _request(gateway, account, raw, group if raw.get("isSingleGroup") is True and _in(raw, bracket) else "")
        for raw in raws
    ]


def changed_order(gateway: Gateway, order: OrderView, raw: Mapping[str, object]) -> OrderRequest:
    """The request that an order is to become; the reject object where its type may not be changed so."""
    old = order.request
    kept = {name: old.extra[name] for name in ("manualIndicator",) if name in old.extra}
    whole = kept | {"cOID": old.coid} | dict(raw)
    request = _built(gateway, whole, Belonging(old.account, old.parent_coid, old.oca_group, old.shares))
    changed = request.side is old.side and request.order_type is not old.order_type
    if changed and request.order_type not in mod_types(order, gateway.contract_of(old)):
        raise refused_order(f"Order can not be modified into order type {request.order_type}.")
    return request


def _related(raws: Sequence[Mapping[str, object]]) -> bool:
    if all(raw.get("isSingleGroup") is True for raw in raws):
        return True
    if all(raw.get("parentId") for raw in raws):
        return True
    names = {str(raw["cOID"]) for raw in raws if raw.get("cOID")}
    return all(str(raw.get("parentId") or "") in names for raw in raws[1:])


def _in(raw: Mapping[str, object], bracket: bool) -> bool:
    """Whether an order joins the group: not a bracket's parent."""
    return bool(raw.get("parentId")) or not bracket


def _request(gateway: Gateway, account: str, raw: Mapping[str, object], group: str) -> OrderRequest:
    shares = _shares(gateway, account, raw)
    named = account if shares else gateway.account(str(raw.get("acctId") or account))
    return _built(gateway, raw, Belonging(named, _parent(gateway, raw), group, shares))


def _built(gateway: Gateway, raw: Mapping[str, object], belonging: Belonging) -> OrderRequest:
    listed = gateway.exchange.instrument
    route = route_of(raw, listed)
    request = order_request(raw, route, belonging)
    instrument = gateway.exchange.tickets.contract_of(request)
    if instrument is None:
        raise bad_request(f"conid is not valid: {route.conid}")
    plan = plan_of(raw, instrument, gateway.now_ms, buy=request.side is Side.BUY)
    request = replace(request, plan=plan)
    if reason := misfit(request, raw, instrument, listed):
        raise refused_order(reason)
    return gateway.exchange.tickets.reckoned(request)


def _parent(gateway: Gateway, raw: Mapping[str, object]) -> str:
    """The parent's `cOID`, also where the client names its order id."""
    parent = str(raw.get("parentId") or "")
    known = gateway.exchange.order(int(parent)) if parent.isdigit() else None
    return known.request.coid if known is not None and known.request.coid else parent


def _shares(gateway: Gateway, account: str, raw: Mapping[str, object]) -> tuple[Share, ...]:
    group = gateway.allocations.find(gateway, account)
    if group is None:
        return ()
    return gateway.allocations.shares(gateway, group, str(raw.get("allocationMethod") or ""))
