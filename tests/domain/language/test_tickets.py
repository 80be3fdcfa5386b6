"""Commands become tickets."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from msgspec.structs import replace

from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.language import (
    GroupCommand,
    ModifyCommand,
    NoTicket,
    OrderCommand,
    modified,
    parse,
    tickets_of,
    tickets_of_group,
)
from ibtui.domain.market import Quote
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from tests.domain.tickets_strategy import AAPL, BUTTERFLY, FOREX, MSFT, SPREAD, single_tickets

D = Decimal
QUOTE = Quote(AAPL.conid, last=D("186.53"), bid=D("186.50"), ask=D("186.56"))
NICKELS = ContractRules(AAPL.conid, is_buy=False, steps=(PriceStep(D(0), D("0.05")),))
LIMIT = Ticket("DU1", AAPL, Side.BUY, OrderType.LMT, D(100), D("165.30"))


def order(line: str) -> OrderCommand:
    """The one order a line means."""
    parsed = parse(line)
    assert isinstance(parsed.command, OrderCommand), parsed
    return parsed.command


def group(line: str) -> GroupCommand:
    """The group a line means."""
    parsed = parse(line)
    assert isinstance(parsed.command, GroupCommand), parsed
    return parsed.command


def change(words: str) -> ModifyCommand:
    """The change a line means."""
    parsed = parse(f"modify 5 {words}")
    assert isinstance(parsed.command, ModifyCommand), parsed
    return parsed.command


def test_an_order_goes_to_the_account_on_screen_unless_it_names_one() -> None:
    assert tickets_of(order("buy 100 AAPL @ 165.30"), AAPL, "DU1") == (LIMIT,)
    assert tickets_of(order("buy 100 AAPL @ 165.30 acct DU2"), AAPL, "DU1") == (replace(LIMIT, account="DU2"),)


def test_children_close_what_the_parent_opens_and_end_with_it() -> None:
    line = "buy $100 EUR.USD @ 1.10 gtd 20261231 rth off tp 1.20 sl trail 1% aon pma on algo Vwap a=1 saved"
    parent, profit, loss = tickets_of(order(line), FOREX, "DU1")
    assert (parent.is_child, parent.single_group, parent.strategy) == (False, False, "Vwap")
    for child in (profit, loss):
        assert (child.is_child, child.side, child.quantity, child.sized_in) == (True, Side.SELL, D(100), SizedIn.CASH)
        assert (child.tif, child.good_till, child.outside_rth, child.deactivated) == (
            Tif.GTD,
            "20261231-23:59:59",
            True,
            True,
        )
        assert (child.strategy, child.strategy_parameters, child.all_or_none, child.price_management) == (
            "",
            (),
            False,
            None,
        )
    assert (profit.order_type, profit.limit_price, profit.stop_price) == (OrderType.LMT, D("1.20"), None)
    assert (loss.order_type, loss.trailing_type, loss.trailing_amount) == (OrderType.TRAIL, "%", D(1))
    assert loss.limit_price is None


@pytest.mark.parametrize(("tif", "attached"), [("day", Tif.DAY), ("gtc", Tif.GTC), ("ioc", Tif.DAY), ("opg", Tif.DAY)])
def test_children_outlive_the_day_only_with_their_parent(tif: str, attached: Tif) -> None:
    _, child = tickets_of(order(f"buy 1 AAPL @ 5 {tif} tp 6"), AAPL, "DU1")
    assert child.tif is attached


def test_prices_of_the_parent_are_not_those_of_its_children() -> None:
    _, profit = tickets_of(order("buy 1 AAPL rel @ 5 offset 0.1 tp 6"), AAPL, "DU1")
    assert (profit.limit_price, profit.offset) == (D(6), None)
    _, loss = tickets_of(order("buy 1 AAPL trail 2% stop 7 sl 4"), AAPL, "DU1")
    assert (loss.stop_price, loss.trailing_type, loss.trailing_amount) == (D(4), "", None)


def test_oca_puts_the_whole_bracket_into_one_group() -> None:
    assert all(ticket.single_group for ticket in tickets_of(order("buy 1 AAPL @ 5 tp 6 sl 4 oca"), AAPL, "DU1"))


@pytest.mark.parametrize(
    ("line", "stop", "limit"),
    [
        ("sell 1 AAPL trail 1.5 lmt 0.10", "185.03", "184.93"),
        ("buy 1 AAPL trail 1.5 lmt 0.10", "188.03", "188.13"),
        ("sell 1 AAPL trail 2% lmt 0.10", "182.80", "182.70"),
        ("buy 1 AAPL trail 2% lmt 0.10", "190.26", "190.36"),
        ("sell 1 AAPL trail 2% lmt 0.10 stop 180", "180", "179.90"),
        ("sell 1 AAPL trail 2% lmt @ 179 stop 180", "180", "179"),
    ],
)
def test_stop_and_limit_of_a_trailing_order_are_reckoned_from_the_last_price(line: str, stop: str, limit: str) -> None:
    (ticket,) = tickets_of(order(line), AAPL, "DU1", QUOTE)
    assert (str(ticket.stop_price), str(ticket.limit_price)) == (stop, limit)
    assert ticket.order_type is OrderType.TRAILLMT


def test_reckoned_prices_lie_on_the_grid() -> None:
    (ticket,) = tickets_of(order("sell 1 AAPL trail 2% lmt 0.11"), AAPL, "DU1", QUOTE, NICKELS)
    assert (str(ticket.stop_price), str(ticket.limit_price)) == ("182.80", "182.70")


def test_where_nothing_was_traded_the_middle_counts() -> None:
    (ticket,) = tickets_of(order("sell 1 AAPL trail 1 lmt 0.10"), AAPL, "DU1", replace(QUOTE, last=None), NICKELS)
    assert ticket.stop_price == D("185.55")


def test_a_combination_below_nothing_is_trailed_by_a_share_of_its_size() -> None:
    command = order("sell 1 combo +1 AAPL -1 MSFT trail 10% lmt 0.50")
    (ticket,) = tickets_of(command, SPREAD, "DU1", Quote(SPREAD.conid, last=D("-140.00")))
    assert (ticket.stop_price, ticket.limit_price) == (D("-154.00"), D("-154.50"))


@pytest.mark.parametrize("quote", [None, Quote(AAPL.conid), Quote(AAPL.conid, bid=D(5))])
def test_without_a_market_nothing_is_reckoned_and_the_way_out_is_named(quote: Quote | None) -> None:
    with pytest.raises(NoTicket, match="no price to reckon the stop from; write it out"):
        tickets_of(order("sell 1 AAPL trail 2% lmt 0.10"), AAPL, "DU1", quote)


def test_a_trail_longer_than_the_price_makes_no_order() -> None:
    with pytest.raises(NoTicket, match="not above 0"):
        tickets_of(order("sell 1 AAPL trail 200 lmt 0.10"), AAPL, "DU1", QUOTE)


def test_prices_of_any_length_can_be_reckoned_with() -> None:
    line = "sell 1 AAPL trail 1 lmt 0.0000000000000000000001 stop 999999999999999999999999"
    (ticket,) = tickets_of(order(line), AAPL, "DU1")
    assert str(ticket.limit_price) == "999999999999999999999998.9999999999999999999999"


def test_an_order_that_would_have_ended_already_is_refused() -> None:
    command = order("buy 1 AAPL @ 5 gtd 20261120-15:00")
    (ticket,) = tickets_of(command, AAPL, "DU1", now=datetime(2026, 11, 20, 14, 59, 59, tzinfo=UTC))
    assert ticket.good_till == "20261120-15:00:00"
    with pytest.raises(NoTicket, match="ended already"):
        tickets_of(command, AAPL, "DU1", now=datetime(2026, 11, 20, 15, 0, tzinfo=UTC))


def test_a_combination_other_than_the_one_written_is_refused() -> None:
    with pytest.raises(NoTicket, match="not the combination"):
        tickets_of(order("buy 1 combo +1 AAPL -1 MSFT mkt"), BUTTERFLY, "DU1")


def test_every_order_of_a_group_is_marked_and_has_its_own_contract_and_quote() -> None:
    command = group("sell 1 AAPL trail 1 lmt 0.10 or sell 2 MSFT @ 5 gtc")
    first, second = tickets_of_group(command, [AAPL, MSFT], "DU1", [QUOTE, None], [NICKELS, None])
    assert (first.contract, first.stop_price, second.contract, second.limit_price) == (AAPL, D("185.55"), MSFT, D(5))
    assert all(ticket.single_group and not ticket.is_child and ticket.account == "DU1" for ticket in (first, second))


def test_a_group_has_one_account_and_a_contract_for_each_order() -> None:
    with pytest.raises(NoTicket, match="one account"):
        tickets_of_group(group("sell 1 AAPL @ 5 acct DU2 or sell 1 AAPL stop 4"), [AAPL, AAPL], "DU1")
    with pytest.raises(NoTicket, match="2 orders need 2 contracts"):
        tickets_of_group(group("sell 1 AAPL @ 5 or sell 1 AAPL stop 4"), [AAPL], "DU1")


@given(single_tickets())
def test_a_change_of_one_thing_leaves_everything_else(ticket: Ticket) -> None:
    assert modified(ticket, change("qty 7")) == replace(ticket, quantity=D(7))
    assert modified(ticket, change("rth off")) == replace(ticket, outside_rth=True)
    assert modified(ticket, change("gtc")) == replace(ticket, tif=Tif.GTC, good_till="")


@pytest.mark.parametrize(
    ("ticket", "words", "changes"),
    [
        (LIMIT, "@ 166.10 qty 5", {"limit_price": D("166.10"), "quantity": D(5)}),
        (LIMIT, "gtd 20261231", {"tif": Tif.GTD, "good_till": "20261231-23:59:59"}),
        (replace(LIMIT, contract=SPREAD), "@ -1.20", {"limit_price": D("-1.20")}),
        (replace(LIMIT, order_type=OrderType.STP, limit_price=None, stop_price=D(5)), "@ 6", {"stop_price": D(6)}),
        (replace(LIMIT, order_type=OrderType.MIT, limit_price=None, stop_price=D(5)), "stop 6", {"stop_price": D(6)}),
        (replace(LIMIT, order_type=OrderType.STOP_LIMIT, stop_price=D(5)), "@ 6", {"limit_price": D(6)}),
        (replace(LIMIT, order_type=OrderType.REL, offset=D(1)), "offset 0.05", {"offset": D("0.05")}),
        (
            replace(LIMIT, order_type=OrderType.TRAIL, limit_price=None, trailing_type="amt", trailing_amount=D(1)),
            "trail 2%",
            {"trailing_type": "%", "trailing_amount": D(2)},
        ),
    ],
)
def test_a_change_means_what_its_words_mean_for_the_type(
    ticket: Ticket, words: str, changes: dict[str, Decimal]
) -> None:
    after = modified(ticket, change(words))
    assert {name: getattr(after, name) for name in changes} == changes
    untouched = [name for name in Ticket.__struct_fields__ if name not in changes]
    assert all(getattr(after, name) == getattr(ticket, name) for name in untouched)


@pytest.mark.parametrize(
    ("ticket", "words", "reason"),
    [
        (replace(LIMIT, order_type=OrderType.MKT, limit_price=None), "@ 5", "MKT orders have no limit"),
        (LIMIT, "stop 5", "LMT orders have no stop price"),
        (LIMIT, "trail 5", "LMT orders have no trailing amount"),
        (LIMIT, "offset 5", "LMT orders have no offset"),
        (LIMIT, "@ -5", "only combinations"),
        (
            replace(LIMIT, order_type=OrderType.STP, limit_price=None, stop_price=D(5)),
            "@ 6 stop 7",
            "STP orders have one price",
        ),
    ],
)
def test_what_the_order_s_type_does_not_have_is_not_changed(ticket: Ticket, words: str, reason: str) -> None:
    with pytest.raises(NoTicket, match=reason):
        modified(ticket, change(words))
