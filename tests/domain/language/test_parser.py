from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.domain.language import CancelCommand, CloseCommand, ModifyCommand, OrderCommand, parse
from ibtui.domain.tickets import OrderType, Side, Tif

D = Decimal


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
        ("CANCEL ALL", CancelCommand()),
        ("modify 123456 @ 166", ModifyCommand(123456, limit_price=D(166))),
        ("modify 123456 qty 5 stop 9", ModifyCommand(123456, stop_price=D(9), quantity=D(5))),
        ("flatten AAPL", CloseCommand("AAPL")),
        ("reverse AAPL", CloseCommand("AAPL", reverse=True)),
    ],
)
def test_a_line_means_what_a_trader_means_by_it(line: str, command: object) -> None:
    assert parse(line).command == command


@pytest.mark.parametrize(
    ("line", "position", "word"),
    [
        ("by 100 AAPL mkt", 0, "by"),
        ("buy x AAPL mkt", 4, "x"),
        ("buy -5 AAPL mkt", 4, "-5"),
        ("buy 1e3 AAPL mkt", 4, "1e3"),
        ("buy 100 AAPL @ abc", 15, "abc"),
        ("buy 100 AAPL lmt mkt @ 5", 17, "mkt"),
        ("buy 100 AAPL @ 5 foo", 17, "foo"),
        ("buy 100 AAPL @ 165 tp 175 sl 160", 19, "tp"),
        ("cancel 5 6", 9, "6"),
        ("modify AAPL @ 5", 7, "AAPL"),
    ],
)
def test_a_wrong_word_is_named_with_its_place(line: str, position: int, word: str) -> None:
    parsed = parse(line)
    assert parsed.command is None
    assert parsed.position == position
    assert word in parsed.error


def test_a_market_order_with_a_price_is_refused_rather_than_sent_without_it() -> None:
    parsed = parse("buy 100 AAPL @ 5 mkt")
    assert parsed.command is None
    assert "market order has no price" in parsed.error


def test_a_cash_quantity_is_refused_by_name() -> None:
    assert "cash" in parse("buy $5000 EUR.USD mkt").error


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", "buy"),
        ("buy", "<quantity>"),
        ("buy 100", "<symbol>"),
        ("buy 100 AAPL", "mkt"),
        ("buy 100 AAPL @", "<price>"),
        ("buy 100 AAPL lmt", "@"),
        ("buy 100 AAPL @ 165", "gtc"),
        ("cancel", "all"),
        ("modify 5", "qty"),
    ],
)
def test_an_unfinished_line_is_no_error_and_says_what_may_follow(line: str, expected: str) -> None:
    parsed = parse(line)
    assert parsed.error == ""
    assert expected in parsed.expected


def test_a_misspelt_word_names_those_that_begin_alike() -> None:
    assert parse("buy 100 AAPL @ 5 g").expected == ("gtc",)


prices = st.decimals(min_value=D("0.01"), max_value=D(99999), places=2)


@given(
    st.sampled_from(list(Side)),
    st.integers(1, 10**6),
    st.sampled_from(["AAPL", "EUR.USD", "BRK B", "6758"]),
    st.sampled_from([OrderType.LMT, OrderType.MKT, OrderType.STP, OrderType.STOP_LIMIT, OrderType.TRAIL]),
    prices,
    prices,
    st.sampled_from([Tif.DAY, Tif.GTC, Tif.OPG, Tif.IOC]),
    st.booleans(),
)
def test_a_command_written_out_reads_back_the_same(
    side: Side, size: int, symbol: str, kind: OrderType, limit: Decimal, stop: Decimal, tif: Tif, outside: bool
) -> None:
    command = OrderCommand(
        side,
        D(size),
        symbol,
        kind,
        limit if kind.needs_limit else None,
        stop if kind.needs_stop else None,
        "%" if kind is OrderType.TRAIL else "",
        limit if kind is OrderType.TRAIL else None,
        tif,
        outside,
    )
    assert parse(str(command)).command == command


@given(st.text(max_size=60))
def test_no_line_breaks_the_parser(line: str) -> None:
    parsed = parse(line)
    assert 0 <= parsed.position <= len(line)
