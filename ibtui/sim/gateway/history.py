"""Historical bars: their grammar, and the answer REST and the `smh` topic share ("Historical Market Data")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from ibtui.sim.exchange import Bar, Exchange, Instrument
from ibtui.sim.gateway.answers import server_error
from ibtui.sim.gateway.contracts.hours import session
from ibtui.sim.gateway.contracts.venues import price_factor, volume_factor
from ibtui.sim.gateway.wire import Fields, dashed_time, digits, utc

MAX_POINTS = 1_000
DAY = 86_400
WEEK = 7 * DAY
MONTH = 30 * DAY
BARS = {
    "1min": 60,
    "2min": 120,
    "3min": 180,
    "5min": 300,
    "10min": 600,
    "15min": 900,
    "30min": 1_800,
    "1h": 3_600,
    "2h": 7_200,
    "3h": 10_800,
    "4h": 14_400,
    "8h": 28_800,
    "1d": DAY,
    "1w": WEEK,
    "1m": MONTH,
}
"""Seconds of each bar size; `m` is month, `min` minute."""

_PERIOD = re.compile(r"(\d{1,4})(min|h|d|w|m|y)")
_LONGEST = {"min": 30, "h": 8, "d": 1_000, "w": 792, "m": 182, "y": 15}
"""Greatest number of each unit ("Historical Market Data", period)."""
_SECONDS = {"min": 60, "h": 3_600, "w": WEEK, "m": MONTH, "y": 365 * DAY}


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """What is asked for."""

    period: str = "1w"
    bar: str = ""
    outside_rth: bool = False
    letters: str = "ochlv"
    """Which of open, close, high, low and volume each bar has."""
    end_ms: int = 0
    """Moment at which the period ends; 0 is now."""

    @property
    def seconds(self) -> int:
        """Length of a bar; the default is a day's for long periods and five minutes' for short ones."""
        return BARS[self.bar or ("1d" if self.period[-1] in "wmy" else "5min")]


def history_request(
    period: str, bar: str, *, outside_rth: bool, letters: str = "ochlv", end_ms: int = 0
) -> HistoryRequest:
    """The request, or 500 where period or bar are not in the grammar."""
    matched = _PERIOD.fullmatch(period)
    if matched is None or not 1 <= int(matched[1]) <= _LONGEST[matched[2]]:
        raise server_error(f"Invalid period: {period}")
    if bar and bar not in BARS:
        raise server_error(f"Invalid bar: {bar}")
    return HistoryRequest(period, bar, outside_rth, letters, end_ms)


def bars_of(exchange: Exchange, instrument: Instrument, request: HistoryRequest) -> list[Bar]:
    """The bars of the period, oldest first, at most 1,000 of them."""
    end = min(request.end_ms or exchange.now_ms, exchange.now_ms)
    start = max(_start(instrument, request, end), _horizon(instrument, request, end))
    seconds = min(request.seconds, DAY)
    bars = exchange.bars(instrument.conid, start_ms=start, end_ms=end, seconds=seconds, outside_rth=request.outside_rth)
    if request.seconds > DAY:
        bars = _merged(bars, weekly=request.seconds == WEEK)
    return bars[-MAX_POINTS:]


def answer(instrument: Instrument, request: HistoryRequest, bars: Sequence[Bar], server_id: str, now_ms: int) -> Fields:
    """The history object; `points` is one less than the number of bars (wire-facts §8)."""
    start = bars[0].time_ms if bars else now_ms
    return {
        "serverId": server_id,
        "symbol": instrument.symbol,
        "text": instrument.name,
        "priceFactor": price_factor(instrument),
        "startTime": dashed_time(start),
        "high": _extreme(instrument, bars, highest=True),
        "low": _extreme(instrument, bars, highest=False),
        "timePeriod": request.period,
        "barLength": request.seconds,
        "mdAvailability": "S",
        "mktDataDelay": 0,
        "outsideRth": request.outside_rth,
        "tradingDayDuration": _day_minutes(instrument, request),
        "volumeFactor": volume_factor(instrument),
        "priceDisplayRule": 1,
        "priceDisplayValue": str(digits(instrument.increment)),
        "chartPanStartTime": dashed_time(now_ms),
        "direction": -1,
        "negativeCapable": False,
        "messageVersion": 2,
        "data": [bar_row(instrument, bar, request.letters) for bar in bars],
        "points": max(0, len(bars) - 1),
        "travelTime": 12,
    }


def bar_row(instrument: Instrument, bar: Bar, letters: str = "ochlv") -> Fields:
    """One bar; its volume is divided by `volumeFactor`."""
    prices = {"o": bar.open, "c": bar.close, "h": bar.high, "l": bar.low}
    row: Fields = {name: float(price) for name, price in prices.items() if name in letters}
    if "v" in letters:
        row["v"] = float(bar.volume / volume_factor(instrument))
    return row | {"t": bar.time_ms}


def _start(instrument: Instrument, request: HistoryRequest, end_ms: int) -> int:
    matched = _PERIOD.fullmatch(request.period)
    count, unit = (int(matched[1]), matched[2]) if matched else (1, "w")
    if unit != "d":
        return end_ms - count * _SECONDS[unit] * 1000
    zone = ZoneInfo(instrument.hours.zone)
    day = utc(end_ms).astimezone(zone).date()
    while not _opens(instrument, day, end_ms, regular=not request.outside_rth):
        day -= timedelta(days=1)
    for _ in range(count - 1):
        day -= timedelta(days=3 if day.weekday() == 0 else 1)
    return session(instrument, day, regular=not request.outside_rth)[0] * 1000


def _horizon(instrument: Instrument, request: HistoryRequest, end_ms: int) -> int:
    """A moment behind which no bar is among the last thousand, so that long periods in short bars stay cheap."""
    trading_days = MAX_POINTS * request.seconds // (_day_minutes(instrument, request) * 60) + 1
    return end_ms - (trading_days * 7 // 5 + 5) * DAY * 1000


def _opens(instrument: Instrument, day: date, end_ms: int, *, regular: bool) -> bool:
    return day.weekday() < 5 and session(instrument, day, regular=regular)[0] * 1000 < end_ms


def _merged(bars: Sequence[Bar], *, weekly: bool) -> list[Bar]:
    groups: dict[tuple[int, int], list[Bar]] = {}
    for bar in bars:
        moment = utc(bar.time_ms)
        key = moment.isocalendar()[:2] if weekly else (moment.year, moment.month)
        groups.setdefault(key, []).append(bar)
    return [_joined(group) for group in groups.values()]


def _joined(group: Sequence[Bar]) -> Bar:
    return Bar(
        time_ms=group[0].time_ms,
        open=group[0].open,
        high=max(bar.high for bar in group),
        low=min(bar.low for bar in group),
        close=group[-1].close,
        volume=sum((bar.volume for bar in group), Decimal(0)),
    )


def _extreme(instrument: Instrument, bars: Sequence[Bar], *, highest: bool) -> str:
    """`12586/14469/65`: price × priceFactor, volume and minutes from the start (wire-facts §6)."""
    if not bars:
        return "0/0/0"
    bar = max(bars, key=lambda each: each.high) if highest else min(bars, key=lambda each: each.low)
    price = (bar.high if highest else bar.low) * price_factor(instrument)
    volume = float(bar.volume / volume_factor(instrument))
    return f"{price:.0f}/{volume:g}/{(bar.time_ms - bars[0].time_ms) // 60_000}"


def _day_minutes(instrument: Instrument, request: HistoryRequest) -> int:
    opening, closing = instrument.hours.extended if request.outside_rth else instrument.hours.regular
    return (closing - opening) % 1440 or 1440


def parsed_start(text: str) -> int:
    """`20230821-13:30:00` (UTC) as Unix milliseconds; 500 where it is no time."""
    try:
        moment = datetime.strptime(f"{text}+0000", "%Y%m%d-%H:%M:%S%z")
    except ValueError:
        raise server_error(f"Invalid startTime: {text}") from None
    return int(moment.timestamp() * 1000)
