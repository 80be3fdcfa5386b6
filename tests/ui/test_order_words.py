"""What an order is about and how it hangs together with others."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.events import OrderReceived, SubmissionMoved
from ibtui.domain.orders import Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.tickets import Side
from ibtui.store import Store
from ibtui.ui.order_words import instrument_words, relations, type_word
from ibtui.ui.screens.blotter_story import story
from ibtui.ui.screens.blotter_view import ORDER_COLUMNS
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.market import AAPL, ACCOUNT, MSFT
from tests.ui.tables import working_rows


def placed(store: Store, order_id: int, **changes: object) -> LiveOrder:
    told = {"account": ACCOUNT, "conid": AAPL, "symbol": "AAPL", "side": Side.BUY, "order_type": "Limit",
            "status": OrderStatus.SUBMITTED}  # fmt: skip
    store.apply(OrderReceived(order_id, {**told, **changes}, 1.0))
    return store.orders.orders[order_id]


@pytest.fixture
def store(session: FakeSession) -> Store:
    return session.store


def test_a_combination_is_named_by_its_legs() -> None:
    order = LiveOrder(1, conid=28812380, conidex=f"28812380;;;{AAPL}/1,{MSFT}/-2,77/1", symbol="IBUSOPT")
    assert instrument_words(order, CONTRACT) == "+1 AAPL -2 MSFT +1 77"


def test_an_order_directed_to_an_exchange_keeps_its_symbol() -> None:
    assert instrument_words(LiveOrder(1, conid=AAPL, conidex=f"{AAPL}@ARCA", symbol="AAPL"), CONTRACT) == "AAPL"


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ("TRAILING_STOP_LIMIT", "TRAIL LMT"),
        ("MidPrice", "MIDPRICE"),
        ("Market if touched", "MIT"),
        ("Pegged", "Pegged"),
    ],
)
def test_every_spelling_of_a_type_has_one_short_word(told: str, word: str) -> None:
    assert type_word(told) == word


def test_parent_and_attached_orders_name_each_other(store: Store) -> None:
    parent = placed(store, 3001, order_ref="ib-9")
    child = placed(store, 3002, side=Side.SELL, order_type="Stop", parent_id="3001")
    assert relations(store, parent) == ["attached to it: 3002 SELL AAPL STP (Submitted)"]
    assert relations(store, child) == ["attached to 3001 BUY AAPL LMT (Submitted)"]


def test_orders_of_a_group_name_each_other(store: Store) -> None:
    ticket = replace(AAPL_TICKET, single_group=True)
    group = Submission("ib-9", Intent.PLACE, ACCOUNT, Stage.ACKNOWLEDGED, (ticket, ticket), 3001)
    store.apply(SubmissionMoved(group))
    first, second = placed(store, 3001, order_ref="ib-9"), placed(store, 3002, order_ref="ib-9-2")
    placed(store, 3003, order_ref="ib-8-2")
    assert relations(store, first) == [
        "one cancels all: a fill of one cancels the others · 3002 BUY AAPL LMT (Submitted)"
    ]
    assert "3001 BUY AAPL LMT" in relations(store, second)[0]


def test_an_order_by_itself_has_no_relations(store: Store) -> None:
    assert relations(store, placed(store, 3001, order_ref="ib-20261120-7")) == []


def test_the_story_tells_the_relations(store: Store) -> None:
    placed(store, 3001)
    placed(store, 3002, parent_id="3001")
    lines = ["".join(span.text for span in line) for line in story(store, 3001)]
    assert any(line.startswith("group") and "3002" in line for line in lines)


def test_the_story_of_a_group_s_second_order_holds_its_placing(store: Store) -> None:
    ticket = replace(AAPL_TICKET, single_group=True)
    store.apply(SubmissionMoved(Submission("ib-9", Intent.PLACE, ACCOUNT, Stage.ACKNOWLEDGED, (ticket, ticket), 3001)))
    placed(store, 3002, order_ref="ib-9-2")
    lines = ["".join(span.text for span in line) for line in story(store, 3002)]
    assert lines[0].startswith("place")


def test_the_story_of_an_attached_order_holds_the_placing_of_its_bracket(store: Store) -> None:
    store.apply(SubmissionMoved(Submission("ib-9", Intent.PLACE, ACCOUNT, Stage.ACKNOWLEDGED, (AAPL_TICKET,), 3001)))
    placed(store, 3001, order_ref="ib-9")
    placed(store, 3002, side=Side.SELL, parent_id="3001")
    lines = ["".join(span.text for span in line) for line in story(store, 3002)]
    assert lines[0].startswith("place    BUY 100 AAPL")


def test_a_trailing_order_without_a_stop_says_what_it_trails_by(store: Store) -> None:
    placed(store, 3001, order_type="TRAILLMT", trailing_amount=Decimal("2.5"), trailing_type="%")
    cells = dict(working_rows(store))[3001]
    told = {column.key: cell.text for column, cell in zip(ORDER_COLUMNS, cells, strict=True)}
    assert (told["type"], told["stop"]) == ("TRAIL LMT", "by 2.5%")
