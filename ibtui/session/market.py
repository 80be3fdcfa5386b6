"""Prices and contracts: what the screens ask about instruments."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from msgspec.structs import replace

from ibtui.clock import Clock
from ibtui.domain.contracts import Contract, ContractRules, Search
from ibtui.domain.events import (
    ContractsLearned,
    FlowWanted,
    HistoryReceived,
    MessageRaised,
    QuoteReceived,
    RulesLearned,
    SearchAnswered,
)
from ibtui.domain.market import History
from ibtui.domain.session import Message
from ibtui.domain.tickets import Side
from ibtui.errors import IbtuiError
from ibtui.protocol import contracts, history, market, rules
from ibtui.protocol.clean import clean
from ibtui.protocol.ladder import exchange_word
from ibtui.session.algos import AlgoReader
from ibtui.session.messages import reason
from ibtui.session.wire import Wire
from ibtui.store import Store

GATHER_SECONDS = 0.05
"""Wishes made so close together become one request."""
SNAPSHOT_AGAIN_SECONDS = 0.6
"""The first snapshot only opens streams; values are there after about 500 ms (wire-facts 3)."""
SNAPSHOT_TRIES = 3
HISTORY_KEPT_SECONDS = 60.0
RETRY_SECONDS = 10.0
"""After a refusal the same thing is asked for again so much later."""
HISTORIES_AT_ONCE = 4
"""The gateway serves five at once; one is left for others of the same login."""


class Quotes(Protocol):
    """Who streams."""

    def want_quotes(self, owner: str, conids: Sequence[int]) -> Collection[int]:
        """Stream these for `owner`; gives every instrument that has a line now."""
        ...

    def want_ladder(self, conid: int | None, exchange: str) -> None:
        """Stream this ladder, of all exchanges where none is named."""
        ...


Spawn = Callable[[Coroutine[Any, Any, None], str], None]


class MarketDesk:
    """Implements `intents.MarketIntents`; requests wait until the brokerage session is up."""

    def __init__(
        self, wire: Wire, store: Store, clock: Clock, quotes: Quotes, spawn: Spawn, up: Callable[[], Awaitable[object]]
    ) -> None:
        self._wire = wire
        self._store = store
        self._clock = clock
        self._quotes = quotes
        self._spawn = spawn
        self._up = up
        self._shown: dict[str, tuple[int, ...]] = {}
        self._warm: set[int] = set()
        """Instruments a snapshot was asked for since the brokerage session began."""
        self._cold: dict[int, None] = {}
        self._unknown: dict[int, None] = {}
        self._asking: set[int] = set()
        self._undefined: set[int] = set()
        self._defined: set[int] = set()
        """Instruments whose definition was told, whatever it lacks."""
        self._gathering: set[str] = set()
        self._rules: dict[tuple[int, bool], float] = {}
        """Monotonic seconds from which rules may be asked for again; infinite while and once they are known."""
        self._histories: dict[tuple[int, str, str], float] = {}
        """Monotonic seconds from which bars may be asked for again; infinite while they are being asked for."""
        self._algos = AlgoReader(wire, store, clock, up)
        self._history_places = asyncio.Semaphore(HISTORIES_AT_ONCE)

    def established(self) -> None:
        """A brokerage session began: snapshots must be opened anew, and what was unknown may be asked again."""
        self._warm.clear()
        self._undefined.clear()
        for owner, conids in list(self._shown.items()):
            self.show_quotes(owner, conids)

    def show_quotes(self, owner: str, conids: Iterable[int]) -> None:
        """As the intent says; new instruments get a snapshot, for first values and for what-if."""
        wish = tuple(dict.fromkeys(conids))
        self._shown[owner] = wish
        streamed = self._quotes.want_quotes(owner, wish)
        self._take_snapshots(conid for conid in wish if conid in streamed)
        self.learn_contracts(wish)

    def show_ladder(self, conid: int | None, exchange: str = "") -> None:
        """As the intent says; an exchange that is not the contract's is told of, and all are shown."""
        named = exchange_word(exchange)
        contract = self._store.market.contracts.get(conid or 0)
        known = {one.upper() for one in contract.exchanges} if contract is not None else set()
        if exchange and (not named or (known and named not in known)):
            text = f"{contract.label if contract is not None else conid} has no exchange {clean(exchange, limit=32)}"
            self._store.apply(MessageRaised(Message(f"{text}; all are shown", "warning", "Ladder")))
            named = ""
        self._quotes.want_ladder(conid, named)

    def want_flow(self, conids: Iterable[int]) -> None:
        """As the intent says."""
        self._store.apply(FlowWanted(tuple(dict.fromkeys(conids))))

    def search(self, text: str, *, by_name: bool = False) -> None:
        """As the intent says; an older search that is answered late is dropped."""
        wanted = text.strip()
        self._store.apply(SearchAnswered(Search(wanted, done=not wanted)))
        if wanted:
            self._spawn(self._search(wanted, by_name), "search")

    def learn_contracts(self, conids: Iterable[int]) -> None:
        """As the intent says; many wishes become few requests."""
        for conid in conids:
            if conid > 0 and not self._is_known(conid) and conid not in self._asking and conid not in self._undefined:
                self._unknown[conid] = None
        if self._unknown:
            self._gather("definitions", self._learn)

    def learn_rules(self, conid: int, side: Side) -> None:
        """As the intent says."""
        key = (conid, side is Side.BUY)
        if self._clock.monotonic() >= self._rules.get(key, 0.0):
            self._rules[key] = math.inf
            self._spawn(self._learn_rules(*key), "trading rules")

    def learn_algos(self, conid: int) -> None:
        """As the intent says."""
        if self._algos.wants(conid):
            self._spawn(self._algos.learn(conid), "algos")

    def want_history(self, conid: int, period: str = "1d", bar: str = "5min") -> None:
        """As the intent says."""
        key = (conid, period, bar)
        if self._clock.monotonic() >= self._histories.get(key, 0.0):
            self._histories[key] = math.inf
            self._spawn(self._read_history(*key), "history")

    def _is_known(self, conid: int) -> bool:
        """Whether its definition is there: a row of a watchlist names an instrument, but tells no currency."""
        contract = self._store.market.contracts.get(conid)
        is_whole = contract is not None and bool(contract.sec_type and contract.symbol and contract.currency)
        return is_whole or conid in self._defined

    def _take_snapshots(self, conids: Iterable[int]) -> None:
        fresh = [conid for conid in conids if conid not in self._warm]
        self._warm.update(fresh)
        self._cold.update(dict.fromkeys(fresh))
        if self._cold:
            self._gather("snapshots", self._warm_up)

    def _gather(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run `work` once for all wishes of the next moment."""
        if name not in self._gathering:
            self._gathering.add(name)
            self._spawn(self._gathered(name, work), name)

    async def _gathered(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await self._clock.sleep(GATHER_SECONDS)
            await self._up()
        finally:
            self._gathering.discard(name)
        await work()

    async def _warm_up(self) -> None:
        conids, self._cold = list(self._cold), {}
        for batch in _batches(conids, market.SNAPSHOT_AT_MOST):
            try:
                await self._warm_up_batch(batch)
            except IbtuiError:
                self._warm.difference_update(batch)  # the next wish tries again; the stream serves meanwhile

    async def _warm_up_batch(self, conids: Sequence[int]) -> None:
        for attempt in range(SNAPSHOT_TRIES):
            if attempt:
                await self._clock.sleep(SNAPSHOT_AGAIN_SECONDS * attempt)
            body = await self._wire.call(market.snapshot(conids))
            rows = market.decode_snapshot(body, received=self._clock.monotonic())
            for row in rows:
                self._apply_unless_streamed(row)
            warm = {row.conid for row in rows if not market.is_cold(row)}
            conids = [conid for conid in conids if conid not in warm and not self._is_streaming(conid)]
            if not conids:
                return

    def _is_streaming(self, conid: int) -> bool:
        quote = self._store.market.quotes.get(conid)
        return quote is not None and quote.subscribed

    def _apply_unless_streamed(self, row: QuoteReceived) -> None:
        """A snapshot fills in what is missing; it never overwrites what a live stream said."""
        quote = self._store.market.quotes.get(row.conid)
        if quote is not None and quote.subscribed:
            missing = {name: value for name, value in row.changes.items() if getattr(quote, name) is None}
            row = QuoteReceived(row.conid, missing, row.received, from_stream=False)
        if row.changes:
            self._store.apply(row)

    async def _search(self, text: str, by_name: bool) -> None:
        await self._up()
        if self._store.market.search.text != text:
            return
        try:
            found = contracts.decode_search(await self._wire.call(contracts.search(text, by_name=by_name)), text)
        except IbtuiError as error:
            found = Search(text, done=True, error=reason(error))
        if self._store.market.search.text == text:
            self._store.apply(SearchAnswered(found))

    async def _learn(self) -> None:
        conids, self._unknown = list(self._unknown), {}
        for batch in _batches(conids, contracts.DEFINITIONS_AT_MOST):
            self._asking.update(batch)
            try:
                body = await self._wire.call(contracts.definitions(batch))
                learned = contracts.decode_definitions(body)
                self._keep(batch, learned)
            except IbtuiError:
                self._spawn(self._learn_later(batch), "definitions")
            finally:
                self._asking.difference_update(batch)

    async def _learn_later(self, conids: Sequence[int]) -> None:
        await self._clock.sleep(RETRY_SECONDS)
        self.learn_contracts(conids)

    def _keep(self, asked: Sequence[int], learned: Sequence[Contract]) -> None:
        told = {contract.conid for contract in learned}
        self._defined |= told
        self._undefined.update(set(asked) - told)
        self._store.apply(ContractsLearned(tuple(learned)))

    async def _learn_rules(self, conid: int, is_buy: bool) -> None:
        try:
            await self._up()
            learned = rules.decode_rules(await self._wire.call(rules.rules(conid, is_buy=is_buy)), conid, is_buy=is_buy)
        except IbtuiError as error:
            learned = ContractRules(conid, is_buy, error=reason(error))
        if learned.error:
            self._rules[(conid, is_buy)] = self._clock.monotonic() + RETRY_SECONDS
        self._store.apply(RulesLearned(learned))
        await self._learn_exchanges(conid)

    async def _learn_exchanges(self, conid: int) -> None:
        """Where orders for it can be routed, which only `contract/info` tells; what it tells else is known already."""
        known = self._store.market.contracts.get(conid)
        if known is None or known.exchanges:
            return
        with suppress(IbtuiError):  # the route is then checked by the gateway alone
            told = contracts.decode_contract(await self._wire.call(contracts.contract(conid)))
            if told is not None and told.exchanges:
                self._store.apply(ContractsLearned((replace(known, exchanges=told.exchanges),)))

    async def _read_history(self, conid: int, period: str, bar: str) -> None:
        key = (conid, period, bar)
        again = RETRY_SECONDS
        try:
            await self._up()
            async with self._history_places:
                body = await self._wire.call(history.history(conid, period=period, bar=bar))
            now = self._clock.monotonic()
            self._store.apply(
                HistoryReceived(history.decode_history(body, conid, period=period, bar=bar, received=now))
            )
            again = HISTORY_KEPT_SECONDS
        except IbtuiError as error:
            known = self._store.market.histories.get(key)
            if known is None or not known.bars:
                self._store.apply(HistoryReceived(History(*key, error=reason(error))))
        finally:
            self._histories[key] = self._clock.monotonic() + again


def _batches(conids: Sequence[int], size: int) -> list[Sequence[int]]:
    return [conids[start : start + size] for start in range(0, len(conids), size)]
