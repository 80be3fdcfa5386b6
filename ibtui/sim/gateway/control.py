"""Levers for tests under /sim, which no real gateway has; bound only when they are asked for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ibtui.sim.gateway.clock import ManualClock
from ibtui.sim.gateway.day.levers import day_routes
from ibtui.sim.gateway.faults import FAULTS
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.gateway.loadlevers import load_routes
from ibtui.sim.gateway.marketlevers import market_routes
from ibtui.sim.gateway.scenario import SCENARIOS

STEP_MS = 50


def advance(gateway: Gateway, ms: int) -> None:
    """Move a manual clock forward in the steps the server would take."""
    if not isinstance(gateway.clock, ManualClock):
        raise TypeError("only a manual clock can be advanced")
    left = ms
    while left > 0:
        gateway.clock.advance(min(STEP_MS, left))
        gateway.step()
        left -= STEP_MS


def control_routes(gateway: Gateway) -> list[Route]:
    """Scenario, dropped websockets, manual clock, requests, nightly reset, answers, faults, markets, load, truth."""

    async def scenario(request: Request) -> Response:
        name = str((await request.json()).get("name", ""))
        if name not in SCENARIOS:
            return JSONResponse({"error": f"unknown scenario {name}", "known": list(SCENARIOS)}, 400)
        gateway.switch_scenario(SCENARIOS[name])
        return JSONResponse({"scenario": name})

    async def drop(request: Request) -> Response:
        return JSONResponse({"dropped": gateway.drop_connections()})

    async def advance_clock(request: Request) -> Response:
        if not isinstance(gateway.clock, ManualClock):
            return JSONResponse({"error": "the clock is the wall's"}, 400)
        advance(gateway, int((await request.json()).get("ms", 0)))
        return JSONResponse({"ms": gateway.clock.ms()})

    return [
        Route("/sim/scenario", scenario, methods=["POST"]),
        Route("/sim/drop-websockets", drop, methods=["POST"]),
        Route("/sim/advance", advance_clock, methods=["POST"]),
        *_log_routes(gateway),
        *_fault_routes(gateway),
        *day_routes(gateway),
        *market_routes(gateway),
        *load_routes(gateway),
    ]


def _log_routes(gateway: Gateway) -> list[Route]:
    async def requests(request: Request) -> Response:
        return JSONResponse({"requests": gateway.requests.rows()})

    async def forget_requests(request: Request) -> Response:
        gateway.requests.clear()
        return JSONResponse({})

    async def nightly_reset(request: Request) -> Response:
        gateway.renew_sessions()
        return JSONResponse({"session": gateway.login.session_id})

    async def answers(request: Request) -> Response:
        return JSONResponse({"answers": gateway.notices.answers})

    return [
        Route("/sim/requests", requests, methods=["GET"]),
        Route("/sim/requests", forget_requests, methods=["DELETE"]),
        Route("/sim/nightly-reset", nightly_reset, methods=["POST"]),
        Route("/sim/answers", answers, methods=["GET"]),
    ]


def _fault_routes(gateway: Gateway) -> list[Route]:
    async def arm(request: Request) -> Response:
        wanted = await request.json()
        delay = wanted.get("delay_ms")
        try:
            fault = gateway.faults.arm(
                str(wanted.get("name", "")),
                on=str(wanted.get("on") or ""),
                times=int(wanted.get("times", 1)),
                delay_ms=None if delay is None else int(delay),
            )
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error), "known": list(FAULTS)}, 400)
        armed = {"name": fault.name, "on": list(fault.on), "times": fault.times, "delay_ms": fault.delay_ms}
        return JSONResponse({"armed": armed})

    async def disarm(request: Request) -> Response:
        gateway.faults.disarm()
        return JSONResponse(gateway.faults.report())

    async def faults(request: Request) -> Response:
        return JSONResponse(gateway.faults.report())

    async def truth(request: Request) -> Response:
        return JSONResponse(gateway.truth())

    return [
        Route("/sim/fault", arm, methods=["POST"]),
        Route("/sim/fault", disarm, methods=["DELETE"]),
        Route("/sim/faults", faults, methods=["GET"]),
        Route("/sim/truth", truth, methods=["GET"]),
    ]
