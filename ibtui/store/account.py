"""Accounts, positions, cash, profit, notices, lists and the connection as the store keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import asdict, replace

from ibtui.domain.account import ALL_ACCOUNTS, Account, LedgerLine, Pnl, Position, SummaryLine
from ibtui.domain.events import (
    AccountsReceived,
    AllocationGroupsLearned,
    LedgerReceived,
    PnlReceived,
    PositionsReceived,
    SummaryReceived,
)
from ibtui.store.changes import Key, Topic

Mark = Callable[[Topic, Key], None]

Line = TypeVar("Line", LedgerLine, Pnl)


class AccountSlice:
    """Everything about money."""

    def __init__(self, mark: Mark) -> None:
        self._mark = mark
        self.accounts: tuple[Account, ...] = ()
        self.account = ""
        """The account chosen, blank until one is known."""
        self.positions: dict[tuple[str, int], Position] = {}
        """By (account, conid)."""
        self.positions_received: dict[str, float] = {}
        """Monotonic seconds of the newest list of each account."""
        self.ledger: dict[tuple[str, str], LedgerLine] = {}
        """By (account, currency); the whole in base currency is `BASE`."""
        self.summary: dict[tuple[str, str], SummaryLine] = {}
        """By (account, key)."""
        self.pnl: dict[str, Pnl] = {}
        self.groups: tuple[str, ...] = ()
        """An advisor's allocation groups; an order may name one in place of an account."""

    def accounts_received(self, event: AccountsReceived) -> None:
        """Replace the accounts and the choice, keeping what an earlier source knew of each."""
        known = {account.account_id: account for account in self.accounts}
        self.accounts = tuple(_merged_account(account, known.get(account.account_id)) for account in event.accounts)
        self.account = event.selected or self.account
        self._mark(Topic.ACCOUNT, self.account)

    def shows_with(self, account: str, holder: str) -> bool:
        """Whether an order of `holder` belongs on the screen of an account.

        Its own do, and those of the allocation groups, which no account's screen would show else; so do orders whose
        account was not told, and all while none is chosen.
        """
        return not account or holder in (account, "", ALL_ACCOUNTS) or holder in self.groups

    def is_shown(self, holder: str) -> bool:
        """Whether an order of `holder` belongs on the screen of the account chosen."""
        return self.shows_with(self.account, holder)

    def groups_learned(self, event: AllocationGroupsLearned) -> None:
        """Replace the allocation groups."""
        self.groups = event.names
        self._mark(Topic.ACCOUNT, self.account)

    def positions_received_for(self, event: PositionsReceived) -> None:
        """Replace the positions of one account; only what is another now is told as changed."""
        told = {(event.account, position.conid): position for position in event.positions}
        for key in [key for key in self.positions if key[0] == event.account and key not in told]:
            del self.positions[key]
            self._mark(Topic.POSITION, key[1])
        for key, position in told.items():
            if self.positions.get(key) != position:
                self.positions[key] = position
                self._mark(Topic.POSITION, key[1])
        self.positions_received[event.account] = event.received
        self._mark(Topic.POSITION, "")

    def ledger_received(self, event: LedgerReceived) -> None:
        """Upsert by currency; blank rows keep the last value."""
        for line in event.lines:
            key = (line.account, line.currency)
            self.ledger[key] = _kept(line, self.ledger.get(key))
            self._mark(Topic.LEDGER, line.currency)

    def summary_received(self, event: SummaryReceived) -> None:
        """Upsert by key."""
        for line in event.lines:
            self.summary[(event.account, line.key)] = line
            self._mark(Topic.SUMMARY, line.key)

    def pnl_received(self, event: PnlReceived) -> None:
        """Upsert by account; missing figures keep the last value."""
        self.pnl[event.pnl.account] = _kept(event.pnl, self.pnl.get(event.pnl.account))
        self._mark(Topic.PNL, event.pnl.account)


def _kept(new: Line, old: Line | None) -> Line:
    """`new` with its None fields taken from `old`."""
    if old is None:
        return new
    return replace(new, **{name: getattr(old, name) for name, value in asdict(new).items() if value is None})


def _merged_account(new: Account, old: Account | None) -> Account:
    if old is None:
        return new
    return replace(
        new,
        alias=new.alias or old.alias,
        currency=new.currency or old.currency,
        is_paper=old.is_paper if new.is_paper is None else new.is_paper,
        is_advisor=old.is_advisor if new.is_advisor is None else new.is_advisor,
    )
