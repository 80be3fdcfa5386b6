"""Levers of the day under /sim/day, bound with the others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from json import JSONDecodeError
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ibtui.sim.gateway.day.kinds import KINDS
from ibtui.sim.gateway.day.plan import planned_of
from ibtui.sim.gateway.wire import Fields

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway


def day_routes(gateway: Gateway) -> list[Route]:
    """Begin and end events, follow a plan, and tell what goes on."""
    day = gateway.day

    async def told(request: Request) -> Response:
        return JSONResponse(day.report())

    async def end_all(request: Request) -> Response:
        day.end_all()
        return JSONResponse(day.report())

    async def plan(request: Request) -> Fields:
        rows = (await _body(request)).get("plan")
        if not isinstance(rows, list):
            raise ValueError("plan must be a list")
        day.plan([planned_of(row) for row in rows])
        return day.report()

    async def begin(request: Request) -> Fields:
        return day.begin(request.path_params["name"], **await _body(request))

    async def end(request: Request) -> Fields:
        return day.end(request.path_params["name"])

    return [
        Route("/sim/day", told, methods=["GET"]),
        Route("/sim/day", end_all, methods=["DELETE"]),
        Route("/sim/day/plan", _lever(plan), methods=["POST"]),
        Route("/sim/day/{name}", _lever(begin), methods=["POST"]),
        Route("/sim/day/{name}", _lever(end), methods=["DELETE"]),
    ]


def _lever(pull: Callable[[Request], Awaitable[Fields]]) -> Callable[[Request], Awaitable[Response]]:
    async def pulled(request: Request) -> Response:
        try:
            return JSONResponse(await pull(request))
        except ValueError as error:
            return JSONResponse({"error": str(error), "known": list(KINDS)}, 400)

    return pulled


async def _body(request: Request) -> dict[str, object]:
    if not await request.body():
        return {}
    try:
        found = await request.json()
    except JSONDecodeError as error:
        raise ValueError(f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ValueError("the body must be a JSON object")
    return found
