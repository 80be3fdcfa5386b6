"""A market in which one instrument is held and some orders work, each thing told as late as a test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.closing import Closing, ClosingStage
from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.events import (
    ClosingMoved,
    Event,
    ExecutionReceived,
    HealthChanged,
    QuoteReceived,
    RulesLearned,
    StreamsLost,
)
from ibtui.domain.market import Availability
from ibtui.domain.session import Light
from ibtui.protocol.orders.rows import decode_execution
from ibtui.protocol.requests import Request
from tests.fakes.clock import settle
from tests.session.orders.bench import AAPL, ACCOUNT, ON, Bench, bench, row

POSITIONS = f"GET /portfolio2/{ACCOUNT}/positions"
PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
STEP_SECONDS = 0.05


@dataclass
class Order:
    """One that works here."""

    order_id: int
    side: str
    quantity: int
    filled: int = 0
    status: str = "Submitted"

    @property
    def works(self) -> bool:
        return self.status in ("Submitted", "PendingCancel")

    @property
    def sign(self) -> int:
        return 1 if self.side == "BUY" else -1

    def told(self) -> dict[str, object]:
        return row(
            self.order_id,
            status=self.status,
            side=self.side,
            totalSize=float(self.quantity),
            filledQuantity=float(self.filled),
            remainingQuantity=float(self.quantity - self.filled),
        )


@dataclass
class Sent:
    """An order that arrived, with the truth of that moment."""

    side: str
    quantity: Decimal
    kind: str
    price: Decimal | None
    held: int
    working: int


class Venue:
    """`held` and `orders` are the truth; what is told of them is late by the seconds of the `…_late` fields."""

    def __init__(self, b: Bench | None = None, *, held: int = 100, orders: tuple[Order, ...] = ()) -> None:
        self.b = b = b or bench()
        self.held = held
        self.orders = {order.order_id: order for order in orders}
        self.cancel_late = 0.1
        """From the request to the order's end."""
        self.stream_late = 0.05
        self.executions_late = 0.05
        self.position_late = 0.0
        """How old the list of positions is."""
        self.reading_takes = 0.0
        self.is_terse = False
        """Frames of orders tell their status only."""
        self.is_streaming = True
        self.knows_status = True
        self.regular: tuple[float, float] | None = (-3600.0, 6 * 3600.0)
        """When regular hours begin and end, seconds from the start; None: the schedule cannot be had."""
        self.extended: tuple[float, float] | None = (-2 * 3600.0, 8 * 3600.0)
        self.sent: list[Sent] = []
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._was = [(float("-inf"), held)]
        self._trades: list[dict[str, object]] = []
        self._polled = self.now
        self._wall = b.clock.time()
        self._script()
        self.quote()
        self._rules()
        for order in orders:
            b.frame(order.told())

    # what a test does

    def close(self, *, reverse: bool = False, market: bool = False, collar_ticks: int = 10) -> None:
        self.b.desk.close_position(ACCOUNT, AAPL, reverse=reverse, market=market, collar_ticks=collar_ticks)

    async def run(self, seconds: float) -> None:
        """Let time pass in small steps."""
        until = self.now + seconds
        await self._step()
        while self.now < until - STEP_SECONDS / 2:
            await self.b.clock.advance(STEP_SECONDS)
            await self._step()

    async def finish(self) -> Closing:
        """Run until the closing is over."""
        await self.run(0.2)
        while not self.closing.stage.is_over:
            await self.run(0.5)
        return self.closing

    def listen(self) -> list[Closing]:
        """Every stage of closings told from now on."""
        told: list[Closing] = []
        apply = self.b.store.apply

        def noted(event: Event) -> None:
            told.extend([event.closing] if isinstance(event, ClosingMoved) else [])
            apply(event)

        setattr(self.b.store, "apply", noted)  # noqa: B010  # a method of this one store
        return told

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        self._due.append((self.now + seconds, what))

    def fill(self, order_id: int, units: int) -> None:
        """The market fills some of an order that still works."""
        order = self.orders[order_id]
        units = min(units, order.quantity - order.filled)
        if not order.works or units <= 0:
            return
        order.filled += units
        if order.filled == order.quantity:
            order.status = "Filled"
        self.trade(order.sign * units, order_id)
        self._tell_row(order)

    def trade(self, units: int, order_id: int = 0) -> None:
        """Units bought, or sold where negative, perhaps by an order from elsewhere."""
        self.held += units
        self._was.append((self.now, self.held))
        told: dict[str, object] = {
            "execution_id": f"e{len(self._trades)}",
            "conid": AAPL.conid,
            "account": ACCOUNT,
            "side": "B" if units > 0 else "S",
            "size": abs(units),
            "price": "165.00",
        }
        told |= {"order_id": order_id} if order_id else {}
        self._trades.append(told)
        self.later(self.executions_late, lambda: self._execution(told))

    def lose_stream(self) -> None:
        """The websocket closes: nothing is told any more but by lists."""
        self.is_streaming = False
        self.b.store.apply(StreamsLost())
        self.b.store.apply(HealthChanged(replace(ON, stream=Light.WAIT)))
        self.b.desk.stream_lost()

    def find_stream(self) -> None:
        """It is open again; what it did not tell meanwhile it does not tell now."""
        self.is_streaming = True
        self.b.store.apply(HealthChanged(ON))
        self.quote()

    def quote(self) -> None:
        """Prices come by the stream."""
        prices = {"bid": Decimal("165.00"), "ask": Decimal("165.02"), "availability": Availability.LIVE}
        self.b.store.apply(QuoteReceived(AAPL.conid, prices, self.now))

    def appear(self, order: Order) -> None:
        """An order placed elsewhere."""
        self.orders[order.order_id] = order
        self._tell_row(order)

    # what is seen

    @property
    def now(self) -> float:
        return self.b.clock.monotonic()

    @property
    def closing(self) -> Closing:
        return self.b.store.orders.closings[(ACCOUNT, AAPL.conid)]

    @property
    def stage(self) -> ClosingStage:
        return self.closing.stage

    def cancels(self) -> list[int]:
        return [int(request.path.rpartition("/")[2]) for request in self.b.wire.changing("DELETE")]

    def readings(self) -> int:
        return self.b.wire.lines().count(POSITIONS)

    # how it works

    async def _step(self) -> None:
        due = [what for at, what in self._due if at <= self.now + 1e-9]
        self._due = [(at, what) for at, what in self._due if at > self.now + 1e-9]
        for what in due:
            what()
        if self.now - self._polled >= 1.0:
            self._polled = self.now
            task = asyncio.get_running_loop().create_task(self.b.desk.poll())
            self.b.tasks.add(task)
            task.add_done_callback(self.b.tasks.discard)
        await settle()

    def _script(self) -> None:
        wire = self.b.wire
        wire.turn = self._turn
        wire.always(POSITIONS, lambda request: self.positions())
        wire.always("GET /iserver/account/order/status/.*", self._status)
        wire.always("GET /iserver/account/orders", lambda request: self._list())
        wire.always("GET /iserver/account/trades", lambda request: list(self._trades))
        wire.always("GET /contract/trading-schedule", lambda request: self.schedule())
        wire.always("DELETE .*", self._cancel)
        wire.always(PLACE, self._place)

    def _rules(self) -> None:
        for is_buy in (True, False):
            steps = (PriceStep(Decimal(0), Decimal("0.01")),)
            rules = ContractRules(AAPL.conid, is_buy, steps, order_types=("limit", "market"))
            self.b.store.apply(RulesLearned(rules))

    async def _turn(self, request: Request) -> None:
        if "positions" in request.path and self.reading_takes:
            await self.b.clock.sleep(self.reading_takes)

    def positions(self) -> list[dict[str, object]]:
        held = next(held for at, held in reversed(self._was) if at <= self.now - self.position_late)
        return [{"conid": "1", "position": 7.0}, {"conid": str(AAPL.conid), "position": float(held)}]

    def schedule(self) -> object:
        """As "Trading Schedule (NEW)" has it."""
        if self.regular is None and self.extended is None:
            return {"error": "no schedule"}
        wall = self._wall
        spans = {"liquid_hours": self.regular, "extended_hours": self.extended}
        day = {
            name: [{"opening": round(wall + span[0]), "closing": round(wall + span[1])}]
            for name, span in spans.items()
            if span is not None
        }
        return {"exchange_time_zone": "US/Eastern", "schedules": {"20261119": day}}

    def _status(self, request: Request) -> object:
        order = self.orders.get(int(request.path.rpartition("/")[2]))
        if order is None or not self.knows_status:
            return {"error": "Service Unavailable"}
        return order.told()

    def _list(self) -> dict[str, object]:
        return {"orders": [order.told() for order in self.orders.values()], "snapshot": True}

    def _cancel(self, request: Request) -> object:
        order = self.orders[int(request.path.rpartition("/")[2])]
        if not order.works:
            return {"error": f"OrderID {order.order_id} doesn't exist"}
        self.later(self.cancel_late, lambda: self._end(order))
        return {"msg": "Request was submitted", "order_id": order.order_id}

    def _end(self, order: Order) -> None:
        if order.works:
            order.status = "Cancelled"
            self._tell_row(order)

    def _place(self, request: Request) -> object:
        (told,) = json.loads(request.body or b"{}")["orders"]
        working = sum(order.works for order in self.orders.values())
        price = Decimal(str(told["price"])) if "price" in told else None
        sent = Sent(told["side"], Decimal(str(told["quantity"])), told["orderType"], price, self.held, working)
        self.sent.append(sent)
        return [{"order_id": "900", "order_status": "Submitted"}]

    def _tell_row(self, order: Order) -> None:
        told = {"orderId": order.order_id, "status": order.status} if self.is_terse else order.told()
        self.later(self.stream_late, lambda: self._frame(told))

    def _frame(self, told: dict[str, object]) -> None:
        if self.is_streaming:
            self.b.frame(told)

    def _execution(self, told: dict[str, object]) -> None:
        if not self.is_streaming:
            return
        execution = decode_execution(told)
        assert execution is not None
        event = ExecutionReceived(execution)
        self.b.store.apply(event)
        self.b.desk.execution_event(event)


def buy(quantity: int = 100, order_id: int = 77) -> Order:
    return Order(order_id, "BUY", quantity)


def sell(quantity: int = 100, order_id: int = 77) -> Order:
    return Order(order_id, "SELL", quantity)
