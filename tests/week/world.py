"""The gateway, the exchange and the ways to them in a simulated week: one loop's time moves everything."""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import httpx

from ibtui.sim.exchange import WORKING, Exchange, OrderRequest, OrderType, OrderView, Side, default_accounts
from ibtui.sim.gateway.app import create_app
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.gateway.scenario import SCENARIOS
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.socket import Connector
from tests.random_days.sockets import InProcessSocket
from tests.random_days.timeloop import GatewayClock, TimeLoop

ACCOUNT = "DU1234567"
STOCKS = {265598: "AAPL", 272093: "MSFT", 8894: "KO", 9599491: "F"}
TICK_SECONDS = 1.0
FEW_TRADES = 0.05
"""Share of the usual order flow: enough for ticks and fills, cheap to run."""
LATENCY = (0.001, 0.005, 0.02, 0.1)
_NEW_YORK = ZoneInfo("America/New_York")


class FreezingExchange(Exchange):
    """An exchange whose market can be stopped, to be compared with what is shown."""

    frozen = False

    def advance(self, to_ms: int) -> None:
        if not self.frozen:
            super().advance(to_ms)


class World:
    """Everything but the program."""

    def __init__(self, loop: TimeLoop, seed: int) -> None:
        self.loop = loop
        self.rng = Random(seed)
        self.start_ms = round(datetime(2026, 11, 16, 8, 50, tzinfo=_NEW_YORK).timestamp() * 1000)
        self.exchange = FreezingExchange(
            seed=seed, start_ms=self.start_ms, accounts=default_accounts(), tick_rate=FEW_TRADES
        )
        self.gateway = Gateway(self.exchange, GatewayClock(loop), scenario=SCENARIOS["normal"], seed=seed)
        self.app = create_app(self.gateway)
        self._elsewhere = 0

    async def run(self) -> None:
        """Move the market and the gateway until cancelled."""
        while True:
            self.gateway.step()
            await asyncio.sleep(TICK_SECONDS)

    @property
    def is_open(self) -> bool:
        """Whether shares trade in their regular session now."""
        now = datetime.fromtimestamp(self.gateway.now_ms / 1000, _NEW_YORK)
        return now.weekday() < 5 and (9, 31) <= (now.hour, now.minute) < (15, 59)

    def on_grid(self, conid: int, percent: str) -> Decimal:
        """A price in cents so many percent from the market."""
        mark = self.exchange.quote(conid).mark
        return (mark * (1 + Decimal(percent) / 100)).quantize(Decimal("0.01"))

    def trade_elsewhere(self) -> OrderView:
        """The user buys or sells from a telephone: the program learns of it from the gateway alone."""
        self._elsewhere += 1
        conid = self.rng.choice(list(STOCKS))
        side = self.rng.choice((Side.BUY, Side.SELL))
        near = self.rng.random() < 0.6
        limit = self.on_grid(conid, ("0.5" if near else "-3") if side is Side.BUY else ("-0.5" if near else "3"))
        request = OrderRequest(
            ACCOUNT,
            conid,
            side,
            OrderType.LMT,
            Decimal(self.rng.randint(1, 50)),
            price=limit,
            coid=f"phone-{self._elsewhere}",
        )
        return self.exchange.place([request])[0]

    def cancel_elsewhere(self) -> None:
        """The user cancels one of the telephone's orders."""
        mine = [order for order in self.working() if order.request.coid.startswith("phone-")]
        if mine:
            self.exchange.cancel(self.rng.choice(mine).order_id)

    def working(self) -> list[OrderView]:
        """The account's orders that work now."""
        return [order for order in self.exchange.orders(ACCOUNT) if order.status in WORKING]


class Line(httpx.AsyncBaseTransport):
    """Every REST connection of the program."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._gateway = httpx.ASGITransport(app=world.app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        day, seconds = self._world.gateway.day, request.extensions.get("timeout", {}).get("read") or 15.0
        if not day.listening:
            raise httpx.ConnectError("connection refused")
        if not day.connects:
            await asyncio.sleep(request.extensions.get("timeout", {}).get("connect") or 5.0)
            raise httpx.ConnectTimeout("no connection")
        carried = asyncio.get_running_loop().create_task(self._carried(request))
        done, _ = await asyncio.wait([carried], timeout=seconds)
        if not done:
            raise httpx.ReadTimeout("no answer")
        return carried.result()

    async def _carried(self, request: httpx.Request) -> httpx.Response:
        """The request reaches the gateway, whatever becomes of who sent it."""
        await asyncio.sleep(self._world.rng.choice(LATENCY))
        if not self._world.gateway.day.listening:
            raise httpx.ReadError("the gateway is gone")
        response = await self._gateway.handle_async_request(request)
        body = await response.aread()
        await asyncio.sleep(self._world.rng.choice(LATENCY))
        if not self._world.gateway.day.listening:
            raise httpx.ReadError("the gateway is gone")
        return httpx.Response(response.status_code, headers=response.headers, content=body)


def connector(world: World) -> Connector:
    """What the session connects its stream with."""

    async def connect(endpoint: Endpoint) -> InProcessSocket:
        await asyncio.sleep(0.01)
        day = world.gateway.day
        if not day.listening or day.streams_refused:
            raise ConnectionRefusedError
        if not day.connects:
            await asyncio.sleep(10.0)
            raise TimeoutError
        return InProcessSocket(world.gateway, endpoint.session)

    return connect
