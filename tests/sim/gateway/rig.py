"""A gateway on a manual clock, reached by REST in process and by sockets without a network."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from typing import Any, Protocol, TypeAlias

import httpx
from starlette.applications import Starlette

from ibtui.sim.exchange import OrderView
from ibtui.sim.gateway.app import create_app
from ibtui.sim.gateway.clock import ManualClock
from ibtui.sim.gateway.control import advance
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.gateway.ws.connection import Connection
from ibtui.sim.server import SimOptions, create_gateway

Tree: TypeAlias = Any
"""Decoded JSON, whose shape the test states."""

THURSDAY_TRADING_MS = 1_795_104_000_000
"""2026-11-19 11:00 in New York."""
ACCOUNT = "DU1234567"
AAPL = 265598


class Socket:
    """One client's websocket without a network."""

    def __init__(self, gateway: Gateway, session: str) -> None:
        self.connection = Connection(gateway, session)
        gateway.connections.append(self.connection)

    def say(self, text: str) -> None:
        self.connection.receive(text)

    def raw(self) -> list[bytes]:
        """Every frame that waits."""
        frames: list[bytes] = []
        while (frame := self.connection.outbox.take()) is not None:
            frames.append(frame)
        return frames

    def frames(self, topic: str = "") -> list[dict[str, Tree]]:
        """Waiting frames, those of a topic if one is named; the others are lost."""
        found = [json.loads(frame.decode("utf-8", "replace")) for frame in self.raw()]
        return [frame for frame in found if not topic or str(frame.get("topic", "")).startswith(topic)]


class Rig:
    """A gateway and ways to reach it."""

    def __init__(self, options: SimOptions) -> None:
        self.clock = ManualClock()
        self.gateway = create_gateway(options, self.clock)
        self.app: Starlette = create_app(self.gateway, control=True)
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://gateway")

    async def send(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, str] | None = None,
        *,
        paced: bool = False,
    ) -> httpx.Response:
        """A request below /v1/api; without `paced` the limits are forgotten before it."""
        if not paced:
            self.gateway.pacing.release()
        content = json.dumps(body).encode() if body is not None else b""
        headers = {"content-length": str(len(content))}
        return await self._http.request(method, f"/v1/api{path}", content=content, params=query, headers=headers)

    async def get(self, path: str, **query: str) -> Tree:
        """The JSON of a GET."""
        return (await self.send("GET", path, query=query)).json()

    async def post(self, path: str, body: object = None) -> Tree:
        """The JSON of a POST."""
        return (await self.send("POST", path, body if body is not None else {})).json()

    async def control(self, method: str, path: str, body: object = None) -> Tree:
        """The JSON of one of the levers under /sim."""
        return (await self._http.request(method, path, json=body)).json()

    async def browser(self, method: str, path: str) -> httpx.Response:
        """A request outside /v1/api."""
        return await self._http.request(method, path)

    async def ready(self) -> Rig:
        """Do the warm-ups a client must do."""
        await self.get("/iserver/accounts")
        await self.get("/portfolio/accounts")
        return self

    async def market_data(self, conid: int = AAPL) -> None:
        """Ask for an instrument's market data, so that no order is blind."""
        await self.get("/iserver/marketdata/snapshot", conids=str(conid), fields="31,84,86")

    async def place(self, **ticket: object) -> Tree:
        """Place an order for one share of AAPL at the bid unless told otherwise."""
        order = {"conid": AAPL, "side": "BUY", "orderType": "LMT", "quantity": 1, "tif": "DAY"} | ticket
        if order["orderType"] == "LMT":
            order.setdefault("price", float(self.bid()))
        return await self.post(f"/iserver/account/{ACCOUNT}/orders", {"orders": [order]})

    async def post_in_chunks(self, path: str) -> httpx.Response:
        """A POST without Content-Length."""

        async def chunks() -> AsyncIterator[bytes]:
            yield b"{}"

        return await self._http.post(f"/v1/api{path}", content=chunks())

    def bid(self, conid: int = AAPL) -> Decimal:
        """Best bid."""
        bid = self.gateway.exchange.quote(conid).bid
        assert bid is not None
        return bid

    def order(self, order_id: int | str) -> OrderView:
        """An order that must be there."""
        order = self.gateway.exchange.order(int(order_id))
        assert order is not None
        return order

    def near(self, percent: int) -> float:
        """A limit at so many percent of the bid, on the grid of a stock."""
        return float(round(self.bid() * percent / 100, 2))

    def advance(self, ms: int) -> None:
        advance(self.gateway, ms)

    def socket(self, session: str | None = None) -> Socket:
        """A websocket that was greeted, unless a session that is none is given."""
        socket = Socket(self.gateway, self.gateway.login.session_id if session is None else session)
        if session is None:
            self.advance(300)
            socket.raw()
        return socket

    async def close(self) -> None:
        await self._http.aclose()


class MakeRig(Protocol):
    """Makes gateways that are closed when the test ends."""

    def __call__(
        self,
        *,
        scenario: str = "normal",
        speed: float = 1.0,
        start_ms: int = THURSDAY_TRADING_MS,
        tick_rate: float = 1.0,
    ) -> Rig: ...
