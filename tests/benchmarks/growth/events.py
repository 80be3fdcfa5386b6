"""One event for a small store and for a large one, and lists that the gateway sends again and again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal
from math import inf

from msgspec.structs import replace

from ibtui.domain.events import PositionsReceived
from ibtui.domain.orders import Intent, OrderStatus, Stage, Submission
from ibtui.protocol.requests import Request
from ibtui.session.orders.book import Book
from ibtui.session.orders.journal import Journal
from ibtui.session.orders.reads import OrderReads
from ibtui.store import Store
from tests.benchmarks.growth import world
from tests.benchmarks.growth.measuring import Row, async_cost, cost
from tests.fakes.clock import ManualClock

TIMES = 400


def rows() -> list[Row]:
    """All of them."""
    small, large = _costs(world.SMALL), _costs(world.LARGE)
    told = [Row(f"store: {what}", small[what], large[what], unit="us") for what in small]
    few, many = (asyncio.run(_trades(sizes)) for sizes in (world.SMALL, world.LARGE))
    return [*told, Row("trades: the list again, one row more", few, many, limit=inf)]


def _costs(sizes: world.Sizes) -> dict[str, float]:
    """Microseconds of one event."""
    store = Store()
    world.fill(store, sizes, 1000.0)
    known = tuple(world.position(world.FIRST + n) for n in range(sizes.positions))
    last = 2_000_000 + sizes.finished + sizes.working - 1

    def positions(step: int) -> None:
        moved = replace(known[0], market_price=Decimal(step))
        store.apply(PositionsReceived(world.ACCOUNT, (moved, *known[1:]), 1000.0))

    steps = {
        "a tick": lambda step: store.apply(world.quote(world.FIRST + step % 50, step, 1000.0)),
        "a new execution": lambda step: store.apply(world.execution(sizes.executions + step)),
        "an execution told again": lambda step: store.apply(world.execution(step % 40)),
        "an order's row": lambda step: store.apply(world.order(last, OrderStatus.SUBMITTED, step, 1000.0)),
        "a frame of the ladder": lambda step: store.apply(world.rungs(step, 1000.0)),
        "a notice": lambda step: store.apply(world.notice(10_000 + step, 1000.0)),
    }
    found = {what: 1000 * cost(step, TIMES) for what, step in steps.items()}
    found["the list of positions, for each of them"] = 1000 * cost(positions, 5) / sizes.positions
    book = _book(sizes)
    found["the order book: who holds the lane, what is unknown"] = 1000 * cost(lambda _step: _ask(book), TIMES)
    return found


def _book(sizes: world.Sizes) -> Book:
    """As many submissions of this run as there are orders."""
    clock = ManualClock()
    book = Book(Store(), clock, Journal(None, clock))
    for number in range(sizes.working + sizes.finished):
        entry = book.enter(Submission(f"k{number}", Intent.PLACE, world.ACCOUNT, Stage.QUEUED))
        book.refuse(entry, "")
    return book


def _ask(book: Book) -> None:
    book.lane_holder(world.ACCOUNT)
    book.unknown()
    book.has_open()


class _Trades:
    """A wire that answers with the day's trades, one more at each reading."""

    def __init__(self, count: int) -> None:
        self._rows = [self._row(n) for n in range(count)]

    @staticmethod
    def _row(number: int) -> str:
        return json.dumps(
            {
                "execution_id": f"0000e0d5.{number:08d}.01",
                "symbol": "AAPL",
                "side": "B",
                "order_description": "Bot 100 @ 192.26 on ARCA",
                "trade_time": "20261121-14:30:00",
                "trade_time_r": world.MORNING_MS + number,
                "size": 100.0,
                "price": "192.26",
                "order_ref": f"ib-{number:06d}",
                "exchange": "ARCA",
                "commission": "1.01",
                "net_amount": 19226.0,
                "account": world.ACCOUNT,
                "conid": 265598,
                "order_id": 2_000_000 + number,
            }
        )

    async def call(self, request: Request, leaving: Callable[[], None] | None = None) -> bytes:
        """The lists."""
        if "trades" not in request.path:
            return b'{"orders":[],"snapshot":true}'
        self._rows.append(self._row(len(self._rows)))
        return f"[{','.join(self._rows)}]".encode()


async def _trades(sizes: world.Sizes) -> float:
    """Milliseconds of one reading."""
    reads = OrderReads(_Trades(sizes.executions), Store(), ManualClock())

    async def read(_step: int) -> None:
        await reads.read()

    await read(0)
    return await async_cost(read, 3)
