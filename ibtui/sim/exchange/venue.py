"""All markets on one clock: order flow, timers and trading sessions in the order of their moments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from heapq import heapify, heappop, heappush, heapreplace

from ibtui.sim.exchange.combos import ComboMarket, market_of_legs
from ibtui.sim.exchange.factor import MarketFactor
from ibtui.sim.exchange.flow import Flow
from ibtui.sim.exchange.market import IndexMarket, Market
from ibtui.sim.exchange.sessions import Phase, Sessions
from ibtui.sim.exchange.terms import Leg, OrderRequest
from ibtui.sim.exchange.types import Event, Instrument, QuoteChanged

_RATE_PLACES = Decimal("0.0000000001")
_INDEX_SOURCE = "SPY"
_STOCK = "STK"

SessionListener = Callable[[Market, Phase, Phase, bool], None]
"""Called with a market, its phase before and now, and whether a trading day began."""


class Venue:
    """The markets and the clock.

    `react` is called for each market that moved, `session` for each that changed phase.
    """

    def __init__(
        self,
        instruments: Sequence[Instrument],
        *,
        seed: int,
        start_ms: int,
        tick_rate: float,
        always_open: bool,
    ) -> None:
        self.now = float(start_ms)
        self.events: list[Event] = []
        self._dirty: set[int] = set()
        self._factor = MarketFactor(seed, start_ms)
        self._calendars: dict[object, Sessions] = {}
        self.markets: dict[int, Market] = {}
        for listing in instruments:
            sessions = self._calendars.setdefault(listing.hours, Sessions(listing.hours, always_open))
            kind = Market if listing.tradable else IndexMarket
            flow = Flow(listing, seed, start_ms, tick_rate, self._factor)
            self.markets[listing.conid] = kind(listing, sessions, flow, seed=seed, start_ms=start_ms)
        self._combos: dict[tuple[int, tuple[Leg, ...]], ComboMarket] = {}
        self._follow_sources()
        self._pairs = {
            (market.instrument.base_currency, market.instrument.currency): market
            for market in self.markets.values()
            if market.instrument.sec_type == "CASH"
        }
        self._flows: list[tuple[float, int, Market]] = []
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._timer_count = 0
        self.react: Callable[[Market], None] = self.publish
        self.session: SessionListener = lambda market, before, now, new_day: None
        self._set_pace()
        self._schedule_flows()
        for sessions in self._calendars.values():
            self._schedule_session(sessions)

    @property
    def now_ms(self) -> int:
        """Simulated time in whole milliseconds."""
        return int(self.now)

    def at(self, when: float, act: Callable[[], None]) -> None:
        """Do something at a later moment (Unix ms); equal moments keep their order."""
        self._timer_count += 1
        heappush(self._timers, (when, self._timer_count, act))

    def advance(self, to_ms: int) -> None:
        """Let everything happen that is due up to a moment, in order."""
        flows, timers = self._flows, self._timers
        while True:
            due = flows[0][0] if flows else float("inf")
            if timers and timers[0][0] <= due:
                if timers[0][0] > to_ms:
                    break
                self.now, _, act = heappop(timers)
                act()
                flows = self._flows
                continue
            if due > to_ms:
                break
            self.now = due
            _, index, market = flows[0]
            heapreplace(flows, (market.step(due), index, market))
            if market.moved():
                self.react(market)
        self.now = max(self.now, float(to_ms))

    def reschedule(self) -> None:
        """Look up anew when each market's next event is due."""
        self._schedule_flows()

    def publish(self, market: Market) -> None:
        """Report, once until the next drain, that a market moved."""
        conid = market.instrument.conid
        if conid not in self._dirty:
            self._dirty.add(conid)
            self.events.append(QuoteChanged(conid))

    def drain(self) -> list[Event]:
        """Hand over what happened since the last time."""
        events, self.events = self.events, []
        self._dirty.clear()
        return events

    def market_of(self, request: OrderRequest) -> Market | None:
        """Give the market an order belongs in, None where its contract or a leg is not listed."""
        if not request.legs:
            return self.markets.get(request.conid)
        key = (request.conid, request.legs)
        if key not in self._combos and (made := market_of_legs(self.markets, *key)) is not None:
            self._combos[key] = made
        return self._combos.get(key)

    def mark(self, conid: int) -> Decimal:
        """Give the mark of a contract."""
        return self.markets[conid].mark()

    def fx_rate(self, from_currency: str, to_currency: str) -> Decimal:
        """Give units of the second currency for one of the first at the pairs' marks, by way of USD if need be.

        ValueError where no listed pair leads from one to the other.
        """
        if from_currency == to_currency:
            return Decimal(1)
        pair = self._pairs.get((from_currency, to_currency))
        if pair is not None:
            return pair.mark()
        pair = self._pairs.get((to_currency, from_currency))
        if pair is not None:
            return (1 / pair.mark()).quantize(_RATE_PLACES)
        if "USD" in (from_currency, to_currency):
            raise ValueError(f"no exchange rate from {from_currency} to {to_currency}")
        return (self.fx_rate(from_currency, "USD") * self.fx_rate("USD", to_currency)).quantize(_RATE_PLACES)

    def _follow_sources(self) -> None:
        source = next((m for m in self.markets.values() if m.instrument.symbol == _INDEX_SOURCE), None)
        for market in self.markets.values():
            if isinstance(market, IndexMarket) and source is not None:
                market.follow(source)

    def _schedule_flows(self) -> None:
        self._flows = [(market.next_time, index, market) for index, market in enumerate(self.markets.values())]
        heapify(self._flows)

    def _schedule_session(self, sessions: Sessions) -> None:
        self.at(sessions.next_change(self.now_ms), lambda: self._change_session(sessions))

    def _change_session(self, sessions: Sessions) -> None:
        """Lead the markets of one calendar into their next phase or day."""
        phase, day = sessions.phase(self.now_ms), sessions.at(self.now_ms)
        new_day = day.extended_open == self.now_ms
        for market in self.markets.values():
            if market.sessions is sessions:
                before = market.phase
                if new_day:
                    market.begin_day()
                market.enter(phase, self.now)
                self.session(market, before, phase, new_day)
                market.moved()
                self.react(market)
        self._change_combos(sessions, new_day)
        self._set_pace()
        self._schedule_flows()
        self._schedule_session(sessions)

    def _change_combos(self, sessions: Sessions, new_day: bool) -> None:
        """Lead the combinations with a leg in a calendar into the phase of their quietest leg."""
        for combo in self._combos.values():
            if all(market.sessions is not sessions for market, _ in combo.legs):
                continue
            before, combo.phase = combo.phase, combo.quietest()
            if combo.phase is not before or new_day:
                self.session(combo, before, combo.phase, new_day)

    def _set_pace(self) -> None:
        stocks = [m for m in self.markets.values() if m.instrument.sec_type == _STOCK]
        self._factor.set_pace(any(m.phase is Phase.REGULAR for m in stocks[:1]))
