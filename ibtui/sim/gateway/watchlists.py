"""Watchlists, shared with TWS in the real world ("Watchlists")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ibtui.sim.exchange import Exchange
from ibtui.sim.gateway.wire import Fields

_TECH = ("AAPL", "MSFT", "NVDA", "AMZN", "META", "GOOGL", "TSLA", "AMD")
_MACRO = ("SPY", "QQQ", "ES", "NQ", "EUR", "USD", "GLD", "TLT", "SPX", "VIX")


@dataclass(slots=True)
class Watchlist:
    """A named list of conids; None is a blank row."""

    identifier: str
    name: str
    rows: list[int | None]
    modified_ms: int
    warmed: bool = False
    """The first read of a list has only `C`, `conid` and `name`."""

    def row(self) -> Fields:
        """As in /iserver/watchlists."""
        return {
            "is_open": False,
            "read_only": False,
            "name": self.name,
            "modified": self.modified_ms,
            "id": self.identifier,
            "type": "watchlist",
        }


class Watchlists:
    """The user's lists; "Tech" and "Macro" are there from the start."""

    def __init__(self, exchange: Exchange) -> None:
        self.lists: dict[str, Watchlist] = {}
        self._asked = 0
        for identifier, name, symbols in (("101", "Tech", _TECH), ("-102", "Macro", _MACRO)):
            rows: list[int | None] = [conid for symbol in symbols if (conid := _conid(exchange, symbol)) is not None]
            self.save(identifier, name, rows, exchange.now_ms)

    def save(self, identifier: str, name: str, rows: Sequence[int | None], now_ms: int) -> Watchlist:
        """Keep a list; one with the same id is overwritten (wire-facts §7)."""
        self.lists[identifier] = Watchlist(identifier, name, list(rows), now_ms)
        return self.lists[identifier]

    def message_id(self) -> str:
        """`MID`: how many times lists were asked for in this session."""
        self._asked += 1
        return str(self._asked)


def _conid(exchange: Exchange, symbol: str) -> int | None:
    return next((found.conid for found in exchange.instruments() if found.symbol == symbol), None)
