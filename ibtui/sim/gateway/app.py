"""The ASGI application: IBKR's paths under /v1/api and /v1/portal, the websocket, the login page and tests' levers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.routing import Route as HttpRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from ibtui.sim.gateway.call import Route
from ibtui.sim.gateway.clock import WallClock
from ibtui.sim.gateway.control import control_routes
from ibtui.sim.gateway.dispatch import dispatch
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.gateway.loginpage import login_routes
from ibtui.sim.gateway.losses import CuttableApp
from ibtui.sim.gateway.rest.routes import ROUTES
from ibtui.sim.gateway.ws.endpoint import serve_websocket
from ibtui.sim.oauth.guard import Guard
from ibtui.sim.oauth.levers import oauth_levers
from ibtui.sim.oauth.provider import Provider
from ibtui.sim.oauth.routes import oauth_routes

PREFIXES = ("/v1/api", "/v1/portal")
TICK_S = 0.05
"""Seconds between two steps of the market."""
LEAST_PAUSE_S = 0.005
"""Seconds for clients between two steps that take too long."""
_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
_WIDE = "deviceId"
"""A path parameter whose value may contain slashes."""


def create_app(gateway: Gateway, *, control: bool = False, oauth: Provider | None = None) -> CuttableApp:
    """The application; with a wall clock it moves the market by itself while it runs. `oauth` lets nobody in without.

    A connection that a fault loses comes out of it as ConnectionLost.
    """
    entrance = oauth_routes(oauth) if oauth else login_routes(gateway)
    routes: list[BaseRoute] = [*entrance, *_rest_routes(gateway)]
    if control:
        routes.extend(control_routes(gateway))
        routes.extend(oauth_levers(oauth) if oauth else ())

    @asynccontextmanager
    async def lifespan(app: CuttableApp) -> AsyncIterator[None]:
        ticking = asyncio.create_task(_tick(gateway)) if isinstance(gateway.clock, WallClock) else None
        if ticking is not None:
            ticking.add_done_callback(_report)
        try:
            yield
        finally:
            if ticking is not None:
                ticking.cancel()

    guard = [Middleware(Guard, oauth)] if oauth else []
    return CuttableApp(routes=routes, lifespan=lifespan, middleware=[*guard, Middleware(_WithoutTrailingSlash)])


class _WithoutTrailingSlash:
    """Takes `/iserver/account/trades/` for `/iserver/account/trades`, as the real gateway does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path.startswith(PREFIXES) and path.endswith("/"):
            scope = {**scope, "path": path.rstrip("/")}
        await self._app(scope, receive, send)


async def _tick(gateway: Gateway) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        gateway.step()
        due = max(due + TICK_S, loop.time())
        await asyncio.sleep(max(due - loop.time(), LEAST_PAUSE_S))


def _report(ticking: asyncio.Task[None]) -> None:
    """A market that stopped moving by an error must not look like a quiet one."""
    if not ticking.cancelled() and (error := ticking.exception()) is not None:
        context = {"message": "the simulated market stopped", "exception": error}
        ticking.get_loop().call_exception_handler(context)


def _rest_routes(gateway: Gateway) -> Iterator[BaseRoute]:
    async def websocket(socket: WebSocket) -> None:
        await serve_websocket(gateway, socket)

    for prefix in PREFIXES:
        yield WebSocketRoute(f"{prefix}/ws", websocket)
        for route in ROUTES:
            path = route.path.replace(f"{{{_WIDE}}}", f"{{{_WIDE}:path}}")
            methods = [route.method]
            yield HttpRoute(f"{prefix}{path}", _endpoint(gateway, route), methods=methods)
    for prefix in PREFIXES:
        yield HttpRoute(f"{prefix}/{{rest:path}}", _endpoint(gateway, None), methods=_METHODS)


def _endpoint(gateway: Gateway, route: Route | None) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await dispatch(gateway, route, request)

    return endpoint
