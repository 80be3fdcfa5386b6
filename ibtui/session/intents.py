"""What a person may ask for: the seam between the screens and the session.

Every call returns at once; what comes of it appears in the store. None of them raises for what the gateway does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from ibtui.domain.contracts import Contract
from ibtui.domain.notices import Notice
from ibtui.domain.tickets import Side, Ticket
from ibtui.store import Store


class MarketIntents(Protocol):
    """Prices, contracts and their rules."""

    def show_quotes(self, owner: str, conids: Iterable[int]) -> None:
        """Stream these instruments as long as `owner` (a screen's name) wants them; replaces what it wanted before."""
        ...

    def show_ladder(self, conid: int | None, exchange: str = "") -> None:
        """Stream the price ladder of one instrument, or of none; there is one ladder per account.

        `exchange` is one of the contract's own (`Contract.exchanges`); blank is all of them together.
        """
        ...

    def want_flow(self, conids: Iterable[int]) -> None:
        """Count the trades of these instruments, at most 8 of the newest wishes, as long as their quotes stream.

        They come to `store.market.flows`; the instrument of the ladder is counted without asking.
        """
        ...

    def search(self, text: str, *, by_name: bool = False) -> None:
        """Look for contracts; the answer is `store.market.search`."""
        ...

    def learn_contracts(self, conids: Iterable[int]) -> None:
        """Fetch the definitions that are not known yet."""
        ...

    def learn_rules(self, conid: int, side: Side) -> None:
        """Fetch the trading rules if not known yet."""
        ...

    def learn_algos(self, conid: int) -> None:
        """Fetch the IB algos of a contract, if not known yet; they come to `store.market.algos`."""
        ...

    def want_history(self, conid: int, period: str = "1d", bar: str = "5min") -> None:
        """Fetch bars, at most once a minute for the same request."""
        ...


class OrderIntents(Protocol):
    """Orders. Every state-changing request is sent once; see design/order-safety."""

    def preview(self, tickets: Sequence[Ticket]) -> None:
        """Ask what an order or bracket (parent first) would do (what-if); the answer is `store.orders.preview`."""
        ...

    def submit(self, tickets: Sequence[Ticket]) -> str:
        """Send a new order, a bracket (parent first) or an OCA group; gives the submission's key (its cOID)."""
        ...

    def modify(self, order_id: int, ticket: Ticket) -> str:
        """Change a working order to what the ticket says; gives the submission's key."""
        ...

    def cancel(self, order_id: int) -> str:
        """Ask for the cancellation of one order; gives the submission's key."""
        ...

    def cancel_all(self, account: str, *, conid: int | None = None, side: Side | None = None) -> None:
        """Ask for the cancellation of every working order of the account (and instrument, and side), one by one."""
        ...

    def close_position(
        self, account: str, contract: Contract, *, reverse: bool, market: bool, collar_ticks: int
    ) -> None:
        """Cancel every working order of the contract, then close what is held, or turn it to the other side.

        One order closes: in regular hours at the market if `market` and the rules list it, else a limit `collar_ticks`
        through the quote, outside them too where the rules allow it. How far it is comes to `store.orders.closings`;
        in doubt it stops and sends nothing.
        """
        ...

    def answer(self, key: str, reply_id: str, *, accepted: bool, suppress: bool = False) -> None:
        """Answer the open question of a submission; a reply id that is not the open one does nothing."""
        ...

    def close_unknown(self, key: str) -> None:
        """The user looked elsewhere and closes a submission whose outcome stayed unknown."""
        ...

    def send_again(self, key: str) -> None:
        """Send an order of unknown outcome again under its own cOID, on the user's word only."""
        ...

    def sent_ticket(self, order_id: int) -> Ticket | None:
        """The ticket by which this or an earlier run placed or last changed an order; None if unknown."""
        ...

    def reset_suppressed(self) -> None:
        """Ask every question again."""
        ...

    def keep_suppressed(self, keep: bool) -> None:
        """Whether the suppressed questions are suppressed again when a new brokerage session begins; at first not."""
        ...

    def refresh(self) -> None:
        """Read live orders and executions again, within the pacing limits."""
        ...


class InboxIntents(Protocol):
    """FYIs, disclaimers and prompts."""

    def refresh(self) -> None:
        """Read the notifications again."""
        ...

    def mark_read(self, fyi_id: str) -> None:
        """Mark one notification read."""
        ...

    def ask_disclaimer(self, code: str) -> None:
        """Fetch the disclaimer of an FYI type."""
        ...

    def accept_disclaimer(self, code: str) -> None:
        """Accept it."""
        ...

    def answer_prompt(self, notice: Notice, option: str) -> None:
        """Answer a server prompt with one of its options."""
        ...


class WatchlistIntents(Protocol):
    """The user's lists, kept in the gateway."""

    def refresh(self) -> None:
        """Read the names of the lists and the one shown."""
        ...

    def select(self, list_id: str) -> None:
        """Show another list."""
        ...

    def create(self, name: str) -> None:
        """Make an empty list and show it."""
        ...

    def delete(self, list_id: str) -> None:
        """Delete a list."""
        ...

    def add(self, conid: int) -> None:
        """Add an instrument to the end of the list shown."""
        ...

    def remove(self, conid: int) -> None:
        """Remove an instrument from the list shown."""
        ...

    def move(self, conid: int, offset: int) -> None:
        """Move an instrument up (negative) or down in the list shown."""
        ...


class LinkIntents(Protocol):
    """The connection."""

    def select_account(self, account: str) -> None:
        """Trade and show another account."""
        ...

    def retry(self) -> None:
        """Try to connect now instead of waiting."""
        ...

    def take_over(self) -> None:
        """Start the brokerage session here, ending a competing one."""
        ...

    def trust(self, fingerprint: str) -> None:
        """Trust this certificate of the loopback gateway from now on."""
        ...


class Session(Protocol):
    """The facade the UI sees."""

    @property
    def store(self) -> Store:
        """The model; read only for the UI, save for `drain`."""
        ...

    @property
    def market(self) -> MarketIntents:
        """Prices and contracts."""
        ...

    @property
    def orders(self) -> OrderIntents:
        """Orders."""
        ...

    @property
    def inbox(self) -> InboxIntents:
        """Notifications."""
        ...

    @property
    def lists(self) -> WatchlistIntents:
        """Watchlists."""
        ...

    @property
    def link(self) -> LinkIntents:
        """The connection."""
        ...

    @property
    def read_only(self) -> bool:
        """Whether orders are switched off for this run."""
        ...

    def now(self) -> float:
        """Monotonic seconds, on the clock of `received` and the like."""
        ...

    def start(self) -> None:
        """Begin connecting, on the running event loop; returns at once."""
        ...

    def give_way(self, seconds: float) -> None:
        """Take in nothing of the stream for so long, 0 for no longer: the user waits for an answer."""
        ...

    async def close(self) -> None:
        """End everything that was started, in good order."""
        ...
