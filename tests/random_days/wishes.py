"""The laws of form: an order at the exchange is what its ticket said, and works as that form works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from ibtui.domain.tickets import OrderType, SizedIn, Ticket
from ibtui.sim.exchange import Execution, OrderRequest, OrderView, Status
from tests.random_days.life import Life
from tests.random_days.world import Asked, World

Found = Iterator[tuple[str, str]]
Wishes = Mapping[str, Sequence[Ticket]]
_STOP_FIRST = frozenset({OrderType.STP, OrderType.TRAIL, OrderType.MIT})
_STOP_SECOND = frozenset({OrderType.STOP_LIMIT, OrderType.TRAILLMT, OrderType.LIT})
_OVER = frozenset({Status.FILLED, Status.CANCELLED, Status.REJECTED})
_KEPT = frozenset({Status.INACTIVE, Status.PENDING_CANCEL, Status.CANCELLED})


def as_wished(world: World, wishes: Wishes) -> Found:
    """What the exchange was asked for is what the ticket said, each of its keys."""
    for asked in world.exchange.asked:
        tickets = wishes.get(asked.key)
        if tickets is None or asked.place >= len(tickets):
            continue  # without a journal nobody knows the key of a change
        wanted, told = _wanted(tickets[asked.place]), _told(asked.request)
        for name, value in wanted.items():
            if told[name] != value:
                words = f"{asked.key}, order {asked.order_id}: {name} is {told[name]}, wanted was {value}"
                yield "an order is what the ticket said", words


def remembered(world: World, life: Life, wishes: Wishes) -> Found:
    """A ticket the journal knows of a working order is one that was carried out for it."""
    by_order: dict[int, list[Ticket]] = {}
    for asked in world.exchange.asked:
        by_order.setdefault(asked.order_id, []).extend(wishes.get(asked.key, ()))
    for order_id, sent in by_order.items():
        order = world.exchange.order(order_id)
        if order is None or order.status in _OVER:
            continue  # whether a change of it was made or came too late is all the same
        kept = life.session.orders.sent_ticket(order_id)
        if sent and kept is not None and kept not in sent:
            yield "the journal keeps the ticket", f"order {order_id}: {kept} and not {sent}"


def worked(world: World) -> Found:
    """Saved orders stay where they are, dated ones end in time, whole ones fill whole, algos take their time."""
    asked: dict[int, list[Asked]] = {}
    for wish in world.exchange.asked:
        asked.setdefault(wish.order_id, []).append(wish)
    for order in world.orders():
        fills = [fill for fill in world.executions(order.request.account) if fill.order_id == order.order_id]
        requests = [wish.request for wish in asked[order.order_id]]
        if all(request.deactivated for request in requests) and (fills or order.status not in _KEPT):
            yield "a saved order does not work", f"order {order.order_id} is {order.status}, {order.filled} filled"
        if len(requests) == 1:
            yield from _worked(world, order, fills)


def _worked(world: World, order: OrderView, fills: Sequence[Execution]) -> Found:
    """Of an order that was never changed."""
    request, named = order.request, f"order {order.order_id}"
    if due := request.good_till_ms:
        late = [fill for fill in fills if fill.time_ms > due]
        if late or (due < world.exchange.now_ms and order.remaining and order.status is Status.SUBMITTED):
            yield "a dated order ends in time", f"{named}: {order.status}, {len(late)} fills after its date"
    if request.all_or_none and order.filled and order.filled != request.quantity:
        yield "all or none", f"{named}: {order.filled} of {request.quantity}"
    if request.plan is not None and request.quantity > 1 and fills:
        until = fills[0].time_ms + request.plan.interval_ms
        first = sum((fill.size for fill in fills if fill.time_ms < until), Decimal(0))
        if first == request.quantity and until < (request.plan.end_ms or world.close_ms):
            yield "an algo takes its time", f"{named}: {first} at once"


def _wanted(ticket: Ticket) -> dict[str, object]:
    kind, limit, stop = ticket.order_type, ticket.limit_price, ticket.stop_price
    prices = (limit, stop if kind in _STOP_SECOND else ticket.offset)
    legs = tuple((leg.conid, leg.ratio) for leg in ticket.contract.legs)
    return {
        "account": ticket.account,
        "conid": ticket.contract.conid,
        "legs": legs,
        "side": ticket.side.value,
        "type": kind.value,
        "prices": (stop, None) if kind in _STOP_FIRST else prices,
        "size": (ticket.quantity, ticket.sized_in is SizedIn.UNITS, ticket.sized_in is SizedIn.CONVERSION),
        "tif": (ticket.tif.value, _moment(ticket.good_till)),
        "outside hours": ticket.outside_rth,
        "trail": (ticket.trailing_type, ticket.trailing_amount),
        "exchange": ticket.route or ticket.destination,
        "saved": ticket.deactivated,
        "all or none": ticket.all_or_none,
        "algo": (ticket.strategy or None, dict(ticket.strategy_parameters) or None, bool(ticket.strategy)),
        "child": ticket.is_child,
        "marks": (
            ticket.referrer or None,
            ticket.operator or None,
            ticket.manual_time_ms,
            ticket.price_management,
        ),
    }


def _told(request: OrderRequest) -> dict[str, object]:
    by_cash, extra = request.cash is not None, request.extra
    return {
        "account": request.account,
        "conid": request.conid,
        "legs": tuple((leg.conid, leg.ratio) for leg in request.legs),
        "side": request.side.value,
        "type": request.order_type.value,
        "prices": (request.price, request.aux_price),
        "size": (request.cash if by_cash else request.quantity, not by_cash, extra.get("isCcyConv") is True),
        "tif": (request.tif.value, request.good_till_ms),
        "outside hours": request.outside_rth,
        "trail": (request.trailing_type, request.trailing_amount),
        "exchange": request.exchange,
        "saved": request.deactivated,
        "all or none": request.all_or_none,
        "algo": (extra.get("strategy"), extra.get("strategyParameters"), request.plan is not None),
        "child": bool(request.parent_coid),
        "marks": tuple(extra.get(name) for name in ("referrer", "extOperator", "manualOrderTime", "useAdaptive")),
    }


def _moment(good_till: str) -> int:
    if not good_till:
        return 0
    return int(datetime.strptime(good_till, "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC).timestamp() * 1000)
