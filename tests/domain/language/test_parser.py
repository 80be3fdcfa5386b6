"""What lines mean."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ibtui.domain.language import (
    CancelCommand,
    CloseCommand,
    Command,
    GroupCommand,
    ModifyCommand,
    OrderCommand,
    StopLoss,
    parse,
)
from ibtui.domain.tickets import OrderType, Side, SizedIn, Tif

D = Decimal
MOMENT_MS = int(datetime(2026, 11, 20, 14, 30, 5, tzinfo=UTC).timestamp()) * 1000


def order(line: str) -> OrderCommand:
    """The one order a line means."""
    parsed = parse(line)
    assert isinstance(parsed.command, OrderCommand), parsed
    return parsed.command


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("buy 100 AAPL @ 165 lmt day", OrderCommand(Side.BUY, D(100), "AAPL", OrderType.LMT, D(165))),
        ("buy 100 aapl @165.30", OrderCommand(Side.BUY, D(100), "AAPL", OrderType.LMT, D("165.30"))),
        ("sell 50 AAPL mkt", OrderCommand(Side.SELL, D(50), "AAPL", OrderType.MKT)),
        (
            "buy 10 ES @ 4980.25 stp gtc",
            OrderCommand(Side.BUY, D(10), "ES", OrderType.STP, None, D("4980.25"), tif=Tif.GTC),
        ),
        (
            "buy 100 AAPL @ 165 stop 160 stp lmt",
            OrderCommand(Side.BUY, D(100), "AAPL", OrderType.STOP_LIMIT, D(165), D(160)),
        ),
        (
            "sell 100 AAPL trail 1.5",
            OrderCommand(Side.SELL, D(100), "AAPL", OrderType.TRAIL, trailing_type="amt", trailing_amount=D("1.5")),
        ),
        (
            "buy 1,000 'BRK B' @ 500 rth off",
            OrderCommand(Side.BUY, D(1000), "BRK B", OrderType.LMT, D(500), outside_rth=True),
        ),
        ("cancel 123456", CancelCommand(order_id=123456)),
        ("cancel aapl", CancelCommand(symbol="AAPL")),
        ("cancel aapl SELL", CancelCommand(symbol="AAPL", side=Side.SELL)),
        ("CANCEL ALL", CancelCommand()),
        ("cancel all buy", CancelCommand(side=Side.BUY)),
        ("cancel 'ALL'", CancelCommand(symbol="ALL")),
        ("cancel '6758'", CancelCommand(symbol="6758")),
        ("modify 123456 @ 166", ModifyCommand(123456, limit_price=D(166))),
        ("modify 123456 qty 5 stop 9", ModifyCommand(123456, stop_price=D(9), quantity=D(5))),
        ("modify 5 @ -1.20", ModifyCommand(5, limit_price=D("-1.20"))),
        (
            "modify 5 trail 2% gtc rth off",
            ModifyCommand(5, tif=Tif.GTC, trailing_type="%", trailing_amount=D(2), outside_rth=True),
        ),
        (
            "modify 5 rth on gtd 20261231-21:00 offset 0.05",
            ModifyCommand(5, tif=Tif.GTD, good_till="20261231-21:00:00", offset=D("0.05"), outside_rth=False),
        ),
        ("flatten AAPL", CloseCommand("AAPL")),
        ("reverse AAPL", CloseCommand("AAPL", reverse=True)),
    ],
)
def test_a_line_means_what_a_trader_means_by_it(line: str, command: Command) -> None:
    assert parse(line).command == command
    assert parse(str(command)).command == command


@pytest.mark.parametrize(
    ("clauses", "kind", "limit", "stop"),
    [
        ("@ 5", OrderType.LMT, "5", None),
        ("stop 5", OrderType.STP, None, "5"),
        ("stop 5 @ 6", OrderType.STOP_LIMIT, "6", "5"),
        ("stp @ 5", OrderType.STP, None, "5"),
        ("@ 5 mit", OrderType.MIT, None, "5"),
        ("stop 5 mit", OrderType.MIT, None, "5"),
        ("@ 5 stop 6 lit", OrderType.LIT, "5", "6"),
        ("mid", OrderType.MIDPRICE, None, None),
        ("midprice @ 5", OrderType.MIDPRICE, "5", None),
        ("moc", OrderType.MOC, None, None),
        ("@ 5 loc", OrderType.LOC, "5", None),
        ("rel", OrderType.REL, None, None),
        ("rel @ 5", OrderType.REL, "5", None),
        ("trail 1 stop 5", OrderType.TRAIL, None, "5"),
        ("trail 1 lmt @ 5 stop 6", OrderType.TRAILLMT, "5", "6"),
        ("@ 5 stop 6 trail 1 lmt", OrderType.TRAILLMT, "5", "6"),
        ("trail 1 lmt 0.10", OrderType.TRAILLMT, None, None),
        ("trail 1 lmt 0.10 stop 6", OrderType.TRAILLMT, None, "6"),
    ],
)
def test_type_and_prices_are_told_by_the_words_in_any_order(
    clauses: str, kind: OrderType, limit: str | None, stop: str | None
) -> None:
    command = order(f"buy 1 AAPL {clauses} gtc")
    assert command.order_type is kind
    assert command.limit_price == (None if limit is None else D(limit))
    assert command.stop_price == (None if stop is None else D(stop))


def test_a_trailing_stop_may_have_its_limit_at_an_offset() -> None:
    command = order("sell 100 AAPL trail 2% lmt 0.10")
    assert (command.trailing_type, command.trailing_amount, command.limit_offset) == ("%", D(2), D("0.10"))


def test_a_relative_order_has_an_offset_and_a_cap() -> None:
    command = order("buy 1 AAPL rel offset 0 @ 12")
    assert (command.offset, command.limit_price) == (D(0), D(12))


def test_the_digits_typed_are_kept() -> None:
    assert str(order("buy 1 AAPL @ 165.30").limit_price) == "165.30"


@pytest.mark.parametrize(
    ("line", "sized_in"),
    [
        ("buy 5000 EUR.USD mkt", SizedIn.UNITS),
        ("buy $5,000 EUR.USD mkt", SizedIn.CASH),
        ("buy $ 5000 EUR.USD mkt", SizedIn.CASH),
        ("buy $5000 EUR.USD conv mkt", SizedIn.CONVERSION),
    ],
)
def test_a_size_is_in_units_in_money_or_money_to_convert(line: str, sized_in: SizedIn) -> None:
    command = order(line)
    assert (command.quantity, command.sized_in) == (D(5000), sized_in)


@pytest.mark.parametrize(
    ("words", "tif", "good_till"),
    [
        ("gtd 20261231", Tif.GTD, "20261231-23:59:59"),
        ("gtd 20261231-21:00", Tif.GTD, "20261231-21:00:00"),
        ("gtd 20261231-21:00:30", Tif.GTD, "20261231-21:00:30"),
        ("gtd 2026-12-31T21:00Z", Tif.GTD, "20261231-21:00:00"),
        ("GTD 2026-12-31t21:00:05z", Tif.GTD, "20261231-21:00:05"),
        ("opg", Tif.OPG, ""),
        ("ioc", Tif.IOC, ""),
        ("pax", Tif.PAX, ""),
    ],
)
def test_an_order_ends_when_it_is_told_to(words: str, tif: Tif, good_till: str) -> None:
    command = order(f"buy 1 AAPL @ 5 {words}")
    assert (command.tif, command.good_till) == (tif, good_till)


@pytest.mark.parametrize(
    ("words", "loss"),
    [
        ("sl 160", StopLoss(D(160))),
        ("sl 160 lmt 159.50", StopLoss(D(160), D("159.50"))),
        ("sl trail 1.5", StopLoss(None, None, "amt", D("1.5"))),
        ("sl trail 2% 160", StopLoss(D(160), None, "%", D(2))),
        ("sl trail 2% 160 lmt 159", StopLoss(D(160), D(159), "%", D(2))),
    ],
)
def test_a_stop_loss_is_attached_in_each_of_its_forms(words: str, loss: StopLoss) -> None:
    command = order(f"buy 100 AAPL @ 165 tp 175 {words} oca gtc")
    assert (command.order_type, command.limit_price, command.stop_price) == (OrderType.LMT, D(165), None)
    assert (command.tp, command.sl, command.oca, command.tif) == (D(175), loss, True, Tif.GTC)


def test_lmt_without_a_price_after_a_stop_loss_is_the_type_of_the_order() -> None:
    command = order("buy 100 AAPL @ 165 sl 160 lmt gtc")
    assert (command.order_type, command.sl) == (OrderType.LMT, StopLoss(D(160)))


def test_an_algo_has_values_of_text_and_yes_or_no() -> None:
    line = "buy 1 AAPL @ 5 algo Vwap MaxPctVol=0.1 startTime='14:00:00 EST' AllowPastEndTime=True a='true' b='' gtc"
    command = order(line)
    assert command.strategy == "Vwap"
    assert command.strategy_parameters == (
        ("MaxPctVol", "0.1"),
        ("startTime", "14:00:00 EST"),
        ("AllowPastEndTime", True),
        ("a", "true"),
        ("b", ""),
    )
    assert command.tif is Tif.GTC


def test_the_other_attributes_are_each_a_word() -> None:
    command = order(
        "buy 1 AAPL @ 5 route island dest arca aon pma off saved alloc NetLiq acct 'All Clients' ref 'it''s' oper Ann"
        " manual 20261120-14:30:05"
    )
    assert (command.route, command.destination) == ("ISLAND", "ARCA")
    assert (command.all_or_none, command.price_management, command.deactivated) == (True, False, True)
    assert (command.allocation_method, command.account) == ("NetLiq", "All Clients")
    assert (command.referrer, command.operator, command.manual_time_ms) == ("it's", "Ann", MOMENT_MS)


def test_a_combination_has_legs_with_ratios_and_may_cost_less_than_nothing() -> None:
    command = order("buy 1 combo +1 aapl -2 'ES DEC26' 3 6758 @ -1.20 lmt")
    assert command.legs == ((1, "AAPL"), (-2, "ES DEC26"), (3, "6758"))
    assert (command.symbol, command.limit_price, command.symbols) == ("", D("-1.20"), ("AAPL", "ES DEC26", "6758"))


def test_a_symbol_in_quotes_is_never_a_word_of_the_language() -> None:
    assert order("buy 1 'combo' mkt").symbol == "combo"
    assert order("buy 1 'O''X' mkt").symbol == "O'X"


def test_orders_joined_by_or_are_one_group() -> None:
    command = parse("sell 1 AAPL @ 5 or sell 1 AAPL stop 4 gtc or buy 2 MSFT mkt").command
    assert isinstance(command, GroupCommand)
    assert [(order.symbol, order.order_type) for order in command.orders] == [
        ("AAPL", OrderType.LMT),
        ("AAPL", OrderType.STP),
        ("MSFT", OrderType.MKT),
    ]
    assert parse(str(command)).command == command


SOME_WORDS = """
    buy sell cancel modify flatten reverse 100 $5 AAPL combo +1 -2 'X Y' ' @ stop 5 -5 0 trail 2% lmt mkt stp mid mit
    lit moc loc rel offset 0.1 day gtc gtd 20261231 20261399 rth on off tp sl oca algo Vwap a=1 b= =c route dest conv
    aon pma saved alloc acct ref oper manual 20261120-14:30:05 or all qty 1e9 ½ ٣ , . ''
"""
"""What the language knows and what it stumbles over."""


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(SOME_WORDS.split()), max_size=25).map(" ".join)))
@example("cancel " + "9" * 3_990)
@example("buy 1 A @ " + "9" * 3_990)
def test_no_line_breaks_the_parser_and_every_place_lies_within_it(line: str) -> None:
    parsed = parse(line)
    assert 0 <= parsed.position <= len(line)
    assert not (parsed.command and parsed.error)
    assert parsed.command or parsed.error or parsed.expected


@given(st.lists(st.sampled_from(SOME_WORDS.split()), min_size=8, max_size=25).map(" ".join))
def test_whatever_is_read_as_a_command_reads_the_same_when_written_out(line: str) -> None:
    command = parse(f"buy 1 AAPL {line}").command
    assert command is None or parse(str(command)).command == command


def test_a_pasted_book_is_refused_at_once() -> None:
    parsed = parse("buy 100 AAPL @ 5 " * 100_000)
    assert (parsed.command, parsed.position) == (None, 4_000)
    assert "4,000 characters" in parsed.error
