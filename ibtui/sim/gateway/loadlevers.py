"""Levers under /sim/load: so many quotes a second, or at once, and when each of them left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.routing import Route

from ibtui.sim.gateway.day.wanted import Wanted
from ibtui.sim.gateway.leverbody import body_of, lever
from ibtui.sim.gateway.load import FIELDS, MOST_BURST, MOST_PER_SECOND, PRICES, SIZES, Load, Wish
from ibtui.sim.gateway.wire import Fields

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

FOR_S = 10.0


def load_routes(gateway: Gateway) -> list[Route]:
    """Start, watch and stop a load on whoever subscribed to `smd`; `/sim/load/sent` tells when each tick left."""
    load = Load(gateway)

    async def act(request: Request) -> Fields:
        if request.method == "POST":
            load.start(wish_of(await body_of(request)))
        elif request.method == "DELETE":
            load.stop()
        return load.told()

    async def sent(request: Request) -> Fields:
        return {"sent": load.left()}

    return [
        Route("/sim/load", lever(act), methods=["GET", "POST", "DELETE"]),
        Route("/sim/load/sent", lever(sent), methods=["GET"]),
    ]


def wish_of(body: dict[str, object]) -> Wish:
    """`frames_per_second`, `burst` every `burst_seconds`, `for_seconds`, `fields`, `remember`; ValueError if wrong."""
    wanted = Wanted(body)
    wish = Wish(
        per_second=wanted.number("frames_per_second", 0.0),
        burst=int(wanted.number("burst", 0)),
        every_s=wanted.number("burst_seconds", 1.0),
        for_s=wanted.number("for_seconds", FOR_S),
        fields=wanted.texts("fields", FIELDS),
        remember=wanted.flag("remember", default=True),
    )
    wanted.end()
    if wish.per_second > MOST_PER_SECOND or wish.burst > MOST_BURST:
        raise ValueError(f"at most {MOST_PER_SECOND:g} frames a second and {MOST_BURST} in a burst")
    if wrong := [field for field in wish.fields if field not in (*PRICES, *SIZES)]:
        raise ValueError(f"unknown fields {', '.join(wrong)}; there are: {', '.join((*PRICES, *SIZES))}")
    return wish
