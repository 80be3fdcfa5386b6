"""Levers under /sim/market, /sim/ladder and /sim/truth/book: what a market does and how it is shown, for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.routing import Route

from ibtui.sim.exchange import Instrument
from ibtui.sim.gateway.contracts.venues import display_symbol
from ibtui.sim.gateway.day.wanted import Wanted
from ibtui.sim.gateway.deepbook import lists
from ibtui.sim.gateway.feeds import DELAY_S, DEPTH, NO_DEPTH, TOPICS
from ibtui.sim.gateway.ladderforms import MOST_FRAMES_PER_SECOND, LadderManner, together
from ibtui.sim.gateway.leverbody import body_of, lever
from ibtui.sim.gateway.wire import Fields, Json, plain
from ibtui.sim.gateway.ws.ladder import LadderStream

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

LEVELS = 100
"""Prices on each side of a true book, unless asked otherwise."""
_DEPTHS = (DEPTH, *NO_DEPTH)


def market_routes(gateway: Gateway) -> list[Route]:
    """Act on one instrument, named by conid or symbol, or on the form and rate of all ladders."""

    async def told(request: Request) -> Fields:
        return _told(gateway, _named(gateway, request))

    async def pull(request: Request) -> Fields:
        name = request.path_params["lever"]
        if name not in LEVERS:
            raise ValueError(f"unknown lever {name!r}; there are: {', '.join(LEVERS)}")
        instrument, wanted = _named(gateway, request), Wanted(await body_of(request))
        LEVERS[name](gateway, instrument.conid, wanted)
        return _told(gateway, instrument)

    async def book(request: Request) -> Fields:
        instrument, exchange = _named(gateway, request), request.query_params.get("exchange", "").upper()
        levels = request.query_params.get("levels", str(LEVELS))
        if not levels.isdigit() or not lists(instrument, exchange):
            raise ValueError(f"no {levels} levels of {display_symbol(instrument)} on exchange {exchange!r}")
        return gateway.true_book(instrument.conid, int(levels), exchange)

    async def ladder(request: Request) -> Fields:
        if request.method == "DELETE":
            gateway.ladder, gateway.feeds.depth = LadderManner(), DEPTH
        elif request.method == "POST":
            _set_ladder(gateway, await body_of(request))
        return gateway.ladder.told() | {"depth": gateway.feeds.depth, "ladders": _ladders(gateway)}

    return [
        Route("/sim/market/{name}", lever(told), methods=["GET"]),
        Route("/sim/market/{name}/{lever}", lever(pull), methods=["POST"]),
        Route("/sim/ladder", lever(ladder), methods=["GET", "POST", "DELETE"]),
        Route("/sim/truth/book/{name}", lever(book), methods=["GET"]),
    ]


def _move(gateway: Gateway, conid: int, wanted: Wanted) -> None:
    """`ticks`, negative for down, in `seconds` of simulated time."""
    ticks, seconds = wanted.number("ticks", 0, signed=True), wanted.number("seconds", 0)
    wanted.end()
    if ticks != int(ticks):
        raise ValueError(f"ticks must be a whole number, not {ticks!r}")
    gateway.exchange.forces.move(conid, int(ticks), int(seconds * 1000))


def _halt(gateway: Gateway, conid: int, wanted: Wanted) -> None:
    wanted.end()
    gateway.exchange.forces.halt(conid)


def _resume(gateway: Gateway, conid: int, wanted: Wanted) -> None:
    wanted.end()
    gateway.exchange.forces.resume(conid)


def _hurry(gateway: Gateway, conid: int, wanted: Wanted) -> None:
    """`rate`: how many times as many background orders as usual."""
    rate = wanted.number("rate", 1.0)
    wanted.end()
    gateway.exchange.forces.hurry(conid, rate)


def _freeze(gateway: Gateway, conid: int, wanted: Wanted) -> None:
    wanted.end()
    gateway.feeds.freeze(conid)


def _delay(gateway: Gateway, conid: int, wanted: Wanted) -> None:
    """By `seconds` of simulated time; with `depth` its ladder goes on, undelayed."""
    seconds, depth = wanted.number("seconds", DELAY_S), wanted.flag("depth", default=False)
    wanted.end()
    gateway.feeds.delay(conid, int(seconds * 1000), depth=depth)


def _live(gateway: Gateway, conid: int, wanted: Wanted) -> None:
    """End freeze, delay, another availability and missing depth."""
    wanted.end()
    gateway.feeds.make_live(conid)


def _declare(gateway: Gateway, conid: int, wanted: Wanted) -> None:
    """`text` of field 6509 whatever is shown, blank for the true one."""
    text = wanted.text("text")
    wanted.end()
    gateway.feeds.declare(conid, text)


def _silence(gateway: Gateway, conid: int, wanted: Wanted) -> None:
    """`topics` that say nothing about it, both by default."""
    topics = wanted.texts("topics", TOPICS)
    wanted.end()
    if wrong := [topic for topic in topics if topic not in TOPICS]:
        raise ValueError(f"unknown topics {', '.join(wrong)}; there are: {', '.join(TOPICS)}")
    gateway.feeds.silence(conid, topics)


def _speak(gateway: Gateway, conid: int, wanted: Wanted) -> None:
    wanted.end()
    gateway.feeds.silence(conid, ())


def _depth(gateway: Gateway, conid: int, wanted: Wanted) -> None:
    """`answer`: `live`, or how a ladder without Level II data is answered."""
    answer = wanted.choice("answer", _DEPTHS)
    wanted.end()
    gateway.feeds.subscribe_depth(conid, answer)


LEVERS: Mapping[str, Callable[[Gateway, int, Wanted], None]] = {
    "move": _move,
    "halt": _halt,
    "resume": _resume,
    "hurry": _hurry,
    "freeze": _freeze,
    "delay": _delay,
    "live": _live,
    "availability": _declare,
    "silence": _silence,
    "speak": _speak,
    "depth": _depth,
}


def _set_ladder(gateway: Gateway, body: Mapping[str, object]) -> None:
    """`form` (a name or several), `frames_per_second`, `late_frames`, `depth`; what is not given stays."""
    manner, changes = gateway.ladder, dict(body)
    if isinstance(form := changes.get("form"), str):
        changes["form"] = [form]
    wanted = Wanted(changes)
    names = wanted.texts("form", manner.names)
    rate = wanted.number("frames_per_second", manner.frames_per_second)
    late = int(wanted.number("late_frames", manner.late_frames))
    depth = wanted.choice("depth", (gateway.feeds.depth, *_DEPTHS))
    wanted.end()
    if not 0 < rate <= MOST_FRAMES_PER_SECOND:
        raise ValueError(f"frames_per_second must be more than 0 and at most {MOST_FRAMES_PER_SECOND:g}")
    form = together(names)
    gateway.ladder = replace(manner, form=form, names=names, frames_per_second=rate, late_frames=late)
    gateway.feeds.depth = depth


def _ladders(gateway: Gateway) -> list[Json]:
    """Every ladder that is subscribed to."""
    subscribed = [each for connection in gateway.connections for each in connection.subscriptions.values()]
    return [each.report() for each in subscribed if isinstance(each, LadderStream)]


def _told(gateway: Gateway, instrument: Instrument) -> Fields:
    """An instrument as it trades and as it is shown."""
    conid, forces = instrument.conid, gateway.exchange.forces
    quote = gateway.exchange.quote(conid)
    prices = {name: getattr(quote, name) for name in ("bid", "ask", "last")}
    return {
        "time": gateway.now_ms,
        "conid": conid,
        "symbol": display_symbol(instrument),
        **{name: None if price is None else plain(price) for name, price in prices.items()},
        "halted": quote.halted,
        "moves_until": forces.moves_until(conid),
        **gateway.feeds.told(conid),
    }


def _named(gateway: Gateway, request: Request) -> Instrument:
    """The instrument of the path: by conid, local symbol (ESZ6, EUR.USD) or symbol."""
    name = request.path_params["name"].upper()
    for instrument in gateway.exchange.instruments():
        if name in (str(instrument.conid), display_symbol(instrument).upper(), instrument.symbol.upper()):
            return instrument
    raise ValueError(f"unknown instrument {name!r}")
