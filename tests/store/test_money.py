from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.domain.account import Account, LedgerLine, Pnl, Position
from ibtui.domain.events import (
    AccountsReceived,
    DisclaimerAccepted,
    FyisReceived,
    LedgerReceived,
    MessageRaised,
    PnlReceived,
    PositionsReceived,
)
from ibtui.domain.notices import Fyi
from ibtui.domain.session import Message
from ibtui.store import Store, Topic
from ibtui.store.store import MESSAGES_KEPT

D = Decimal
ACCOUNT = "DU1234567"


@pytest.fixture
def store() -> Store:
    return Store()


def test_a_blank_ledger_row_keeps_the_last_values(store: Store) -> None:
    store.apply(LedgerReceived((LedgerLine(ACCOUNT, "USD", cash=D(5), net_liquidation=D(7)),)))
    store.apply(LedgerReceived((LedgerLine(ACCOUNT, "USD", timestamp=9),)))
    line = store.money.ledger[(ACCOUNT, "USD")]
    assert (line.cash, line.net_liquidation, line.timestamp) == (D(5), D(7), 9)


def test_a_position_that_is_no_longer_listed_is_gone_and_dirty(store: Store) -> None:
    store.apply(PositionsReceived(ACCOUNT, (Position(ACCOUNT, 1), Position(ACCOUNT, 2)), 1.0))
    store.drain()
    store.apply(PositionsReceived(ACCOUNT, (Position(ACCOUNT, 2),), 2.0))
    assert list(store.money.positions) == [(ACCOUNT, 2)]
    assert 1 in store.drain().of(Topic.POSITION)


def test_positions_of_another_account_are_left_alone(store: Store) -> None:
    store.apply(PositionsReceived("U1", (Position("U1", 1),), 1.0))
    store.apply(PositionsReceived("U2", (), 1.0))
    assert ("U1", 1) in store.money.positions


def test_missing_profit_figures_keep_the_last_value(store: Store) -> None:
    store.apply(PnlReceived(Pnl(ACCOUNT, daily=D(1), unrealized=D(2))))
    store.apply(PnlReceived(Pnl(ACCOUNT, daily=D(3))))
    assert (store.money.pnl[ACCOUNT].daily, store.money.pnl[ACCOUNT].unrealized) == (D(3), D(2))


def test_what_is_known_of_an_account_survives_a_thinner_list(store: Store) -> None:
    store.apply(AccountsReceived((Account(ACCOUNT, "Paper", "USD", is_paper=True),), ACCOUNT))
    store.apply(AccountsReceived((Account(ACCOUNT),), ""))
    assert store.money.accounts == (Account(ACCOUNT, "Paper", "USD", is_paper=True),)
    assert store.money.account == ACCOUNT


def test_an_accepted_disclaimer_opens_the_notifications_of_its_type(store: Store) -> None:
    store.apply(
        FyisReceived((Fyi("1", "a", "b", "PF", needs_disclaimer=True), Fyi("2", "a", "b", "PT", needs_disclaimer=True)))
    )
    store.apply(DisclaimerAccepted("PF"))
    assert [fyi.needs_disclaimer for fyi in store.inbox.fyis] == [False, True]


def test_old_messages_are_dropped_but_counted(store: Store) -> None:
    for number in range(MESSAGES_KEPT + 5):
        store.apply(MessageRaised(Message(str(number))))
    assert len(store.messages) == MESSAGES_KEPT
    assert store.messages[-1].text == str(MESSAGES_KEPT + 4)
    assert store.messages_raised == MESSAGES_KEPT + 5
