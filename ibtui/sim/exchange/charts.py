"""Bars of any length from the minutes of past days, of the day so far and of live trading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from ibtui.sim.exchange.history import PastDay
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.tape import MinuteBar
from ibtui.sim.exchange.types import Bar

DAY_SECONDS = 86_400
_WEEK_DAYS = 7
_MONTH_DAYS = 28
_THURSDAY = 3
"""Weekday of 1 January 1970: weeks are counted from Mondays."""


def bars(market: Market, *, start_ms: int, end_ms: int, seconds: int, outside_rth: bool) -> list[Bar]:
    """Give the bars that begin in [start_ms, end_ms), oldest first; intervals without a trade are left out.

    A bar of less than a day begins at a multiple of its length in Unix time; one of a day or more at the opening of
    its first trading day. Bars under a minute are built from the remembered prints only.
    """
    if seconds >= DAY_SECONDS:
        merged = _join(_days(market, start_ms, end_ms, outside_rth), _period(seconds // DAY_SECONDS))
    elif seconds < 60:
        merged = _join(_prints(market, outside_rth), lambda time_ms: time_ms // (seconds * 1000))
        for bar in merged:
            bar.time_ms -= bar.time_ms % (seconds * 1000)
    else:
        length = seconds * 1000
        merged = _join(_minutes(market, start_ms - length, end_ms, outside_rth), lambda time_ms: time_ms // length)
        for bar in merged:
            bar.time_ms -= bar.time_ms % length
    return [_bar(market, bar) for bar in merged if start_ms <= bar.time_ms < end_ms]


def _join(parts: Iterable[MinuteBar], bucket: Callable[[int], int]) -> list[MinuteBar]:
    joined: list[MinuteBar] = []
    current = None
    for part in parts:
        key = bucket(part.time_ms)
        if key == current:
            joined[-1].absorb(part)
        else:
            joined.append(part.copy())
            current = key
    return joined


def _minutes(market: Market, start_ms: int, end_ms: int, outside_rth: bool) -> Iterator[MinuteBar]:
    history = market.history
    for day in (*history.days(), history.today):
        for segment in day.segments:
            if segment.end_ms <= start_ms or segment.start_ms >= end_ms:
                continue
            if outside_rth or segment.bar.regular:
                yield from history.minutes(segment)
    for bar in market.tape.minutes:
        if start_ms <= bar.time_ms < end_ms and (outside_rth or bar.regular):
            yield bar


def _prints(market: Market, outside_rth: bool) -> Iterator[MinuteBar]:
    for p in market.tape.prints:
        if outside_rth or p.regular:
            yield MinuteBar(p.time_ms, p.ticks, p.ticks, p.ticks, p.ticks, p.size, p.regular)


def _days(market: Market, start_ms: int, end_ms: int, outside_rth: bool) -> Iterator[MinuteBar]:
    """Give one bar per trading day, at the moment its session opens."""
    history = market.history
    for day in history.days():
        yield from _whole(day, outside_rth, [])
    live: dict[int, list[MinuteBar]] = {}
    for bar in market.tape.minutes:
        opened = market.sessions.at(bar.time_ms).extended_open
        if outside_rth or bar.regular:
            live.setdefault(opened, []).append(bar)
    today = history.today
    yield from _whole(today, outside_rth, live.pop(today.day.extended_open, []))
    for minutes in live.values():
        yield from _whole(PastDay(market.sessions.at(minutes[0].time_ms), ()), outside_rth, minutes)


def _whole(day: PastDay, outside_rth: bool, live: list[MinuteBar]) -> list[MinuteBar]:
    parts = [segment.bar for segment in day.segments if outside_rth or segment.bar.regular]
    whole = _join([*parts, *live], lambda time_ms: 0)
    for bar in whole:
        bar.time_ms = day.day.extended_open if outside_rth else day.day.regular_open
    return whole


def _period(days: int) -> Callable[[int], int]:
    """Number the days, weeks or months."""
    if days >= _MONTH_DAYS:
        return _month
    if days >= _WEEK_DAYS:
        return lambda time_ms: (time_ms // (DAY_SECONDS * 1000) + _THURSDAY) // _WEEK_DAYS
    return lambda time_ms: time_ms // (DAY_SECONDS * 1000) // days


def _month(time_ms: int) -> int:
    moment = datetime.fromtimestamp(time_ms / 1000, UTC)
    return moment.year * 12 + moment.month


def _bar(market: Market, bar: MinuteBar) -> Bar:
    return Bar(
        time_ms=bar.time_ms,
        open=market.price(bar.open),
        high=market.price(bar.high),
        low=market.price(bar.low),
        close=market.price(bar.close),
        volume=market.instrument.size_increment * bar.volume,
    )
