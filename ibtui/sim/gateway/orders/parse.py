"""An order as a client sends it ("Place Order", body parameters) turned into the exchange's request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from ibtui.sim.exchange import OrderRequest, OrderType, Share, Side, Tif
from ibtui.sim.gateway.answers import bad_request
from ibtui.sim.gateway.orders.routing import Route

_T = TypeVar("_T")

_TYPES = {kind.value: kind for kind in OrderType} | {
    "LIMIT": OrderType.LMT,
    "MARKET": OrderType.MKT,
    "STOP": OrderType.STP,
    "STP_LIMIT": OrderType.STOP_LIMIT,
    "RELATIVE": OrderType.REL,
    "MARKETONCLOSE": OrderType.MOC,
    "LIMITONCLOSE": OrderType.LOC,
}
_READ = frozenset(
    {
        "acctId",
        "conid",
        "cOID",
        "parentId",
        "orderType",
        "outsideRTH",
        "price",
        "auxPrice",
        "side",
        "tif",
        "trailingAmt",
        "trailingType",
        "quantity",
    }
)
"""Keys that have a place of their own in the exchange's request and are not shown again as they were."""
_NEEDS_PRICE = {
    OrderType.LMT,
    OrderType.STP,
    OrderType.STOP_LIMIT,
    OrderType.TRAILLMT,
    OrderType.LIT,
    OrderType.LOC,
}
_NEEDS_AUX_PRICE = {OrderType.STOP_LIMIT, OrderType.TRAILLMT, OrderType.LIT}
_TRAILING = {OrderType.TRAIL, OrderType.TRAILLMT}
_GOOD_TILL = "%Y%m%d-%H:%M:%S"


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whose an order is, and which orders it belongs to."""

    account: str
    """Account, or allocation group where there are `shares`."""
    parent: str = ""
    """The parent's `cOID`."""
    group: str = ""
    """Name of the OCA group it joins."""
    shares: tuple[Share, ...] = ()


def order_request(raw: Mapping[str, object], route: Route, belonging: Belonging) -> OrderRequest:
    """The order in `raw`; 400 where a key is missing or makes no sense."""
    quantity, cash = _sizes(raw)
    request = OrderRequest(
        account=belonging.account,
        conid=route.conid,
        side=_choice(raw, "side", {side.value: side for side in Side}),
        order_type=_choice(raw, "orderType", _TYPES),
        quantity=quantity,
        tif=_choice(raw, "tif", {tif.value: tif for tif in Tif}),
        price=_decimal(raw, "price"),
        aux_price=_decimal(raw, "auxPrice"),
        trailing_type=str(raw.get("trailingType") or ""),
        trailing_amount=_decimal(raw, "trailingAmt"),
        outside_rth=raw.get("outsideRTH") is True,
        coid=str(raw.get("cOID") or ""),
        parent_coid=belonging.parent,
        oca_group=belonging.group,
        good_till_ms=_good_till_ms(raw),
        cash=cash,
        exchange=route.exchange,
        legs=route.legs,
        deactivated=raw.get("deactivated") is True,
        all_or_none=raw.get("allOrNone") is True,
        shares=belonging.shares,
        extra={key: value for key, value in raw.items() if key not in _READ},
    )
    _complain_of_missing(request)
    _complain_of_time(raw)
    return request


def _complain_of_missing(request: OrderRequest) -> None:
    kind = request.order_type
    if kind in _NEEDS_PRICE and request.price is None:
        raise bad_request("missing order parameter: price")
    if kind in _NEEDS_AUX_PRICE and request.aux_price is None:
        raise bad_request("missing order parameter: auxPrice")
    if kind is OrderType.MIT and request.price is None and request.aux_price is None:
        raise bad_request("missing order parameter: price")
    if kind in _TRAILING and (request.trailing_amount is None or request.trailing_type not in ("amt", "%")):
        raise bad_request("missing order parameter: trailingAmt or trailingType")


def _complain_of_time(raw: Mapping[str, object]) -> None:
    """`manualOrderTime` is a Unix time and nothing else."""
    moment = raw.get("manualOrderTime")
    if moment is not None and (isinstance(moment, bool) or not isinstance(moment, int) or moment <= 0):
        raise bad_request(f"order parameter manualOrderTime is not valid: {moment}")


def _good_till_ms(raw: Mapping[str, object]) -> int:
    """`goodTillDate` (`20261120-20:59:00`, UTC) as Unix ms, 0 where there is none."""
    text = str(raw.get("goodTillDate") or "")
    if not text:
        return 0
    try:
        return int(datetime.strptime(text, _GOOD_TILL).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        raise bad_request(f"order parameter goodTillDate is not valid: {text}") from None


def _choice(raw: Mapping[str, object], name: str, choices: Mapping[str, _T]) -> _T:
    value = str(raw.get(name) or "").upper()
    if value not in choices:
        raise bad_request(
            f"order parameter {name} is not valid: {value}" if value else f"missing order parameter: {name}"
        )
    return choices[value]


def _sizes(raw: Mapping[str, object]) -> tuple[Decimal, Decimal | None]:
    """(quantity, money): exactly one of `quantity`, `cashQty` and `fxQty` is there, the others count as nothing."""
    sizes = {name: size for name in ("quantity", "cashQty", "fxQty") if (size := _decimal(raw, name)) is not None}
    if not sizes:
        raise bad_request("missing order parameter: quantity")
    if len(sizes) > 1:
        raise bad_request(f"order parameters {' and '.join(sizes)} exclude each other")
    ((name, size),) = sizes.items()
    if size <= 0:
        raise bad_request(f"order parameter {name} is not valid: it must be greater than 0")
    return (size, None) if name == "quantity" else (Decimal(0), size)


def _decimal(raw: Mapping[str, object], name: str) -> Decimal | None:
    value = raw.get(name)
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise bad_request(f"order parameter {name} is not valid: {value}") from None
    if isinstance(value, bool) or not number.is_finite():
        raise bad_request(f"order parameter {name} is not valid: {value}")
    return number
