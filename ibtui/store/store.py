"""The one mutable model: facts go in, dirty keys come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ibtui.domain import events as e
from ibtui.domain.session import Health, Message, Pace
from ibtui.store.account import AccountSlice
from ibtui.store.changes import Changes, Key, Topic
from ibtui.store.inbox import InboxSlice
from ibtui.store.market import MarketSlice
from ibtui.store.orders import OrderSlice

MESSAGES_KEPT = 200
"""Messages to the user remembered for the log; older ones are dropped."""


class Store:
    """State of everything on screen; only the session writes, by `apply`, and only the frame pump drains."""

    def __init__(self) -> None:
        self.told: Callable[[], object] = bool
        """Called at the first change after each `drain`: somebody may want to look."""
        self._dirty: dict[Topic, set[Key]] = {}
        self.orders = OrderSlice(self._mark)
        self.market = MarketSlice(self._mark, self.orders.index)
        self.money = AccountSlice(self._mark)
        self.inbox = InboxSlice(self._mark)
        self.health = Health()
        self.pace = Pace()
        self.messages: list[Message] = []
        self.messages_raised = 0
        """Messages ever raised, so that a reader knows which are new."""
        self._handlers: dict[type[Any], Callable[[Any], None]] = {
            e.QuoteReceived: self.market.quote_received,
            e.LadderRequested: self.market.ladder_requested,
            e.FlowWanted: self.market.flow_wanted,
            e.LadderReceived: self.market.ladder_received,
            e.LadderFailed: self.market.ladder_failed,
            e.StreamsLost: self.market.streams_lost,
            e.QuotesSilenced: self.market.quotes_silenced,
            e.ContractsLearned: self.market.contracts_learned,
            e.RulesLearned: self.market.rules_learned,
            e.AlgosLearned: self.market.algos_learned,
            e.SearchAnswered: self.market.search_answered,
            e.HistoryReceived: self.market.history_received,
            e.OrderReceived: self.orders.order_received,
            e.ExecutionReceived: self.orders.execution_received,
            e.SubmissionMoved: self.orders.submission_moved,
            e.ClosingMoved: self.orders.closing_moved,
            e.PreviewAnswered: self.orders.preview_answered,
            e.SuppressedChanged: self.orders.suppressed_changed,
            e.AccountsReceived: self.money.accounts_received,
            e.AllocationGroupsLearned: self.money.groups_learned,
            e.PositionsReceived: self.money.positions_received_for,
            e.LedgerReceived: self.money.ledger_received,
            e.SummaryReceived: self.money.summary_received,
            e.PnlReceived: self.money.pnl_received,
            e.FyisReceived: self.inbox.fyis_received,
            e.UnreadCounted: self.inbox.unread_counted,
            e.DisclaimerReceived: self.inbox.disclaimer_received,
            e.DisclaimerAccepted: self.inbox.disclaimer_accepted,
            e.BulletinReceived: self.inbox.bulletin_received,
            e.NoticeReceived: self.inbox.notice_received,
            e.WatchlistsReceived: self.inbox.watchlists_received,
            e.WatchlistReceived: self.inbox.watchlist_received,
            e.HealthChanged: self._health_changed,
            e.PaceChanged: self._pace_changed,
            e.MessageRaised: self._message_raised,
        }

    def apply(self, event: e.Event) -> None:
        """Take one fact. Raises KeyError for a type that is no event: a mistake in the program, not on the wire."""
        self._handlers[type(event)](event)

    def drain(self) -> Changes:
        """What changed since the last call; the caller is the only reader of it."""
        if not self._dirty:
            return Changes()
        dirty, self._dirty = self._dirty, {}
        return Changes({topic: frozenset(keys) for topic, keys in dirty.items()})

    def _mark(self, topic: Topic, key: Key) -> None:
        if not self._dirty:
            self.told()
        self._dirty.setdefault(topic, set()).add(key)

    def _health_changed(self, event: e.HealthChanged) -> None:
        self.health = event.health
        self._mark(Topic.HEALTH, "")

    def _pace_changed(self, event: e.PaceChanged) -> None:
        self.pace = event.pace
        self._mark(Topic.PACE, "")

    def _message_raised(self, event: e.MessageRaised) -> None:
        self.messages.append(event.message)
        del self.messages[:-MESSAGES_KEPT]
        self.messages_raised += 1
        self._mark(Topic.MESSAGE, "")
