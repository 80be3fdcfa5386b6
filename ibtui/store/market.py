"""Quotes, ladder, contracts and history as the store keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.algos import Algos
from ibtui.domain.combos import combo_quote
from ibtui.domain.contracts import Contract, ContractRules, Search
from ibtui.domain.depth import Depth, levels
from ibtui.domain.events import (
    AlgosLearned,
    ContractsLearned,
    FlowWanted,
    HistoryReceived,
    LadderFailed,
    LadderReceived,
    LadderRequested,
    QuoteReceived,
    QuotesSilenced,
    RulesLearned,
    SearchAnswered,
    StreamsLost,
)
from ibtui.domain.market import History, Ladder, Quote
from ibtui.domain.queueing import QueueEstimate
from ibtui.store.changes import Key, Topic
from ibtui.store.flow import Flows
from ibtui.store.order_index import OrderIndex
from ibtui.store.queue import QueueBook

Mark = Callable[[Topic, Key], None]


class MarketSlice:
    """Everything about instruments and their prices."""

    def __init__(self, mark: Mark, orders: OrderIndex) -> None:
        self._mark = mark
        self._orders = orders
        self.quotes: dict[int, Quote] = {}
        self.contracts: dict[int, Contract] = {}
        self.rules: dict[tuple[int, bool], ContractRules] = {}
        """By (conid, is_buy)."""
        self.algos: dict[int, Algos] = {}
        self.histories: dict[tuple[int, str, str], History] = {}
        """By (conid, period, bar)."""
        self.search = Search("")
        self.ladder: Ladder | None = None
        self._depth = Depth()
        self.flows = Flows()
        """Trades seen, by conid, of the instruments that were on a ladder; they change with their quote."""
        self._queues = QueueBook()
        self._ahead_ms: float | None = None
        """By how much the gateway's clock is ahead of the session's."""
        self.streams_lost_count = 0
        """How often the stream was lost, so that a reconnect between two looks is not missed."""

    @property
    def queue(self) -> Mapping[int, QueueEstimate]:
        """By order id, of own resting orders at prices the ladder shows; they change with the ladder."""
        return self._queues.estimates

    def gateway_time(self, now: float) -> int | None:
        """Unix milliseconds by the gateway's own clock at session time `now`; None before any quote told it."""
        return None if self._ahead_ms is None else round(1000 * now + self._ahead_ms)

    def quote_received(self, event: QuoteReceived) -> None:
        """Merge the changed fields; a frame of the stream makes the quote believed again."""
        old = self.quotes.get(event.conid) or Quote(event.conid)
        direction = _direction(old, event.changes.get("last"))
        subscribed = old.subscribed or event.from_stream
        received = event.received if event.from_stream or not old.received else max(old.received, event.received)
        new = replace(old, **event.changes, direction=direction, subscribed=subscribed, received=received)
        self.quotes[event.conid] = new
        if "server_time_ms" in event.changes:
            ahead = new.server_time_ms - 1000 * received
            self._ahead_ms = ahead if self._ahead_ms is None else max(ahead, self._ahead_ms)
        if event.from_stream:
            self.flows.take(old, new, event.changes)
        self._mark(Topic.QUOTE, event.conid)

    def streams_lost(self, _event: StreamsLost) -> None:
        """Disbelieve every price until its stream speaks again."""
        self.streams_lost_count += 1
        self._silence(list(self.quotes))
        if self.ladder is not None:
            self.ladder = replace(self.ladder, received=0.0)
            self._mark(Topic.LADDER, self.ladder.conid)

    def quotes_silenced(self, event: QuotesSilenced) -> None:
        """Disbelieve some prices."""
        self._silence([conid for conid in event.conids if conid in self.quotes])

    def _silence(self, conids: list[int]) -> None:
        for conid in conids:
            if self.quotes[conid].subscribed:
                self.quotes[conid] = replace(self.quotes[conid], subscribed=False)
                self._mark(Topic.QUOTE, conid)

    def flow_wanted(self, event: FlowWanted) -> None:
        """Count the trades of these instruments."""
        self.flows.want(event.conids)

    def ladder_requested(self, event: LadderRequested) -> None:
        """Forget the old ladder: a rung of another contract or exchange must never be seen."""
        before = self.ladder
        is_same = before is not None and (before.conid, before.exchange) == (event.conid, event.exchange)
        self._queues.pointed(elsewhere=not is_same)
        self.flows.want((event.conid,))
        self._depth = Depth()
        self.ladder = Ladder(event.conid, generation=event.generation, exchange=event.exchange)
        self._mark(Topic.LADDER, event.conid)

    def ladder_received(self, event: LadderReceived) -> None:
        """Replace the rungs by a whole frame or merge a part, if it belongs to the ladder shown."""
        ladder = self.ladder
        if ladder is None or event.generation != ladder.generation:
            return
        if event.conid is not None and event.conid != ladder.conid:
            return
        if event.exchange and ladder.exchange and event.exchange != ladder.exchange:
            return
        self._depth = self._depth.told(event.rows, is_whole=event.is_whole)
        self.ladder = new = replace(ladder, rungs=levels(self._depth.rows), received=event.received, error="")
        self._queues.look(new, ladder.rungs, self._orders.orders_of(ladder.conid), self.flows)
        if new.rungs != ladder.rungs or ladder.error or not ladder.received:
            self._mark(Topic.LADDER, ladder.conid)

    def ladder_failed(self, event: LadderFailed) -> None:
        """Show why there is no ladder."""
        if self.ladder is not None and self.ladder.conid == event.conid:
            self.ladder = replace(self.ladder, error=event.reason)
            self._mark(Topic.LADDER, event.conid)

    def contracts_learned(self, event: ContractsLearned) -> None:
        """Keep what is new, and what an earlier source said where the new one is blank."""
        for contract in event.contracts:
            known = self.contracts.get(contract.conid)
            merged = contract if known is None else _filled(contract, known)
            if merged != known:
                self.contracts[contract.conid] = merged
                self._mark(Topic.CONTRACT, contract.conid)

    def rules_learned(self, event: RulesLearned) -> None:
        """Replace the rules of one side of a contract."""
        self.rules[(event.rules.conid, event.rules.is_buy)] = event.rules
        self._mark(Topic.RULES, event.rules.conid)

    def algos_learned(self, event: AlgosLearned) -> None:
        """Replace the algos of a contract."""
        self.algos[event.algos.conid] = event.algos
        self._mark(Topic.ALGOS, event.algos.conid)

    def quote_of(self, contract: Contract) -> Quote | None:
        """The market of a contract; of a combination the sum of its legs' markets."""
        return combo_quote(contract, self.quotes) if contract.legs else self.quotes.get(contract.conid)

    def search_answered(self, event: SearchAnswered) -> None:
        """Replace the search."""
        self.search = event.search
        self._mark(Topic.SEARCH, "")

    def history_received(self, event: HistoryReceived) -> None:
        """Replace the bars of one instrument, period and bar size."""
        history = event.history
        self.histories[(history.conid, history.period, history.bar)] = history
        self._mark(Topic.HISTORY, history.conid)


def _direction(old: Quote, last: object) -> int:
    """Sign of the change of the last price; an unchanged price keeps the old sign."""
    if not isinstance(last, Decimal) or old.last is None or last == old.last:
        return old.direction
    return 1 if last > old.last else -1


def _filled(new: Contract, known: Contract) -> Contract:
    """`new` with the blanks filled from `known`."""
    return replace(
        new,
        symbol=new.symbol or known.symbol,
        name=new.name or known.name,
        sec_type=new.sec_type or known.sec_type,
        exchange=new.exchange or known.exchange,
        currency=new.currency or known.currency,
        multiplier=known.multiplier if new.multiplier == 1 else new.multiplier,
        local_symbol=new.local_symbol or known.local_symbol,
        expiry=new.expiry or known.expiry,
        exchanges=new.exchanges or known.exchanges,
    )
