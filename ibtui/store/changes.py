"""What changed since the screen last looked."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field


class Topic(StrEnum):
    """A part of the store; changes are told by topic and key."""

    QUOTE = "quote"
    LADDER = "ladder"
    CONTRACT = "contract"
    RULES = "rules"
    ALGOS = "algos"
    SEARCH = "search"
    HISTORY = "history"
    ORDER = "order"
    EXECUTION = "execution"
    SUBMISSION = "submission"
    CLOSING = "closing"
    PREVIEW = "preview"
    SUPPRESSED = "suppressed"
    ACCOUNT = "account"
    POSITION = "position"
    LEDGER = "ledger"
    SUMMARY = "summary"
    PNL = "pnl"
    FYI = "fyi"
    DISCLAIMER = "disclaimer"
    BULLETIN = "bulletin"
    NOTICE = "notice"
    WATCHLISTS = "watchlists"
    WATCHLIST = "watchlist"
    HEALTH = "health"
    PACE = "pace"
    MESSAGE = "message"


Key = int | str
"""conid, order id, account, list id …; "" where a topic has one value only."""

NOTHING: frozenset[Key] = frozenset()


class Changes(Struct, frozen=True):
    """Dirty keys by topic, each at most once however often it changed."""

    keys: Mapping[Topic, frozenset[Key]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.keys)

    def __contains__(self, topic: Topic) -> bool:
        return topic in self.keys

    def of(self, topic: Topic) -> frozenset[Key]:
        """Keys of `topic` that changed."""
        return self.keys.get(topic, NOTHING)
