"""What is typed becomes a ticket, or problems placed at their fields; every ticket read can be drafted again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from ibtui.domain.account import Account
from ibtui.domain.algos import Algo, AlgoParameter, Algos
from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.events import AccountsReceived, HealthChanged
from ibtui.domain.language import OrderCommand, parse, tickets_of
from ibtui.domain.limits import Limits
from ibtui.domain.session import Health, Light
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from ibtui.session.orders.checks import problem_of_order
from ibtui.store import Store
from ibtui.ui.ticket_fields import Field, Surroundings
from ibtui.ui.ticket_form import LossKind, NotDraftable, TicketDraft, draft_of
from ibtui.ui.ticket_reading import Reading, read_draft
from tests.ui.drafts import ACCOUNT, ALGO, FOREX, NOW, SPREAD, STOCK, drafts

CENT = ContractRules(265598, True, (PriceStep(Decimal(0), Decimal("0.01")),), Decimal(1))
DRAFT = TicketDraft(ACCOUNT, STOCK, Side.BUY, quantity="100", limit="271.65")
VWAP = Algo(
    "Vwap",
    "VWAP",
    parameters=(
        AlgoParameter("maxPctVol", "Max Percentage", "Double", least=Decimal("0.01"), most=Decimal(50)),
        AlgoParameter("noTakeLiq", "Never take liquidity", "Boolean", default="false"),
    ),
)
ADAPTIVE = Algo(
    "Adaptive",
    "Adaptive",
    parameters=(AlgoParameter("adaptivePriority", "Priority", "String", True, "Normal", ("Urgent", "Normal")),),
)
ALGOS = Surroundings(algos=Algos(265598, (ADAPTIVE, VWAP)))


def whole(draft: TicketDraft, around: Surroundings | None = None) -> Ticket:
    ticket = read_draft(draft, around or Surroundings()).ticket
    assert ticket is not None
    return ticket


def whole_children(reading: Reading) -> tuple[Ticket, ...]:
    assert reading.is_sendable, reading.problems
    return reading.children


def test_a_whole_draft_is_a_ticket_with_exactly_what_was_typed() -> None:
    reading = read_draft(replace(DRAFT, tif=Tif.GTC, outside_rth=True), Surroundings(rules=CENT))

    ticket = reading.ticket
    assert reading.is_sendable
    assert ticket is not None
    assert (ticket.quantity, ticket.limit_price, ticket.stop_price) == (Decimal(100), Decimal("271.65"), None)
    assert (ticket.tif, ticket.outside_rth, ticket.account) == (Tif.GTC, True, ACCOUNT)


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        (OrderType.LMT, {Field.LIMIT}),
        (OrderType.MKT, set()),
        (OrderType.STP, {Field.STOP}),
        (OrderType.STOP_LIMIT, {Field.LIMIT, Field.STOP}),
        (OrderType.MIDPRICE, set()),
        (OrderType.TRAIL, {Field.TRAIL}),
        (OrderType.TRAILLMT, {Field.LIMIT, Field.STOP, Field.TRAIL}),
        (OrderType.MIT, {Field.STOP}),
        (OrderType.LIT, {Field.LIMIT, Field.STOP}),
        (OrderType.MOC, set()),
        (OrderType.LOC, {Field.LIMIT}),
        (OrderType.REL, set()),
    ],
)
def test_each_type_asks_for_its_own_prices(kind: OrderType, needed: set[Field]) -> None:
    reading = read_draft(replace(DRAFT, order_type=kind, limit="", stop=""), Surroundings())

    assert {problem.field for problem in reading.problems} == needed
    assert reading.is_sendable == (not needed)


@pytest.mark.parametrize("kind", list(OrderType))
def test_a_price_its_type_does_not_use_is_left_out_of_the_ticket(kind: OrderType) -> None:
    everything = replace(DRAFT, order_type=kind, limit="271.65", stop="270", trail="1.5", trail_by="%", offset="0.02")
    ticket = whole(everything)

    assert (ticket.limit_price is not None) == kind.takes_limit
    assert (ticket.stop_price is not None) == kind.takes_stop
    assert (ticket.trailing_amount is not None, ticket.trailing_type) == (kind.trails, "%" if kind.trails else "")
    assert (ticket.offset is not None) == kind.takes_offset


def test_a_moment_belongs_to_gtd_only_and_a_day_means_its_end() -> None:
    assert whole(replace(DRAFT, tif=Tif.GTD, good_till="20261224")).good_till == "20261224-23:59:59"
    assert whole(replace(DRAFT, tif=Tif.GTD, good_till="20261224-21:00")).good_till == "20261224-21:00:00"
    assert whole(replace(DRAFT, tif=Tif.GTC, good_till="20261224")).good_till == ""


@pytest.mark.parametrize("text", ["", "tomorrow", "20261332", "20261224-25:00"])
def test_a_gtd_order_without_a_moment_is_refused(text: str) -> None:
    reading = read_draft(replace(DRAFT, tif=Tif.GTD, good_till=text), Surroundings())

    assert not reading.is_sendable
    assert reading.of(Field.GOOD_TILL) is not None


def test_the_time_of_manual_entry_is_unix_milliseconds() -> None:
    assert whole(replace(DRAFT, manual_time="19700101-00:01:00.250")).manual_time_ms == 60_250
    assert not read_draft(replace(DRAFT, manual_time="20261120"), Surroundings()).is_sendable, "a day is no time"


def test_money_is_counted_as_it_was_chosen() -> None:
    for unit in SizedIn:
        ticket = whole(replace(DRAFT, contract=FOREX, quantity="5,000", sized_in=unit, limit="1.08"))
        assert (ticket.quantity, ticket.sized_in) == (Decimal(5000), unit)


def test_text_that_is_no_number_is_named_at_its_field() -> None:
    problem = read_draft(replace(DRAFT, limit="27I.65"), Surroundings()).of(Field.LIMIT)

    assert problem is not None
    assert problem.text == "“27I.65” is not a number"
    assert not problem.is_missing


def test_a_draft_without_an_account_cannot_be_sent() -> None:
    assert read_draft(replace(DRAFT, account=""), Surroundings()).of(Field.ACCOUNT) is not None


def test_attached_orders_close_what_the_ticket_opens() -> None:
    draft = replace(DRAFT, profit="280", loss="265", tif=Tif.GTC, oca=True)

    profit, loss = whole_children(read_draft(draft, Surroundings(rules=CENT)))
    assert (profit.side, profit.order_type, profit.limit_price, profit.stop_price) == (
        Side.SELL,
        OrderType.LMT,
        Decimal(280),
        None,
    )
    assert (loss.side, loss.order_type, loss.limit_price, loss.stop_price) == (
        Side.SELL,
        OrderType.STP,
        None,
        Decimal(265),
    )
    for child in (profit, loss):
        assert (child.quantity, child.tif, child.is_child, child.single_group) == (Decimal(100), Tif.GTC, True, True)


@pytest.mark.parametrize(
    ("kind", "limit", "expected"),
    [
        (LossKind.STOP_LIMIT, "264.50", (OrderType.STOP_LIMIT, Decimal("264.50"), Decimal(4), "", None)),
        (LossKind.TRAIL, "", (OrderType.TRAIL, None, None, "amt", Decimal(4))),
        (LossKind.TRAIL_PERCENT, "", (OrderType.TRAIL, None, None, "%", Decimal(4))),
    ],
)
def test_a_loss_is_stopped_by_a_limit_or_a_trail_as_well(
    kind: LossKind, limit: str, expected: tuple[object, ...]
) -> None:
    draft = replace(DRAFT, loss="4", loss_kind=kind, loss_limit=limit)
    (loss,) = read_draft(draft, Surroundings()).children

    assert (loss.order_type, loss.limit_price, loss.stop_price, loss.trailing_type, loss.trailing_amount) == expected


def test_how_the_parent_is_worked_is_not_taken_over_by_what_is_attached() -> None:
    draft = replace(
        DRAFT, profit="280", strategy="Vwap", parameters=ALGO, all_or_none=True, price_management=True, route="ARCA"
    )
    (profit,) = whole_children(read_draft(draft, Surroundings()))

    assert (profit.strategy, profit.strategy_parameters, profit.all_or_none, profit.price_management) == (
        "",
        (),
        False,
        None,
    )
    assert profit.route == "ARCA"


def test_attached_orders_outlive_an_immediate_parent() -> None:
    assert [child.tif for child in read_draft(replace(DRAFT, loss="265", tif=Tif.IOC), Surroundings()).children] == [
        Tif.DAY
    ]


@pytest.mark.parametrize(
    ("side", "profit", "loss"), [(Side.BUY, "270", "272"), (Side.SELL, "272", "270"), (Side.BUY, "271.65", "271.65")]
)
def test_attached_prices_on_the_wrong_side_of_the_entry_are_refused(side: Side, profit: str, loss: str) -> None:
    reading = read_draft(replace(DRAFT, side=side, profit=profit, loss=loss), Surroundings())

    assert not reading.is_sendable
    assert {problem.field for problem in reading.problems} == {Field.PROFIT, Field.LOSS}


def test_attached_prices_keep_the_grid_of_their_own_side() -> None:
    quarter = replace(CENT, is_buy=False, steps=(PriceStep(Decimal(0), Decimal("0.25")),))

    problem = read_draft(replace(DRAFT, profit="280.10"), Surroundings(rules=CENT), quarter).of(Field.PROFIT)
    assert problem is not None
    assert problem.offer == Decimal("280.00")


def test_the_limit_of_a_stop_loss_has_a_field_of_its_own() -> None:
    draft = replace(DRAFT, loss="265", loss_kind=LossKind.STOP_LIMIT)

    assert read_draft(draft, Surroundings()).of(Field.LOSS_LIMIT) is not None
    behind = read_draft(replace(draft, loss_limit="266"), Surroundings()).of(Field.LOSS_LIMIT)
    assert behind is not None
    assert "may trigger and never fill" in behind.text


def test_a_trailing_stop_limit_is_attached_with_its_first_stop_and_limit_each_in_a_field_of_its_own() -> None:
    draft = replace(DRAFT, loss="2.50", loss_kind=LossKind.TRAIL_LIMIT, loss_stop="262.80", loss_limit="262.50")

    (child,) = read_draft(draft, Surroundings()).children
    assert (child.order_type, child.trailing_type, child.trailing_amount) == (
        OrderType.TRAILLMT,
        "amt",
        Decimal("2.50"),
    )
    assert (child.stop_price, child.limit_price) == (Decimal("262.80"), Decimal("262.50"))
    assert read_draft(replace(draft, loss_stop=""), Surroundings()).of(Field.LOSS_STOP) is not None
    assert read_draft(replace(draft, loss_limit=""), Surroundings()).of(Field.LOSS_LIMIT) is not None
    wrong_side = read_draft(replace(draft, loss_stop="300"), Surroundings()).of(Field.LOSS_STOP)
    assert wrong_side is not None
    assert "must be below the entry" in wrong_side.text


@pytest.mark.parametrize("change", [{"loss": "x"}, {"profit": "x"}])
def test_attached_text_that_is_no_number_is_refused(change: dict[str, str]) -> None:
    assert not read_draft(replace(DRAFT, **change), Surroundings()).is_sendable


def test_a_group_of_one_is_refused_unless_it_works_already() -> None:
    alone = replace(DRAFT, oca=True)

    assert read_draft(alone, Surroundings()).of(Field.OCA) is not None
    assert read_draft(alone, Surroundings(before=whole(alone))).is_sendable


def test_what_an_algo_must_be_told_is_told_even_when_it_is_the_default() -> None:
    adaptive = replace(DRAFT, strategy="Adaptive")

    assert whole(adaptive, ALGOS).strategy_parameters == (("adaptivePriority", "Normal"),)
    urgent = replace(adaptive, parameters=(("adaptivePriority", "Urgent"),))
    assert whole(urgent, ALGOS).strategy_parameters == (("adaptivePriority", "Urgent"),)


def test_defaults_and_blanks_of_an_algo_are_not_sent() -> None:
    vwap = replace(DRAFT, strategy="Vwap", parameters=(("maxPctVol", " "), ("noTakeLiq", False)))

    assert whole(vwap, ALGOS).strategy_parameters == (("noTakeLiq", False),)


def test_without_an_algo_no_parameter_is_sent() -> None:
    assert whole(replace(DRAFT, parameters=ALGO)).strategy_parameters == ()


@given(drafts())
def test_every_ticket_that_can_be_read_can_be_drafted_again(draft: TicketDraft) -> None:
    read = read_draft(draft, Surroundings()).tickets
    if read:
        assert read_draft(draft_of(read[0], read[1:]), Surroundings()).tickets == read


@given(drafts())
@settings(max_examples=100)
def test_nothing_the_form_lets_through_is_refused_by_the_session(draft: TicketDraft) -> None:
    reading = read_draft(draft, Surroundings(limits=OFF, wall=NOW))
    if reading.is_sendable:
        assert problem_of_order(reading.tickets, _store(), OFF, NOW) == ""


OFF = Limits(None, None, None)


def _store() -> Store:
    store = Store()
    store.apply(AccountsReceived((Account(ACCOUNT),), ACCOUNT))
    store.apply(HealthChanged(Health(Light.ON, Light.ON, Light.ON, Light.ON)))
    return store


def test_what_the_form_has_no_field_for_is_kept_of_attached_orders() -> None:
    parent = whole(replace(DRAFT, loss="3", loss_kind=LossKind.TRAIL))
    (loss,) = read_draft(replace(DRAFT, loss="3", loss_kind=LossKind.TRAIL), Surroundings()).children
    odd = replace(loss, stop_price=Decimal("268.00"), tif=Tif.GTC, referrer="X")

    draft = draft_of(parent, (odd,))
    assert read_draft(draft, Surroundings()).children == (odd,)
    (resized,) = read_draft(replace(draft, quantity="50"), Surroundings()).children
    assert resized == replace(odd, quantity=Decimal(50))


@pytest.mark.parametrize(
    "line",
    [
        "buy 100 AAPL @ 165 tp 175 sl 160 oca gtc",
        "buy 100 AAPL @ 165 sl 160 lmt 159.50 gtd 20261224-21:00",
        "sell 100 AAPL mkt tp 160 sl trail 2%",
        "buy 100 AAPL @ 165 sl trail 2 160",
        "sell 100 AAPL trail 2% lmt @ 182.90 stop 183.00",
        "buy 100 AAPL rel @ 166 offset 0.02 rth off algo Vwap MaxPctVol=0.1 noTakeLiq=true",
        "buy 100 AAPL mid route ARCA aon pma off saved alloc NetLiq acct Family ref R oper O manual 20261120-09:30",
    ],
)
def test_whatever_the_order_language_writes_is_the_same_on_the_ticket(line: str) -> None:
    command = parse(line).command
    assert isinstance(command, OrderCommand)
    tickets = tickets_of(command, STOCK, ACCOUNT)

    assert read_draft(draft_of(tickets[0], tickets[1:]), Surroundings()).tickets == tickets


def test_orders_the_form_cannot_show_are_not_shown_in_part() -> None:
    parent = whole(DRAFT)
    relative = replace(parent, side=Side.SELL, order_type=OrderType.REL, limit_price=None, is_child=True)

    with pytest.raises(NotDraftable, match="REL"):
        draft_of(parent, (relative,))


def test_a_combination_may_cost_less_than_nothing() -> None:
    draft = replace(DRAFT, contract=SPREAD, quantity="1", limit="-1.20")

    assert read_draft(draft, Surroundings()).is_sendable
    assert whole(draft).limit_price == Decimal("-1.20")
