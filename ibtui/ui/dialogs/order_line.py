"""Brings a line of the order language to its confirmation: finds the contract its symbol means."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.store import Changes, Store, Topic
from ibtui.ui.dialogs.base import Dialog, Lines
from ibtui.ui.dialogs.confirm import ConfirmDialog

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

QUOTES_OWNER = "order line"
"""Name under which the line wants its contract streamed: without a quote no limit can be checked (and o354 comes)."""

PREFERRED = ("STK", "CASH", "FUT", "IND", "CRYPTO")
"""Security types in the order a bare symbol is taken to mean them."""


class OrderWords(Protocol):
    """What the order language gives: a ticket whose contract is still a word."""

    @property
    def side(self) -> Side: ...  # noqa: D102
    @property
    def quantity(self) -> Decimal: ...  # noqa: D102
    @property
    def symbol(self) -> str: ...  # noqa: D102
    @property
    def order_type(self) -> OrderType: ...  # noqa: D102
    @property
    def limit_price(self) -> Decimal | None: ...  # noqa: D102
    @property
    def stop_price(self) -> Decimal | None: ...  # noqa: D102
    @property
    def trailing_type(self) -> str: ...  # noqa: D102
    @property
    def trailing_amount(self) -> Decimal | None: ...  # noqa: D102
    @property
    def tif(self) -> Tif: ...  # noqa: D102
    @property
    def outside_rth(self) -> bool: ...  # noqa: D102


class OrderLineDialog(Dialog[str]):
    """Shown only while the symbol is looked up; then the confirmation lies on it and closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "close", show=False)]

    def __init__(self, app: DashboardApp, words: OrderWords, contract: Contract | None = None) -> None:
        super().__init__(app, heading=f"{words.side.value} {words.quantity:f} {words.symbol}")
        self.words = words
        self._contract = contract
        self._resolved = False

    def compose_body(self) -> ComposeResult:
        """One sentence."""
        yield Lines(id="text")

    def on_mount(self) -> None:
        """Take the contract at once where the symbol is known, else look for it."""
        known = self._contract or known_contract(self.store, self.words.symbol)
        if known is not None and known.sec_type != "IND":
            self._confirm(known)
        else:
            self.session.market.search(self.words.symbol)

    def paint(self) -> None:
        """Say what is going on."""
        self.query_one("#text", Lines).show(Content(f"Looking for {self.words.symbol} …   esc gives up"))

    def on_unmount(self) -> None:
        """Let the contract's stream go."""
        self.session.market.show_quotes(QUOTES_OWNER, ())

    def frame(self, changes: Changes) -> None:
        """Take the answer of the search."""
        search = self.store.market.search
        mine = search.text.casefold() == self.words.symbol.casefold()
        if Topic.SEARCH not in changes or self._resolved or not mine or not search.done:
            return
        hits = [hit.contract for hit in search.hits]
        found = best_match(self.words.symbol, [contract for contract in hits if contract.sec_type != "IND"])
        if found is not None:
            self._confirm(found)
            return
        self._resolved = True
        reason = search.error or f"no contract has exactly this symbol: / finds one by name ({len(hits)} near it)"
        if not search.error and best_match(self.words.symbol, hits) is not None:
            reason = "an index, or the root of futures and options, cannot be ordered: name the month, as in 'ES DEC26'"
        self.dashboard.say(f"{self.words.symbol}: {reason}", title="Nothing was sent", severity="warning")
        self.finish(None)

    def _confirm(self, contract: Contract) -> None:
        self._resolved = True
        self.session.market.show_quotes(QUOTES_OWNER, (contract.conid,))
        self.session.market.learn_rules(contract.conid, self.words.side)
        ticket = ticket_for(self.words, contract, self.store.money.account)
        self.app.push_screen(ConfirmDialog(self.dashboard, ticket), self.finish)

    def action_leave(self) -> None:
        """Give up; nothing was sent."""
        self.finish(None)


def ticket_for(words: OrderWords, contract: Contract, account: str) -> Ticket:
    """The line as a ticket."""
    return Ticket(
        account=account,
        contract=contract,
        side=words.side,
        order_type=words.order_type,
        quantity=words.quantity,
        limit_price=words.limit_price,
        stop_price=words.stop_price,
        trailing_type=words.trailing_type,
        trailing_amount=words.trailing_amount,
        tif=words.tif,
        outside_rth=words.outside_rth,
    )


def known_contract(store: Store, symbol: str) -> Contract | None:
    """The contract a symbol means: of the list on screen first, then of all that are known."""
    contracts = store.market.contracts
    listed = store.inbox.watchlist.conids if store.inbox.watchlist is not None else ()
    shown = best_match(symbol, [contracts[conid] for conid in listed if conid in contracts])
    return shown or best_match(symbol, contracts.values())


def best_match(symbol: str, contracts: Iterable[Contract]) -> Contract | None:
    """The contract of exactly this symbol or local symbol, stocks first; None without one."""
    wanted = symbol.casefold()
    exact = [c for c in contracts if wanted in (c.symbol.casefold(), c.local_symbol.casefold())]
    return min(exact, key=_preference, default=None)


def _preference(contract: Contract) -> int:
    return PREFERRED.index(contract.sec_type) if contract.sec_type in PREFERRED else len(PREFERRED)
