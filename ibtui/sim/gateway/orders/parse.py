"""An order as a client sends it ("Place Order", body parameters) turned into the exchange's request."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from ibtui.sim.exchange import OrderRequest, OrderType, Side, Tif
from ibtui.sim.gateway.answers import bad_request

_T = TypeVar("_T")

_TYPES = {
    "LMT": OrderType.LMT,
    "LIMIT": OrderType.LMT,
    "MKT": OrderType.MKT,
    "MARKET": OrderType.MKT,
    "STP": OrderType.STP,
    "STOP": OrderType.STP,
    "STOP_LIMIT": OrderType.STOP_LIMIT,
    "STP_LIMIT": OrderType.STOP_LIMIT,
    "TRAIL": OrderType.TRAIL,
    "TRAILLMT": OrderType.TRAILLMT,
    "MIDPRICE": OrderType.MIDPRICE,
}
_READ = frozenset(
    {
        "acctId",
        "conid",
        "conidex",
        "secType",
        "cOID",
        "parentId",
        "orderType",
        "isSingleGroup",
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
"""Keys that have a place of their own in the exchange's request."""
_NEEDS_PRICE = {OrderType.LMT, OrderType.STP, OrderType.STOP_LIMIT}
_TRAILING = {OrderType.TRAIL, OrderType.TRAILLMT}


def order_request(account: str, raw: Mapping[str, object], *, group: str = "", parent: str = "") -> OrderRequest:
    """The order in `raw` for `account`; 400 where a key is missing or makes no sense.

    `group` is the name of the OCA group an order with `isSingleGroup` joins; `parent` the parent's `cOID`.
    """
    order_type = _choice(raw, "orderType", _TYPES)
    request = OrderRequest(
        account=account,
        conid=conid_of(raw),
        side=_choice(raw, "side", {side.value: side for side in Side}),
        order_type=order_type,
        quantity=_quantity(raw),
        tif=_choice(raw, "tif", {tif.value: tif for tif in Tif}),
        price=_decimal(raw, "price"),
        aux_price=_decimal(raw, "auxPrice"),
        trailing_type=str(raw.get("trailingType") or ""),
        trailing_amount=_decimal(raw, "trailingAmt"),
        outside_rth=raw.get("outsideRTH") is True,
        coid=str(raw.get("cOID") or ""),
        parent_coid=parent,
        oca_group=group if raw.get("isSingleGroup") is True else "",
        extra={key: value for key, value in raw.items() if key not in _READ},
    )
    _complain_of_missing(request)
    return request


def conid_of(raw: Mapping[str, object]) -> int:
    """Conid of `conid`, or of `conidex` (`265598@SMART`)."""
    named = raw.get("conid") or raw.get("conidex")
    text = str(named or "").partition("@")[0]
    if not text.isdigit():
        raise bad_request("missing order parameter: conid")
    return int(text)


def _complain_of_missing(request: OrderRequest) -> None:
    if request.order_type in _NEEDS_PRICE and request.price is None:
        raise bad_request("missing order parameter: price")
    if request.order_type is OrderType.STOP_LIMIT and request.aux_price is None:
        raise bad_request("missing order parameter: auxPrice")
    if request.order_type in _TRAILING and (
        request.trailing_amount is None or request.trailing_type not in ("amt", "%")
    ):
        raise bad_request("missing order parameter: trailingAmt or trailingType")


def _choice(raw: Mapping[str, object], name: str, choices: Mapping[str, _T]) -> _T:
    value = str(raw.get(name) or "").upper()
    if value not in choices:
        raise bad_request(
            f"order parameter {name} is not valid: {value}" if value else f"missing order parameter: {name}"
        )
    return choices[value]


def _quantity(raw: Mapping[str, object]) -> Decimal:
    if (quantity := _decimal(raw, "quantity")) is None:
        raise bad_request("missing order parameter: quantity")
    if quantity <= 0:
        raise bad_request("order parameter quantity is not valid: it must be greater than 0")
    return quantity


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
