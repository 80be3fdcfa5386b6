"""Levers for tests under /sim/oauth, bound only when they are asked for."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ibtui.sim.oauth.provider import Provider


def oauth_levers(provider: Provider) -> list[Route]:
    """Report, death of tokens, revocation and rules."""
    server = provider.server

    async def told(request: Request) -> Response:
        server.step()
        return JSONResponse({**server.told(), "rules": asdict(server.rules), "killed": server.killed})

    async def expire(request: Request) -> Response:
        wanted = await _object(request)
        try:
            server.rules = server.rules.changed({"dead_status": wanted.get("status", server.rules.dead_status)})
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"expired": server.sessions.expire(), "status": server.rules.dead_status})

    async def kill(request: Request) -> Response:
        server.killed = (await _object(request)).get("restore") is not True
        if server.killed:
            server.sessions.expire()
        return JSONResponse({"killed": server.killed})

    async def rules(request: Request) -> Response:
        try:
            server.rules = server.rules.changed(await _object(request))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(asdict(server.rules))

    return [
        Route("/sim/oauth", told, methods=["GET"]),
        Route("/sim/oauth/expire", expire, methods=["POST"]),
        Route("/sim/oauth/kill-token", kill, methods=["POST"]),
        Route("/sim/oauth/rules", rules, methods=["POST"]),
    ]


async def _object(request: Request) -> dict[str, object]:
    """The body's JSON object; anything else is an empty one."""
    if not await request.body():
        return {}
    value = await request.json()
    return value if isinstance(value, dict) else {}
