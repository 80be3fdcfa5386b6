"""The body of a request to one of the levers under /sim."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from json import JSONDecodeError

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ibtui.sim.gateway.wire import Fields


async def body_of(request: Request) -> dict[str, object]:
    """The JSON object, an empty one where there is no body; ValueError for anything else."""
    if not await request.body():
        return {}
    try:
        found = await request.json()
    except JSONDecodeError as error:
        raise ValueError(f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ValueError("the body must be a JSON object")
    return found


def lever(
    pull: Callable[[Request], Awaitable[Fields]], known: tuple[str, ...] = ()
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that answers what `pull` gives, or 400 with its ValueError's text and the names that are `known`."""

    async def pulled(request: Request) -> Response:
        try:
            return JSONResponse(await pull(request))
        except ValueError as error:
            names: Fields = {"known": list(known)} if known else {}
            return JSONResponse({"error": str(error)} | names, 400)

    return pulled
