"""Levers of the day under /sim/day, bound with the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ibtui.sim.gateway.day.kinds import KINDS
from ibtui.sim.gateway.day.plan import planned_of
from ibtui.sim.gateway.leverbody import body_of, lever
from ibtui.sim.gateway.wire import Fields

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway


def day_routes(gateway: Gateway) -> list[Route]:
    """Begin and end events, follow a plan, and tell what goes on."""
    day, known = gateway.day, tuple(KINDS)

    async def told(request: Request) -> Response:
        return JSONResponse(day.report())

    async def end_all(request: Request) -> Response:
        day.end_all()
        return JSONResponse(day.report())

    async def plan(request: Request) -> Fields:
        rows = (await body_of(request)).get("plan")
        if not isinstance(rows, list):
            raise ValueError("plan must be a list")
        day.plan([planned_of(row) for row in rows])
        return day.report()

    async def begin(request: Request) -> Fields:
        return day.begin(request.path_params["name"], **await body_of(request))

    async def end(request: Request) -> Fields:
        return day.end(request.path_params["name"])

    return [
        Route("/sim/day", told, methods=["GET"]),
        Route("/sim/day", end_all, methods=["DELETE"]),
        Route("/sim/day/plan", lever(plan, known), methods=["POST"]),
        Route("/sim/day/{name}", lever(begin, known), methods=["POST"]),
        Route("/sim/day/{name}", lever(end, known), methods=["DELETE"]),
    ]
