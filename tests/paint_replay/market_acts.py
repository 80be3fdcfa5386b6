"""What the market does: quotes, depth, streams that fall silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random

from msgspec.structs import replace

from ibtui.domain.depth import RowTold, RungPatch
from ibtui.domain.events import (
    ContractsLearned,
    HistoryReceived,
    LadderFailed,
    LadderReceived,
    LadderRequested,
    QuoteReceived,
    QuotesSilenced,
    StreamsLost,
    WatchlistReceived,
)
from ibtui.domain.market import Availability, Bar, History, Rung
from ibtui.domain.watchlists import Watchlist
from tests.paint_replay.stage import Stage
from tests.paint_replay.words import NAMES
from tests.ui.market import AAPL, CONTRACTS, ES, QUOTES

D = Decimal
Act = Callable[[Stage, Random], str]
CONIDS = tuple(QUOTES)
SIZES = (None, D(0), D(1), D(77), D(4500), D(111_000), D(24_230_000))


def _moved(stage: Stage, random: Random, conid: int) -> QuoteReceived:
    """Some fields of a quote, most of them by a little."""
    quote = stage.store.market.quotes.get(conid)
    last = (quote.last if quote is not None else None) or D("271.67")
    step = D(random.choice((-100, -3, -1, 0, 1, 2, 50))) / 100
    changes: dict[str, object] = {"last": last + step}
    for name, value in (("bid", last + step - D("0.01")), ("ask", last + step + D("0.01")), ("change", step)):
        if random.random() < 0.5:
            changes[name] = value
    for name in ("bid_size", "ask_size", "last_size", "volume"):
        if random.random() < 0.3:
            changes[name] = random.choice(SIZES)
    if random.random() < 0.05:
        changes[random.choice(("last", "bid", "ask", "change", "close"))] = random.choice((None, D(0), D("123456.789")))
    return QuoteReceived(conid, changes, stage.now, from_stream=random.random() < 0.95)


def quote(stage: Stage, random: Random) -> str:
    fact = _moved(stage, random, random.choice(CONIDS))
    stage.happens(fact)
    return f"{fact.conid} {fact.changes}"


def quotes(stage: Stage, random: Random) -> str:
    some = random.sample(CONIDS, random.randint(2, len(CONIDS)))
    stage.happens(*(_moved(stage, random, conid) for conid in some))
    return f"of {len(some)}"


def belief(stage: Stage, random: Random) -> str:
    """Halts, delays, silence."""
    conid = random.choice(CONIDS)
    if random.random() < 0.4:
        stage.happens(QuotesSilenced((conid,)))
        return f"{conid} silent"
    changes = {"halted": random.random() < 0.5, "availability": random.choice(tuple(Availability))}
    stage.happens(QuoteReceived(conid, changes, stage.now))
    return f"{conid} {changes}"


def streams_lost(stage: Stage, random: Random) -> str:
    stage.happens(StreamsLost())
    return ""


def whole_ladder(stage: Stage, random: Random) -> str:
    """A new book about a price somewhere near."""
    wanted = stage.store.market.ladder
    conid, generation = (wanted.conid, wanted.generation) if wanted is not None else (AAPL, 1)
    tick, middle = (D("0.25"), D("4980.25")) if conid == ES else (D("0.01"), D("271.67"))
    middle += tick * random.choice((-40, -3, -1, 0, 0, 1, 2, 25))
    depth = random.choice((1, 3, 9, 25))
    rungs = [Rung(middle + tick * i, ask_size=random.choice(SIZES[1:])) for i in range(depth, 0, -1)]
    rungs.append(Rung(middle, is_last=True, last_size=random.choice(SIZES)))
    rungs += [
        Rung(middle - tick * i, bid_size=random.choice(SIZES[1:])) for i in range(1, depth + 1) if random.random() > 0.1
    ]
    stage.happens(LadderReceived(conid, generation, dict(enumerate(rungs)), stage.now, is_whole=random.random() < 0.5))
    return f"{conid} at {middle}, {len(rungs)} rows"


def part_of_ladder(stage: Stage, random: Random) -> str:
    """Some rows: other sizes, a trade, another price, nothing any more."""
    ladder = stage.store.market.ladder
    if ladder is None or not ladder.rungs:
        return whole_ladder(stage, random)
    told = dict(random.sample(list(enumerate(ladder.rungs)), min(len(ladder.rungs), random.choice((1, 2, 4, 12)))))
    rows: Mapping[int, RowTold] = {row: _row(rung, random) for row, rung in told.items()}
    stage.happens(LadderReceived(ladder.conid, ladder.generation, rows, stage.now))
    return f"{ladder.conid} {rows}"


def _row(rung: Rung, random: Random) -> RowTold:
    chance = random.random()
    if chance < 0.04:
        return None
    name = "bid_size" if rung.bid_size is not None else "ask_size"
    if chance < 0.3:
        return RungPatch({random.choice((name, name, "bid_size", "ask_size", "last_size")): random.choice(SIZES)})
    if chance < 0.4:
        return replace(rung, is_last=not rung.is_last, last_size=random.choice(SIZES))
    if chance < 0.45:
        return replace(rung, price=rung.price + D(random.choice((-1, 1))) / 100)
    return replace(rung, **{name: random.choice(SIZES)})


def ladder_fails(stage: Stage, random: Random) -> str:
    ladder = stage.store.market.ladder
    conid = ladder.conid if ladder is not None else AAPL
    if random.random() < 0.5:
        stage.happens(LadderFailed(conid, "No Level II data: 板情報なし"))
        return f"{conid}"
    stage.happens(LadderRequested(conid, (ladder.generation if ladder is not None else 0) + 1))
    return f"{conid} asked for anew"


def renamed(stage: Stage, random: Random) -> str:
    """An instrument has another name."""
    known = random.choice(CONTRACTS)
    name = random.choice(NAMES)
    told = {"name": name} if random.random() < 0.5 else {"symbol": name or "X", "local_symbol": ""}
    stage.happens(ContractsLearned((replace(known, **told),)))
    return f"{known.conid} {told}"


def listed(stage: Stage, random: Random) -> str:
    """Another list: longer than the screen, empty, or in another order."""
    conids = random.sample(CONIDS, random.randint(0, len(CONIDS)))
    more = tuple(range(5001, 5001 + random.choice((0, 0, 3, 60))))
    stage.happens(WatchlistReceived(Watchlist("100", random.choice(NAMES), (*conids, *more))))
    return f"{len(conids) + len(more)} rows"


def history(stage: Stage, random: Random) -> str:
    conid = random.choice(CONIDS)
    bars = tuple(Bar(i * 300_000, 0, 0, 0, random.gauss(0, 1), 0) for i in range(random.choice((0, 2, 78))))
    stage.happens(HistoryReceived(History(conid, "1d", "5min", bars, stage.now)))
    return f"{conid} {len(bars)} bars"


MARKET: Mapping[str, tuple[float, Act]] = {
    "quote": (12, quote),
    "quotes": (8, quotes),
    "belief": (3, belief),
    "streams lost": (1, streams_lost),
    "whole ladder": (5, whole_ladder),
    "part of ladder": (12, part_of_ladder),
    "ladder fails": (0.7, ladder_fails),
    "renamed": (3, renamed),
    "listed": (1, listed),
    "history": (1, history),
}
"""By name: how often, and what."""
